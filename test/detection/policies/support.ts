import { setTimeout as sleep } from "node:timers/promises";
import { rawSql } from "#db/client.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type Data, idOf, type TestApp } from "../../support/app.ts";
import { activityRecord, addActivities, newest } from "../../support/seed.ts";

export const policyFields =
  "id name kind enabled severity slug filter threshold { count windowSeconds sameUser sameInstance } disabledReason matchesLast24h actions { kind parameters } include { userIds groupIds instanceIds } exclude { userIds groupIds instanceIds }";
export const alertFields =
  "id kind title severity occurrences explanation policy { id } user { externalId } instance { id } evidence { externalId }";

/** createPolicy, which must go well. */
export async function makePolicy(app: TestApp, input: object): Promise<Data> {
  const { policy, userErrors } = await tryPolicy(app, input);
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return policy;
}

export async function tryPolicy(app: TestApp, input: object): Promise<Data> {
  const { createPolicy } = await app.data(
    `mutation ($input: PolicyInput!) { createPolicy(input: $input) { policy { ${policyFields} } userErrors { code message field } } }`,
    { input: { name: "A policy", kind: "ACTIVITY", ...input } },
  );
  return createPolicy;
}

export async function changePolicy(app: TestApp, id: string, input: object): Promise<Data> {
  const { updatePolicy } = await app.data(
    `mutation ($id: ID!, $input: PolicyInput!) { updatePolicy(id: $id, input: $input) { policy { ${policyFields} } userErrors { code message field } } }`,
    { id, input },
  );
  return updatePolicy;
}

/** Waits until the evaluator has taken everything that is in the log now. */
export async function evaluated(app: TestApp): Promise<void> {
  const sql = rawSql(app.core.db);
  const [end] = await sql<{ position: number }[]>`select log_end() as position`;
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(10)) {
    const [row] = await sql<{ position: number }[]>`select position from log_consumers where name = 'policies'`;
    if (Number(row?.position) >= Number(end?.position)) return;
  }
  throw new Error("the evaluator did not come so far in 30 s");
}

/** Alerts of one policy, or of all; newest first. */
export async function alertsOf(app: TestApp, policyId?: string): Promise<Data[]> {
  const { alerts } = await app.data(
    `query ($filter: AlertFilter) { alerts(first: 200, filter: $filter) { nodes { ${alertFields} } } }`,
    { filter: policyId ? { policyIds: [policyId] } : {} },
  );
  return alerts.nodes;
}

let serial = 0;

/** A sign-in by an account, so many seconds after the newest of the seed. */
export function event(
  atSeconds: number,
  other: Partial<ActivityRecord> & { user?: string | null } = {},
): ActivityRecord {
  const { user = "u1", ...rest } = other;
  serial++;
  return activityRecord(serial, {
    externalId: `event-${serial}`,
    category: "LOG_ON",
    eventType: "session.start",
    outcome: "SUCCESS",
    country: "DE",
    ipAddress: "192.0.2.7",
    occurredAt: new Date(newest.getTime() + atSeconds * 1000),
    actor: user === null ? null : { externalId: user, name: `User ${user}` },
    ...rest,
  });
}

/** Stores events as a scan does and waits until they have been tried. */
export async function happen(app: TestApp, instanceId: number, events: readonly ActivityRecord[]): Promise<void> {
  await addActivities(app.core, instanceId, events);
  await evaluated(app);
}

export const instanceIdOf = (id: number) => idOf("Instance", id);
export const userIdOf = (instanceId: number, user: string) => idOf("User", instanceId, user);
