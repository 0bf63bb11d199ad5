import { createHash } from "node:crypto";
import type { Sql } from "postgres";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, FileItem, StreamItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import { isUnreadable } from "#src/connector-kit/record.ts";
import { hasPlausibleTime } from "#src/inventory/activities/plausible.ts";
import { fileIdOf, hasStorableId, maxIdBytes } from "#src/inventory/files/id.ts";
import { keptLevels } from "#src/platform/json.ts";
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

export function sealUnreadable(secrets: KeyRing, origin: Origin, items: readonly UnreadableItem[]): SetAside[] {
  return items.map(({ path, reason, raw }) => {
    const text = JSON.stringify(keptLevels(raw)) ?? "null";
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

/**
 * What of a page can be stored, and what is set aside: what the connector could not read, activities of an impossible time, and files
 * whose id is too long.
 */
export function separate(
  stream: ScanStream,
  items: readonly StreamItem[],
): { readable: readonly Exclude<StreamItem, UnreadableItem>[]; unreadable: UnreadableItem[] } {
  const isSound = stream === "ACTIVITIES" ? isSoundActivity : stream === "FILES" ? isSoundFile : isReadable;
  // Nearly always all of them are.
  if (items.every(isSound)) return { readable: items as Exclude<StreamItem, UnreadableItem>[], unreadable: [] };
  const unreadable = items.flatMap((item) => {
    if (isUnreadable(item)) return [item];
    if (isSound(item)) return [];
    return [stream === "FILES" ? tooLong(item as FileItem) : impossible(item as ActivityRecord)];
  });
  return { readable: items.filter(isSound) as Exclude<StreamItem, UnreadableItem>[], unreadable };
}

function impossible({ occurredAt, raw }: ActivityRecord): UnreadableItem {
  const found = Number.isNaN(occurredAt.getTime()) ? "no instant at all" : occurredAt.toISOString();
  return { kind: "unreadable", path: "occurredAt", reason: `Its time cannot be right: ${found}.`, raw };
}

function tooLong(item: FileItem): UnreadableItem {
  const path = item.kind === "collaborator" ? "fileId" : "externalId";
  const raw = item.kind === "file" ? item.raw : { kind: item.kind, [path]: fileIdOf(item) };
  return { kind: "unreadable", path, reason: `Its id has no length from 1 to ${maxIdBytes} bytes.`, raw };
}

function isReadable(item: StreamItem): boolean {
  return !isUnreadable(item);
}

function isSoundActivity(item: StreamItem): boolean {
  return isReadable(item) && hasPlausibleTime(item as ActivityRecord);
}

function isSoundFile(item: StreamItem): boolean {
  return isReadable(item) && hasStorableId(item as FileItem);
}

/** What is too long is kept as the beginning of its text. */
function cut(text: string): string {
  return text.length <= maxRawLength ? text : JSON.stringify(`${text.slice(0, maxRawLength).toWellFormed()}…`);
}
