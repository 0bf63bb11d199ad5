import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import { runAction } from "#src/response/governance/run.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { type SandboxTenant, startSandbox } from "../../support/sandbox.ts";

const fields = "id kind status error attempts changed revertible requestedBy user { id status } changeCursor";
const request = `mutation ($input: GovernanceActionInput!) {
  requestGovernanceAction(input: $input) { governanceAction { ${fields} } userErrors { code message field } } }`;
const change = (name: string) =>
  `mutation ($id: ID!) { ${name}(id: $id) { governanceAction { ${fields} } userErrors { code message } } }`;

describe("governance on Okta", () => {
  let app: TestApp;
  let tenant: SandboxTenant;
  let instanceId: string;
  let instance: number;
  let users: Data[];

  beforeAll(async () => {
    const sandbox = await startSandbox();
    app = await startApp({ workers: true, sandboxUrl: sandbox.url });
    tenant = await sandbox.createTenant({
      provider: "okta",
      name: "acme",
      users: 40,
      groups: 2,
      events: 10,
      unlimited: true,
    });
    const { connectInstance } = await app.data(
      `mutation ($settings: JSON!) { connectInstance(input: { connectorSlug: "okta", name: "Acme", settings: $settings }) { instance { id } userErrors { message } } }`,
      { settings: { mode: "token", domain: tenant.credentials.domain, token: tenant.credentials.apiToken } },
    );
    expect(connectInstance.userErrors).toEqual([]);
    instanceId = connectInstance.instance.id;
    instance = Number(Buffer.from(instanceId, "base64url").toString().split(":")[1]);
    users = await until(async () => {
      const { nodes } = (
        await app.data(`{ users(filter: { status: [ACTIVE], isAdmin: false }) { nodes { id externalId status } } }`)
      ).users;
      return nodes.length > 10 ? nodes : null;
    });
  });

  async function until<T>(look: () => Promise<T | null>): Promise<T> {
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(100)) {
      const found = await look();
      if (found !== null) return found;
    }
    throw new Error("waited 30 s in vain");
  }

  const ask = async (input: object) =>
    (await app.data(request, { input: { instanceId, ...input } })).requestGovernanceAction;
  const settled = (id: string) =>
    until(async () => {
      const { node } = await app.data(`query ($id: ID!) { node(id: $id) { ... on GovernanceAction { ${fields} } } }`, {
        id,
      });
      return ["QUEUED", "RUNNING"].includes(node.status) ? null : node;
    });
  const suspendCalls = async () => {
    const calls = await tenant.calls();
    return Object.entries(calls).reduce(
      (sum, [call, count]) => sum + (/lifecycle\/suspend$/.test(call) ? Number(count) : 0),
      0,
    );
  };

  it("suspends an account at the provider, once for each idempotency key, tells subscribers, and undoes it", async () => {
    const user = users[0];
    const { newest } = (await app.data("{ streamPosition { newest } }")).streamPosition;
    const reader = app.subscribe(
      `subscription ($after: String) { governanceActionChanged(after: $after) { status } }`,
      { after: newest },
    );
    const input = { kind: "SUSPEND_USER", userId: user.id, idempotencyKey: "once" };
    const [one, two] = await Promise.all([ask(input), ask(input)]);
    expect(one.userErrors).toEqual([]);
    expect(two.governanceAction.id).toBe(one.governanceAction.id);
    const done = await settled(one.governanceAction.id);
    expect(done).toMatchObject({
      status: "SUCCEEDED",
      changed: true,
      attempts: 1,
      revertible: true,
      user: { status: "SUSPENDED" },
    });
    expect(await suspendCalls()).toBe(1);
    const { events } = await tenant.events();
    expect(events.at(-1)).toMatchObject({ type: "user.lifecycle.suspend" });
    expect((await reader.until(2)).at(-1)).toMatchObject({ status: "SUCCEEDED" });

    const undo = (await app.data(change("revertGovernanceAction"), { id: done.id })).revertGovernanceAction;
    expect(undo.userErrors).toEqual([]);
    expect(await settled(undo.governanceAction.id)).toMatchObject({
      kind: "UNSUSPEND_USER",
      status: "SUCCEEDED",
      user: { status: "ACTIVE" },
    });
    expect(await settled(done.id)).toMatchObject({ status: "REVERTED", revertible: false });
    const again = (await app.data(change("revertGovernanceAction"), { id: done.id })).revertGovernanceAction;
    expect(again.userErrors[0].code).toBe("CONFLICT");
  });

  it("acts once even when the worker dies between the provider's answer and our commit", async () => {
    const user = users[1];
    const before = await suspendCalls();
    const { governanceAction } = await ask({ kind: "SUSPEND_USER", userId: user.id });
    const first = await settled(governanceAction.id);
    expect(first.status).toBe("SUCCEEDED");
    // As if the commit had been lost: the row says RUNNING, the provider has done it.
    const id = Number(Buffer.from(first.id, "base64url").toString().split("/")[1]);
    await rawSql(
      app.core.db,
    )`update governance_actions set status = 'RUNNING', changed = null, finished_at = null where instance_id = ${instance} and id = ${id}`;
    await runAction(app.core, { instanceId: instance, id }, new AbortController().signal);
    expect(await settled(first.id)).toMatchObject({
      status: "SUCCEEDED",
      changed: true,
      attempts: 2,
      revertible: true,
    });
    expect(await suspendCalls()).toBe(before + 1);
  });

  it.each([
    ["that is down", 503, 2],
    ["that says the target is locked", 423, 5],
  ])("waits out a provider %s", async (_, status, nth) => {
    await tenant.setFaults({ serverErrors: { remaining: 500, status } });
    const { governanceAction } = await ask({ kind: "SUSPEND_USER", userId: users[nth].id });
    const id = Number(Buffer.from(governanceAction.id, "base64url").toString().split("/")[1]);
    await until(async () => {
      const [row] = await rawSql(
        app.core.db,
      )`select 1 from governance_actions where id = ${id} and status = 'QUEUED' and attempts > 0`;
      return row ?? null;
    });
    await tenant.setFaults({});
    await runAction(app.core, { instanceId: instance, id }, new AbortController().signal);
    expect(await settled(governanceAction.id)).toMatchObject({ status: "SUCCEEDED", changed: true });
  });

  it("marks an app as approved, which its next scan keeps", async () => {
    const app1 = await until(
      async () => (await app.data("{ oauthApps { nodes { id state } } }")).oauthApps.nodes[0] ?? null,
    );
    const { governanceAction, userErrors } = await ask({ kind: "APPROVE_APP", oauthAppId: app1.id });
    expect(userErrors).toEqual([]);
    expect(await settled(governanceAction.id)).toMatchObject({ status: "SUCCEEDED", changed: true, revertible: false });
    const state = async () =>
      (await app.data("query ($id: ID!) { node(id: $id) { ... on OAuthApp { state } } }", { id: app1.id })).node.state;
    expect(await state()).toBe("APPROVED");
    await app.data(
      "mutation ($id: ID!) { startScan(instanceId: $id, streams: [OAUTH_APPS]) { userErrors { message } } }",
      { id: instanceId },
    );
    await until(async () => {
      const { nodes } = (await app.data("{ scans(first: 50) { nodes { stream status } } }")).scans;
      return (
        nodes.filter((scan: Data) => scan.stream === "OAUTH_APPS" && scan.status === "SUCCEEDED").length > 1 || null
      );
    });
    expect(await state()).toBe("APPROVED");
  });

  it("says what cannot be done, and stores nothing of it", async () => {
    const count = async () => (await app.data("{ governanceActions { totalCount } }")).governanceActions.totalCount;
    const before = await count();
    const foreign = idOf("User", 999, "x");
    expect((await ask({ kind: "SUSPEND_USER" })).userErrors[0]).toMatchObject({
      code: "BAD_USER_INPUT",
      field: ["input", "userId"],
    });
    expect((await ask({ kind: "SUSPEND_USER", userId: foreign })).userErrors[0]).toMatchObject({
      code: "NOT_FOUND",
      field: ["input", "userId"],
    });
    expect((await ask({ kind: "SUSPEND_USER", userId: idOf("User", instance, "nobody") })).userErrors[0].code).toBe(
      "NOT_FOUND",
    );
    const several = `mutation ($inputs: [GovernanceActionInput!]!, $dryRun: Boolean) { requestGovernanceActions(inputs: $inputs, dryRun: $dryRun) {
      governanceActions { id } planned { kind revertible note user { id } } userErrors { code } } }`;
    const inputs = [
      { kind: "SUSPEND_USER", instanceId, userId: users[3].id },
      { kind: "SUSPEND_USER", instanceId, userId: idOf("User", instance, "nobody") },
    ];
    expect((await app.data(several, { inputs })).requestGovernanceActions).toMatchObject({
      governanceActions: [],
      userErrors: [{ code: "NOT_FOUND" }],
    });
    const dry = (await app.data(several, { inputs: inputs.slice(0, 1), dryRun: true })).requestGovernanceActions;
    expect(dry).toMatchObject({
      governanceActions: [],
      planned: [{ kind: "SUSPEND_USER", revertible: true, user: { id: users[3].id } }],
      userErrors: [],
    });
    const refused = await app.ask(
      request,
      { input: { instanceId, kind: "SUSPEND_USER", userId: users[3].id } },
      app.tokens.ANALYST,
    );
    expect(refused.errors[0]?.extensions.code).toBe("FORBIDDEN");
    expect(await count()).toBe(before);
  });

  it("cancels what waits, lets a person approve, and refuses what is over", async () => {
    const { governanceAction } = await ask({ kind: "REQUIRE_SIGN_IN_AGAIN", userId: users[4].id });
    const done = await settled(governanceAction.id);
    expect(done).toMatchObject({ status: "SUCCEEDED", revertible: false });
    for (const name of [
      "cancelGovernanceAction",
      "approveGovernanceAction",
      "retryGovernanceAction",
      "revertGovernanceAction",
    ]) {
      const answer = (await app.data(change(name), { id: done.id }))[name];
      expect(answer.userErrors[0].code, name).toMatch(/CONFLICT|NOT_REVERTIBLE/);
    }
    const id = Number(Buffer.from(done.id, "base64url").toString().split("/")[1]);
    await rawSql(
      app.core.db,
    )`update governance_actions set status = 'AWAITING_APPROVAL', finished_at = null where id = ${id}`;
    const approved = (await app.data(change("approveGovernanceAction"), { id: done.id })).approveGovernanceAction;
    expect(approved.userErrors).toEqual([]);
    expect(await settled(done.id)).toMatchObject({ status: "SUCCEEDED" });
    const { auditLog } = await app.data(
      `{ auditLog(filter: { actions: ["governance.approve", "governance.request", "governance.run"] }) { nodes { action result } } }`,
    );
    expect(auditLog.nodes.map((entry: Data) => entry.action)).toEqual(
      expect.arrayContaining(["governance.approve", "governance.request", "governance.run"]),
    );
  });
});
