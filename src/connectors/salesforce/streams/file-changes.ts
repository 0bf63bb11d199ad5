import type { FileItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { needStoredInstant, readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { readEachInTurn, textOf } from "#src/connector-kit/record.ts";
import { query, readAll, slices } from "../api.ts";
import { Documents, documentBatch } from "../documents.ts";
import { documentFields } from "../map-files.ts";
import { fields, fragment, soql } from "../soql.ts";

const kind = { form: "changes1" };

/** A change may become visible so long after the instant that it carries. */
const overlapMs = 5 * 60_000;

/** What carries the instant of a change: the file, a share, a public link. */
const objects = [
  ["ContentDocument", "Id"],
  ["ContentDocumentLink", "ContentDocumentId"],
  ["ContentDistribution", "ContentDocumentId"],
] as const;

/**
 * What changed since the last run, as the listing shows it: files, their sharing, and what went into the recycle bin. What was deleted
 * permanently is found by the next listing. The first run takes the present position.
 */
export async function* fileChanges(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<FileItem | UnreadableItem>, void, void> {
  const now = context.now();
  const next = writeCursor(kind, { at: now });
  if (cursor === null) return yield { items: [], cursor: next };
  const since = new Date(needStoredInstant(readCursor(kind, cursor).at, now).getTime() - overlapMs);
  const ids = await changedSince(context, since);
  const documents = new Documents(context);
  const columns = fields(documentFields);
  for (const some of slices([...ids], documentBatch)) {
    const q = soql`SELECT ${columns} FROM ContentDocument WHERE Id IN ${some}`;
    const records = await readAll(context, "changed files", query(q, { deleted: true, batch: documentBatch }));
    await documents.prepare(records);
    yield { items: await readEachInTurn(records, "records", documents.items), cursor };
  }
  yield { items: [], cursor: next };
}

async function changedSince(context: StreamContext, since: Date): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const [object, field] of objects) {
    const q = soql`SELECT ${fields([field])} FROM ${fragment(object)} WHERE SystemModstamp >= ${since}`;
    const read = () => readAll(context, "changes of files", query(q, { deleted: true }));
    // An org without content deliveries has no object for public links.
    const { value } = object === "ContentDistribution" ? await optional(read) : { value: await read() };
    for (const raw of value ?? []) {
      const id = textOf(raw[field]);
      if (id !== null) ids.add(id);
    }
  }
  return ids;
}
