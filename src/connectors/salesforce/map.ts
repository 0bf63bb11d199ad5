import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, needId, needInstant, needObject, textOf, valueAt } from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { vocabulary } from "./events.ts";
import { longId } from "./ids.ts";
import { toRealTime } from "./map-real-time.ts";
import { hasRowShape, toRow } from "./map-rows.ts";
import { toSetupChange } from "./map-setup.ts";

/** A word without a meaning. */
const known = (value: unknown): string | null => {
  const text = textOf(value);
  return text === null || /^(n\/a|unknown)$/i.test(text) ? null : text;
};

/** One attempt to sign in. Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_loginhistory.htm */
export function toSignIn(value: unknown, path: string): ActivityRecord {
  const raw = needObject(value, path);
  const externalId = needId(raw.Id, `${path}.Id`);
  const userId = longId(needId(raw.UserId, `${path}.UserId`));
  const status = textOf(raw.Status) ?? "";
  const succeeded = /^success$/i.test(status);
  const phrase = vocabulary.phraseOf("LoginHistory");
  const app = known(raw.Application);
  const words: Record<string, string | null> = { app: app === "Browser" ? null : app, reason: known(status) };
  return {
    externalId,
    category: phrase.category,
    action: phrase.action,
    eventType: "LoginHistory",
    description: sentence(succeeded ? phrase.template : phrase.failure, (word) => words[word], { actor: "a user" }),
    occurredAt: needInstant(raw.LoginTime, `${path}.LoginTime`),
    actor: { externalId: userId },
    outcome: succeeded ? "SUCCESS" : "FAILURE",
    interactive: isInteractive(textOf(raw.LoginType)),
    ipAddress: addressOf(raw.SourceIp),
    country: /^[A-Z]{2}$/.test(textOf(raw.CountryIso) ?? "") ? textOf(raw.CountryIso) : null,
    userAgent: [known(raw.Browser), known(raw.Platform)].filter(Boolean).join(" on ") || null,
    targets: words.app ? [{ type: "app", name: words.app }] : [],
    raw: value,
  };
}

/** A person at a browser, or a program; null where the type does not tell. */
function isInteractive(loginType: string | null): boolean | null {
  if (loginType === null) return null;
  if (/api|remote access|client|partner product/i.test(loginType)) return false;
  return /application|saml|chatter|user|lightning/i.test(loginType) ? true : null;
}

/** One archived event, a list of them, or an answer of a query. The list of event log files holds no events itself. */
export const mapEvent = archived({
  event: "a Salesforce event",
  hint: "events have attributes with a type, or an EVENT_TYPE",
  lists: ["records"],
  map: (event, path) => {
    const type = typeOf(event);
    if (type === "LoginHistory") return toSignIn(event, path);
    if (type === "SetupAuditTrail") return toSetupChange(event, path);
    if (type === "EventLogFile" || type === "UserPermissionAccess") return [];
    if (hasRowShape(event)) return toRow(event, path);
    return "EventDate" in event ? toRealTime(event, path) : null;
  },
});

function typeOf(event: Json): string | null {
  const type = textOf(valueAt(event, "attributes.type"));
  if (type !== null) return type;
  if ("Action" in event && "CreatedDate" in event) return "SetupAuditTrail";
  return "LoginTime" in event && "LoginType" in event && "UserId" in event && !("EventDate" in event)
    ? "LoginHistory"
    : null;
}
