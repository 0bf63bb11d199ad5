import { type Db, rawSql } from "#db/client.ts";
import { maySee, type Viewer } from "#src/access/viewer.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { ActivityFilter } from "#src/inventory/activities/filter.ts";
import { loadIdentities } from "#src/inventory/identities/list.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { Problems } from "./problems.ts";

/** Looks for instances, accounts, groups and apps that a filter names and that are not there, or not the viewer's. */
export async function findMissing(
  db: Db,
  viewer: Viewer,
  filter: ActivityFilter,
  field: string[],
  problems: Problems,
): Promise<void> {
  for (const slug of filter.connectorSlugs ?? [])
    if (!connectorBySlug(slug))
      problems.add(`There is no connector "${slug.slice(0, 60)}".`, [...field, "connectorSlugs"]);
  await findMissingInstances(db, viewer, filter, field, problems);
  await findMissingRows(db, viewer, "users", filter.userIds, [...field, "userIds"], problems);
  await findMissingRows(db, viewer, "groups", filter.groupIds, [...field, "groupIds"], problems);
  await findMissingPeople(db, viewer, filter.identityIds, [...field, "identityIds"], problems);
  if (filter.not) await findMissing(db, viewer, filter.not, [...field, "not"], problems);
}

export async function findMissingInstances(
  db: Db,
  viewer: Viewer,
  { instanceIds, connectorSlugs }: Pick<ActivityFilter, "instanceIds" | "connectorSlugs">,
  field: string[],
  problems: Problems,
): Promise<void> {
  if (!instanceIds?.length) return;
  const rows = await rawSql(db)<{ id: number; slug: string }[]>`
    select id, connector_slug as slug from instances where id = any(${instanceIds}::int[])`;
  const known = new Map(rows.filter(({ id }) => maySee(viewer, id)).map(({ id, slug }) => [id, slug]));
  if (instanceIds.some((id) => !known.has(id))) problems.add("An instance was not found.", [...field, "instanceIds"]);
  else if (connectorSlugs && ![...known.values()].some((slug) => connectorSlugs.includes(slug)))
    problems.add("None of the instances is of one of `connectorSlugs`.", [...field, "instanceIds"]);
}

async function findMissingPeople(
  db: Db,
  viewer: Viewer,
  ids: readonly number[] | null | undefined,
  field: string[],
  problems: Problems,
): Promise<void> {
  if (!ids?.length) return;
  const found = await loadIdentities(db, viewer, ids);
  if (found.includes(null)) problems.add("A person was not found.", field);
}

export async function findMissingRows(
  db: Db,
  viewer: Viewer,
  table: "users" | "groups" | "files",
  keys: readonly AccountKey[] | null | undefined,
  field: string[],
  problems: Problems,
): Promise<void> {
  if (!keys?.length) return;
  const sql = rawSql(db);
  const seen = keys.filter(({ instanceId }) => maySee(viewer, instanceId));
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from unnest(${seen.map((key) => key.instanceId)}::int[], ${seen.map((key) => key.externalId)}::text[]) as k(instance_id, external_id)
    where exists (select from ${sql(table)} t where t.instance_id = k.instance_id and t.external_id = k.external_id)`;
  const names = { users: "An account", groups: "A group", files: "A folder" };
  if (row?.count !== keys.length) problems.add(`${names[table]} was not found.`, field);
}
