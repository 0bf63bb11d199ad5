import type { Sql } from "postgres";
import { instanceTable } from "#src/instances/row.ts";
import { readerOf } from "#src/query/reading.ts";
import { sql as fragment, queryValues } from "#src/query/sql.ts";
import { encodeCursor } from "#src/realtime/cursor.ts";
import type { Channel, Feed, Item } from "#src/realtime/feed.ts";
import type { Condition } from "#src/realtime/filter-index.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";
import { accountText, extensionsOf, type FileFilter, filterPredicate, filterSql } from "./filter.ts";
import { type FileRow, fileTable } from "./row.ts";

/** A changed file as subscribers get it: with the place of the change in the log, to resume after. */
export interface ChangedFile extends FileRow {
  cursor: string;
}

export interface FileChange extends Item {
  file: ChangedFile;
}

/** Files that are new, changed or removed, in the order in which that was stored; each as it is when it is read. */
export const fileChannel: Channel<FileChange> = {
  read: (sql, entry) => (entry.topic === "files" ? changesOf(sql, entry) : []),
  dimensions: {
    owner: ({ instanceId, file: { ownerId } }) =>
      ownerId === null ? null : accountText({ instanceId, externalId: ownerId }),
    instance: ({ instanceId }) => instanceId,
    extension: ({ file }) => file.extension,
    mimeType: ({ file }) => file.mimeType,
    sharing: ({ file }) => file.sharing,
  },
};

/** Changes of files that a filter wants, one by one. Without `removed` in the filter, of removed ones too. */
export function fileFeed<Context>(filter: FileFilter | null): Feed<FileChange, Context> {
  const exact = filterPredicate(filter);
  const matches = exact ?? filterPredicate(inMemoryPart(filter!))!;
  return {
    channel: fileChannel,
    conditions: conditionsOf(filter),
    matches: ({ file }) => matches(file),
    ...(exact ? {} : { narrow: (sql, entry, items) => narrow(sql, entry, items, filter) }),
    perMessage: 1,
    toValue: ([change]) => change!.file,
  };
}

/** What every file that the filter wants is equal to; the most selective first. */
export function conditionsOf(filter: Omit<FileFilter, "not"> | null): Condition[] {
  if (!filter) return [];
  const values: Record<string, readonly (string | number)[] | null | undefined> = {
    owner: filter.ownerIds?.map(accountText),
    instance: filter.instanceIds,
    label: filter.labels,
    domain: filter.collaboratorDomains?.map((domain) => domain.toLowerCase()),
    extension: filter.extensions && extensionsOf(filter.extensions),
    mimeType: filter.mimeTypes?.map((type) => type.toLowerCase()),
    sharing: filter.sharing,
  };
  return Object.entries(values).flatMap(([dimension, some]) =>
    some ? [{ dimension, values: [...new Set(some)] }] : [],
  );
}

/** The filter without what takes other tables: it wants at least as much. */
function inMemoryPart(filter: FileFilter): FileFilter {
  const not = filter.not && filterPredicate(filter.not) ? filter.not : null;
  return { ...filter, collaboratorDomains: null, not };
}

/** Changes of the newest entries, read once for everybody in the process who looks at them. */
const known = new WeakMap<LogEntry, Promise<readonly FileChange[]>>();
const kept: LogEntry[] = [];
let keptChanges = 0;
const maxKeptChanges = 5_000;

function changesOf(sql: Sql, entry: LogEntry): Promise<readonly FileChange[]> {
  const found = known.get(entry);
  if (found) return found;
  const changes = readChanges(sql, entry);
  changes.catch(() => known.delete(entry));
  known.set(entry, changes);
  kept.push(entry);
  keptChanges += entry.externalIds.length;
  while (keptChanges > maxKeptChanges && kept.length > 1) {
    const oldest = kept.shift()!;
    keptChanges -= oldest.externalIds.length;
    known.delete(oldest);
  }
  return changes;
}

const reader = readerOf(fileTable, {
  columns: new Set(Object.keys(fileTable.columns)),
  toOne: new Map([["instance", new Set(Object.keys(instanceTable.columns))]]),
  name: "files with instance",
});

/** In the order of the entry, without those that retention or a purge removed meanwhile. */
async function readChanges(sql: Sql, entry: LogEntry): Promise<FileChange[]> {
  const values = await queryValues(
    sql,
    fragment`select r.n::int, ${reader.outer} from (
      select k.n, ${reader.inner} from unnest(${entry.externalIds}::text[]) with ordinality as k(external_id, n)
      join files f on f.instance_id = ${entry.instanceId}::int and f.external_id = k.external_id) r
    ${reader.joins} order by r.n`,
  );
  return reader.rows(values, 1).flatMap((row, at) => {
    if (!row.instance) return [];
    const index = (values[at]![0] as number) - 1;
    const cursor = encodeCursor({ epoch: entry.epoch, position: entry.position, index });
    return [{ index, instanceId: entry.instanceId, file: { ...row, cursor } }];
  });
}

async function narrow(
  sql: Sql,
  entry: LogEntry,
  items: readonly FileChange[],
  filter: FileFilter | null,
): Promise<FileChange[]> {
  const ids = items.map(({ file }) => file.externalId);
  const rows = await sql<{ n: number }[]>`
    select k.n::int as n from unnest(${ids}::text[]) with ordinality as k(external_id, n)
    join files f on f.instance_id = ${entry.instanceId} and f.external_id = k.external_id
    where ${filterSql(sql, filter)} order by k.n`;
  return rows.map(({ n }) => items[n - 1] as FileChange);
}
