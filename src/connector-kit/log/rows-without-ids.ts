import { createHash } from "node:crypto";
import type { ActivityRecord, UnreadableItem } from "../contract/records.ts";
import { type Json, readEach } from "../record.ts";

/** One row of a log whose rows have no ids. */
export interface Row {
  at: Date;
  /** A hash of what identifies it, see `hashOf`: of nothing that may be added to the row later. */
  key: string;
  raw: Json;
  /** What it becomes, under the id that it gets here. */
  records: (externalId: string) => ActivityRecord[];
}

/**
 * For `items` of `followWindows`: the rows of a window sorted by time, each with its id. Rows equal in all that identifies them get running
 * numbers, the same ones whenever the rows of one instant are mapped together, as they are in any window. What cannot be read comes last.
 */
export function numberRows(
  rows: readonly unknown[],
  path: string,
  read: (row: unknown, path: string) => Row,
): (ActivityRecord | UnreadableItem)[] {
  const items = readEach(rows, path, read);
  const sorted = items
    .flatMap((item) => ("kind" in item ? [] : item))
    .sort(
      (a, b) =>
        a.at.getTime() - b.at.getTime() ||
        compare(a.key, b.key) ||
        compare(JSON.stringify(a.raw), JSON.stringify(b.raw)),
    );
  const seen = new Map<string, number>();
  const numbered = sorted.flatMap(({ key, records }) => {
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return records(number === 1 ? key : `${key}-${number}`);
  });
  return [...numbered, ...items.flatMap((item) => ("kind" in item ? item : []))];
}

/** SHA-256 of the parts, as 64 hexadecimal digits; missing parts count as empty. */
export function hashOf(parts: readonly unknown[]): string {
  const text = parts.map((part) => (part === null || part === undefined ? "" : String(part))).join("|");
  return createHash("sha256").update(text).digest("hex");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
