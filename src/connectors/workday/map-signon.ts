import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import { hashOf, numberRows, type Row } from "#src/connector-kit/log.ts";
import { type Json, needInstant, needObject, objectOf } from "#src/connector-kit/record.ts";
import { actorOf, Fields, namedIn } from "./rows.ts";

/** A window of the sign-on log: the sign-on or failed attempt, and where the row holds them the new password and the sign-off. */
export function toSignOns(
  rows: readonly unknown[],
  path = "Workday_Account_Signon",
): (ActivityRecord | UnreadableItem)[] {
  return numberRows(rows, path, signOnRow);
}

/** Names of one thing: in the SOAP answer first, then in the reports customers build of it. */
const columns = {
  at: ["Signon_DateTime", "Session_Start", "Sign-on_Time", "Signon_Time"],
  user: ["User_Name", "System_Account", "userName", "Workday_Account"],
  proxy: ["Proxy_User_Name"],
  person: ["Signon_Worker"],
  session: ["Short_Session_ID", "Session_ID"],
  ip: ["Signon_IP_Address", "Session_IP_Address"],
  signOff: ["Signoff_DateTime", "Session_End", "Signoff_Time"],
  type: ["Authentication_Type", "Authentication_Type_for_Signon"],
  channel: ["Authentication_Channel", "Request_Originator"],
  userAgent: ["User_Agent"],
  failure: ["Authentication_Failure_Message"],
} as const;

function signOnRow(value: unknown, path: string): Row {
  const row = needObject(value, path);
  const fields = new Fields(row);
  const read = (column: keyof typeof columns) => fields.text(...columns[column]);
  const at = needInstant(read("at"), `${path}.${columns.at[0]}`);
  const user = read("user");
  const named = user === null ? null : namedIn(user);
  const actor = named === null ? null : actorOf({ ...named, name: named.name ?? workerName(read("person")) });
  const kind = kindOf(fields);
  const [sessionId, address, signOff] = [read("session"), read("ip"), read("signOff")];
  const signedOffAt = signOff === null ? null : needInstant(signOff, `${path}.${columns.signOff[0]}`);
  const name = actor?.name ?? "Someone";
  const signOn: Omit<ActivityRecord, "externalId"> = {
    category: "LOG_ON",
    action: "SIGN_IN",
    eventType: kind,
    description: `${name} ${happened(kind, fields)}`,
    occurredAt: at,
    actor,
    outcome: kind === "Failed Signon" ? "FAILURE" : "SUCCESS",
    sessionId,
    ipAddress: addressOf(address),
    userAgent: read("userAgent"),
    interactive: interactivity(read("channel")),
    ...(named?.onBehalfOf || read("proxy") ? { impersonated: true } : {}),
    targets: named?.onBehalfOf ? [{ type: "user", name: named.onBehalfOf }] : [],
    raw: row,
  };
  const password = {
    category: "USER",
    action: "RESET_CREDENTIAL",
    eventType: "Password Changed",
    description: `${name} changed their Workday password`,
    outcome: "SUCCESS",
  } as const;
  const leaving = {
    action: "SIGN_OUT",
    eventType: "Signoff",
    description: `${name} signed off from Workday`,
    outcome: "SUCCESS",
  } as const;
  return {
    at,
    // The answer's time zone is the server's; the same instant must hash alike in winter and summer time.
    key: hashOf([at.toISOString(), named?.login, sessionId, address, kind === "Signon" ? "1" : "0"]),
    raw: row,
    records: (externalId) => [
      { ...signOn, externalId },
      ...(fields.flag("Password_Changed") ? [{ ...signOn, ...password, externalId: `${externalId}-password` }] : []),
      ...(signedOffAt ? [{ ...signOn, ...leaving, occurredAt: signedOffAt, externalId: `${externalId}-signoff` }] : []),
    ],
  };
}

type Kind = "Signon" | "Failed Signon" | "Forgotten Password Reset Request";

/** Reports leave out the flags their author did not choose: then a failure shows by its reason alone. */
function kindOf(fields: Fields): Kind {
  const successful = fields.flag("Successful");
  const failed = fields.flag("Failed_Signon");
  if (fields.flag("Forgotten_Password_Reset_Request") && !successful && !failed)
    return "Forgotten Password Reset Request";
  if (failed === true || successful === false) return "Failed Signon";
  if (successful === true) return "Signon";
  const reason = failed === false ? fields.text(...columns.failure) : reasonOf(fields);
  return reason === null ? "Signon" : "Failed Signon";
}

const reasons: Readonly<Record<string, string>> = {
  Account_Disabled_or_Expired: "the account is disabled or expired",
  Account_Locked__Disabled_or_Expired: "the account is locked, disabled or expired",
  Invalid_for_Authentication_Policy: "refused by the authentication policy",
  Invalid_for_Authentication_Channel: "refused on this channel",
  Invalid_Credentials: "wrong user name or password",
  Invalid_Password: "wrong user name or password",
};

function reasonOf(fields: Fields): string | null {
  const flagged = Object.entries(reasons).find(([name]) => fields.flag(name));
  return fields.text(...columns.failure) ?? flagged?.[1] ?? null;
}

function happened(kind: Kind, fields: Fields): string {
  if (kind === "Forgotten Password Reset Request") return "asked for a forgotten Workday password to be reset";
  if (kind === "Signon") return `signed in to Workday${wayOf(fields.text(...columns.type))}`;
  const reason = reasonOf(fields);
  return `failed to sign in to Workday${reason ? `: ${reason.trim().replace(/\.$/, "")}` : ""}`;
}

const ways: Record<string, string> = {
  "user name password": "with user name and password",
  trusted: "as a trusted service of Workday",
  biometric: "with biometrics",
  "mobile pin": "with a PIN",
  pin: "with a PIN",
  x509: "with a certificate",
  passwordless: "without a password",
  "security key": "with a security key",
};

/** `SAML` is how single sign-on signs people in; types without words of their own are named as they are. */
function wayOf(type: string | null): string {
  if (type === null) return "";
  return ` ${ways[type.toLowerCase()] ?? `by ${type}`}`;
}

/** `Mira Holt (204118)`: a worker with the employee id. */
function workerName(worker: string | null): string | null {
  return worker?.replace(/ \([^()]*\)$/, "").trim() || null;
}

function interactivity(channel: string | null): boolean | null {
  if (channel === null) return null;
  if (/^(ui|mobile)/i.test(channel)) return true;
  return /web services|internal/i.test(channel) ? false : null;
}

export function isSignOn(row: Json): boolean {
  const fields = new Fields(row);
  return fields.text(...columns.at) !== null || fields.flag("Successful") !== null;
}

/** Workday's own sign-ons, noise to most. */
export function isInternalSignOn(record: ActivityRecord): boolean {
  const fields = new Fields(objectOf(record.raw));
  return (
    record.category === "LOG_ON" &&
    (fields.text(...columns.ip) === "Workday Internal" || fields.text(...columns.type) === "Trusted")
  );
}

/** What posture asks of a successful sign-on; null where the row does not state it. */
export function assuranceOf(raw: unknown): { saml: boolean; mfaExempt: boolean | null } {
  const fields = new Fields(objectOf(raw));
  return {
    saml: /^saml/i.test(fields.text(...columns.type) ?? ""),
    mfaExempt: fields.flag("MFA_Authentication_Exempt"),
  };
}
