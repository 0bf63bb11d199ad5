import { type Db, rawSql } from "#db/client.ts";
import { maySee, systemViewer, type Viewer } from "#src/access/viewer.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import { type AlertRow, loadAlerts } from "#src/detection/alerts/list.ts";
import { filterSql } from "#src/inventory/activities/filter.ts";
import { type ActivityRow, activityColumns } from "#src/inventory/activities/row.ts";
import { epochOf } from "#src/platform/instant.ts";
import { encodeId } from "#src/query/ids.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";
import { type AlertOut, alertEventId, type EventInstance, type EventUser, type OutboundEvent } from "./event.ts";
import { type Selection, wantedSeverities } from "./selection.ts";

/** Who a destination sees with: what its maker may see. */
export function viewerOf(instanceIds: readonly number[] | null): Viewer {
  return { ...systemViewer, id: "destination", name: "destination", instanceIds };
}

/**
 * What these batches of the log hold for a destination, in their order. An alert that comes several times comes once, as it is now.
 * What retention or a purge has removed meanwhile is missing.
 */
export async function eventsOf(
  db: Db,
  viewer: Viewer,
  selection: Selection,
  entries: readonly LogEntry[],
): Promise<OutboundEvent[]> {
  const found = [
    ...(selection.activities ? await activitiesOf(db, viewer, selection, entries) : []),
    ...(selection.alerts ? await alertsOf(db, viewer, selection, entries) : []),
  ];
  return found.sort((a, b) => a.position - b.position).map(({ event }) => event);
}

interface Placed<T extends OutboundEvent> {
  position: number;
  event: T;
}

interface Joined {
  instanceId: number;
  instanceName: string;
  connectorSlug: string;
  externalAccountId: string | null;
}

async function activitiesOf(
  db: Db,
  viewer: Viewer,
  selection: Selection,
  entries: readonly LogEntry[],
): Promise<Placed<OutboundEvent>[]> {
  const wanted = entries.filter(({ topic, instanceId }) => topic === "activities" && maySee(viewer, instanceId));
  if (wanted.length === 0) return [];
  const keys = wanted.flatMap(({ position, instanceId, occurredAts, externalIds }) =>
    externalIds.map((externalId, n) => ({ position, instanceId, occurredAt: occurredAts[n]!, externalId })),
  );
  const sql = rawSql(db);
  const rows = await sql<(ActivityRow & Joined & { position: string; account: EventUser | null })[]>`
    select k.position, i.name as "instanceName", i.connector_slug as "connectorSlug", i.external_account_id as "externalAccountId",
      case when u.external_id is not null then json_build_object('login', u.login, 'email', u.email, 'displayName', u.display_name, 'type', u.type, 'isAdmin', u.is_admin) end as account,
      ${activityColumns(sql)}
    from unnest(${keys.map((key) => key.position)}::bigint[], ${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.occurredAt)}::text[]::timestamptz[],
      ${keys.map((key) => key.externalId)}::text[]) with ordinality as k(position, instance_id, occurred_at, external_id, n)
    join activities a on a.instance_id = k.instance_id and a.occurred_at = k.occurred_at and a.external_id = k.external_id
    join instances i on i.id = a.instance_id
    left join users u on u.instance_id = a.instance_id and u.external_id = a.user_id
    where ${filterSql(sql, selection.activityFilter)}
    order by k.n`;
  return rows.map(({ position, account, instanceName, connectorSlug, externalAccountId, ...activity }) => ({
    position: Number(position),
    event: {
      type: "activity",
      id: encodeId("Activity", `${activity.instanceId}/${epochOf(activity.occurredAt)}/${activity.externalId}`),
      activity,
      instance: instanceOf({ instanceId: activity.instanceId, instanceName, connectorSlug, externalAccountId }),
      user: account && { ...account, instanceId: activity.instanceId, externalId: activity.userId! },
    },
  }));
}

async function alertsOf(
  db: Db,
  viewer: Viewer,
  selection: Selection,
  entries: readonly LogEntry[],
): Promise<Placed<AlertOut>[]> {
  const places = new Map<string, { instanceId: number; id: number; position: number; isNew: boolean }>();
  for (const { topic, instanceId, position, payload } of entries) {
    if (topic !== "alert" || !maySee(viewer, instanceId)) continue;
    // Entries from before an update do not say what was new.
    const { ids, raised = [] } = payload as { ids: number[]; raised?: number[] };
    for (const id of selection.alertChanges ? ids : raised) {
      const key = `${instanceId}/${id}`;
      places.set(key, { instanceId, id, position, isNew: raised.includes(id) || (places.get(key)?.isNew ?? false) });
    }
  }
  if (places.size === 0) return [];
  const severity = wantedSeverities(selection);
  const alerts = (
    await loadAlerts(db, viewer, [...places.values()], { ...selection.alertFilter, ...(severity ? { severity } : {}) })
  ).filter((alert) => alert !== null);
  const context = await contextOf(db, alerts);
  return alerts.map((alert) => {
    const { position, isNew } = places.get(`${alert.instanceId}/${alert.id}`)!;
    return {
      position,
      event: {
        type: "alert",
        id: alertEventId(alert, isNew),
        isNew,
        alert,
        instance: context.instance(alert.instanceId),
        user: context.user(alert),
        policy: alert.policyId === null ? null : (context.policies.get(alert.policyId) ?? null),
      },
    };
  });
}

/** What alerts are about. */
async function contextOf(db: Db, alerts: readonly AlertRow[]) {
  const sql = rawSql(db);
  const unique = <T>(values: readonly T[]) => [...new Set(values)];
  const instances = await sql<Joined[]>`
    select id as "instanceId", name as "instanceName", connector_slug as "connectorSlug", external_account_id as "externalAccountId"
    from instances where id = any(${unique(alerts.map(({ instanceId }) => instanceId))}::int[])`;
  const about = alerts.filter(({ userId }) => userId !== null);
  const users = await sql<EventUser[]>`
    select instance_id as "instanceId", external_id as "externalId", login, email, display_name as "displayName", type, is_admin as "isAdmin" from users
    where (instance_id, external_id) in (select * from unnest(${about.map(({ instanceId }) => instanceId)}::int[], ${about.map(({ userId }) => userId)}::text[]))`;
  const policies = await sql<{ id: number; name: string; mitreTechniques: string[] }[]>`
    select id, name, mitre_techniques as "mitreTechniques" from policies
    where id = any(${unique(alerts.flatMap(({ policyId }) => (policyId === null ? [] : [policyId])))}::int[])`;
  const instanceById = new Map(instances.map((row) => [row.instanceId, instanceOf(row)]));
  const userByKey = new Map(users.map((user) => [`${user.instanceId}/${user.externalId}`, user]));
  return {
    instance: (id: number) => instanceById.get(id)!,
    user: ({ instanceId, userId }: AlertRow) => userByKey.get(`${instanceId}/${userId}`) ?? null,
    policies: new Map(policies.map((policy) => [policy.id, policy])),
  };
}

function instanceOf({ instanceId, instanceName, connectorSlug, externalAccountId }: Joined): EventInstance {
  const appName = connectorBySlug(connectorSlug)?.manifest.name ?? connectorSlug;
  return { id: instanceId, name: instanceName, connectorSlug, appName, externalAccountId };
}
