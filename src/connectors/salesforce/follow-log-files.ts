import type { ActivityRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { readCsv } from "#src/connector-kit/csv.ts";
import { readCursor, storedInstant, writeCursor } from "#src/connector-kit/cursor.ts";
import { isUnreadable, type Json, listOf, objectOf, readEach, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { recordUrl } from "./api.ts";
import { HourlyCoverage, type HourlySpans, type LogFile, listLogFiles } from "./event-log-files.ts";
import { keyOf, toRow } from "./map-rows.ts";

type Item = ActivityRecord | UnreadableItem;
type Page = StreamPage<Item>;

/** A file may become visible so long after the instant at which it was made by its own account. */
const overlapMs = 2 * 3_600_000;

/** Small files are stored together; of a large one so many rows are one transaction. */
const enoughItems = 500;
const maxItems = 1000;

/** Rows equal to the byte lie close together; so many of a file are compared. */
const twinWindow = 50_000;

const kind = { form: "log-files1" };

interface Position {
  /** Files made before it have all been read. */
  since: Date;
  /** Ids of those made since that have been read, with when they were made (epoch ms). */
  read: Map<string, number>;
  /** The file that is being read, and how many of its rows are stored. */
  file: { id: string; rows: number } | null;
}

/**
 * Reads event log files in the order in which they are made, each once, row by row as they arrive. A late event brings another file of its hour
 * with a higher sequence, and a daily file is made again; rows that come twice are the same event, by their values.
 * Cursor: until when files have been read, those read since, the rows of the one under way, and since when there are hourly files.
 */
export async function* followLogFiles(context: StreamContext, cursor: string | null): AsyncGenerator<Page, void, void> {
  const stored = cursor === null ? {} : readCursor(kind, cursor);
  const now = context.now();
  const hourly = new HourlyCoverage(objectOf(stored.hourly) as HourlySpans);
  const position = positionOf(stored, context, now);
  const write = () => writeCursor(kind, { ...position, read: [...position.read.entries()], hourly: hourly.spans });
  const before = cursor ?? "";

  const items: Item[] = [];
  const take = (): Page => ({ items: items.splice(0), cursor: write() });
  for (const file of await listLogFiles(context, position.since)) {
    if (isUnreadable(file)) {
      items.push(file);
      continue;
    }
    if (position.read.has(file.id)) continue;
    hourly.note(file);
    if (!hourly.covers(file)) {
      const rows = readRows(context, file, position.file?.id === file.id ? position.file.rows : 0);
      for await (const { items: some, rows: count } of rows) {
        items.push(...some.filter((item) => isWithin(item, context)));
        position.file = { id: file.id, rows: count };
        if (items.length >= maxItems) yield take();
      }
    }
    finish(position, file, context, now);
    if (items.length >= enoughItems) yield take();
  }
  if (context.to === null) settle(position, now);
  if (items.length > 0 || write() !== before) yield take();
}

function positionOf(stored: Json, { from, to }: StreamContext, now: Date): Position {
  const { id, rows } = objectOf(stored.file);
  const fileId = textOf(id);
  return {
    // Of a back-fill what counts is which hour a file is about, not when it was made.
    since: storedInstant(stored.since, now) ?? (to === null ? from : new Date(0)),
    read: new Map(listOf(stored.read).flatMap((one) => (Array.isArray(one) ? [[String(one[0]), Number(one[1])]] : []))),
    file: fileId === null ? null : { id: fileId, rows: Number(rows) || 0 },
  };
}

function finish(position: Position, { id, createdAt }: LogFile, { to }: StreamContext, now: Date): void {
  position.file = null;
  position.read.set(id, createdAt.getTime());
  const settledTo = to === null ? Math.min(createdAt.getTime(), now.getTime() - overlapMs) : createdAt.getTime();
  forget(position, settledTo);
}

/** Nothing is made any more that is older than the overlap. */
function settle(position: Position, now: Date): void {
  forget(position, now.getTime() - overlapMs);
}

function forget(position: Position, settledToMs: number): void {
  if (settledToMs <= position.since.getTime()) return;
  position.since = new Date(settledToMs);
  for (const [id, createdMs] of position.read) if (createdMs < settledToMs) position.read.delete(id);
}

/** The rows after the first `skip`, in pieces, and how many of the file have then been read. A file that has expired meanwhile has none. */
async function* readRows(
  context: StreamContext,
  { id, eventType }: LogFile,
  skip: number,
): AsyncGenerator<{ items: Item[]; rows: number }, void, void> {
  const twins = new Twins();
  let rows = 0;
  const piece: { row: Json; externalId: string }[] = [];
  const map = () =>
    readEach(piece.splice(0), `${eventType} file ${id} before row ${rows}`, (one, path) => {
      const { row, externalId } = one as { row: Json; externalId: string };
      return toRow(row, path, externalId);
    });
  try {
    for await (const { record } of readCsv(context.http.stream(`${recordUrl("EventLogFile", id)}/LogFile`))) {
      const row: Json = { ...record };
      const externalId = twins.idOf(keyOf(row));
      rows += 1;
      if (rows <= skip) continue;
      piece.push({ row, externalId });
      if (piece.length === maxItems) yield { items: map(), rows };
    }
  } catch (error) {
    if (!(error instanceof ProviderNotFoundError)) throw error;
  }
  yield { items: map(), rows };
}

/** Numbers rows that are equal to the byte: they are events of their own, and get the same ids whenever the file is read. */
class Twins {
  readonly #counts = new Map<string, number>();

  idOf(key: string): string {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size > twinWindow) this.#counts.delete(this.#counts.keys().next().value as string);
    return count === 1 ? key : `${key}-${count}`;
  }
}

function isWithin(item: Item, { from, to }: StreamContext): boolean {
  return to === null || isUnreadable(item) || (item.occurredAt >= from && item.occurredAt <= to);
}
