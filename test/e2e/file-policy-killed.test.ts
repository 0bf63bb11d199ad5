import { afterAll, beforeAll, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { registerConsumer } from "#src/realtime/consumer.ts";
import { actionsOf, fileAlerts, matchesOf, tryFilePolicy, until } from "../detection/files/support.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { type PostgresProxy, startPostgresProxy } from "../support/postgres-proxy.ts";
import { startNode, type TestProcess } from "../support/process.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";
import { numberOf } from "./support.ts";

/** A gateway that works on nothing, and a worker process that is killed again and again. */
let app: TestApp;
let sandbox: Sandbox;
let tenant: SandboxTenant;
let proxy: PostgresProxy;
let worker: TestProcess;
let instance: string;
/** A sheet with card numbers. */
let sheet: { id: string; externalId: string };

beforeAll(async () => {
  sandbox = await startSandbox();
  app = await startApp({ sandboxUrl: sandbox.url });
  await registerConsumer(app.core.db, "policies");
  await registerConsumer(app.core.db, "file-policies");
  proxy = await startPostgresProxy(app.databaseUrl);
  const size = { users: 5, groups: 1, events: 5, historyDays: 1, files: 10, unlimited: true };
  tenant = await sandbox.createTenant({ provider: "box", name: "acme", ...size });
  const { clientId, clientSecret, enterpriseId } = tenant.credentials;
  const { connectInstance } = await app.data(
    `mutation ($settings: JSON!) { connectInstance(input: { connectorSlug: "box", name: "Acme", settings: $settings }) {
      instance { id } userErrors { message } } }`,
    { settings: { mode: "clientCredentials", clientId, clientSecret, enterpriseId } },
  );
  expect(connectInstance.userErrors).toEqual([]);
  instance = connectInstance.instance.id;
  startWorker();
  const found = await until(
    async () =>
      (await app.data('{ files(filter: { search: "Card payments" }) { nodes { id externalId } } }')).files.nodes,
    (nodes) => nodes.length === 1,
  );
  sheet = found[0];
  await share("company");
  await until(readChanges, (audience) => audience === "INTERNAL");
  await worker.kill("SIGTERM");
}, 120_000);
afterAll(async () => {
  await worker?.kill("SIGKILL");
  await proxy?.stop();
});

const share = (access: string) => tenant.change("share-file", { file: sheet.externalId, access });

/** How often the provider was asked to change a file. */
const changes = async () => (await tenant.calls())["PUT /2.0/files/:id"] ?? 0;

/** Has the feed of changes read, and returns who the link of the sheet is for, as it is known then. */
async function readChanges(): Promise<string | null> {
  await rawSql(app.core.db)`update streams set next_run_at = now()
    where instance_id = ${numberOf(instance)} and stream = 'FILES' and next_run_at between now() and now() + interval '10 minutes'`;
  const { node } = await app.data("query ($id: ID!) { node(id: $id) { ... on File { link { audience } } } }", {
    id: sheet.id,
  });
  return node.link?.audience ?? null;
}

function startWorker(): void {
  worker = startNode("src/main.ts", ["worker"], {
    env: {
      NODE_ENV: undefined,
      DATABASE_URL: proxy.url,
      GATEHOUSE_SECRET_KEYS: app.secretKeys,
      PROVIDER_SANDBOX_URL: sandbox.url,
      LOG_LEVEL: "warn",
    },
  });
}

/** Kills the worker at that moment. The next one need not wait until the queue misses the dead one's heartbeat. */
async function killAt(moment: Promise<unknown>): Promise<void> {
  await moment;
  await worker.kill("SIGKILL");
  await rawSql(app.core.db)`update pgboss.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`;
}

/** Starts a worker that dies at such a commit. */
async function dieAt(commitOf: RegExp, at: "before" | "after"): Promise<void> {
  const moment = proxy.halt({ commitOf, at });
  startWorker();
  await killAt(moment);
}

/** Starts a worker that dies when the provider has made a change, and its answer is on the way. */
async function dieDuring(change: number): Promise<void> {
  await tenant.setFaults({ slowMs: 3000 });
  startWorker();
  await killAt(until(changes, (made) => made >= change));
  await tenant.setFaults({});
}

const page = /update streams[\s\S]*append_activity_log/;
const asking = /log_consumers[\s\S]*set inspection_status = 'PENDING'/;
const inspection = /set inspection_status = \$\d[\s\S]*INSPECTED/;
const match = /insert into file_policy_matches/;
const end = /"governance_actions"[\s\S]*SUCCEEDED/;

test("from the change of a file to its reversal every step is done once, whichever worker dies", {
  timeout: 400_000,
}, async () => {
  const { policy, userErrors } = await tryFilePolicy(app, {
    name: "Cards behind links",
    fileFilter: { sharing: ["PUBLIC"], trashed: false, search: "Card payments" },
    contentCondition: { categories: ["FINANCIAL"] },
    actions: [{ kind: "REMOVE_PUBLIC_SHARING" }],
  });
  expect(userErrors).toEqual([]);
  await share("open");
  await readChanges();
  await dieAt(page, "before");
  expect(await readChanges()).toBe("INTERNAL");
  await dieAt(page, "after");
  expect(await readChanges()).toBe("PUBLIC");
  await dieAt(asking, "before");
  await dieAt(inspection, "before");
  expect(await matchesOf(app, policy.id)).toEqual({ now: [], past: [] });
  await dieAt(match, "before");
  expect(await fileAlerts(app, policy.id)).toEqual([]);
  await dieAt(match, "after");
  expect(await matchesOf(app, policy.id)).toEqual({ now: [sheet.externalId], past: [] });
  await dieDuring(1);
  await dieAt(end, "before");
  startWorker();
  const [action] = await until(
    () => actionsOf(app, policy.id),
    ([first]) => first?.status === "SUCCEEDED",
  );
  expect(action).toMatchObject({ kind: "REMOVE_PUBLIC_SHARING", changed: true, revertible: true });
  await until(readChanges, (audience) => audience === null);
  await until(
    () => matchesOf(app, policy.id),
    ({ now }) => now.length === 0,
  );
  await app.data(
    "mutation ($id: ID!, $input: PolicyInput!) { updatePolicy(id: $id, input: $input) { userErrors { message } } }",
    {
      id: policy.id,
      input: { actions: [] },
    },
  );
  await killAt(Promise.resolve());

  const { revertGovernanceAction } = await app.data(
    "mutation ($id: ID!) { revertGovernanceAction(id: $id) { governanceAction { id } userErrors { message } } }",
    { id: action.id },
  );
  expect(revertGovernanceAction.userErrors).toEqual([]);
  await dieDuring(2);
  await dieAt(end, "after");
  startWorker();
  await until(readChanges, (audience) => audience === "PUBLIC");
  await until(
    () => matchesOf(app, policy.id),
    ({ now }) => now.length === 1,
  );
  expect(await matchesOf(app, policy.id)).toEqual({
    now: [sheet.externalId],
    past: [`${sheet.externalId} FILE_CHANGED`],
  });
  expect((await actionsOf(app, policy.id)).map(({ kind, status }) => [kind, status])).toEqual([
    ["REMOVE_PUBLIC_SHARING", "REVERTED"],
  ]);
  expect(await fileAlerts(app, policy.id)).toMatchObject([{ file: { externalId: sheet.externalId }, occurrences: 2 }]);
  expect(await changes()).toBe(2);
});
