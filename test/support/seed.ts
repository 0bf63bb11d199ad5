import { type Db, rawSql, tables } from "#db/client.ts";
import type { ActivityRecord, FileItem } from "#src/connector-kit/contract/records.ts";
import { loadConnector } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { announceAlerts, raiseAlerts } from "#src/detection/alerts/raise.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { sealCredential, sealSettings } from "#src/instances/secrets.ts";
import { ensurePartitions, storeActivities } from "#src/inventory/activities/store.ts";
import { storeFiles } from "#src/inventory/files/store.ts";
import { storeOAuthApps } from "#src/inventory/oauth-apps/store.ts";
import { settleAdmins, storeGroups, storePrivileges, storeUsers } from "#src/inventory/users/store.ts";
import { evaluatePosture } from "#src/posture/evaluate.ts";
import { publish } from "#src/realtime/publish.ts";
import { file, folder, reader } from "./file-items.ts";
import { newestPositionOf } from "./log-position.ts";

/** The newest seeded activity; others lie a minute apart before it. */
export const newest = new Date("2026-11-18T12:00:00.000Z");

export interface SeedSize {
  users?: number;
  groups?: number;
  privileges?: number;
  activities?: number;
  apps?: number;
  scans?: number;
  gaps?: number;
  /** Runs the connector's checks: recommendations that nothing was read for. */
  posture?: boolean;
  /** Alerts about accounts and activities, each with an action that was taken. */
  alerts?: number;
  /** Files in a folder, each with a collaborator outside and one inside. */
  files?: number;
}

/** Sealed into every seeded instance. Nothing that leaves the process may hold it. */
export const canary = "canary-3f1a9c7e52";

/**
 * A connected instance with accounts, groups, privileges, activities, app permissions, scans and gaps, through the domain's own stores.
 * The same arguments give the same rows; account `u3` has the same e-mail in every instance, so that persons have several accounts.
 */
export async function seedInstance(
  core: Core,
  connectorSlug: string,
  name: string,
  size: SeedSize = {},
): Promise<number> {
  const { users = 5, groups = 2, privileges = 2, activities = 10, apps = 2, scans = 2, gaps = 1, files = 0 } = size;
  const sql = rawSql(core.db);
  const [instance] = await core.db
    .insert(tables.instances)
    .values({
      connectorSlug,
      name,
      status: "CONNECTED",
      externalAccountId: `${connectorSlug}-${name}`,
      accountName: name,
      settings: { org: name },
      connectedAt: newest,
      createdAt: newest,
    })
    .returning({ id: tables.instances.id });
  const id = instance!.id;
  await sql`update instances set secret_settings = ${sealSettings(core.secrets, id, { token: canary })},
    credential = ${sealCredential(core.secrets, id, { accessToken: canary, refreshToken: canary })}, webhook_secret = ${core.secrets.seal(canary, `instance/${id}/webhook_secret`)}
    where id = ${id}`;
  await core.db.insert(tables.streams).values(
    (["USERS", "ACTIVITIES"] as const).map((stream) => ({
      instanceId: id,
      stream,
      fromAt: newest,
      lastSuccessAt: newest,
      firstScanCompletedAt: newest,
    })),
  );
  const scanRows = range(scans).map((n) => ({
    instanceId: id,
    stream: n % 2 ? "ACTIVITIES" : "USERS",
    mode: "FULL" as const,
    status: n % 3 === 2 ? ("FAILED" as const) : ("SUCCEEDED" as const),
    startedAt: newest,
    finishedAt: newest,
  }));
  if (scans > 0) await core.db.insert(tables.scans).values(scanRows);
  const gapRows = range(gaps).map((n) => ({
    instanceId: id,
    stream: "ACTIVITIES",
    fromAt: ago(n + 10),
    toAt: ago(n),
    reason: "The cursor was too old.",
  }));
  if (gaps > 0) await core.db.insert(tables.coverageGaps).values(gapRows);

  await storeUsers(sql, id, range(users).map(userRecord), 1);
  const groupItems = range(groups).map((n) => ({
    kind: "group" as const,
    externalId: `g${n}`,
    name: `Group ${n}`,
    raw: {},
  }));
  const members =
    groups === 0
      ? []
      : range(Math.max(users, groups)).map((n) => ({
          kind: "member" as const,
          groupId: `g${n % groups}`,
          userId: `u${n % users}`,
        }));
  await storeGroups(sql, id, [...groupItems, ...members], 1);
  const privilegeItems = range(privileges).map((n) => ({
    kind: "privilege" as const,
    externalId: `p${n}`,
    name: `Role ${n}`,
    isAdmin: n === 0,
  }));
  const holders =
    privileges === 0
      ? []
      : range(users).map((n) => ({ kind: "holder" as const, privilegeId: `p${n % privileges}`, userId: `u${n}` }));
  await storePrivileges(sql, id, [...privilegeItems, ...holders], 1);
  await settleAdmins(sql, id);
  await storeOAuthApps(
    sql,
    id,
    [
      ...range(apps).map((n) => ({
        kind: "app" as const,
        externalId: `o${n}`,
        name: `App ${n}`,
        publisher: "Tools Ltd",
        scopes: ["read"],
        permissionLevel: "LOW" as const,
        raw: {},
      })),
      ...(apps === 0
        ? []
        : range(Math.max(users, apps)).map((n) => ({
            kind: "grant" as const,
            appId: `o${n % apps}`,
            userId: `u${n % users}`,
          }))),
    ],
    1,
  );
  if (files > 0) {
    await core.db.insert(tables.streams).values({ instanceId: id, stream: "FILES", fromAt: newest });
    await sql`update instances set tenant_domains = '{example.com}' where id = ${id}`;
    await addFiles(core, id, [folder("folder"), ...range(files).flatMap(fileItems)]);
  }
  await addActivities(
    core,
    id,
    range(activities).map((n) =>
      activityRecord(n, {
        actor: { externalId: `u${n % Math.max(1, users)}`, name: `User ${n % Math.max(1, users)}` },
      }),
    ),
  );
  const checks = size.posture ? ((await loadConnector(connectorSlug))?.checks ?? []) : [];
  await core.db.transaction((tx) => evaluatePosture(tx as unknown as Db, checks, id, newest));
  if (size.alerts) await seedAlerts(core, id, size.alerts, Math.max(1, users));
  return id;
}

