import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { rawSql } from "#db/client.ts";
import type * as connectorList from "#src/connectors/index.ts";
import { registerConsumer } from "#src/realtime/consumer.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { MadeUpDrive } from "../../support/made-up-drive.ts";
import { type PostgresProxy, startPostgresProxy } from "../../support/postgres-proxy.ts";
import { startNode, type TestProcess } from "../../support/process.ts";
import { actionsOf, connectDrive, fileAlerts, matchesOf, tryFilePolicy, until } from "./support.ts";

vi.mock("#src/connectors/index.ts", async (original) => {
  const { withConnector } = await import("../../support/made-up-connector.ts");
  const { driveConnector } = await import("../../support/made-up-drive.ts");
  return withConnector(await original<typeof connectorList>(), driveConnector());
});

const drive = new MadeUpDrive();
/** A gateway that works on nothing, and a worker process that is killed again and again. */
let app: TestApp;
let proxy: PostgresProxy;
let worker: TestProcess;
let id: number;

beforeAll(async () => {
  await drive.start();
  app = await startApp();
  await registerConsumer(app.core.db, "policies");
  await registerConsumer(app.core.db, "file-policies");
  proxy = await startPostgresProxy(app.databaseUrl);
  id = await connectDrive(app, drive);
});
afterAll(async () => {
  await worker?.kill("SIGKILL");
  await proxy?.stop();
  await drive.stop();
});

function startWorker(): void {
  worker = startNode("src/main.ts", ["worker"], {
    nodeArguments: ["--import", "./test/support/with-drive.ts"],
    env: { NODE_ENV: undefined, DATABASE_URL: proxy.url, GATEHOUSE_SECRET_KEYS: app.secretKeys, LOG_LEVEL: "warn" },
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

/** Starts a worker that dies when the drive has made a change, and its answer is on the way. */
async function dieDuring(changes: number): Promise<void> {
  drive.slowMs = 3000;
  startWorker();
  await killAt(
    until(
      async () => drive.changes.length,
      (made) => made >= changes,
    ),
  );
  drive.slowMs = 0;
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
    fileFilter: { sharing: ["PUBLIC"], trashed: false },
    contentCondition: { categories: ["FINANCIAL"] },
    actions: [{ kind: "REMOVE_PUBLIC_SHARING" }],
  });
  expect(userErrors).toEqual([]);
  drive.put("leak", { link: "PUBLIC", content: "Card 4539 1488 0343 6467" });
  await app.data("mutation ($id: ID!) { startScan(instanceId: $id, streams: [FILES]) { userErrors { message } } }", {
    id: idOf("Instance", id),
  });
  const known = async () => (await app.data("{ files { totalCount } }")).files.totalCount;
  await dieAt(page, "before");
  expect(await known()).toBe(0);
  await dieAt(page, "after");
  expect(await known()).toBe(1);
  await dieAt(asking, "before");
  await dieAt(inspection, "before");
  expect(await matchesOf(app, policy.id)).toEqual({ now: [], past: [] });
  await dieAt(match, "before");
  expect(await fileAlerts(app, policy.id)).toEqual([]);
  await dieAt(match, "after");
  expect(await matchesOf(app, policy.id)).toEqual({ now: ["leak"], past: [] });
  await dieDuring(1);
  await dieAt(end, "before");
  startWorker();
  const [action] = await until(
    () => actionsOf(app, policy.id),
    ([first]) => first?.status === "SUCCEEDED",
  );
  expect(action).toMatchObject({ kind: "REMOVE_PUBLIC_SHARING", changed: true, revertible: true });
  await readChanges();
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
  await dieDuring(drive.changes.length + 1);
  await dieAt(end, "after");
  startWorker();
  await readChanges();
  await until(
    () => matchesOf(app, policy.id),
    ({ now }) => now.length === 1,
  );
  expect(await matchesOf(app, policy.id)).toEqual({ now: ["leak"], past: ["leak FILE_CHANGED"] });
  expect((await actionsOf(app, policy.id)).map(({ kind, status }) => [kind, status])).toEqual([
    ["REMOVE_PUBLIC_SHARING", "REVERTED"],
  ]);
  expect(await fileAlerts(app, policy.id)).toMatchObject([{ file: { externalId: "leak" }, occurrences: 2 }]);
  expect(drive.changes.filter((change) => change.startsWith("link"))).toEqual([
    "link null of leak",
    'link "PUBLIC" of leak',
  ]);
});

/** Has the drive's changes read until the last of them is known. */
async function readChanges(): Promise<void> {
  const { link } = drive.files.get("leak")!;
  await until(
    async () => {
      await rawSql(
        app.core.db,
      )`update streams set next_run_at = now() where instance_id = ${id} and next_run_at > now()`;
      const { node }: Data = await app.data(
        "query ($id: ID!) { node(id: $id) { ... on File { link { audience } } } }",
        {
          id: idOf("File", id, "leak"),
        },
      );
      return node.link?.audience ?? null;
    },
    (audience) => audience === link,
  );
}
