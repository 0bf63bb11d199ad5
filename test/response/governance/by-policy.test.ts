import { beforeAll, describe, expect, it } from "vitest";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import type { Core } from "#src/core.ts";
import { announceAlerts } from "#src/detection/alerts/raise.ts";
import { consumeOnce, registerConsumer } from "#src/realtime/consumer.ts";
import { policyConsumer } from "#src/response/evaluation/consumer.ts";
import { type PolicyAlert, requestPolicyActions } from "#src/response/governance/by-policy.ts";
import { announceActionKeys } from "#src/response/governance/record.ts";
import { runAction } from "#src/response/governance/run.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { activityRecord, addActivities, seedInstance } from "../../support/seed.ts";

const noon = new Date("2026-11-20T12:00:00Z");

describe("actions asked for by policies", () => {
  let app: TestApp;
  /** The app's core at noon. */
  let core: Core;

  beforeAll(async () => {
    app = await startApp();
    core = { ...app.core, now: () => noon };
  });

  const sql = () => rawSql(app.core.db);

  async function policy(
    actions: (string | { kind: string; parameters: Record<string, unknown> })[],
    change: Partial<Policy> = {},
  ): Promise<Policy> {
    const [row] = await app.core.db
      .insert(tables.policies)
      .values({
        name: "Many failures",
        kind: "ACTIVITY",
        severity: "HIGH",
        createdBy: "test",
        actions: actions.map((action) => (typeof action === "string" ? { kind: action, parameters: null } : action)),
        ...change,
      })
      .returning();
    return row as Policy;
  }

  /** A connected instance with so many accounts `a1`, `a2`, … */
  async function tenant(connectorSlug: string, accounts: number): Promise<number> {
    const id = await seedInstance(app.core, connectorSlug, `${connectorSlug} ${Math.random()}`, {
      users: 0,
      activities: 0,
      apps: 0,
    });
    await sql()`
      insert into users (instance_id, external_id, login, email, status)
      select ${id}, 'a' || n, 'a' || n, 'a' || n || '@acme.example', 'ACTIVE' from generate_series(1, ${accounts}) n`;
    return id;
  }

  /** One alert of the policy for each account. */
  async function alerts(of: Policy, instanceId: number, accounts: readonly (string | null)[]): Promise<PolicyAlert[]> {
    const rows = await sql()<{ id: string; userId: string | null }[]>`
      insert into alerts (instance_id, kind, policy_id, user_id, severity, title, explanation, dedup_key, last_occurred_at)
      select ${instanceId}, 'POLICY', ${of.id}, u, 'HIGH', 'Many failures', '{}', 'test ' || gen_random_uuid(), now()
      from unnest(${[...accounts]}::text[]) with ordinality as t(u, n) order by n returning id, user_id as "userId"`;
    return rows.map(({ id, userId }) => ({
      policy: of,
      alert: { instanceId, id: Number(id) },
      userId,
      oauthAppId: null,
      fileId: null,
      occurredAt: null,
    }));
  }

  /** As the evaluator does it. */
  const request = (requests: readonly PolicyAlert[], as = core) =>
    as.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const { actions, raised } = await requestPolicyActions(tx, as, requests);
      await announceActionKeys(tx, actions);
      await announceAlerts(tx, raised);
      return actions;
    });

  const actionsOf = (...policies: Policy[]) =>
    sql()<
      Data[]
    >`select * from governance_actions where policy_id = any(${policies.map(({ id }) => id)}::int[]) order by id`;
  const countsOf = async (of: Policy) =>
    Object.fromEntries(
      (
        await sql()<{ status: string; count: number }[]>`
          select status, count(*)::int as count from governance_actions where policy_id = ${of.id} group by status`
      ).map(({ status, count }) => [status, count]),
    );
  const jobsOf = async (of: Policy) =>
    (
      await sql()<{ count: number }[]>`
        select count(*)::int as count from pgboss.job j join governance_actions g on g.id = (j.data->>'actionId')::bigint
        where j.name = 'governance.run' and g.policy_id = ${of.id}`
    )[0]?.count;

  it("are asked for once for each alert, target and kind, also when the log is replayed, and say who asked and why", async () => {
    const instanceId = await tenant("okta", 2);
    const rule = await policy(["SUSPEND_USER", "REQUIRE_SIGN_IN_AGAIN"]);
    const matches = await alerts(rule, instanceId, ["a1", "a2"]);
    const { newest } = (await app.data("{ streamPosition { newest } }")).streamPosition;
    expect(await request(matches)).toHaveLength(4);
    expect(await request(matches)).toEqual([]);
    expect(await request(matches.toReversed())).toEqual([]);
    const rows = await actionsOf(rule);
    expect(rows.map(({ kind, user_id }) => `${kind} ${user_id}`)).toEqual([
      "SUSPEND_USER a1",
      "REQUIRE_SIGN_IN_AGAIN a1",
      "SUSPEND_USER a2",
      "REQUIRE_SIGN_IN_AGAIN a2",
    ]);
    expect(await jobsOf(rule)).toBe(4);
    const { governanceActions } = await app.data(
      `query ($user: ID!) { governanceActions(filter: { userIds: [$user], kinds: [SUSPEND_USER] }) {
        nodes { status requestedBy alert { id title } error } } }`,
      { user: idOf("User", instanceId, "a1") },
    );
    expect(governanceActions.nodes).toEqual([
      {
        status: "QUEUED",
        requestedBy: "policy: Many failures",
        alert: { id: idOf("Alert", instanceId, matches[0]!.alert.id), title: "Many failures" },
        error: null,
      },
    ]);
    const told = await app
      .subscribe("subscription ($after: String) { governanceActionChanged(after: $after) { kind status } }", {
        after: newest,
      })
      .until(4);
    expect(told).toHaveLength(4);
    const { auditLog } = await app.data(
      `{ auditLog(first: 1, filter: { actions: ["governance.request"] }) { nodes { actor target after } } }`,
    );
    expect(auditLog.nodes).toEqual([
      { actor: `policy: Many failures (policy/${rule.id})`, target: `policy/${rule.id}`, after: { QUEUED: 4 } },
    ]);
  });

  it("that cannot be done are kept as failed, with the reason, and stop nothing", async () => {
    const [okta, workday, paused, unscoped] = [
      await tenant("okta", 1),
      await tenant("workday", 1),
      await tenant("okta", 1),
      await tenant("okta", 1),
    ];
    await sql()`update instances set status = 'DISABLED' where id = ${paused}`;
    await sql()`update instances set missing_scopes = array['okta.users.manage'] where id = ${unscoped}`;
    const suspend = await policy(["SUSPEND_USER"]);
    const revoke = await policy(["REVOKE_APP"]);
    const notify = await policy(["NOTIFY_USER"]);
    const matches = [
      ...(await alerts(revoke, workday, ["a1"])),
      ...(await alerts(suspend, paused, ["a1"])),
      ...(await alerts(suspend, unscoped, ["a1"])),
      ...(await alerts(suspend, okta, [null, "nobody", "a1"])),
      ...(await alerts(notify, okta, ["a1"])),
    ];
    for (let replay = 0; replay < 2; replay++) await request(matches);
    const rows = await actionsOf(suspend, revoke, notify);
    expect(rows.map(({ status, error }) => [status, error])).toEqual([
      ["FAILED", expect.stringContaining("Workday does not support REVOKE_APP")],
      ["FAILED", expect.stringMatching(/is DISABLED/)],
      ["FAILED", expect.stringContaining("did not grant what SUSPEND_USER needs: okta.users.manage")],
      ["FAILED", "SUSPEND_USER requires an account: set userId."],
      ["FAILED", "The user in this instance was not found."],
      ["QUEUED", null],
      ["FAILED", expect.stringContaining("SMTP_URL is not set")],
    ]);
    expect(rows.every(({ finished_at, status }) => (finished_at !== null) === (status === "FAILED"))).toBe(true);
    expect(await jobsOf(suspend)).toBe(1);
  });

  it("stop at the policy's cap: of 10,000 matches 10 go ahead and the others wait for approval", async () => {
    const instanceId = await tenant("okta", 10_000);
    await registerConsumer(core.db, "policies");
    const { createPolicy } = await app.data(
      "mutation ($input: PolicyInput!) { createPolicy(input: $input) { policy { id maxTargetsPerDay } userErrors { message } } }",
      {
        input: {
          name: "Matches everything",
          kind: "ACTIVITY",
          severity: "LOW",
          activityFilter: { instanceIds: [idOf("Instance", instanceId)] },
          actions: [{ kind: "SUSPEND_USER" }],
        },
      },
    );
    expect(createPolicy).toMatchObject({ policy: { maxTargetsPerDay: 10 }, userErrors: [] });
    const rule = { id: Number(Buffer.from(createPolicy.policy.id, "base64url").toString().split(":")[1]) } as Policy;
    const names = Array.from({ length: 10_000 }, (_, n) => `a${n + 1}`);
    for (let at = 0; at < names.length; at += 1000)
      await addActivities(
        core,
        instanceId,
        names.slice(at, at + 1000).map((name, n) =>
          activityRecord(at + n, {
            actor: { externalId: name, name },
            occurredAt: new Date(noon.getTime() + (at + n) * 10),
          }),
        ),
      );
    const evaluator = policyConsumer(core);
    const started = performance.now();
    while (await consumeOnce(core, evaluator));
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(await countsOf(rule)).toEqual({ QUEUED: 10, AWAITING_APPROVAL: 9990 });
    expect(await jobsOf(rule)).toBe(10);
    const rows = await actionsOf(rule);
    expect(rows.slice(0, 11).map(({ user_id, status }) => `${user_id} ${status}`)).toEqual([
      ...names.slice(0, 10).map((name) => `${name} QUEUED`),
      "a11 AWAITING_APPROVAL",
    ]);
    expect(rows[10].error).toContain("10 targets a day");

    const { alerts: raised } = await app.data(
      `query ($policies: [ID!]) { alerts(first: 1, filter: { policyIds: $policies, kind: [POLICY] }) { totalCount } }`,
      { policies: [createPolicy.policy.id] },
    );
    expect(raised.totalCount).toBe(10_000);
    const { alerts: told } = await app.data(
      `query ($policies: [ID!]) { alerts(filter: { policyIds: $policies, kind: [SYSTEM] }) { nodes { title occurrences policy { name } } } }`,
      { policies: [createPolicy.policy.id] },
    );
    expect(told.nodes).toEqual([
      {
        title:
          'Actions of the policy "Matches everything" wait for approval: it has reached its cap of 10 targets a day',
        occurrences: 9990,
        policy: { name: "Matches everything" },
      },
    ]);

    const ids = rows.map(({ id }) => idOf("GovernanceAction", instanceId, Number(id)));
    const one = `mutation ($id: ID!) { approveGovernanceAction(id: $id) { governanceAction { status error } userErrors { code } } }`;
    const many = `mutation ($ids: [ID!]!) { approveGovernanceActions(ids: $ids) { governanceActions { status } userErrors { code message } } }`;
    for (const role of ["VIEWER", "ANALYST"] as const) {
      const refused = await app.ask(many, { ids: ids.slice(10, 12) }, app.tokens[role]);
      expect(refused.errors[0]?.extensions.code).toBe("FORBIDDEN");
    }
    expect((await app.data(one, { id: ids[10] })).approveGovernanceAction).toEqual({
      governanceAction: { status: "QUEUED", error: null },
      userErrors: [],
    });
    const approved = (await app.data(many, { ids: ids.slice(11, 211) })).approveGovernanceActions;
    expect(approved.userErrors).toEqual([]);
    expect(approved.governanceActions).toHaveLength(200);
    expect(await countsOf(rule)).toEqual({ QUEUED: 211, AWAITING_APPROVAL: 9789 });
    expect(await jobsOf(rule)).toBe(211);
    // One that waits for nothing: none is approved.
    const mixed = (await app.data(many, { ids: [ids[300], ids[0]] })).approveGovernanceActions;
    expect(mixed).toMatchObject({ governanceActions: [], userErrors: [{ code: "CONFLICT" }] });
    const cancel = `mutation ($ids: [ID!]!) { cancelGovernanceActions(ids: $ids) { governanceActions { status error } userErrors { code } } }`;
    const cancelled = (await app.data(cancel, { ids: ids.slice(300, 400) })).cancelGovernanceActions;
    expect(cancelled.governanceActions[0]).toEqual({ status: "CANCELLED", error: "Cancelled by test ADMIN." });
    expect(await countsOf(rule)).toEqual({ QUEUED: 211, AWAITING_APPROVAL: 9689, CANCELLED: 100 });
  });

  it("count targets by policy and UTC day over all instances; what was approved has not made room", async () => {
    const [one, two] = [await tenant("okta", 5), await tenant("okta", 5)];
    const rule = await policy(["SUSPEND_USER", "REQUIRE_SIGN_IN_AGAIN"], { maxTargetsPerDay: 3 });
    const other = await policy(["REQUIRE_SIGN_IN_AGAIN"], { maxTargetsPerDay: 1 });
    await request(await alerts(rule, one, ["a1", "a2"]));
    await request(await alerts(rule, two, ["a1", "a2"]));
    // Another policy has its own cap; a target within the cap may be acted on again.
    await request(await alerts(other, one, ["a3"]));
    await request(await alerts(rule, one, ["a1"]));
    const standing = async () =>
      (await actionsOf(rule)).map(
        ({ instance_id, user_id, status }) => `${instance_id === one ? 1 : 2} ${user_id} ${status}`,
      );
    const twice = (text: string) => [text, text];
    expect(await standing()).toEqual([
      ...twice("1 a1 QUEUED"),
      ...twice("1 a2 QUEUED"),
      ...twice("2 a1 QUEUED"),
      ...twice("2 a2 AWAITING_APPROVAL"),
      ...twice("1 a1 QUEUED"),
    ]);
    expect(await countsOf(other)).toEqual({ QUEUED: 1 });
    const lastSecond = { ...core, now: () => new Date("2026-11-20T23:59:59.999Z") };
    const nextDay = { ...core, now: () => new Date("2026-11-21T00:00:00.000Z") };
    await request(await alerts(rule, two, ["a3"]), lastSecond);
    await request(await alerts(rule, two, ["a4"]), nextDay);
    expect((await standing()).slice(10)).toEqual([...twice("2 a3 AWAITING_APPROVAL"), ...twice("2 a4 QUEUED")]);
    const none = await policy(["SUSPEND_USER"], { maxTargetsPerDay: 0 });
    await request(await alerts(none, one, ["a5"]));
    expect(await countsOf(none)).toEqual({ AWAITING_APPROVAL: 1 });
  });

  it("stay under the cap when several evaluators ask at the same moment", async () => {
    const instanceId = await tenant("okta", 40);
    const rule = await policy(["SUSPEND_USER"]);
    const batches = await Promise.all(
      [0, 1, 2, 3, 4].map((n) =>
        alerts(
          rule,
          instanceId,
          Array.from({ length: 8 }, (_, k) => `a${n * 8 + k + 1}`),
        ),
      ),
    );
    // And each batch twice, as when a worker that was thought dead goes on.
    await Promise.all([...batches, ...batches].map((batch) => request(batch)));
    expect(await countsOf(rule)).toEqual({ QUEUED: 10, AWAITING_APPROVAL: 30 });
  });

  it("that contradict each other: the stronger one stays, whichever came first", async () => {
    const instanceId = await tenant("okta", 4);
    const suspend = await policy(["SUSPEND_USER"], { name: "Suspend" });
    const restore = await policy(["UNSUSPEND_USER"], { name: "Restore" });
    const standing = async (user: string) =>
      (await actionsOf(suspend, restore))
        .filter(({ user_id }) => user_id === user)
        .map(({ kind, status }) => `${kind} ${status}`);
    await request([...(await alerts(restore, instanceId, ["a1"])), ...(await alerts(suspend, instanceId, ["a1"]))]);
    expect(await standing("a1")).toEqual(["UNSUSPEND_USER CANCELLED", "SUSPEND_USER QUEUED"]);
    await request(await alerts(restore, instanceId, ["a2"]));
    expect(await standing("a2")).toEqual(["UNSUSPEND_USER QUEUED"]);
    await request(await alerts(suspend, instanceId, ["a2"]));
    expect(await standing("a2")).toEqual(["UNSUSPEND_USER CANCELLED", "SUSPEND_USER QUEUED"]);
    await request(await alerts(restore, instanceId, ["a2"]));
    expect(await standing("a2")).toEqual([
      "UNSUSPEND_USER CANCELLED",
      "SUSPEND_USER QUEUED",
      "UNSUSPEND_USER CANCELLED",
    ]);
    const [, , last] = (await actionsOf(suspend, restore)).filter(({ user_id }) => user_id === "a2");
    expect(last.error).toBe("SUSPEND_USER was requested and includes this action.");

    // What only waits for approval ends nothing that a person asked for; its approval does.
    const careful = await policy(["SUSPEND_USER"], { maxTargetsPerDay: 0 });
    const asked = await app.data(
      `mutation ($input: GovernanceActionInput!) { requestGovernanceAction(input: $input) { governanceAction { id } userErrors { message } } }`,
      {
        input: {
          kind: "UNSUSPEND_USER",
          instanceId: idOf("Instance", instanceId),
          userId: idOf("User", instanceId, "a3"),
        },
      },
    );
    const { id } = asked.requestGovernanceAction.governanceAction;
    const status = async () =>
      (await app.data("query ($id: ID!) { node(id: $id) { ... on GovernanceAction { status } } }", { id })).node.status;
    await request(await alerts(careful, instanceId, ["a3"]));
    expect(await status()).toBe("QUEUED");
    const [waiting] = await actionsOf(careful);
    await app.data("mutation ($id: ID!) { approveGovernanceAction(id: $id) { userErrors { message } } }", {
      id: idOf("GovernanceAction", instanceId, Number(waiting.id)),
    });
    expect(await status()).toBe("CANCELLED");
  });

  it("wait while another action runs on the same account, and the weaker one ends when it meets a stronger one", async () => {
    const instanceId = await tenant("okta", 2);
    const rule = await policy(["SUSPEND_USER", "REQUIRE_SIGN_IN_AGAIN"]);
    await request(await alerts(rule, instanceId, ["a1"]));
    const [suspend, signIn] = await actionsOf(rule);
    await sql()`update governance_actions set status = 'RUNNING', started_at = ${noon.toISOString()} where id = ${suspend.id}`;
    await runAction(core, { instanceId, id: Number(signIn.id) }, new AbortController().signal);
    expect((await actionsOf(rule)).map(({ status, attempts }) => `${status} ${attempts}`)).toEqual([
      "RUNNING 0",
      "QUEUED 0",
    ]);
    const [again] = await sql()<{ start_after: string }[]>`
      select start_after from pgboss.job where singleton_key like ${`${instanceId}/${signIn.id}/busy-%`}`;
    expect(new Date(again!.start_after)).toEqual(new Date(noon.getTime() + 1000));

    // Slipped in between, as two transactions at the same moment may.
    const [weaker] = await sql()<{ id: string }[]>`
      insert into governance_actions (instance_id, kind, status, user_id, requested_by)
      values (${instanceId}, 'UNSUSPEND_USER', 'QUEUED', 'a1', 'somebody') returning id`;
    await runAction(core, { instanceId, id: Number(weaker!.id) }, new AbortController().signal);
    const [ended] = await sql()`select status, error from governance_actions where id = ${weaker!.id}`;
    expect(ended).toEqual({
      status: "CANCELLED",
      error: "SUSPEND_USER was requested and includes this action.",
    });
  });

  it("of a policy that is gone are not asked for", async () => {
    const instanceId = await tenant("okta", 1);
    const rule = await policy(["SUSPEND_USER"]);
    const matches = await alerts(rule, instanceId, ["a1"]);
    await sql()`delete from policies where id = ${rule.id}`;
    expect(await request(matches)).toEqual([]);
  });
});
