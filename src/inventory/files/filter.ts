import type { Fragment } from "postgres";
import type { SharingLevel } from "#db/tables/files.ts";
import { InvalidInputError } from "#src/errors.ts";
import { epochOf } from "#src/platform/instant.ts";
import type { AccountKey } from "#src/query/ids.ts";
import { containing, foldCase } from "#src/query/paging.ts";
import type { SqlTag } from "#src/query/sql.ts";
import type { FileRow } from "./row.ts";

/** What files to speak of: all conditions must hold; a list holds when one of its values does. Ids are decoded. */
export interface FileFilter {
  instanceIds?: number[] | null;
  sharing?: SharingLevel[] | null;
  ownerIds?: AccountKey[] | null;
  /** Domains of people, groups and domains that have access. */
  collaboratorDomains?: string[] | null;
  extensions?: string[] | null;
  mimeTypes?: string[] | null;
  labels?: string[] | null;
  isFolder?: boolean | null;
  trashed?: boolean | null;
  quarantined?: boolean | null;
  removed?: boolean | null;
  modifiedFrom?: Date | null;
  modifiedTo?: Date | null;
  /** The file or folder with this path, and everything below it. */
  path?: string | null;
  search?: string | null;
  not?: FileFilter | null;
}

/** A filter that looks back from the moment it is applied. */
export interface RelativeFileFilter extends Omit<FileFilter, "not"> {
  /** Not changed for so many days or more. */
  unmodifiedForDays?: number | null;
  not?: RelativeFileFilter | null;
}

const dayMs = 24 * 60 * 60_000;

/** The filter as it is at an instant. */
export function filterAt(filter: RelativeFileFilter, now: Date): FileFilter {
  const { unmodifiedForDays, not, ...rest } = filter;
  const found: FileFilter = not ? { ...rest, not: filterAt(not, now) } : rest;
  if (unmodifiedForDays == null) return found;
  const until = new Date(now.getTime() - unmodifiedForDays * dayMs);
  return { ...found, modifiedTo: rest.modifiedTo && rest.modifiedTo < until ? rest.modifiedTo : until };
}

/** The filter as SQL over `files f`. Every value is a bound parameter. */
export function filterSql(sql: SqlTag, filter: FileFilter | null | undefined): Fragment {
  const conditions = filter ? conditionsOf(sql, filter) : [];
  return conditions.reduce((all, one) => sql`${all} and ${one}`, sql`true`);
}

function conditionsOf(sql: SqlTag, filter: FileFilter): Fragment[] {
  const conditions: Fragment[] = [];
  const add = (fragment: Fragment) => conditions.push(fragment);
  const { instanceIds, sharing, ownerIds } = filter;
  if (instanceIds)
    add(
      instanceIds.length === 1
        ? sql`f.instance_id = ${instanceIds[0] as number}::int`
        : sql`f.instance_id = any(${instanceIds}::int[])`,
    );
  if (sharing) add(sql`f.sharing = any(${sharing})`);
  if (ownerIds) {
    const [one] = ownerIds;
    // One account is the common case, and an equality finds the index.
    add(
      ownerIds.length === 1 && one
        ? sql`(f.instance_id = ${one.instanceId}::int and f.owner_id = ${one.externalId}::text)`
        : sql`(f.instance_id, f.owner_id) in (select * from unnest(${ownerIds.map((key) => key.instanceId)}::int[], ${ownerIds.map((key) => key.externalId)}::text[]))`,
    );
  }
  if (filter.collaboratorDomains)
    add(sql`exists (select from file_collaborators c where c.instance_id = f.instance_id and c.file_id = f.external_id
      and c.domain = any(${lowered(filter.collaboratorDomains)}))`);
  if (filter.extensions) add(sql`f.extension = any(${extensionsOf(filter.extensions)})`);
  if (filter.mimeTypes) add(sql`f.mime_type = any(${lowered(filter.mimeTypes)})`);
  if (filter.labels) add(sql`f.labels && ${filter.labels}::text[]`);
  if (filter.isFolder != null) add(sql`f.is_folder = ${filter.isFolder}`);
  if (filter.trashed != null) add(filter.trashed ? sql`f.trashed_at is not null` : sql`f.trashed_at is null`);
  if (filter.quarantined != null) add(filter.quarantined ? sql`f.quarantined` : sql`not f.quarantined`);
  if (filter.removed != null) add(filter.removed ? sql`f.removed_at is not null` : sql`f.removed_at is null`);
  // By its place in the list, so that the index finds it; a file without a time of change is in no span.
  const modified = sql`f.modified_key`;
  if (filter.modifiedFrom || filter.modifiedTo) add(sql`f.modified_at is not null`);
  if (filter.modifiedFrom) add(sql`${modified} >= ${filter.modifiedFrom.toISOString()}::timestamptz`);
  if (filter.modifiedTo) add(sql`${modified} < ${filter.modifiedTo.toISOString()}::timestamptz`);
  if (filter.path != null) {
    const path = folderPath(filter.path);
    add(sql`(f.path = ${path} or starts_with(f.path, ${`${path}/`}))`);
  }
  if (filter.search != null) {
    const text = containing(filter.search);
    add(sql`(f.name ilike ${text} or f.owner_name ilike ${text} or f.external_id = ${filter.search})`);
  }
  // A condition on something the app did not say is not met, and so its negation is.
  if (filter.not) add(sql`not coalesce((${filterSql(sql, filter.not)}), false)`);
  return conditions;
}

