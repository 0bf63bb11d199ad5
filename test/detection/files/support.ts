import { setTimeout as sleep } from "node:timers/promises";
import { rawSql } from "#db/client.ts";
import { type Data, idOf, type TestApp } from "../../support/app.ts";
import type { MadeUpDrive } from "../../support/made-up-drive.ts";
import { seedInstance } from "../../support/seed.ts";

/** A connected instance of the made-up drive, with the accounts `u0` to `u4` and the domain example.com. */
export async function connectDrive(app: TestApp, drive: MadeUpDrive, name = "drive"): Promise<number> {
  const id = await seedInstance(app.core, "made-up-drive", name, { activities: 0, apps: 0, scans: 0, gaps: 0 });
  const sql = rawSql(app.core.db);
  await sql`update instances set settings = ${{ url: drive.url } as never}, secret_settings = null, tenant_domains = '{example.com}' where id = ${id}`;
  await sql`delete from streams where instance_id = ${id}`;
  await sql`insert into streams (instance_id, stream, from_at, next_run_at) values (${id}, 'FILES', now(), now())`;
  return id;
}

/** Has the changes of the drive read, and waits until everything that follows from them is done. */
export async function scan(app: TestApp, id: number): Promise<void> {
  const { startScan } = await app.data(
    "mutation ($id: ID!) { startScan(instanceId: $id, streams: [FILES]) { scans { id } userErrors { message } } }",
    { id: idOf("Instance", id) },
  );
  if (startScan.userErrors.length > 0) throw new Error(JSON.stringify(startScan.userErrors));
  const [{ id: scanId }] = startScan.scans;
  await until(
    () => app.data("query ($id: ID!) { node(id: $id) { ... on Scan { status error } } }", { id: scanId }),
    ({ node }) => ["SUCCEEDED", "FAILED"].includes(node.status),
  );
  await settled(app);
}

/** Waits until no file waits to be looked into, no policy to be applied, and the evaluation has come to the end of the log. */
export async function settled(app: TestApp): Promise<void> {
  const sql = rawSql(app.core.db);
  await until(
    async () => {
      const [row] = await sql<{ open: number }[]>`
        select (select count(*) from files where inspection_status = 'PENDING' and removed_at is null)
          + (select count(*) from file_policy_runs where finished_at is null)
          + (select count(*) from activity_log where topic = 'files' and position > (select position from log_consumers where name = 'file-policies')) as open`;
      return Number(row!.open);
    },
    (open) => open === 0,
  );
}

export async function until<T>(read: () => Promise<T>, done: (value: T) => boolean, ms = 60_000): Promise<T> {
  for (const deadline = Date.now() + ms; ; await sleep(25)) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > deadline) throw new Error(`still not so after ${ms} ms: ${JSON.stringify(value)}`);
  }
}

export async function tryFilePolicy(app: TestApp, input: object): Promise<Data> {
  const { createPolicy } = await app.data(
    `mutation ($input: PolicyInput!) { createPolicy(input: $input) {
      policy { id name kind filter content { detectors categories minCount minConfidence } include { folderIds } } userErrors { code message field } } }`,
    { input: { name: "A policy", kind: "FILE", ...input } },
  );
  return createPolicy;
}

/** createPolicy, which must go well; applied to the stored files. Returns its id. */
export async function makeFilePolicy(app: TestApp, input: object): Promise<string> {
  const { policy, userErrors } = await tryFilePolicy(app, input);
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  await settled(app);
  return policy.id;
}

/** What matches now, and what has matched: names of files, the newest first. */
export async function matchesOf(app: TestApp, policyId: string, token?: string): Promise<Data> {
  const { node } = await app.data(
    `query ($id: ID!) { node(id: $id) { ... on Policy {
      now: fileMatches(first: 200) { nodes { file { externalId } endedAt alert { id } } }
      past: fileMatches(first: 200, ended: true) { nodes { file { externalId } endReason endedAt } } } } }`,
    { id: policyId },
    token,
  );
  return {
    now: node.now.nodes.map(({ file }: Data) => file.externalId),
    past: node.past.nodes.map(({ file, endReason }: Data) => `${file.externalId} ${endReason}`),
  };
}

export async function fileAlerts(app: TestApp, policyId: string): Promise<Data[]> {
  const { alerts } = await app.data(
    `query ($ids: [ID!]) { alerts(first: 200, filter: { policyIds: $ids, kind: [POLICY] }) { nodes {
      id title severity status occurrences explanation file { externalId } instance { id } } } }`,
    { ids: [policyId] },
  );
  return alerts.nodes;
}

export async function actionsOf(app: TestApp, policyId: string): Promise<Data[]> {
  const { governanceActions } = await app.data(
    `query ($ids: [ID!]) { governanceActions(first: 200, filter: { policyIds: $ids }) { nodes {
      id kind status error changed revertible attempts requestedBy file { externalId } alert { id } } } }`,
    { ids: [policyId] },
  );
  return governanceActions.nodes;
}
