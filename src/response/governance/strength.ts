import { type Db, rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { includedKinds } from "#src/detection/policies/action-kinds.ts";
import type { ActionKey } from "./list.ts";
import { queueActions, targetKey } from "./store.ts";

/** Of what is wanted of one file at a time, which does the other's work as well. */
const pairs = Object.entries(includedKinds).flatMap(([stronger, weaker]) =>
  (weaker ?? []).map((kind) => [stronger, kind] as const),
);
const strongKinds = pairs.map(([stronger]) => stronger);
const weakKinds = pairs.map(([, weaker]) => weaker);

interface OnFile {
  kind: string;
  instanceId: number;
  fileId?: string | null;
}

/**
 * Cancels actions on files that a stronger one, which is queued or runs, includes. What waits for approval includes nothing yet. A cancelled action
 * keeps which one it gave way to. Returns what was cancelled.
 */
export async function supersedeIncluded(
  tx: Db,
  core: Pick<Core, "now">,
  actions: readonly OnFile[],
): Promise<ActionKey[]> {
  const onFiles = actions.filter(({ fileId, kind }) => fileId != null && isRanked(kind));
  if (onFiles.length === 0) return [];
  const rows = await rawSql(tx)<{ instanceId: number; id: string }[]>`
    update governance_actions w set status = 'CANCELLED', finished_at = ${core.now().toISOString()}::timestamptz, superseded_by = s.id,
      error = s.kind || ' was requested and includes this action.'
    from governance_actions s
    join unnest(${strongKinds}::text[], ${weakKinds}::text[]) as p(strong, weak) on p.strong = s.kind
    where (s.instance_id, s.file_id) in (select * from unnest(${onFiles.map(({ instanceId }) => instanceId)}::int[], ${onFiles.map(({ fileId }) => fileId as string)}::text[]))
      and s.status in ('QUEUED', 'RUNNING') and w.instance_id = s.instance_id and w.file_id = s.file_id and w.kind = p.weak and w.status = 'QUEUED'
    returning w.instance_id as "instanceId", w.id`;
  return rows.map(({ instanceId, id }) => ({ instanceId, id: Number(id) }));
}

function isRanked(kind: string): boolean {
  return strongKinds.includes(kind) || (weakKinds as readonly string[]).includes(kind);
}

/** Actions that are queued or run and include these: by `kind target` of the weaker. */
export async function includingActions(
  tx: Db,
  actions: readonly OnFile[],
): Promise<Map<string, { id: number; kind: string }>> {
  const onFiles = actions.filter(({ fileId, kind }) => fileId != null && weakKinds.includes(kind as never));
  if (onFiles.length === 0) return new Map();
  const rows = await rawSql(tx)<{ instanceId: number; fileId: string; id: string; kind: string; weak: string }[]>`
    select g.instance_id as "instanceId", g.file_id as "fileId", g.id, g.kind, w.kind as weak
    from unnest(${onFiles.map(({ instanceId }) => instanceId)}::int[], ${onFiles.map(({ fileId }) => fileId as string)}::text[],
      ${onFiles.map(({ kind }) => kind)}::text[]) as w(instance_id, file_id, kind)
    join unnest(${strongKinds}::text[], ${weakKinds}::text[]) as p(strong, weak) on p.weak = w.kind
    join governance_actions g on g.instance_id = w.instance_id and g.file_id = w.file_id and g.kind = p.strong and g.status in ('QUEUED', 'RUNNING')`;
  return new Map(rows.map((row) => [strengthKey({ ...row, kind: row.weak }), { id: Number(row.id), kind: row.kind }]));
}

export function strengthKey(action: OnFile): string {
  return `${action.kind} ${targetKey(action)}`;
}

/** Queues again what gave way to actions that will not do it after all: they failed, or a person cancelled them. Returns what was queued. */
export async function reinstateIncluded(
  tx: Db,
  core: Pick<Core, "boss" | "now">,
  ended: readonly ActionKey[],
): Promise<ActionKey[]> {
  const rows = await rawSql(tx)<(OnFile & { id: string })[]>`
    update governance_actions set status = 'QUEUED', finished_at = null, error = null, superseded_by = null
    where status = 'CANCELLED' and superseded_by is not null and (instance_id, superseded_by) in (
      select * from unnest(${ended.map(({ instanceId }) => instanceId)}::int[], ${ended.map(({ id }) => id)}::bigint[]))
    returning instance_id as "instanceId", id, kind, file_id as "fileId"`;
  if (rows.length === 0) return [];
  const keys = rows.map(({ instanceId, id }) => ({ instanceId, id: Number(id) }));
  // Of these, too, the strongest is enough.
  await supersedeIncluded(tx, core, rows);
  await queueActions(tx, core, keys);
  return keys;
}
