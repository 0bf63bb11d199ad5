import type { Policy } from "#db/tables/policies.ts";
import { InvalidInputsError } from "#src/errors.ts";
import { conditionsOf } from "#src/inventory/files/feed.ts";
import { filterAt, filterPredicate, type RelativeFileFilter } from "#src/inventory/files/filter.ts";
import type { FileRow } from "#src/inventory/files/row.ts";
import type { Condition, Dimension } from "#src/realtime/filter-index.ts";
import type { People } from "../people.ts";
import { Problems } from "../problems.ts";
import { type DecodedScope, decodeScope, scopeTest } from "../scope.ts";
import { readFileFilter } from "../stored-filter.ts";
import { contentTest, type Found } from "./content.ts";

/** A file with what rules ask of other tables. */
export interface EvaluatedFile {
  row: FileRow;
  /** Of people, groups and domains that have access. */
  domains: ReadonlySet<string>;
  /** The folders it lies in, at any depth, as `<instance>/<id>`. */
  folders: ReadonlySet<string>;
  content: Content;
}

/**
 * What is known of the content as it is now. `unknown`: it has to be read first. `awaited`: it is about to be read. `unreadable`: the app or the file
 * did not let it be read.
 */
export type Content =
  | { state: "known"; found: readonly Found[] }
  | { state: "unknown" | "awaited" | "unreadable"; found: null };

/** `unknown`: the metadata fit, and the content has to be read before more is known. */
export type Verdict = { matches: true; found: readonly Found[] } | { matches: false } | { matches: "unknown" };

/** A policy over files, ready to be tried on one. */
export interface FileRule {
  policy: Policy;
  filter: RelativeFileFilter;
  /** What the index finds it by. */
  conditions: Condition[];
  try(file: EvaluatedFile, now: Date): Verdict;
  needs: FileNeeds;
  /** It can come to match, or cease to, although the file does not change: it is applied to all files again every day. */
  changesByItself: boolean;
}

export interface FileNeeds {
  groups: ReadonlySet<string>;
  domains: boolean;
  folders: boolean;
  content: boolean;
}

/** What rules are found by: the dimensions of the index over them. */
export const fileDimensions: Readonly<Record<string, Dimension<EvaluatedFile>>> = {
  owner: ({ row }) => (row.ownerId === null ? null : `${row.instanceId}/${row.ownerId}`),
  domain: ({ domains }) => [...domains],
  label: ({ row }) => row.labels,
  extension: ({ row }) => row.extension,
  mimeType: ({ row }) => row.mimeType,
  folder: ({ folders }) => [...folders],
  sharing: ({ row }) => row.sharing,
  instance: ({ row }) => row.instanceId,
};

/** Throws InvalidInputsError when the stored policy cannot be understood (any more). */
export function compileFileRule(policy: Policy, people: People): FileRule {
  const problems = new Problems();
  const filter = readFileFilter(policy.filter ?? {}, ["filter"], problems);
  if (problems.found.length > 0) throw new InvalidInputsError(problems.found);
  const include = decodeScope(policy.include, ["include"]);
  const exclude = decodeScope(policy.exclude, ["exclude"]);
  const inScope = scopeTest(include, exclude, people);
  const inFolders = folderTest(include, exclude);
  const passes = timedPredicate(filter);
  const test = policy.content && contentTest(policy.content);
  const groups = new Set([...(include?.groups ?? []), ...(exclude?.groups ?? [])]);
  const folders = hasFolders(include) || hasFolders(exclude);
  return {
    policy,
    filter,
    conditions: [...scopeConditions(include), ...conditionsOf(filter)],
    try(file, now) {
      const { row, content } = file;
      if (row.removedAt !== null || !passes(file, now)) return { matches: false };
      if (inScope && !inScope({ row: { instanceId: row.instanceId, userId: row.ownerId } })) return { matches: false };
      if (inFolders && !inFolders(file)) return { matches: false };
      if (!test) return { matches: true, found: [] };
      if (content.state === "unknown" || content.state === "awaited") return { matches: "unknown" };
      const found = content.found && test(content.found);
      return found ? { matches: true, found } : { matches: false };
    },
    needs: { groups, domains: asksFor(filter, "collaboratorDomains"), folders, content: test !== null },
    changesByItself: groups.size > 0 || folders || asksFor(filter, "unmodifiedForDays"),
  };
}

/** Compiled again when the clock has moved, and only where it matters. */
function timedPredicate(filter: RelativeFileFilter): (file: EvaluatedFile, now: Date) => boolean {
  let domains: ReadonlySet<string> = new Set();
  const compile = (now: Date) => filterPredicate(filterAt(filter, now), () => domains)!;
  const isTimed = asksFor(filter, "unmodifiedForDays");
  let compiledAt = 0;
  let passes: ReturnType<typeof compile> | null = null;
  return (file, now) => {
    if (passes === null || (isTimed && compiledAt !== now.getTime())) {
      passes = compile(now);
      compiledAt = now.getTime();
    }
    ({ domains } = file);
    return passes(file.row);
  };
}

export function asksFor(filter: RelativeFileFilter, name: keyof RelativeFileFilter): boolean {
  return filter[name] != null || (filter.not != null && asksFor(filter.not, name));
}

function hasFolders(scope: DecodedScope | null): boolean {
  return scope !== null && scope.folders.size > 0;
}

function folderTest(
  include: DecodedScope | null,
  exclude: DecodedScope | null,
): ((file: EvaluatedFile) => boolean) | null {
  if (!hasFolders(include) && !hasFolders(exclude)) return null;
  const lies = (scope: DecodedScope | null, { folders }: EvaluatedFile) =>
    scope !== null && [...scope.folders].some((folder) => folders.has(folder));
  return (file) => !lies(exclude, file) && (!hasFolders(include) || lies(include, file));
}

function scopeConditions(include: DecodedScope | null): Condition[] {
  if (!include) return [];
  const found: Condition[] = [];
  if (include.users.size > 0 && include.groups.size === 0)
    found.push({ dimension: "owner", values: [...include.users] });
  if (include.folders.size > 0) found.push({ dimension: "folder", values: [...include.folders] });
  if (include.instances.size > 0) found.push({ dimension: "instance", values: [...include.instances] });
  return found;
}
