import { afterAll, beforeAll, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import {
  callsSince,
  containmentFields,
  numberOf,
  openPersonStage,
  type PersonStage,
  until,
} from "../e2e/containment.ts";
import type { Data } from "../support/app.ts";

const soak = process.env.SOAK !== undefined;
const everywhere = [
  ...["aws", "azure", "box", "docusign", "dropbox", "egnyte", "gcp", "github", "google-workspace", "office365"],
  ...["okta", "salesforce", "servicenow", "smartsheet", "webex", "workday", "workplace"],
];

/** Calls that suspend and reinstate an account, of the apps that count them by themselves. */
const writes: Record<string, { suspend: string; reinstate: string }> = {
  box: both("PUT /2.0/users/:id"),
  docusign: {
    suspend: "DELETE /Management/v2/organizations/:organization/users/:user/accounts",
    reinstate: "POST /Management/v2/organizations/:organization/users/:user/memberships/:membership",
  },
  dropbox: { suspend: "POST /2/team/members/suspend", reinstate: "POST /2/team/members/unsuspend" },
  egnyte: both("PATCH /pubapi/v2/users/:id"),
  github: both("PATCH /scim/v2/enterprises/:enterprise/Users/:scim"),
  "google-workspace": both("PATCH /admin/directory/v1/users/:userKey"),
  okta: {
    suspend: "POST /api/v1/users/:id/lifecycle/suspend",
    reinstate: "POST /api/v1/users/:id/lifecycle/unsuspend",
  },
  salesforce: both("PATCH /services/data/:version/sobjects/:object/:id"),
  servicenow: both("PATCH /api/now/table/:table/:id"),
  smartsheet: { suspend: "POST /2.0/users/:id/deactivate", reinstate: "POST /2.0/users/:id/reactivate" },
  webex: both("PUT /v1/people/:id"),
  workday: both("SOAP Human_Resources.Workday_Account_for_Worker_Update"),
  workplace: both("POST /:id"),
};

function both(call: string) {
  return { suspend: call, reinstate: call };
}

/** Egnyte has this person suspended already. */
const suspended = "cyrus.farkas@acme.example";
const other = "jakob.lind@acme.example";
const third = "omar.lopez@acme.example";

let stage: PersonStage;

beforeAll(async () => {
  stage = await openPersonStage(soak ? everywhere : ["okta", "egnyte"]);
}, 180_000);
afterAll(() => stage?.stop());

async function personOf(email: string): Promise<string> {
  const { identities } = await stage.app.data(
    "query ($search: String) { identities(search: $search) { nodes { id } } }",
    {
      search: email,
    },
  );
  return identities.nodes[0].id;
}

async function contain(identityId: string): Promise<string> {
  const { containIdentity } = await stage.app.data(
    `mutation ($id: ID!) { containIdentity(identityId: $id, reason: "Case 17") { containment { id } userErrors { message } } }`,
    { id: identityId },
  );
  expect(containIdentity.userErrors).toEqual([]);
  return containIdentity.containment.id;
}

async function revert(id: string): Promise<string> {
  const { revertContainment } = await stage.app.data(
    "mutation ($id: ID!) { revertContainment(id: $id) { containment { status } userErrors { message } } }",
    { id },
  );
  expect(revertContainment.userErrors).toEqual([]);
  return revertContainment.containment.status;
}

const show = async (id: string): Promise<Data> =>
  (await stage.app.data(`query ($id: ID!) { node(id: $id) { ... on Containment { ${containmentFields} } } }`, { id }))
    .node;

const stepsOf = (containment: Data): Data[] => containment.accounts.flatMap(({ steps }: Data) => steps);

async function countCalls(): Promise<Map<string, Record<string, number>>> {
  return new Map(
    await Promise.all([...stage.tenants].map(async ([slug, tenant]) => [slug, await tenant.calls()] as const)),
  );
}

/** How often each app was asked to suspend, or to reinstate, since then. */
async function writesSince(
  before: Map<string, Record<string, number>>,
  what: "suspend" | "reinstate",
): Promise<Record<string, number>> {
  const counted = [...stage.tenants].filter(([slug]) => writes[slug]);
  const entries = counted.map(async ([slug, tenant]) => {
    const calls = await callsSince(tenant, before.get(slug) ?? {});
    return [slug, calls[writes[slug]![what]] ?? 0] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Status of the person's accounts as the apps themselves list them now. */
async function statusesOf(identityId: string): Promise<Record<string, string>> {
  const sql = rawSql(stage.app.core.db);
  const began = new Date();
  for (const id of stage.instances.values())
    await stage.app.data(
      "mutation ($id: ID!) { startScan(instanceId: $id, streams: [USERS]) { userErrors { message } } }",
      {
        id,
      },
    );
  await stage.work(
    () =>
      sql`select 1 from scans where stream = 'USERS' and status = 'SUCCEEDED' and started_at >= ${began.toISOString()}::timestamptz`,
    (done) => done.length >= stage.instances.size,
  );
  const { node } = await stage.app.data(
    "query ($id: ID!) { node(id: $id) { ... on Identity { users { status isAdmin instance { name } } } } }",
    { id: identityId },
  );
  return Object.fromEntries(
    node.users.map(({ status, isAdmin, instance }: Data) => [instance.name, `${status}${isAdmin ? " admin" : ""}`]),
  );
}

const begin = /governance_actions[\s\S]*RUNNING/;
const end = /governance_actions[\s\S]*SUCCEEDED/;

/** Starts a worker that dies at such a commit, or has nothing left to do. */
async function dieAt(commitOf: RegExp, at: "before" | "after", over: () => Promise<boolean>): Promise<void> {
  const moment = stage.proxy.halt({ commitOf, at });
  moment.catch(() => {});
  stage.startWorker();
  await Promise.race([moment, until(over, Boolean, 90_000)]);
  await stage.killWorker();
}

/** Starts a worker that dies when an app has made a change, and its answer is on the way. */
async function dieDuring(what: "suspend" | "reinstate", over: () => Promise<boolean>): Promise<void> {
  const before = await countCalls();
  await slowDown(700);
  stage.startWorker();
  const isChanged = async () => Object.values(await writesSince(before, what)).some((count) => count > 0);
  await until(async () => (await isChanged()) || (await over()), Boolean, 90_000);
  await stage.killWorker();
  await slowDown(0);
}

async function slowDown(slowMs: number): Promise<void> {
  await Promise.all([...stage.tenants.values()].map((tenant) => tenant.setFaults(slowMs > 0 ? { slowMs } : {})));
}

/** In the long form, worker after worker dies, at each kind of moment in turn. */
async function dieAgainAndAgain(what: "suspend" | "reinstate", over: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < (soak ? 40 : 0) && !(await over()); round++) {
    if (round % 5 === 0) await dieDuring(what, over);
    else await dieAt(round % 5 < 3 ? end : begin, round % 2 === 0 ? "after" : "before", over);
  }
}

test("a person is contained in every app once and reverted exactly, whichever worker dies", {
  timeout: soak ? 1_800_000 : 120_000,
}, async () => {
  const person = await personOf(suspended);
  const { planContainment } = await stage.app.data(
    "query ($id: ID!) { planContainment(identityId: $id) { containment { id } accounts { instance { name } steps { goal kind gap onRevert action { id } } } } }",
    { id: person },
  );
  expect(planContainment.containment).toBeNull();
  const egnyte = planContainment.accounts.find(({ instance }: Data) => instance.name === "egnyte");
  expect(egnyte.steps).toMatchObject([
    { goal: "SUSPEND", kind: "SUSPEND_USER", gap: null, action: null },
    { goal: "END_SESSIONS", kind: null, gap: expect.stringContaining("Egnyte does not let Gatehouse end sessions.") },
    { goal: "REVOKE_APPS", kind: null },
  ]);

  const calls = await countCalls();
  const [id, again] = await Promise.all([contain(person), contain(person)]);
  expect(again).toBe(id);
  const ended = async () => (await show(id)).status !== "RUNNING";
  await dieDuring("suspend", ended);
  await dieAgainAndAgain("suspend", ended);
  const contained = await stage.work(
    () => show(id),
    ({ status }) => status !== "RUNNING",
  );
  expect(contained.status).toBe(soak ? "PARTIAL" : "SUCCEEDED");
  expect(stepsOf(contained).filter(({ action }) => action && action.status !== "SUCCEEDED")).toEqual([]);
  expect(stepsOf(contained).filter(({ action }) => action?.kind === "SUSPEND_USER" && !action.changed)).toHaveLength(1);
  const once = Object.fromEntries(Object.keys(await writesSince(calls, "suspend")).map((slug) => [slug, 1]));
  const notByUs = { egnyte: 0 };
  expect(await writesSince(calls, "suspend")).toEqual({ ...once, ...notByUs });
  expect(await contain(person)).toBe(id);
  expect(await show(id)).toEqual(contained);

  const before = await countCalls();
  expect(await revert(id)).toBe("REVERTING");
  const undone = async () => (await show(id)).status !== "REVERTING";
  await dieAgainAndAgain("reinstate", undone);
  const reverted = await stage.work(
    () => show(id),
    ({ status }) => status !== "REVERTING",
  );
  expect(reverted.status).toBe("REVERTED");
  expect(await revert(id)).toBe("REVERTED");
  expect(await writesSince(before, "reinstate")).toEqual({ ...once, ...notByUs });
  const statuses = await statusesOf(person);
  expect(statuses.egnyte).toMatch(/SUSPENDED|DISABLED/);
  expect(statuses).toMatchObject({ okta: "ACTIVE" });
});

test("a containment that is reverted while it runs cancels what has not begun and undoes what ends afterwards", {
  timeout: 120_000,
}, async () => {
  const person = await personOf(other);
  const calls = await countCalls();
  const id = await contain(person);
  await slowDown(1500);
  await stage.work(
    async () => (await writesSince(calls, "suspend")).okta!,
    (count) => count > 0,
  );
  expect(await revert(id)).toBe("REVERTING");
  await slowDown(0);
  const reverted = await stage.work(
    () => show(id),
    ({ status }) => status !== "REVERTING",
  );
  expect(reverted.status).toBe("REVERTED");
  const suspends = await writesSince(calls, "suspend");
  expect(suspends.okta).toBe(1);
  for (const step of stepsOf(reverted)) {
    if (!step.action) continue;
    expect(["CANCELLED", "REVERTED", "SUCCEEDED"]).toContain(step.action.status);
    if (step.action.kind === "SUSPEND_USER" && step.action.status !== "CANCELLED")
      expect(step).toMatchObject({ action: { status: "REVERTED" }, reversal: { status: "SUCCEEDED" } });
  }
  expect(stepsOf(reverted).filter(({ action }) => action?.status === "CANCELLED")).not.toEqual([]);
});

test("several people wait for approval, and who may not act is refused", async () => {
  const people = await Promise.all([personOf(other), personOf(third)]);
  const calls = await countCalls();
  const group = `mutation ($ids: [ID!]!) { containIdentities(identityIds: $ids) { containments { id status } userErrors { message } } }`;
  const refused = await stage.app.ask(group, { ids: people }, stage.app.tokens.ANALYST);
  expect(refused.errors[0]!.extensions.code).toBe("FORBIDDEN");
  const { containIdentities } = await stage.app.data(group, { ids: people });
  expect(containIdentities.containments.map(({ status }: Data) => status)).toEqual([
    "AWAITING_APPROVAL",
    "AWAITING_APPROVAL",
  ]);
  const ids = containIdentities.containments.map(({ id }: Data) => id);
  // Asking for one of them alone does not get round the approval.
  expect(await contain(people[0]!)).toBe(ids[0]);
  expect((await show(ids[0])).status).toBe("AWAITING_APPROVAL");
  const approve =
    "mutation ($ids: [ID!]!) { approveContainments(ids: $ids) { containments { status approvedBy } userErrors { message } } }";
  const { approveContainments } = await stage.app.data(approve, { ids });
  expect(approveContainments.containments).toMatchObject([
    { status: "RUNNING", approvedBy: "test ADMIN" },
    { status: "RUNNING", approvedBy: "test ADMIN" },
  ]);
  // Nothing has begun: no worker runs.
  for (const id of ids) expect(await revert(id)).toBe("REVERTED");
  expect(new Set(stepsOf(await show(ids[1])).flatMap(({ action }) => action?.status ?? []))).toEqual(
    new Set(["CANCELLED"]),
  );
  expect((await stage.app.data(approve, { ids })).approveContainments.userErrors).toMatchObject([
    { message: expect.stringContaining("was reverted") },
  ]);
  expect(Object.values(await writesSince(calls, "suspend")).every((count) => count === 0)).toBe(true);
  const { auditLog, identity } = await stage.app.data(
    `query ($id: ID!) { auditLog(first: 50, filter: { actions: ["containment.request", "containment.approve", "containment.revert"] }) {
      nodes { action result target } } identity: node(id: $id) { ... on Identity { containments { id status } } } }`,
    { id: people[1] },
  );
  expect(auditLog.nodes.slice(0, 5)).toMatchObject([
    { action: "containment.approve", result: "CONFLICT" },
    { action: "containment.revert", result: "ok" },
    { action: "containment.revert", result: "ok" },
    { action: "containment.approve", result: "ok" },
    { action: "containment.request", result: "ok" },
  ]);
  expect(identity.containments).toEqual([{ id: ids[1], status: "REVERTED" }]);
});

test("an ADMIN of one instance contains there only, and the account that Gatehouse acts as is left alone", async () => {
  const person = await personOf(third);
  const okta = numberOf(stage.instances.get("okta")!);
  const { secret } = await stage.app.newToken("ADMIN", [okta]);
  const plan =
    "query ($id: ID!) { planContainment(identityId: $id) { accounts { instance { name } steps { goal kind gap } } } }";
  const namesOf = ({ planContainment }: Data) => planContainment.accounts.map(({ instance }: Data) => instance.name);
  expect(namesOf(await stage.app.data(plan, { id: person }, secret))).toEqual(["okta"]);
  const id = await contain(person);
  const shown = await stage.app.data(
    `query ($id: ID!) { node(id: $id) { ... on Containment { ${containmentFields} } } }`,
    { id },
    secret,
  );
  expect(shown.node.accounts.map(({ instance }: Data) => instance.name)).toEqual(["okta"]);
  const { errors } = await stage.app.ask(
    "mutation ($id: ID!) { revertContainment(id: $id) { userErrors { message } } }",
    { id },
    secret,
  );
  expect(errors[0]!.extensions.code).toBe("FORBIDDEN");
  expect(await revert(id)).toBe("REVERTED");

  await rawSql(stage.app.core.db)`
    update instances set settings = settings || jsonb_build_object('adminEmail', ${third}::text) where connector_slug = 'egnyte'`;
  const { planContainment } = await stage.app.data(plan, { id: person });
  const ours = planContainment.accounts.find(({ instance }: Data) => instance.name === "egnyte");
  expect(ours.steps).toEqual([
    { goal: "SUSPEND", kind: null, gap: expect.stringContaining("Gatehouse uses this account to access the app") },
  ]);
});
