import { isIP } from "node:net";
import { isObject, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";

/** Names of the common schema, for records whose names went through small letters on their way. */
const commonNames = [
  ...["Id", "RecordType", "CreationTime", "Operation", "OrganizationId", "UserType", "UserKey", "Workload", "UserId"],
  ...["ClientIP", "ObjectId", "ResultStatus", "Parameters", "ExternalAccess"],
];

/** A record by the names of its schema. */
export function spelled(record: Json): Json {
  if ("Operation" in record || !("operation" in record)) return record;
  const proper = commonNames.flatMap((name) => {
    const value = record[name] ?? record[name.toLowerCase()];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...record, ...Object.fromEntries(proper) };
}

/** A record of the unified audit log, and no other event of Microsoft's. */
export function isAuditRecord(event: Json): boolean {
  const { Operation, RecordType } = spelled(event);
  return textOf(Operation) !== null && RecordType !== undefined;
}

/** Enumerations come as numbers, as texts of them, or by name in some samples. */
export function numberIn(value: unknown): number | null {
  const number = typeof value === "number" ? value : Number.parseInt(textOf(value) ?? "", 10);
  return Number.isNaN(number) ? null : number;
}

/** The value of a list of names and values, as most details are kept: `ExtendedProperties`, `Parameters`, `DeviceProperties`. */
export function namedValue(list: unknown, ...names: readonly string[]): string | null {
  for (const name of names) {
    const found = listOf(list)
      .filter(isObject)
      .find((one) => textOf(one.Name ?? one.Key ?? one.name) === name);
    const value = textOf(found?.Value ?? found?.value);
    if (value !== null) return value;
  }
  return null;
}

/** The address in `203.0.113.9`, `203.0.113.9:51234`, `[2001:db8::9]:51234` and `::ffff:203.0.113.9`; null for anything else. */
export function addressIn(value: unknown): string | null {
  const text = (textOf(value) ?? "").trim();
  const bare = /^\[([^\]]+)\](:\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+)(:\d+)$/.exec(text)?.[1] ?? text;
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  return isIP(plain) > 0 ? plain : null;
}

/** The address that a record states, wherever its schema has it. */
export function addressOfRecord(record: Json): string | null {
  const { ClientIP, ClientIPAddress, ActorIpAddress, ActorIP, UserIp, ClientIpAddress, SenderIp } = record;
  for (const one of [ClientIP, ClientIPAddress, ClientIpAddress, ActorIpAddress, ActorIP, UserIp, SenderIp]) {
    const address = addressIn(one);
    if (address !== null) return address;
  }
  return null;
}

/** The browser or client. Exchange names its own in `ClientInfoString`, with the browser's behind it at times. */
export function userAgentOf(record: Json): string | null {
  return (
    textOf(record.UserAgent) ??
    namedValue(record.ExtendedProperties, "UserAgent") ??
    namedValue(parsedDetails(record), "User-Agent") ??
    textOf(record.ClientInfoString)
  );
}

/** `additionalDetails` of the directory's records is JSON in a text. */
function parsedDetails(record: Json): unknown {
  const text = namedValue(record.ExtendedProperties, "additionalDetails");
  try {
    const details = objectOf(JSON.parse(text ?? "null"));
    return Object.entries(details).map(([Name, Value]) => ({ Name, Value }));
  } catch {
    // Some are no JSON; then they hold no user agent either.
    return [];
  }
}

export function sessionOf(record: Json): string | null {
  return (
    textOf(record.SessionId) ??
    textOf(objectOf(record.AppAccessContext).AADSessionId) ??
    namedValue(record.DeviceProperties, "SessionId")
  );
}
