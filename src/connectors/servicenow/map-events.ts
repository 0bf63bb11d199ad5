import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { activity, actorNamed } from "./map.ts";
import { isId, needInstantAt } from "./values.ts";

export const eventFields = [
  ...["sys_id", "name", "parm1", "parm2", "instance", "table", "uri", "user_id", "user_name", "state", "processed"],
  ...["sys_created_on", "sys_created_by"],
];

/**
 * An event of the queue; none for the polling of nodes, whose "user" is a certificate. Who signs in stands in `parm1`, where from in `parm2`.
 * Source: https://www.servicenow.com/docs/r/platform-security/authentication/r_EventQueueLoginEvents.html
 */
export function toEvent(value: unknown, path: string): ActivityRecord[] {
  const raw = needObject(value, path);
  const eventType = needText(raw.name, `${path}.name`);
  const externalId = needText(raw.sys_id, `${path}.sys_id`);
  const occurredAt = needInstantAt(raw.sys_created_on, `${path}.sys_created_on`);
  if (textOf(raw.parm1)?.startsWith("-----BEGIN")) return [];
  const ipAddress = addressOf(raw.parm2);
  const isFailure = /fail/i.test(eventType);
  return [
    activity(
      {
        ...{ externalId, eventType, occurredAt, raw },
        actor: actorNamed(whoOf(eventType, raw)),
        outcome: isFailure ? "FAILURE" : "SUCCESS",
        words: {
          reason:
            ipAddress === null && (isFailure || !/^https?:/i.test(textOf(raw.parm2) ?? "")) ? textOf(raw.parm2) : null,
        },
      },
      {
        ipAddress,
        sessionId: sessionOf(raw),
        ...(eventType === "login" ? { interactive: true } : {}),
      },
    ),
  ];
}

/** `user_name=ines` in what the authentication scripts write; a session, where a single sign-on failed before anybody was known. */
function whoOf(eventType: string, raw: Json): string | null {
  const first = textOf(raw.parm1);
  const isSignIn = /^(login|logout|session|external\.|SNC\.Auth|saml2)/.test(eventType);
  const [, named] = /\buser_name=([^,;\s]+)/.exec(first ?? "") ?? [];
  const name = named ?? (isSignIn && first !== null && !isId(first) && first.length <= 100 ? first : null);
  return name ?? textOf(raw.user_name) ?? (isSignIn ? null : textOf(raw.sys_created_by));
}

function sessionOf(raw: Json): string | null {
  const [record, first] = [textOf(raw.instance), textOf(raw.parm1)];
  return record !== null && isId(record) ? record : first !== null && isId(first) ? first : null;
}
