import { setTimeout as sleep } from "node:timers/promises";
import type { Gatehouse } from "../support/gatehouse.ts";

export interface UserErrorAnswer {
  code: string;
  message: string;
  field: string[] | null;
}

export interface InstanceAnswer {
  id: string;
  name: string;
  status: string;
  statusReason: string | null;
  externalAccountId: string | null;
  accountName: string | null;
  settings: Record<string, string>;
  userCount: number;
  capabilities: {
    capability: { kind: string };
    granted: boolean;
    reason: string | null;
    missingScopes: string[];
  }[];
  health: {
    state: string;
    streams: {
      stream: string;
      consecutiveFailures: number;
      throttledUntil: string | null;
      firstScanCompletedAt: string | null;
      disabledReason: string | null;
    }[];
  };
  gaps: { stream: string; from: string; to: string; reason: string }[];
}

export interface ScanAnswer {
  id: string;
  stream: string;
  mode: string;
  status: string;
  error: string | null;
  itemsSeen: number;
  throttledUntil: string | null;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface UserAnswer {
  externalId: string;
  login: string | null;
  email: string | null;
  displayName: string | null;
  status: string;
  isAdmin: boolean;
  isExternal: boolean;
  type: string;
  lastSeenAt: string | null;
  lastSignInAt: string | null;
  privileges: { externalId: string; name: string; isAdmin: boolean }[];
  identity: { email: string } | null;
}

export interface ActivityAnswer {
  externalId: string;
  category: string;
  eventType: string;
  description: string;
  occurredAt: string;
  user: { externalId: string } | null;
  actorName: string | null;
  outcome: string;
  interactive: boolean | null;
  sessionId: string | null;
  ipAddress: string | null;
  country: string | null;
  city: string | null;
  isp: string | null;
  userAgent: string | null;
  targets: { type: string; id: string | null; name: string | null }[];
  unmapped: boolean;
}

export interface AppAnswer {
  externalId: string;
  name: string;
  scopes: string[];
  permissionLevel: string;
  state: string;
  userCount: number;
  users: { nodes: { externalId: string }[] };
}

const instanceFields = `id name status statusReason externalAccountId accountName settings userCount
  capabilities { capability { kind } granted reason missingScopes }
  health { state streams { stream consecutiveFailures throttledUntil firstScanCompletedAt disabledReason } }
  gaps { stream from to reason }`;
const errorFields = "userErrors { code message field }";

export const activityAdded = `subscription ($filter: ActivityFilter, $after: String) {
  activityAdded(filter: $filter, after: $after) { cursor activity { externalId eventType occurredAt actorName category } }
}`;
export interface Added {
  activityAdded: {
    cursor: string;
    activity: Pick<ActivityAnswer, "externalId" | "eventType" | "occurredAt" | "actorName" | "category">;
  };
}

/** The API in the words of these tests. Nothing here knows a provider. */
export function apiOf(gatehouse: Gatehouse) {
  const { graphql } = gatehouse;

  /** As the form does it: what Gatehouse makes itself is made first, and not sent. */
  async function connect(connectorSlug: string, name: string, values: unknown) {
    const { connector } = await graphql<{ connector: { settings: { name: string; generated: boolean }[] } | null }>(
      "query ($slug: String!) { connector(slug: $slug) { settings { name generated } } }",
      { slug: connectorSlug },
    );
    const generated = (connector?.settings ?? []).flatMap((setting) => (setting.generated ? [setting.name] : []));
    if (generated.length > 0)
      await graphql(
        "mutation ($slug: String!) { prepareConnection(connectorSlug: $slug) { userErrors { message } } }",
        {
          slug: connectorSlug,
        },
      );
    const settings =
      generated.length === 0
        ? values
        : Object.fromEntries(Object.entries(values as object).filter(([key]) => !generated.includes(key)));
    const { connectInstance } = await graphql<{
      connectInstance: {
        instance: InstanceAnswer | null;
        authorizationUrl: string | null;
        userErrors: UserErrorAnswer[];
      };
    }>(
      `mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) {
        instance { ${instanceFields} } authorizationUrl ${errorFields} } }`,
      { input: { connectorSlug, name, settings } },
    );
    return connectInstance;
  }

  /** Connects by key and returns the id; fails when it was refused. */
  async function connected(connectorSlug: string, name: string, settings: unknown): Promise<string> {
    const { instance, userErrors } = await connect(connectorSlug, name, settings);
    if (instance?.status !== "CONNECTED") throw new Error(`${name} is not connected: ${JSON.stringify(userErrors)}`);
    return instance.id;
  }

  async function instance(id: string): Promise<InstanceAnswer> {
    const { instance } = await graphql<{ instance: InstanceAnswer }>(
      `query ($id: ID!) { instance(id: $id) { ${instanceFields} } }`,
      { id },
    );
    return instance;
  }

  async function change(mutation: string, id: string, more = "") {
    const answer = await graphql<Record<string, { instance: InstanceAnswer | null; userErrors: UserErrorAnswer[] }>>(
      `mutation ($id: ID!) { ${mutation}(instanceId: $id ${more}) { instance { ${instanceFields} } ${errorFields} } }`,
      { id },
    );
    return answer[mutation]!;
  }

  async function enable(id: string, settings?: unknown) {
    const { enableInstance } = await graphql<{
      enableInstance: {
        instance: InstanceAnswer | null;
        authorizationUrl: string | null;
        userErrors: UserErrorAnswer[];
      };
    }>(
      `mutation ($id: ID!, $settings: JSON) { enableInstance(instanceId: $id, settings: $settings) {
        instance { ${instanceFields} } authorizationUrl ${errorFields} } }`,
      { id, settings },
    );
    return enableInstance;
  }

  async function testConnection(id: string) {
    const { testConnection } = await graphql<{
      testConnection: {
        ok: boolean;
        externalAccountId: string | null;
        accountName: string | null;
        missingScopes: string[];
        userErrors: UserErrorAnswer[];
      };
    }>(
      `mutation ($id: ID!) { testConnection(instanceId: $id) {
        ok externalAccountId accountName latencyMs missingScopes ${errorFields} } }`,
      { id },
    );
    return testConnection;
  }

  async function startScan(id: string, streams: string[], more: Record<string, unknown> = {}): Promise<ScanAnswer[]> {
    const { startScan } = await graphql<{ startScan: { scans: ScanAnswer[]; userErrors: UserErrorAnswer[] } }>(
      `mutation ($id: ID!, $streams: [ScanStream!], $mode: ScanMode) {
        startScan(instanceId: $id, streams: $streams, mode: $mode) { scans { id stream status } ${errorFields} } }`,
      { id, streams, ...more },
    );
    if (startScan.userErrors.length > 0) throw new Error(JSON.stringify(startScan.userErrors));
    return startScan.scans;
  }

  /** Newest first. */
  async function scans(id: string, stream: string): Promise<ScanAnswer[]> {
    const answer = await graphql<{ scans: { nodes: ScanAnswer[] } }>(
      `query ($ids: [ID!], $streams: [ScanStream!]) { scans(first: 50, instanceIds: $ids, streams: $streams) {
        nodes { id stream mode status error itemsSeen throttledUntil startedAt finishedAt } } }`,
      { ids: [id], streams: [stream] },
    );
    return answer.scans.nodes;
  }

  /** Starts a scan and waits until it has come to rest: ended, throttled, or waiting for its next try with an error. */
  async function scan(id: string, stream: string, more: Record<string, unknown> = {}): Promise<ScanAnswer> {
    const [started] = await startScan(id, [stream], more);
    return until(
      async () => (await scans(id, stream)).find((one) => one.id === started!.id),
      (one) => one !== undefined && (!["QUEUED", "RUNNING"].includes(one.status) || one.error !== null),
    ) as Promise<ScanAnswer>;
  }

  async function all<T>(
    root: string,
    args: string,
    fields: string,
    variables: Record<string, unknown>,
    types: string,
  ): Promise<T[]> {
    const items: T[] = [];
    let after: string | null = null;
    do {
      const answer: Record<string, { nodes: T[]; pageInfo: { hasNextPage: boolean; endCursor: string } }> =
        await graphql(
          `query (${types}, $after: String) { ${root}(first: 200, after: $after, ${args}) {
          nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
          { ...variables, after },
        );
      const { nodes, pageInfo } = answer[root]!;
      items.push(...nodes);
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    return items;
  }

  const users = (id: string) =>
    all<UserAnswer>(
      "users",
      "filter: { instanceIds: $ids }",
      `externalId login email displayName status isAdmin isExternal type lastSeenAt lastSignInAt
       privileges { externalId name isAdmin } identity { email }`,
      { ids: [id] },
      "$ids: [ID!]",
    );

  /** Members by group: name and ids. */
  async function groups(id: string): Promise<Map<string, { name: string; members: string[] }>> {
    const found = await all<{ id: string; externalId: string; name: string }>(
      "groups",
      "instanceIds: $ids",
      "id externalId name",
      { ids: [id] },
      "$ids: [ID!]",
    );
    const entries = found.map(async (group) => {
      const members = await all<{ externalId: string }>(
        "users",
        "filter: { groupIds: $ids }",
        "externalId",
        { ids: [group.id] },
        "$ids: [ID!]",
      );
      return [
        group.externalId,
        { name: group.name, members: members.map(({ externalId }) => externalId).sort() },
      ] as const;
    });
    return new Map(await Promise.all(entries));
  }

  const activities = (id: string, fields = "") =>
    all<ActivityAnswer>(
      "activities",
      "filter: { instanceIds: $ids }",
      `externalId category eventType description occurredAt user { externalId } actorName outcome interactive sessionId
       ipAddress country city isp userAgent targets { type id name } unmapped ${fields}`,
      { ids: [id] },
      "$ids: [ID!]",
    );

  const apps = (id: string) =>
    all<AppAnswer>(
      "oauthApps",
      "filter: { instanceIds: $ids }",
      "externalId name scopes permissionLevel state userCount users(first: 100) { nodes { externalId } }",
      { ids: [id] },
      "$ids: [ID!]",
    );

  /** Actions, targets and results, newest first. */
  async function audit(actions: string[]) {
    const answer = await graphql<{
      auditLog: {
        nodes: {
          actor: string;
          action: string;
          target: string | null;
          result: string;
          ipAddress: string | null;
          after: unknown;
        }[];
      };
    }>(
      "query ($actions: [String!]) { auditLog(first: 200, filter: { actions: $actions }) { nodes { actor action target result ipAddress after } } }",
      { actions },
    );
    return answer.auditLog.nodes;
  }

  /** Waits until the first run of every stream is complete. */
  async function scanned(id: string, timeoutMs = 45_000): Promise<InstanceAnswer> {
    return until(
      () => instance(id),
      ({ health }) =>
        health.streams.length > 0 &&
        health.streams.every((stream) => stream.firstScanCompletedAt !== null || stream.disabledReason !== null),
      timeoutMs,
    );
  }

  const status = (id: string, wanted: string) =>
    until(
      () => instance(id),
      ({ status }) => status === wanted,
    );

  return {
    connect,
    connected,
    instance,
    disable: (id: string) => change("disableInstance", id),
    disconnect: (id: string, deleteData = false) => change("disconnectInstance", id, `deleteData: ${deleteData}`),
    enable,
    testConnection,
    startScan,
    scans,
    scan,
    users,
    groups,
    activities,
    apps,
    audit,
    scanned,
    status,
  };
}

/** For a whole path on a busy machine; on an idle one each takes a few seconds. */
export const patience = { timeout: 90_000 };

/** Asks again and again until the answer passes; fails with the last one. */
export async function until<T>(ask: () => Promise<T>, test: (answer: T) => boolean, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (test(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`still not so after ${timeoutMs} ms: ${JSON.stringify(answer)?.slice(0, 3000)}`);
    await sleep(100);
  }
}

/** API calls of a tenant so far; those that take a webhook or a channel up or down, and the tokens for it, are not counted. */
export async function scanCalls(tenant: { calls(): Promise<Record<string, number>> }): Promise<number> {
  const calls = Object.entries(await tenant.calls()).filter(
    ([what]) => !/hook|subscriptions|channels|watch|^POST \/token$/i.test(what),
  );
  return calls.reduce((sum, [, count]) => sum + count, 0);
}

export const sorted = (texts: Iterable<string | null>): string[] => [...texts].map(String).sort();

/** The number of an instance, as the audit log and addresses name it. */
export function numberOf(id: string): number {
  return Number(Buffer.from(id, "base64url").toString().split(":").at(-1));
}

/** Everything of an instance row that may hold a secret. */
export async function sealedParts(gatehouse: Gatehouse, id: string): Promise<Record<string, unknown>> {
  const number = numberOf(id);
  const [row] = await gatehouse.sql`
    select secret_settings, credential, webhook_secret, webhook_registration from instances where id = ${number}`;
  return row as Record<string, unknown>;
}