async function seedAlerts(core: Core, instanceId: number, count: number, users: number): Promise<void> {
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const findings = range(count).map((n) => ({
      instanceId,
      kind: "SYSTEM" as const,
      policyId: null,
      userId: `u${n % users}`,
      severity: "LOW" as const,
      title: `Alert ${n}`,
      explanation: { count: n },
      evidence: [[ago(0).getTime(), "a0"]] as [number, string][],
      dedupKey: `seed/${n}`,
      occurredAt: newest,
    }));
    const raised = await raiseAlerts(tx, findings, newest);
    await tx.insert(tables.governanceActions).values(
      raised.map(({ id }, n) => ({
        instanceId,
        kind: "SUSPEND_USER",
        status: "SUCCEEDED" as const,
        userId: `u${n % users}`,
        requestedBy: "somebody",
        alertId: id,
        finishedAt: newest,
      })),
    );
    await announceAlerts(tx, raised);
  });
}

/** A policy that one in sixty alerts and the newest activities belong to, with a suppression. */
export async function seedPolicy(core: Core, name: string): Promise<number> {
  const sql = rawSql(core.db);
  const [policy] = await core.db
    .insert(tables.policies)
    .values({ name, kind: "ACTIVITY", severity: "LOW", filter: {}, createdBy: "somebody" })
    .returning({ id: tables.policies.id });
  const { id } = policy!;
  await core.db
    .insert(tables.suppressions)
    .values({ policyId: id, match: { countries: ["DE"] }, reason: "Expected", createdBy: "somebody" });
  await sql`update alerts set policy_id = ${id} where id % 60 = ${id % 60}`;
  await sql`
    insert into policy_matches (instance_id, occurred_at, external_id, policy_id, alert_id)
    select a.instance_id, a.occurred_at, a.external_id, ${id}, (select t.id from alerts t where t.instance_id = a.instance_id limit 1)
    from activities a order by a.occurred_at desc, a.instance_id desc, a.external_id desc limit 60`;
  return id;
}

/** A destination for all instances, with so many deliveries that it has taken. */
export async function seedDestination(core: Core, name: string, deliveries: number): Promise<number> {
  const [row] = await core.db
    .insert(tables.destinations)
    .values({
      name,
      kind: "SYSLOG",
      format: "CEF",
      target: "udp://127.0.0.1:9",
      selection: { alerts: true, activities: false, alertChanges: false, minSeverity: null, shown: {} },
      createdBy: "somebody",
    })
    .returning({ id: tables.destinations.id });
  const id = row!.id;
  await core.db.insert(tables.deliveries).values(
    range(deliveries).map((n) => ({
      destinationId: id,
      eventId: `${id}-${n}`,
      body: "[]",
      contentType: "text/plain",
      events: 1,
      status: "DELIVERED" as const,
    })),
  );
  return id;
}

