import DataLoader from "dataloader";
import { rawSql } from "#db/client.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { type AlertKey, type AlertRow, loadAlerts, loadAlertsOfActivities } from "#src/detection/alerts/list.ts";
import { type DetectorRow, loadDetectors } from "#src/detection/inspection/detectors.ts";
import {
  loadFigures,
  loadPolicies,
  loadPoliciesOfActivities,
  loadPoliciesOfFiles,
  type PolicyRow,
} from "#src/detection/policies/list.ts";
import { loadScans, type ScanRow } from "#src/ingest/scan/list.ts";
import { openUnreadable } from "#src/ingest/unreadable-list.ts";
import { type CoverageGap, type InstanceHealth, loadGaps, loadHealth } from "#src/instances/health.ts";
import { type InstanceRow, loadInstances } from "#src/instances/list.ts";
import { loadActivities, loadRawEvents } from "#src/inventory/activities/list.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { type FileMatchRow, loadFileMatches, loadFiles, loadRawFiles } from "#src/inventory/files/list.ts";
import type { FileRow } from "#src/inventory/files/row.ts";
import { type IdentityRow, loadIdentities } from "#src/inventory/identities/list.ts";
import { countGrants, loadOAuthApps, type OAuthAppRow } from "#src/inventory/oauth-apps/list.ts";
import {
  type GroupRow,
  loadGroups,
  loadPrivileges,
  loadPrivilegesOfUsers,
  type PrivilegeRow,
} from "#src/inventory/users/groups.ts";
import { countUsers, loadUsers, loadUsersOfIdentities, type UserRow } from "#src/inventory/users/list.ts";
import { loadHistories, loadScores, type Score, type ScorePoint } from "#src/posture/list.ts";
import type { AccountKey, ActivityKey, ScanKey } from "#src/query/ids.ts";
import { type KeysetList, nestedCounts, nestedPages, type Parent } from "#src/query/keyset.ts";
import type { Page, PageArgs } from "#src/query/paging.ts";
import type { Reading } from "#src/query/reading.ts";
import { countDeliveries } from "#src/response/destinations/list.ts";
import {
  type ContainmentRow,
  loadContainments,
  loadContainmentsOf,
  loadStepStates,
  type StepState,
} from "#src/response/governance/containments.ts";
import { type ActionKey, type GovernanceActionRow, loadGovernanceActions } from "#src/response/governance/list.ts";
import { nameOf } from "./selection.ts";

/** A page on its way, and the list it is of. */
interface NestedPage<T> {
  list: KeysetList;
  page: Promise<Page<T>>;
}

/** Batches of one request: however many rows ask, each kind of thing is one statement. */
export interface Loaders {
  instance: DataLoader<number, InstanceRow | null>;
  user: DataLoader<AccountKey, UserRow | null, string>;
  group: DataLoader<AccountKey, GroupRow | null, string>;
  privilege: DataLoader<AccountKey, PrivilegeRow | null, string>;
  privilegesOfUser: DataLoader<AccountKey, PrivilegeRow[], string>;
  identity: DataLoader<number, IdentityRow | null>;
  usersOfIdentity: DataLoader<number, UserRow[]>;
  activity: DataLoader<ActivityKey, ActivityRow | null, string>;
  /** Activities with no more than is read of them. */
  activityRead(reading: Reading): DataLoader<ActivityKey, ActivityRow | null, string>;
  rawEvent: DataLoader<ActivityKey, unknown, string>;
  file: DataLoader<AccountKey, FileRow | null, string>;
  rawFile: DataLoader<AccountKey, unknown, string>;
  fileMatches: DataLoader<AccountKey, FileMatchRow[], string>;
  /** By slug. */
  detector: DataLoader<string, DetectorRow>;
  unreadableRecord: DataLoader<AccountKey, unknown, string>;
  scan: DataLoader<ScanKey, ScanRow | null, string>;
  alert: DataLoader<AlertKey, AlertRow | null, string>;
  governanceAction: DataLoader<ActionKey, GovernanceActionRow | null, string>;
  containment: DataLoader<number, ContainmentRow | null>;
  containmentsOfIdentity: DataLoader<number, ContainmentRow[]>;
  /** What became of the actions of a containment. */
  stepStates: DataLoader<number, StepState[]>;
  policy: DataLoader<number, PolicyRow | null>;
  policyFigures: DataLoader<number, { matches: number; errors: number }>;
  policiesOfActivity: DataLoader<ActivityKey, PolicyRow[], string>;
  policiesOfFile: DataLoader<AccountKey, PolicyRow[], string>;
  alertsOfActivity: DataLoader<ActivityKey, AlertRow[], string>;
  oauthApp: DataLoader<AccountKey, OAuthAppRow | null, string>;
  grantCount: DataLoader<AccountKey, number, string>;
  health: DataLoader<InstanceRow, InstanceHealth>;
  gaps: DataLoader<number, CoverageGap[]>;
  userCount: DataLoader<number, number>;
  deliveryCounts: DataLoader<number, { pending: number; dead: number }>;
  score: DataLoader<number, Score | null>;
  scoreHistory(days: number, instanceId: number): Promise<ScorePoint[]>;
  /** Pages of a nested list; `kind` and the arguments name the list, so that all parents that ask alike share a statement. */
  nested<T>(kind: string, args: PageArgs & object, list: () => KeysetList, parent: Parent): NestedPage<T>;
  nestedCount(kind: string, args: object, list: () => KeysetList, parent: Parent): Promise<number | null>;
}

const accountKey = (key: AccountKey) => `${key.instanceId}/${key.externalId}`;
const activityKey = (key: ActivityKey) => `${key.instanceId}/${key.occurredAt.getTime()}/${key.externalId}`;
const parentKey = (parent: Parent) => `${parent.instanceId}/${parent.externalId}`;

