import { createHash } from "node:crypto";
import type { ActivityRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, textOf } from "#src/connector-kit/record.ts";

/** One row of either log, with the hash of what identifies it: neither log has ids. */
export interface Row {
  at: Date;
  key: string;
  raw: Json;
  record: (externalId: string) => ActivityRecord[];
}

/**
 * Sorted by time, each with its id. Rows equal in all that identifies them get running numbers, the same ones whenever
 * the rows of one instant are mapped together, as they are in any window.
 */
export function numbered(rows: Row[]): ActivityRecord[] {
  const sorted = rows.toSorted(
    (a, b) =>
      a.at.getTime() - b.at.getTime() || compare(a.key, b.key) || compare(JSON.stringify(a.raw), JSON.stringify(b.raw)),
  );
  const seen = new Map<string, number>();
  return sorted.flatMap((row) => {
    const number = (seen.get(row.key) ?? 0) + 1;
    seen.set(row.key, number);
    return row.record(number === 1 ? row.key : `${row.key}-${number}`);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function hashOf(parts: readonly unknown[]): string {
  const text = parts.map((part) => (part === null || part === undefined ? "" : String(part))).join("|");
  return createHash("sha256").update(text).digest("hex");
}

export function actorOf(login: string): ActorRecord {
  return {
    login,
    email: login.includes("@") ? login : null,
    name: login,
    // Integration system users are named so by Workday's own convention.
    ...(/^isu[_-]/i.test(login) ? { type: "SERVICE" as const } : {}),
  };
}

/** Null when it is not said, which is not the same as no. */
export function isTrue(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (value === "1" || value === "true" || value === 1) return true;
  return value === "0" || value === "false" || value === 0 ? false : null;
}

/** The first of several names of one thing that has a text. */
export function firstOf(row: Json, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = textOf(row[name]);
    if (value !== null) return value;
  }
  return null;
}
