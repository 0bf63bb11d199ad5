import { hashOf } from "#src/connector-kit/log.ts";
import { isObject, type Json, needId, objectOf, textOf } from "#src/connector-kit/record.ts";

/** One record of a log of Microsoft Entra, as Graph has it, whatever it came in. */
export interface EntraRecord {
  record: Json;
  /** What an export adds: time, address, outcome. Empty for a record of Graph. */
  envelope: Json;
}

/**
 * Diagnostic settings export what Graph gives as `properties` of an envelope whose names are in small letters at times. A record of Graph is
 * its own.
 * Source: https://learn.microsoft.com/en-us/azure/azure-monitor/platform/resource-logs-schema
 */
export function unwrapped(event: Json): EntraRecord {
  if (!isObject(event.properties)) return { record: event, envelope: {} };
  const envelope = Object.fromEntries(Object.entries(event).map(([name, value]) => [name.toLowerCase(), value]));
  return { record: event.properties, envelope };
}

/** The record's id; of an export that has lost it, a hash of what identifies it. Throws ProviderResponseError for a record of Graph without one. */
export function idOfRecord({ record, envelope }: EntraRecord, path: string): string {
  const id = textOf(record.id);
  if (id !== null || Object.keys(envelope).length === 0) return needId(record.id, `${path}.id`);
  return hashOf([envelope.time, envelope.category, envelope.operationname, envelope.correlationid, record.userId]);
}

/** When it happened, as far as the envelope knows. */
export function timeOfEnvelope({ envelope }: EntraRecord): unknown {
  return envelope.time;
}

/** `initiatedBy.user`, and the like. */
export function inner(record: Json, ...names: readonly string[]): Json {
  return names.reduce((at, name) => objectOf(at[name]), record);
}