export function createLoaders({ db, secrets, now }: Pick<Core, "db" | "secrets" | "now">, viewer: Viewer): Loaders {
  const pages = new Map<string, { list: KeysetList; loader: DataLoader<Parent, Page<unknown>, string> }>();
  const counts = new Map<string, DataLoader<Parent, number | null, string>>();
  const activities = new Map<string, DataLoader<ActivityKey, ActivityRow | null, string>>();
  const histories = new Map<number, DataLoader<number, ScorePoint[]>>();
  const byAccount = <T>(load: (keys: readonly AccountKey[]) => Promise<T[]>) =>
    new DataLoader<AccountKey, T, string>(load, { cacheKeyFn: accountKey });
  return {
    instance: new DataLoader((ids) => loadInstances(db, viewer, ids)),
    user: byAccount((keys) => loadUsers(db, viewer, keys)),
    group: byAccount((keys) => loadGroups(db, viewer, keys)),
    privilege: byAccount((keys) => loadPrivileges(db, viewer, keys)),
    privilegesOfUser: byAccount((keys) => loadPrivilegesOfUsers(db, keys)),
    identity: new DataLoader((ids) => loadIdentities(db, viewer, ids)),
    usersOfIdentity: new DataLoader((ids) => loadUsersOfIdentities(db, viewer, ids)),
    activity: new DataLoader((keys) => loadActivities(db, viewer, keys), { cacheKeyFn: activityKey }),
    activityRead: (reading) => {
      const name = nameOf(reading);
      let loader = activities.get(name);
      if (!loader) {
        loader = new DataLoader((keys) => loadActivities(db, viewer, keys, reading), { cacheKeyFn: activityKey });
        activities.set(name, loader);
      }
      return loader;
    },
    rawEvent: new DataLoader((keys) => loadRawEvents(db, keys), { cacheKeyFn: activityKey }),
    file: byAccount((keys) => loadFiles(db, viewer, keys)),
    rawFile: byAccount((keys) => loadRawFiles(db, keys)),
    fileMatches: byAccount((keys) => loadFileMatches(db, keys)),
    detector: new DataLoader((slugs) => loadDetectors(db, slugs)),
    unreadableRecord: byAccount((keys) => openUnreadable(db, secrets, keys)),
    scan: new DataLoader((keys) => loadScans(db, viewer, keys), { cacheKeyFn: (key) => `${key.instanceId}/${key.id}` }),
    alert: new DataLoader((keys) => loadAlerts(db, viewer, keys), {
      cacheKeyFn: (key) => `${key.instanceId}/${key.id}`,
    }),
    governanceAction: new DataLoader((keys) => loadGovernanceActions(db, viewer, keys), {
      cacheKeyFn: (key) => `${key.instanceId}/${key.id}`,
    }),
    containment: new DataLoader((ids) => loadContainments(db, viewer, ids)),
    containmentsOfIdentity: new DataLoader((ids) => loadContainmentsOf(db, viewer, ids)),
    stepStates: new DataLoader((ids) => loadStepStates(db, ids)),
    policy: new DataLoader((ids) => loadPolicies(db, ids)),
    policyFigures: new DataLoader((ids) => loadFigures(db, ids, now())),
    policiesOfActivity: new DataLoader((keys) => loadPoliciesOfActivities(db, keys), { cacheKeyFn: activityKey }),
    policiesOfFile: byAccount((keys) => loadPoliciesOfFiles(db, keys)),
    alertsOfActivity: new DataLoader((keys) => loadAlertsOfActivities(db, viewer, keys), { cacheKeyFn: activityKey }),
    oauthApp: byAccount((keys) => loadOAuthApps(db, viewer, keys)),
    grantCount: byAccount((keys) => countGrants(db, keys)),
    health: new DataLoader((instances) => loadHealth(db, instances, now())),
    gaps: new DataLoader((ids) => loadGaps(db, ids)),
    score: new DataLoader((ids) => loadScores(db, ids)),
    scoreHistory: (days, instanceId) => {
      let loader = histories.get(days);
      if (!loader) {
        loader = new DataLoader((ids) => loadHistories(db, ids, days));
        histories.set(days, loader);
      }
      return loader.load(instanceId);
    },
    userCount: new DataLoader(async (ids) => {
      const found = await countUsers(db, ids);
      return ids.map((id) => found.get(id) ?? 0);
    }),
    deliveryCounts: new DataLoader((ids) => countDeliveries(db, ids)),
    nested: <T>(kind: string, args: PageArgs & object, list: () => KeysetList, parent: Parent) => {
      const name = `${kind}${JSON.stringify(args)}`;
      let entry = pages.get(name);
      if (!entry) {
        const made = list();
        const load = (parents: readonly Parent[]) => nestedPages(rawSql(db), made, args, parents);
        entry = { list: made, loader: new DataLoader(load, { cacheKeyFn: parentKey }) };
        pages.set(name, entry);
      }
      return { list: entry.list, page: entry.loader.load(parent) as Promise<Page<T>> };
    },
    nestedCount: (kind, args, list, parent) => {
      const name = `${kind}${JSON.stringify(args)}`;
      let loader = counts.get(name);
      if (!loader) {
        loader = new DataLoader((parents) => nestedCounts(rawSql(db), list(), parents), { cacheKeyFn: parentKey });
        counts.set(name, loader);
      }
      return loader.load(parent);
    },
  };
}

/** Several keys at once; a failure of one is a failure of all. */
export function loadAll<K, V, C>(loader: DataLoader<K, V, C>, keys: readonly K[]): Promise<V[]> {
  return Promise.all(keys.map((key) => loader.load(key)));
}