/** Domains of people, groups and domains that have access to a file, lower case. */
export type DomainsOf = (row: FileRow) => ReadonlySet<string>;

/**
 * The same filter over a row in memory, for live events. Null when it asks for domains of collaborators, which stand in another table, and
 * they are not at hand: then the batch is asked for with filterSql.
 */
export function filterPredicate(
  filter: FileFilter | null | undefined,
  domainsOf: DomainsOf | null = null,
): ((row: FileRow) => boolean) | null {
  if (!filter) return () => true;
  if (filter.collaboratorDomains && !domainsOf) return null;
  const inner = filter.not ? filterPredicate(filter.not, domainsOf) : null;
  if (filter.not && inner === null) return null;
  const tests: ((row: FileRow) => boolean)[] = [];
  const oneOf = <T>(values: readonly T[] | null | undefined, pick: (row: FileRow) => T | null) => {
    if (!values) return;
    const set = new Set<T>(values);
    tests.push((row) => {
      const value = pick(row);
      return value !== null && set.has(value);
    });
  };
  const is = (wanted: boolean | null | undefined, pick: (row: FileRow) => boolean) => {
    if (wanted != null) tests.push((row) => pick(row) === wanted);
  };
  oneOf(filter.instanceIds, (row) => row.instanceId);
  oneOf(filter.sharing, (row) => row.sharing);
  oneOf(filter.ownerIds?.map(accountText), ({ instanceId, ownerId }) =>
    ownerId === null ? null : accountText({ instanceId, externalId: ownerId }),
  );
  oneOf(filter.extensions && extensionsOf(filter.extensions), (row) => row.extension);
  oneOf(filter.mimeTypes && lowered(filter.mimeTypes), (row) => row.mimeType);
  const { labels, modifiedFrom, modifiedTo } = filter;
  if (labels) tests.push((row) => row.labels.some((label) => labels.includes(label)));
  is(filter.isFolder, (row) => row.isFolder);
  is(filter.trashed, (row) => row.trashedAt !== null);
  is(filter.quarantined, (row) => row.quarantined);
  is(filter.removed, (row) => row.removedAt !== null);
  if (modifiedFrom) tests.push((row) => row.modifiedAt !== null && epochOf(row.modifiedAt) >= modifiedFrom.getTime());
  if (modifiedTo) tests.push((row) => row.modifiedAt !== null && epochOf(row.modifiedAt) < modifiedTo.getTime());
  if (filter.path != null) {
    const path = folderPath(filter.path);
    tests.push((row) => row.path !== null && (row.path === path || row.path.startsWith(`${path}/`)));
  }
  if (filter.search != null) {
    const { search } = filter;
    const part = foldCase(search);
    tests.push(
      ({ name, ownerName, externalId }) =>
        externalId === search ||
        foldCase(name).includes(part) ||
        (ownerName !== null && foldCase(ownerName).includes(part)),
    );
  }
  if (filter.collaboratorDomains && domainsOf) {
    const domains = lowered(filter.collaboratorDomains);
    tests.push((row) => {
      const found = domainsOf(row);
      return domains.some((domain) => found.has(domain));
    });
  }
  if (inner) tests.push((row) => !inner(row));
  return (row) => tests.every((test) => test(row));
}

export function accountText({ instanceId, externalId }: AccountKey): string {
  return `${instanceId}/${externalId}`;
}

function lowered(values: readonly string[]): string[] {
  return values.map((value) => value.toLowerCase());
}

/** People write them with the dot. */
export function extensionsOf(values: readonly string[]): string[] {
  return lowered(values).map((value) => (value.startsWith(".") ? value.slice(1) : value));
}

function folderPath(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

const maxDays = 3650;

/** Throws InvalidInputError for a filter that nothing can match. */
export function checkFilter(filter: RelativeFileFilter | null, field: readonly string[]): void {
  for (let [part, path] = [filter, [...field]]; part; [part, path] = [part.not ?? null, [...path, "not"]]) {
    const { instanceIds, ownerIds, modifiedFrom, modifiedTo } = part;
    for (const [name, value] of Object.entries(part))
      if (Array.isArray(value) && value.length === 0)
        throw new InvalidInputError(`\`${name}\` is empty, and no file matches that. Leave it out to match all.`, [
          ...path,
          name,
        ]);
    if (part.unmodifiedForDays != null && (part.unmodifiedForDays < 1 || part.unmodifiedForDays > maxDays))
      throw new InvalidInputError(`\`unmodifiedForDays\` must be between 1 and ${maxDays.toLocaleString("en")}.`, [
        ...path,
        "unmodifiedForDays",
      ]);
    if (modifiedFrom && modifiedTo && modifiedFrom >= modifiedTo)
      throw new InvalidInputError("`modifiedFrom` must lie before `modifiedTo`.", [...path, "modifiedFrom"]);
    if (instanceIds && ownerIds && !ownerIds.some((owner) => instanceIds.includes(owner.instanceId)))
      throw new InvalidInputError("None of `ownerIds` is an account of one of `instanceIds`.", [...path, "ownerIds"]);
  }
}
