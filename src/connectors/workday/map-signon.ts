import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, needInstant, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { actorOf, firstOf, hashOf, isTrue, numbered, type Row } from "./rows.ts";

/** A window of the sign-on log: the sign-on or failed attempt, and where the row tells of them the new password and the sign-off. */
export function mapSignOns(rows: readonly unknown[], path = "Workday_Account_Signon"): ActivityRecord[] {
  return numbered(rows.map((row, position) => signOnRow(row, `${path}[${position}]`)));
}

/** Names of one thing: in the SOAP answer first, then in the reports customers build of it. */
const columns = {
  at: ["Signon_DateTime", "Session_Start", "Sign-on_Time"],
  user: ["User_Name", "System_Account", "userName"],
  session: ["Short_Session_ID", "Session_ID"],
  ip: ["Signon_IP_Address", "Session_IP_Address"],
  signOff: ["Signoff_DateTime", "Session_End", "Signoff_Time"],
  type: ["Authentication_Type", "Authentication_Type_for_Signon"],
  userAgent: ["User_Agent"],
} as const;

function signOnRow(value: unknown, path: string): Row {
  const row = needObject(value, path);
  const read = (column: keyof typeof columns) => firstOf(row, ...columns[column]);
  const at = needInstant(read("at"), `${path}.${columns.at[0]}`);
  const user = read("user");
  const successful = isTrue(row.Successful) ?? isTrue(row.Failed_Signon) !== true;
  const signOff = read("signOff");
  const common = {
    actor: user === null ? null : actorOf(user),
    sessionId: read("session"),
    ipAddress: addressOf(read("ip")),
    userAgent: read("userAgent"),
    interactive: interactivity(textOf(row.Authentication_Channel)),
    targets: [],
    raw: row,
  };
  const name = user ?? "Someone";
  return {
    at,
    // The answer's time zone is the server's; the same instant must hash alike in winter and summer time.
    key: hashOf([at.toISOString(), user, common.sessionId, read("ip"), successful ? "1" : "0"]),
    raw: row,
    record: (externalId) => {
      const type = read("type");
      const records: ActivityRecord[] = [
        {
          ...common,
          externalId,
          category: "LOG_ON",
          eventType: successful ? "Signon" : "Failed Signon",
          description: successful
            ? `${name} signed in to Workday${type ? ` by ${type}` : ""}`
            : `${name} failed to sign in to Workday${failureOf(row)}`,
          occurredAt: at,
          outcome: successful ? "SUCCESS" : "FAILURE",
        },
      ];
      if (isTrue(row.Password_Changed))
        records.push({
          ...common,
          externalId: `${externalId}-password`,
          category: "USER",
          eventType: "Password Changed",
          description: `${name} changed their Workday password`,
          occurredAt: at,
          outcome: "SUCCESS",
        });
      if (signOff !== null)
        records.push({
          ...common,
          externalId: `${externalId}-signoff`,
          category: "LOG_ON",
          eventType: "Signoff",
          description: `${name} signed off from Workday`,
          occurredAt: needInstant(signOff, `${path}.${columns.signOff[0]}`),
          outcome: "SUCCESS",
        });
      return records;
    },
  };
}

function failureOf(row: Json): string {
  const reason =
    textOf(row.Authentication_Failure_Message) ??
    (isTrue(row.Account_Disabled_or_Expired) ? "the account is disabled or expired" : null) ??
    (isTrue(row.Invalid_for_Authentication_Policy) ? "refused by the authentication policy" : null) ??
    (isTrue(row.Invalid_Credentials) ? "wrong user name or password" : null);
  return reason ? `: ${reason}` : "";
}

function interactivity(channel: string | null): boolean | null {
  if (channel === null) return null;
  return /^(ui|mobile)/i.test(channel) ? true : /web services/i.test(channel) ? false : null;
}

export function isSignOn(row: Json): boolean {
  return firstOf(row, ...columns.at) !== null || "Successful" in row;
}

/** Workday's own sign-ons, noise to most. */
export function isInternalSignOn(record: ActivityRecord): boolean {
  const row = objectOf(record.raw);
  return (
    record.category === "LOG_ON" &&
    (firstOf(row, ...columns.ip) === "Workday Internal" || firstOf(row, ...columns.type) === "Trusted")
  );
}
