import { createHash } from "node:crypto";
import type { Sql } from "postgres";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, StreamItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import { hasPlausibleTime } from "#src/inventory/activities/plausible.ts";
import type { KeyRing } from "#src/platform/secrets.ts";
import { cleanText } from "#src/platform/text.ts";

/** Where records came from that nobody can read. */
export interface Origin {
  instanceId: number;
  stream: ScanStream;
  /** Empty for a stream without parts, and for what a webhook carried. */
  part: string;
}

/** One that is set aside, as it is stored: its record is sealed, since no mapping has freed it of secrets. */
export interface SetAside {
  id: string;
  path: string;
  reason: string;
  raw: string;
}

export const sealedPlace = (instanceId: number, id: string) => `unreadable_record/${instanceId}/${id}/raw`;

/** Characters of JSON kept of one record. */
const maxRawLength = 256 * 1024;
/** Of a record that is nested too deeply: so many levels, and so many values. */
const keptLevels = 64;
const keptValues = 10_000;

export function sealUnreadable(secrets: KeyRing, origin: Origin, items: readonly UnreadableItem[]): SetAside[] {
  return items.map(({ path, reason, raw }) => {
    const text = writtenOut(raw);
    const id = createHash("sha256").update(`${origin.stream}\0${origin.part}\0${text}`).digest("hex");
    return {
      id,
      path: cleanText(path, 500) ?? "",
      reason: cleanText(reason, 1000) ?? "It cannot be read.",
      raw: secrets.seal(cut(text), sealedPlace(origin.instanceId, id)),
    };
  });
}

/** In the caller's transaction, which holds the instance's lock. One that was met before is counted again. */
export async function storeUnreadable(
  sql: Sql,
  { instanceId, stream, part }: Origin,
  records: readonly SetAside[],
  now: Date,
): Promise<void> {
  if (records.length === 0) return;
  const rows = [...new Map(records.map((record) => [record.id, record])).values()];
  const column = (name: keyof SetAside) => rows.map((row) => row[name]);
  const at = now.toISOString();
  await sql`
    insert into unreadable_records as u (instance_id, id, stream, part, path, reason, raw, first_seen_at, last_seen_at)
    select ${instanceId}, r.id, ${stream}, ${part}, r.path, r.reason, r.raw, ${at}::timestamptz, ${at}::timestamptz
    from unnest(${column("id")}::text[], ${column("path")}::text[], ${column("reason")}::text[], ${column("raw")}::text[]) as r(id, path, reason, raw)
    on conflict (instance_id, id) do update set path = excluded.path, reason = excluded.reason, raw = excluded.raw,
      last_seen_at = excluded.last_seen_at, count = u.count + 1`;
}

/** What of a page can be stored, and what is set aside: what the connector could not read, and activities of an impossible time. */
export function separate(
  stream: ScanStream,
  items: readonly StreamItem[],
): { readable: readonly Exclude<StreamItem, UnreadableItem>[]; unreadable: UnreadableItem[] } {
  const isSound = stream === "ACTIVITIES" ? isSoundActivity : isReadable;
  // Nearly always all of them are.
  if (items.every(isSound)) return { readable: items as Exclude<StreamItem, UnreadableItem>[], unreadable: [] };
  const unreadable = items.flatMap((item) => {
    if (!isReadable(item)) return [item as UnreadableItem];
    if (isSound(item)) return [];
    const { occurredAt, raw } = item as ActivityRecord;
    const found = Number.isNaN(occurredAt.getTime()) ? "no instant at all" : occurredAt.toISOString();
    return [{ kind: "unreadable" as const, path: "occurredAt", reason: `Its time cannot be right: ${found}.`, raw }];
  });
  return { readable: items.filter(isSound) as Exclude<StreamItem, UnreadableItem>[], unreadable };
}

function isReadable(item: StreamItem): boolean {
  return !("kind" in item) || item.kind !== "unreadable";
}

function isSoundActivity(item: StreamItem): boolean {
  return isReadable(item) && hasPlausibleTime(item as ActivityRecord);
}

/** More levels than any provider has use for. Far deeper ones can be neither written as JSON nor stored as such. */
const maxLevels = 500;

export function isNestedTooDeeply(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxLevels) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** Whether a page failed on how deeply something in it is nested: in JSON.stringify, or in PostgreSQL (statement_too_complex). */
export function failsOnDepth(error: unknown): boolean {
  return error instanceof RangeError || (error as { code?: unknown } | null)?.code === "54001";
}

/**
 * The page again, with what is nested too deeply as unreadable: asked for only when storing has failed, since a look into each record
 * would slow every page down. The same items when nothing is.
 */
export function setDeepAside(items: readonly StreamItem[]): readonly StreamItem[] {
  if (!items.some(isNestedTooDeeply)) return items;
  const reason = `It is nested more than ${maxLevels} levels deep, which cannot be stored.`;
  return items.map((item): StreamItem => {
    if (!isNestedTooDeeply(item)) return item;
    if ("key" in item) return { key: item.key, unreadable: reason };
    return { kind: "unreadable", path: "raw", reason, raw: "raw" in item ? item.raw : item };
  });
}

/** JSON of all of it, or of the upper levels: what is read back must be fit to be answered with. */
function writtenOut(raw: unknown): string {
  const whole = isNestedTooDeeply(raw) ? pruned(raw, keptLevels, { left: keptValues }) : raw;
  return JSON.stringify(whole) ?? "null";
}

function pruned(value: unknown, levels: number, budget: { left: number }): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0 || budget.left <= 0) return "…";
  const keep = (one: unknown) => {
    budget.left -= 1;
    return pruned(one, levels - 1, budget);
  };
  if (Array.isArray(value)) return value.slice(0, budget.left).map(keep);
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, budget.left)
      .map(([name, one]) => [name, keep(one)]),
  );
}

/** What is too long is kept as the beginning of its text. */
function cut(text: string): string {
  return text.length <= maxRawLength ? text : JSON.stringify(`${text.slice(0, maxRawLength).toWellFormed()}…`);
}
