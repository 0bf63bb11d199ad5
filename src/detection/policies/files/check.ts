import type { Db } from "#db/client.ts";
import type { Viewer } from "#src/access/viewer.ts";
import { checkFilter, type RelativeFileFilter } from "#src/inventory/files/filter.ts";
import { checkLabels } from "#src/inventory/files/list.ts";
import { isImplied } from "../contradictions.ts";
import type { Draft } from "../draft.ts";
import type { Problems } from "../problems.ts";
import { findMissingInstances, findMissingRows } from "../references.ts";
import { readFileFilter } from "../stored-filter.ts";
import { checkContent } from "./content.ts";

/** Everything wrong with the filter and the content condition of a policy over files. */
export async function checkFileParts(
  db: Db,
  viewer: Viewer,
  draft: Pick<Draft, "filter" | "content">,
  problems: Problems,
): Promise<void> {
  const field = ["input", "fileFilter"];
  if (draft.content) await checkContent(db, draft.content, ["input", "contentCondition"], problems);
  const before = problems.found.length;
  const filter = readFileFilter(draft.filter, field, problems);
  if (problems.found.length > before) return;
  problems.check(() => checkFilter(filter, field));
  findContradictions(filter, field, problems);
  if (draft.content && filter.isFolder === true)
    problems.add("Folders have no content that could be inspected.", [...field, "isFolder"]);
  await findMissing(db, viewer, filter, field, problems);
}

/** Conditions that no file fulfils together. A filter that finds nothing would look like a clean bill of health. */
function findContradictions(filter: RelativeFileFilter, field: string[], problems: Problems): void {
  if (filter.isFolder === true)
    for (const name of ["extensions", "mimeTypes"] as const)
      if (filter[name]) problems.add("Folders have no extension and no MIME type.", [...field, name]);
  const { not } = filter;
  if (!not) return;
  if (isImplied(filter, not))
    problems.add("`not` excludes everything that the other conditions let through.", [...field, "not"]);
  findContradictions(not, [...field, "not"], problems);
}

async function findMissing(
  db: Db,
  viewer: Viewer,
  filter: RelativeFileFilter,
  field: string[],
  problems: Problems,
): Promise<void> {
  await findMissingInstances(db, viewer, { instanceIds: filter.instanceIds ?? null }, field, problems);
  await findMissingRows(db, viewer, "users", filter.ownerIds, [...field, "ownerIds"], problems);
  const { not, ...own } = filter;
  await problems.checkLater(() => checkLabels(db, viewer, own, field));
  if (not) await findMissing(db, viewer, not, [...field, "not"], problems);
}