/** One page of new activities, as a scan stores it: rows and their log entry in one transaction. Returns the log's position. */
export async function addActivities(
  core: Core,
  instanceId: number,
  records: readonly ActivityRecord[],
): Promise<number> {
  await ensurePartitions(
    rawSql(core.db),
    records.map((record) => record.occurredAt),
  );
  const externalIds = await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, instanceId);
    const stored = await storeActivities(rawSql(tx), instanceId, records);
    await publish(tx, "activities", { instanceId, occurredAts: stored.occurredAts, externalIds: stored.externalIds });
    return stored.externalIds;
  });
  return newestPositionOf(rawSql(core.db), externalIds);
}

/** One page of files, as a scan stores it. Returns the log's position. */
export async function addFiles(
  core: Core,
  instanceId: number,
  items: readonly FileItem[],
  now = new Date(),
): Promise<number> {
  const stored = await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, instanceId);
    const source = { instanceId, scanId: null, part: "", readAt: now, now };
    const externalIds = await storeFiles(rawSql(tx), items, source);
    await publish(tx, "files", { instanceId, externalIds });
    return externalIds;
  });
  return newestPositionOf(rawSql(core.db), stored, "files");
}

function fileItems(n: number): FileItem[] {
  return [
    file(`f${n}`, {
      parentId: "folder",
      path: `/folder/f${n}.txt`,
      size: n,
      modifiedAt: ago(n),
      owner: { externalId: `u${n % 5}` },
      modifiedBy: { externalId: `u${(n + 1) % 5}` },
      link: { audience: "INTERNAL", canDownload: true },
      labels: ["seeded"],
    }),
    reader(`f${n}`, "partner@outside.example"),
    { kind: "collaborator", fileId: `f${n}`, principal: "USER", externalId: `u${(n + 2) % 5}`, role: "WRITE" },
    { kind: "collaborator", fileId: `f${n}`, principal: "GROUP", externalId: `g${n % 2}`, role: "READ" },
  ];
}

export function activityRecord(n: number, other: Partial<ActivityRecord> = {}): ActivityRecord {
  return {
    externalId: `a${n}`,
    category: (["LOG_ON", "USER", "ADMIN"] as const)[n % 3]!,
    eventType: ["session.start", "file.read", "role.grant"][n % 3]!,
    description: `Event ${n} happened`,
    occurredAt: ago(n),
    actor: null,
    outcome: n % 5 === 0 ? "FAILURE" : "SUCCESS",
    ipAddress: `192.0.2.${n % 250}`,
    country: ["DE", "FR", null][n % 3] ?? null,
    targets: [
      { type: "USER", id: `u${(n + 1) % 5}`, name: `User ${(n + 1) % 5}` },
      { type: "FILE", id: `f${n % 3}`, name: `f${n % 3}.txt` },
    ],
    raw: { n },
    ...other,
  };
}

function userRecord(n: number) {
  return {
    externalId: `u${n}`,
    login: `user${n}`,
    email: `user${n}@example.com`,
    displayName: `User ${n}`,
    status: n % 9 === 8 ? ("SUSPENDED" as const) : ("ACTIVE" as const),
    isExternal: n % 7 === 6,
    type: "HUMAN" as const,
    raw: {},
  };
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** So many minutes before the newest. */
export function ago(minutes: number): Date {
  return new Date(newest.getTime() - minutes * 60_000);
}

/** A containment of each person who has an account in the instance, at most so many; nothing was done for it yet. */
export async function seedContainments(core: Pick<Core, "db">, instanceId: number, most: number): Promise<void> {
  const step = { goal: "SUSPEND", kind: "SUSPEND_USER", oauthAppId: null, revertible: true, note: null, gap: null };
  await rawSql(core.db)`
    insert into containments (identity_id, email, requested_by, steps)
    select i.id, i.email, 'test', jsonb_build_array(${JSON.stringify({ ...step, actionId: null })}::text::jsonb
      || jsonb_build_object('instanceId', u.instance_id, 'userId', u.external_id))
    from identities i join users u on u.identity_id = i.id and u.instance_id = ${instanceId} order by i.id limit ${most}`;
}
