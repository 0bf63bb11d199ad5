import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import { type Data, idOf, startApp, type TestApp } from "../support/app.ts";
import { type PostgresProxy, startPostgresProxy } from "../support/postgres-proxy.ts";
import { startNode, type TestProcess } from "../support/process.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";
import { startMailServer, type TestMailServer } from "../support/smtp.ts";
import { numberOf, until } from "./support.ts";

/** An address that no other event of the tenant comes from. */
const attacker = "203.0.113.66";

/** A gateway that works on nothing, and a worker process that can be killed. */
describe("a policy that suspends", () => {
  let sandbox: Sandbox;
  let mail: TestMailServer;
  let app: TestApp;
  let proxy: PostgresProxy;
  let worker: TestProcess;
  let tenant: SandboxTenant;
  let instanceId: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    mail = await startMailServer();
    app = await startApp({ sandboxUrl: sandbox.url, env: { SMTP_URL: mail.url } });
    proxy = await startPostgresProxy(app.databaseUrl);
    await startWorker();
    tenant = await sandbox.createTenant({
      provider: "okta",
      name: "acme",
      users: 20,
      groups: 2,
      events: 20,
      unlimited: true,
    });
    const { domain, apiToken } = tenant.credentials;
    const { connectInstance } = await app.data(
      `mutation ($settings: JSON!) { connectInstance(input: { connectorSlug: "okta", name: "Acme", settings: $settings }) {
        instance { id } userErrors { message } } }`,
      { settings: { mode: "token", domain, token: apiToken } },
    );
    expect(connectInstance.userErrors).toEqual([]);
    instanceId = connectInstance.instance.id;
    await until(
      async () =>
        (
          await app.data("query ($id: ID!) { instance(id: $id) { health { streams { firstScanCompletedAt } } } }", {
            id: instanceId,
          })
        ).instance,
      ({ health }) => health.streams.every((stream: Data) => stream.firstScanCompletedAt !== null),
    );
  }, 90_000);
  afterAll(async () => {
    await worker?.kill("SIGTERM");
    await proxy?.stop();
  });

  async function startWorker(): Promise<void> {
    worker = startNode("src/main.ts", ["worker"], {
      env: {
        NODE_ENV: undefined,
        DATABASE_URL: proxy.url,
        GATEHOUSE_SECRET_KEYS: app.secretKeys,
        PROVIDER_SANDBOX_URL: sandbox.url,
        SMTP_URL: mail.url,
        LOG_LEVEL: "info",
      },
    });
    await worker.waitFor(/is ready in \d+ ms/, 60_000);
  }

  /** Kills the worker at that moment. The next one need not wait until the queue misses the dead one's heartbeat: it is told at once. */
  async function killAt(moment: Promise<void>): Promise<void> {
    await moment;
    await worker.kill("SIGKILL");
    await rawSql(app.core.db)`update pgboss.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`;
  }

  /** One worker dies before the commit reaches the database, the next one before it hears that it did. */
  async function killAtCommit(commitOf: RegExp, isCommitted: () => Promise<boolean>): Promise<void> {
    for (const at of ["before", "after"] as const) {
      const moment = proxy.halt({ commitOf, at });
      await startWorker();
      await killAt(moment);
      expect([commitOf, await isCommitted()]).toEqual([commitOf, at === "after"]);
    }
  }

  /** One dies when the provider has done it and its answer is on the way. */
  async function killDuring(verb: string, count: number): Promise<void> {
    await tenant.setFaults({ slowMs: 3000 });
    await startWorker();
    await killAt(
      until(
        () => calls(verb),
        (made) => made === count,
      ).then(() => {}),
    );
    await tenant.setFaults({});
  }

  async function createPolicy(input: object): Promise<string> {
    const { createPolicy } = await app.data(
      "mutation ($input: PolicyInput!) { createPolicy(input: $input) { policy { id } userErrors { field message } } }",
      { input: { kind: "ACTIVITY", severity: "HIGH", ...input } },
    );
    expect(createPolicy.userErrors).toEqual([]);
    return createPolicy.policy.id;
  }

  const scan = () =>
    app.data("mutation ($id: ID!) { startScan(instanceId: $id, streams: [ACTIVITIES]) { userErrors { message } } }", {
      id: instanceId,
    });
  const actionsOf = async (policyId: string): Promise<Data[]> =>
    (
      await app.data(
        `query ($policies: [ID!]) { governanceActions(filter: { policyIds: $policies }) { nodes {
          id kind status error attempts changed requestedBy user { id externalId status } policy { id } alert { id } } } }`,
        { policies: [policyId] },
      )
    ).governanceActions.nodes;
  const alertsOf = async (policyId: string): Promise<Data[]> =>
    (
      await app.data(
        `query ($policies: [ID!]) { alerts(filter: { policyIds: $policies }) { nodes {
          id title occurrences user { externalId } evidence { externalId eventType } } } }`,
        { policies: [policyId] },
      )
    ).alerts.nodes;
  const action = async (id: string): Promise<Data> =>
    (
      await app.data(
        "query ($id: ID!) { node(id: $id) { ... on GovernanceAction { id kind status attempts changed error user { status } } } }",
        { id },
      )
    ).node;
  const activitiesOf = async (eventType: string, user: string): Promise<Data[]> =>
    (
      await app.data(
        `query ($filter: ActivityFilter) { activities(first: 200, filter: $filter) { nodes { externalId actorName targets { id } } } }`,
        { filter: { instanceIds: [instanceId], eventTypes: [eventType] } },
      )
    ).activities.nodes.filter(({ targets }: Data) => targets.some(({ id }: Data) => id === user));

  /** The account as Okta itself tells it. */
  async function statusAtOkta(user: string): Promise<string> {
    const { domain, apiToken } = tenant.credentials;
    const response = await fetch(`${sandbox.url}/${domain}/api/v1/users/${user}`, {
      headers: { authorization: `SSWS ${apiToken}` },
    });
    return ((await response.json()) as { status: string }).status;
  }
  /** How often Okta was told to. */
  const calls = async (verb: string) =>
    Object.entries(await tenant.calls()).reduce(
      (sum, [call, count]) => sum + (new RegExp(`^POST .*/lifecycle/${verb}$`).test(call) ? count : 0),
      0,
    );
  const eventsAtOkta = async (type: string) => (await tenant.events()).events.filter((event) => event.type === type);

  async function activeUser(not: readonly string[] = []): Promise<string> {
    for (const id of (await tenant.userIds()).ids.toReversed())
      if (!not.includes(id) && (await statusAtOkta(id)) === "ACTIVE") return id;
    throw new Error("nobody is active");
  }
  const revert = async (id: string): Promise<Data> => {
    const { revertGovernanceAction } = await app.data(
      "mutation ($id: ID!) { revertGovernanceAction(id: $id) { governanceAction { id } userErrors { message } } }",
      { id },
    );
    expect(revertGovernanceAction.userErrors).toEqual([]);
    return revertGovernanceAction.governanceAction;
  };

  it("acts on a sign-in, and a person undoes it", { timeout: 90_000 }, async () => {
    const policyId = await createPolicy({
      name: "Sign-in from the attacker",
      activityFilter: { eventTypes: ["user.session.start"], ipAddresses: [attacker] },
      actions: [{ kind: "SUSPEND_USER" }, { kind: "NOTIFY_USER", parameters: { subject: "You were signed out" } }],
    });
    const user = await activeUser();
    const [event] = await tenant.emit({ type: "user.session.start", actor: user, ip: attacker });
    await scan();
    const done = (found: Data[]) => found.length === 2 && found.every(({ status }) => status === "SUCCEEDED");
    const actions = await until(() => actionsOf(policyId), done);
    const suspension = actions.find(({ kind }) => kind === "SUSPEND_USER");
    const alerts = await alertsOf(policyId);
    expect(alerts).toMatchObject([
      { occurrences: 1, user: { externalId: user }, evidence: [{ externalId: event!.id }] },
    ]);
    expect(suspension).toMatchObject({
      requestedBy: "policy: Sign-in from the attacker",
      policy: { id: policyId },
      alert: { id: alerts[0].id },
      attempts: 1,
      changed: true,
      user: { externalId: user, status: "SUSPENDED" },
    });
    expect(await statusAtOkta(user)).toBe("SUSPENDED");
    expect(mail.received.map(({ headers }) => headers.subject)).toEqual(["You were signed out"]);
    mail.received.length = 0;

    await scan();
    await until(
      () => activitiesOf("user.lifecycle.suspend", user),
      (found) => found.length === 1,
    );
    const undo = await revert(suspension.id);
    await until(
      () => action(undo.id),
      ({ status }) => status === "SUCCEEDED",
    );
    expect(await action(suspension.id)).toMatchObject({ status: "REVERTED", user: { status: "ACTIVE" } });
    expect(await statusAtOkta(user)).toBe("ACTIVE");
    await scan();
    await until(
      () => activitiesOf("user.lifecycle.unsuspend", user),
      (found) => found.length === 1,
    );
    expect([await calls("suspend"), await calls("unsuspend")]).toEqual([1, 1]);
    await app.data("mutation ($id: ID!) { deletePolicy(id: $id) { userErrors { message } } }", { id: policyId });
  });

  it("acts once, and only once, when its worker is killed at every step", { timeout: 400_000 }, async () => {
    const policyId = await createPolicy({
      name: "Once",
      activityFilter: { eventTypes: ["user.session.start"], ipAddresses: [attacker] },
      actions: [{ kind: "SUSPEND_USER" }],
    });
    const [suspended, restored] = [await calls("suspend"), await calls("unsuspend")];
    const user = await activeUser();
    const before = (await eventsAtOkta("user.lifecycle.suspend")).length;

    const page = /append_activity_log.*activities/s;
    const evaluation = /insert into governance_actions/;
    const begin = /update "governance_actions" set.*RUNNING/s;
    const end = /update "governance_actions" set.*SUCCEEDED/s;

    await worker.kill("SIGTERM");
    const [event] = await tenant.emit({ type: "user.session.start", actor: user, ip: attacker });
    await scan();
    const isStored = async () => {
      const filter = {
        instanceIds: [instanceId],
        ipAddresses: [attacker],
        userIds: [idOf("User", numberOf(instanceId), user)],
      };
      const { activities } = await app.data(
        "query ($filter: ActivityFilter) { activities(filter: $filter) { nodes { externalId } } }",
        { filter },
      );
      return activities.nodes.some(({ externalId }: Data) => externalId === event!.id);
    };
    await killAtCommit(page, isStored);
    await killAtCommit(evaluation, async () => (await actionsOf(policyId)).length > 0);
    const [{ id: actionId }] = await actionsOf(policyId);
    const isNow = (id: string, wanted: string) => async () => (await action(id)).status === wanted;
    await killAtCommit(begin, isNow(actionId, "RUNNING"));
    await killDuring("suspend", suspended + 1);
    expect(await statusAtOkta(user)).toBe("SUSPENDED");
    await killAtCommit(end, isNow(actionId, "SUCCEEDED"));
    await startWorker();
    await scan();
    await until(
      () => activitiesOf("user.lifecycle.suspend", user),
      (found) => found.length > 0,
    );

    const [suspension, ...others] = await actionsOf(policyId);
    expect(others).toEqual([]);
    // Begun once before each kill behind its beginning: after it, during the call, before and after its end.
    expect(suspension).toMatchObject({ kind: "SUSPEND_USER", status: "SUCCEEDED", changed: true, attempts: 4 });
    expect(await alertsOf(policyId)).toMatchObject([{ occurrences: 1, evidence: [{ externalId: event!.id }] }]);
    expect(await calls("suspend")).toBe(suspended + 1);
    expect(await eventsAtOkta("user.lifecycle.suspend")).toHaveLength(before + 1);

    await worker.kill("SIGTERM");
    const undo = await revert(suspension.id);
    await killAtCommit(begin, isNow(undo.id, "RUNNING"));
    await killDuring("unsuspend", restored + 1);
    expect(await statusAtOkta(user)).toBe("ACTIVE");
    await killAtCommit(end, isNow(undo.id, "SUCCEEDED"));
    await startWorker();
    await scan();
    await until(
      () => activitiesOf("user.lifecycle.unsuspend", user),
      (found) => found.length > 0,
    );
    // The last worker has looked at what the dead ones left, and had nothing to do.
    await until(
      async () =>
        rawSql(app.core.db)`select state from pgboss.job where name = 'governance.run' and state < 'completed'`,
      (jobs) => jobs.length === 0,
    );
    expect(await action(undo.id)).toMatchObject({ status: "SUCCEEDED", changed: true, attempts: 4 });
    expect(await action(suspension.id)).toMatchObject({ status: "REVERTED", user: { status: "ACTIVE" } });
    expect(await actionsOf(policyId)).toHaveLength(1);
    expect([await calls("suspend"), await calls("unsuspend")]).toEqual([suspended + 1, restored + 1]);
    expect(await eventsAtOkta("user.lifecycle.suspend")).toHaveLength(before + 1);
    expect(await statusAtOkta(user)).toBe("ACTIVE");
    await app.data("mutation ($id: ID!) { deletePolicy(id: $id) { userErrors { message } } }", { id: policyId });
  });

  it("writes a mail again, as the same mail, when its worker dies before the server's answer", {
    timeout: 90_000,
  }, async () => {
    const { users } = await app.data("{ users(first: 1, filter: { status: [ACTIVE] }) { nodes { id } } }");
    let killed: Promise<void> | null = null;
    mail.beforeAccept = async () => {
      mail.beforeAccept = async () => {};
      killed = killAt(Promise.resolve());
      await killed;
    };
    const { requestGovernanceAction } = await app.data(
      `mutation ($input: GovernanceActionInput!) { requestGovernanceAction(input: $input) { governanceAction { id } userErrors { message } } }`,
      { input: { kind: "NOTIFY_USER", instanceId, userId: users.nodes[0].id } },
    );
    expect(requestGovernanceAction.userErrors).toEqual([]);
    await until(
      async () => killed !== null,
      (dead) => dead,
    );
    await killed;
    await startWorker();
    expect(
      await until(
        () => action(requestGovernanceAction.governanceAction.id),
        ({ status }) => status === "SUCCEEDED",
      ),
    ).toMatchObject({ attempts: 2 });
    expect(mail.received).toHaveLength(2);
    expect(new Set(mail.received.map(({ headers }) => headers["message-id"])).size).toBe(1);
  });
});
