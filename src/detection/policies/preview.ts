import type { Fragment, Sql } from "postgres";
import { rawSql } from "#db/client.ts";
import { heavily } from "#db/shares.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { InvalidInputError } from "#src/errors.ts";
import { filterSql } from "#src/inventory/activities/filter.ts";
import { type ActivityRow, activityColumns } from "#src/inventory/activities/row.ts";
import type { FileRow } from "#src/inventory/files/row.ts";
import { epochOf } from "#src/platform/instant.ts";
import { checkedDraft } from "./change.ts";
import { decodeFilter } from "./compile.ts";
import type { Draft, PolicyInput } from "./draft.ts";
import { findFiles } from "./files/preview.ts";
import { type DecodedScope, decodeScope } from "./scope.ts";
import { countingOf, type Threshold, thresholdKey } from "./threshold.ts";

export interface PolicyPreview {
  matches: number;
  alertsPerDay: number;
  /** The newest matches. */
  samples: ActivityRow[];
  files: FileRow[];
  /** Files of which only their content is not known. */
  filesToInspect: number;
}

const dayMs = 24 * 60 * 60_000;
const longestDays = 31;
const maxSamples = 10;
/** More matches of a threshold than these are not counted through: the overload guard would switch such a policy off. */
const maxHits = 200_000;

/**
 * What a policy would have made of what is stored, as far as the viewer sees it. Alerts are counted as if each were resolved by the end
 * of its day. Throws InvalidInputsError for a policy that could not be made, and InvalidInputError for a span that is too long.
 */
export async function previewPolicy(
  core: Pick<Core, "db" | "now">,
  viewer: Viewer,
  input: PolicyInput,
  from: Date,
  to: Date,
): Promise<PolicyPreview> {
  if (from >= to) throw new InvalidInputError("`to` must be after `from`.", ["to"]);
  const days = (to.getTime() - from.getTime()) / dayMs;
  if (days > longestDays) throw new InvalidInputError(`The period must not exceed ${longestDays} days.`, ["from"]);
  const draft = await checkedDraft(core, viewer, { ...input, name: input.name || "preview" });
  if (draft.kind === "FILE") {
    const period = { now: core.now(), from, to, samples: maxSamples };
    const { changed, ...found } = await findFiles(core.db, viewer, draft, period);
    return { ...found, alertsPerDay: changed / days, samples: [] };
  }
  if (draft.kind !== "ACTIVITY")
    throw new InvalidInputError("Only policies of the kinds ACTIVITY and FILE can be previewed.", ["input", "kind"]);
  const sql = heavily(rawSql(core.db));
  const where = matching(sql, viewer, draft, from, to);
  const samples = await sql<ActivityRow[]>`
    select ${activityColumns(sql)} from activities a where ${where} order by a.occurred_at desc nulls last, a.instance_id desc, a.external_id desc limit ${maxSamples}`;
  const { matches, alerts } = await (draft.threshold
    ? countRuns(sql, where, draft.threshold)
    : countAccounts(sql, where));
  return { matches, alertsPerDay: alerts / days, samples: [...samples], files: [], filesToInspect: 0 };
}

/** Filter and scope as the evaluator applies them. */
function matching(sql: Sql, viewer: Viewer, draft: Draft, from: Date, to: Date): Fragment {
  const instances = visibleInstances(viewer);
  const include = decodeScope(draft.include);
  const exclude = decodeScope(draft.exclude);
  const conditions = [
    instances === null ? sql`true` : sql`a.instance_id = any(${instances}::int[])`,
    sql`a.occurred_at >= ${from.toISOString()}::timestamptz and a.occurred_at < ${to.toISOString()}::timestamptz`,
    filterSql(sql, decodeFilter(draft.filter)),
  ];
  if (include?.instances.size) conditions.push(sql`a.instance_id = any(${[...include.instances]}::int[])`);
  if (include && include.users.size + include.groups.size > 0) conditions.push(named(sql, include));
  if (exclude?.instances.size) conditions.push(sql`not a.instance_id = any(${[...exclude.instances]}::int[])`);
  if (exclude && exclude.users.size + exclude.groups.size > 0)
    conditions.push(sql`not coalesce(${named(sql, exclude)}, false)`);
  return conditions.reduce((all, one) => sql`${all} and ${one}`);
}

function named(sql: Sql, { users, groups }: DecodedScope): Fragment {
  return sql`(a.instance_id || '/' || a.user_id = any(${[...users]}::text[]) or exists (select from group_members m
    where m.instance_id = a.instance_id and m.user_id = a.user_id and m.instance_id || '/' || m.group_id = any(${[...groups]}::text[])))`;
}

/** Matches of one account are one alert a day. */
async function countAccounts(sql: Sql, where: Fragment): Promise<{ matches: number; alerts: number }> {
  const [row] = await sql<{ matches: number; alerts: number }[]>`
    select coalesce(sum(matches), 0)::int as matches, count(*)::int as alerts from (
      select count(*) as matches from activities a where ${where}
      group by a.instance_id, a.user_id, case when a.user_id is null then coalesce(a.actor_name, '') end, date_trunc('day', a.occurred_at)) accounts`;
  return row!;
}

/** The days on which a threshold was reached, for each key. */
async function countRuns(
  sql: Sql,
  where: Fragment,
  threshold: Threshold,
): Promise<{ matches: number; alerts: number }> {
  const rows = await sql<
    {
      instanceId: number;
      userId: string | null;
      actorName: string | null;
      occurredAt: string;
      identityId: number | null;
    }[]
  >`
    select a.instance_id as "instanceId", a.user_id as "userId", a.actor_name as "actorName", a.occurred_at as "occurredAt", u.identity_id as "identityId"
    from activities a left join users u on u.instance_id = a.instance_id and u.external_id = a.user_id
    where ${where} order by a.occurred_at nulls first limit ${maxHits + 1}`;
  if (rows.length > maxHits)
    throw new InvalidInputError(
      `The policy matches more than ${maxHits.toLocaleString("en")} activities in this period. Narrow the filter or choose a shorter period.`,
      ["input", "activityFilter"],
    );
  const instants = new Map<string, { occurredAtMs: number; value: null }[]>();
  for (const row of rows) {
    const key = thresholdKey(threshold, { row }, { personOf: () => row.identityId });
    if (key === null) continue;
    const hit = { occurredAtMs: epochOf(row.occurredAt), value: null };
    const same = instants.get(key);
    if (same) same.push(hit);
    else instants.set(key, [hit]);
  }
  const { runs } = countingOf(threshold, { personOf: () => null });
  let alerts = 0;
  for (const hits of instants.values())
    alerts += new Set(runs(hits).map(({ first }) => Math.floor(hits[first]!.occurredAtMs / dayMs))).size;
  return { matches: rows.length, alerts };
}
