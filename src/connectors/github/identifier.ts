import { createHash } from "node:crypto";
import { isObject, type Json } from "#src/connector-kit/record.ts";

/**
 * A repeatable id of an event that has none: a hash of its content. The order of fields does not count, nor do empty ones
 * and the second name of the time, since exports differ in them. Two events equal in everything are one.
 */
export function identifierOf(event: Json, occurredAt: Date): string {
  const { "@timestamp": _, created_at: __, ...content } = event;
  return createHash("sha256")
    .update(JSON.stringify([occurredAt.toISOString(), ordered(content)]))
    .digest("hex");
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  return Object.keys(value)
    .toSorted()
    .filter((name) => !isEmpty(value[name]))
    .map((name) => [name, ordered(value[name])]);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === undefined || value === "";
}
