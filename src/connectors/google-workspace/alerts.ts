import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityRecord, ActivityTargetRecord } from "#src/connector-kit/contract/records.ts";
import {
  type Json,
  listOf,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
  valueAt,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { vocabulary } from "./events.ts";

/** Where the kinds of alerts name the account that they are about. */
const places = [
  ...["email", "actorEmail", "affectedUserEmail", "ruleViolationInfo.triggeringUserEmail"],
  ...["superAdminPasswordResetEvent.userEmail", "requests.email", "userChanges.userEmail"],
];

/**
 * An alert of the Alert Center as an activity of its type, `Suspicious login`: what Google detected about an account. Google changes alerts
 * afterwards; what is kept is the alert as it was first read.
 * Source: https://developers.google.com/workspace/admin/alertcenter/reference/rest/v1beta1/alerts
 */
export function toAlert(value: unknown, path: string): ActivityRecord {
  const alert = needObject(value, path);
  const type = needText(alert.type, `${path}.type`);
  const data = objectOf(alert.data);
  const email = emailOf(data);
  const phrase = vocabulary.phraseOf(`alerts.${type}`);
  return {
    externalId: `alert:${needText(alert.alertId, `${path}.alertId`)}`,
    category: phrase.category,
    action: phrase.action,
    eventType: type,
    description: sentence(phrase.template, (place) => ({ type, email })[place], {}),
    occurredAt: needInstant(alert.createTime, `${path}.createTime`),
    actor: email?.includes("@") ? { login: email, email, name: email, type: "HUMAN" } : null,
    outcome: "UNKNOWN",
    interactive: false,
    ipAddress: addressOf(valueAt(data, "loginDetails.ipAddress")) ?? addressOf(data.sourceIp),
    targets: targetsOf(data),
    raw: alert,
  };
}

function emailOf(data: Json): string | null {
  for (const place of places) {
    const email = textOf(valueAt(data, place));
    if (email !== null) return email;
  }
  return textOf(listOf(data.affectedUserEmails)[0]);
}

function targetsOf(data: Json): ActivityTargetRecord[] {
  const recipients = listOf(data.messages).flatMap((one) => textOf(objectOf(one).recipient) ?? []);
  const affected = listOf(data.affectedUserEmails).flatMap((one) => textOf(one) ?? []);
  const rule = textOf(data.displayName) ?? textOf(valueAt(data, "ruleViolationInfo.ruleInfo.displayName"));
  const file = objectOf(valueAt(data, "ruleViolationInfo.resourceInfo"));
  const id = textOf(file.documentId);
  return [
    ...[...new Set([...recipients, ...affected])].slice(0, 20).map((name) => ({ type: "user", name })),
    ...(rule ? [{ type: "rule", name: rule }] : []),
    ...(id ? [{ type: "file", id, name: textOf(file.resourceTitle) }] : []),
  ];
}
