import { beforeAll, describe, expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import { purgeInstance } from "#src/ingest/purge.ts";
import { type Data, startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";
import { alertsOf, changePolicy, event, happen, instanceIdOf } from "../policies/support.ts";

const day = 24 * 60 * 60;

describe("detections, from the log to the API", () => {
  let app: TestApp;
  let okta: number;
  let policies: Map<string, Data>;

  beforeAll(async () => {
    app = await startApp({ workers: true });
    okta = await seedInstance(app.core, "okta", "acme");
    const { policies: found } = await app.data(
      "{ policies(kind: [ANOMALY]) { totalCount nodes { id slug enabled builtIn kind sensitivity learningUntil mitreTechniques } } }",
    );
    policies = new Map(found.nodes.map((policy: Data) => [policy.slug, policy]));
  });

  /** A sign-in a day from Berlin, for ten days before the newest of the seed. */
  const habits = (user: string) =>
    Array.from({ length: 10 }, (_, n) => event((n - 10) * day, { user, country: "DE", city: "Berlin" }));

  it("are policies that are on from the start and cannot be removed", async () => {
    expect([...policies.keys()].sort()).toEqual([
      "anonymous-ip",
      "impossible-travel",
      "infrequent-country",
      "multiple-failed-logins",
      "suspicious-ip",
      "terminated-user-activity",
      "unusual-admin-activity",
      "unusual-impersonated-activity",
    ]);
    for (const policy of policies.values()) expect(policy).toMatchObject({ enabled: true, builtIn: true });
    const { deletePolicy } = await app.data(
      "mutation ($id: ID!) { deletePolicy(id: $id) { policy { id } userErrors { code message } } }",
      { id: policies.get("impossible-travel")?.id },
    );
    expect(deletePolicy).toMatchObject({
      policy: null,
      userErrors: [{ message: expect.stringContaining("built-in") }],
    });
  });

  it("tell why an account alarms, once as long as it goes on, and which activities show it", async () => {
    await happen(app, okta, habits("u1"));
    const far = event(1800, { user: "u1", country: "JP", city: "Tokyo", ipAddress: "198.51.100.9" });
    await happen(app, okta, [event(0, { user: "u1", country: "DE", city: "Berlin" }), far]);
    const travel = await alertsOf(app, policies.get("impossible-travel")?.id);
    expect(travel).toMatchObject([
      { kind: "POLICY", user: { externalId: "u1" }, occurrences: 1, explanation: { detection: "impossible-travel" } },
    ]);
    const [trip] = (travel[0] as Data).explanation.trips;
    expect(trip).toMatchObject({ from: { country: "DE" }, to: { country: "JP" }, minutes: 30 });
    expect(trip.distanceKm).toBeGreaterThan(7000);
    expect(travel[0]?.evidence.map((one: Data) => one.externalId)).toContain(far.externalId);
    expect(await alertsOf(app, policies.get("infrequent-country")?.id)).toMatchObject([{ user: { externalId: "u1" } }]);
    const { activities } = await app.data(
      `query ($filter: ActivityFilter) { activities(filter: $filter) { nodes { externalId policies { slug } alerts { policy { slug } } } } }`,
      { filter: { policyIds: [policies.get("infrequent-country")?.id] } },
    );
    expect(activities.nodes).toMatchObject([
      { externalId: far.externalId, policies: expect.arrayContaining([{ slug: "impossible-travel" }]) },
    ]);
  });

  it("raise one alert for a person who left, as long as it is unresolved, and name the app", async () => {
    const policyId = policies.get("terminated-user-activity")?.id;
    const sql = rawSql(app.core.db);
    const [person] = await sql<{ id: number }[]>`
      insert into identities (email, terminated_at) values ('left@acme.example', '2020-01-01') returning id`;
    await happen(app, okta, [event(0, { user: "u6" })]);
    await sql`update users set identity_id = ${person?.id as number} where instance_id = ${okta} and external_id = 'u6'`;
    const days = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => event((from + n) * day, { user: "u6", country: "DE" }));
    for (const one of days(1, 5)) await happen(app, okta, [one]);
    const [first, ...others] = await alertsOf(app, policyId);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      occurrences: 4,
      title: expect.stringMatching(/still active in acme$/),
    });

    await app.data(
      "mutation ($id: ID!) { updateAlerts(ids: [$id], status: TRUE_POSITIVE) { userErrors { message } } }",
      { id: first?.id },
    );
    expect(await alertsOf(app, policyId)).toHaveLength(1);
    const later = days(5, 7);
    for (const one of later) await happen(app, okta, [one]);
    const all = await alertsOf(app, policyId);
    expect(all.map(({ occurrences }) => occurrences)).toEqual([2, 4]);
    expect(all[0]?.evidence.map((one: Data) => one.externalId)).toEqual(later.map((one) => one.externalId));
  });

  it("say what was kept suppressed while they learn", async () => {
    await happen(app, okta, [event(60, { user: "u2", country: "DE" }), event(2 * day, { user: "u2", country: "BR" })]);
    const policyId = policies.get("infrequent-country")?.id;
    const { suppressedFindings } = await app.data(
      "query ($policyId: ID!) { suppressedFindings(policyId: $policyId) { nodes { rule activity { user { externalId } } } } }",
      { policyId },
    );
    expect(suppressedFindings.nodes).toContainEqual({ rule: "learning", activity: { user: { externalId: "u2" } } });
  });

  it("count once for a suppression what it suppressed", async () => {
    const policyId = policies.get("infrequent-country")?.id;
    const { createSuppression } = await app.data(
      `mutation ($policyId: ID!) { createSuppression(policyId: $policyId, match: { countries: ["CL"] }, reason: "Expected") { suppression { id } } }`,
      { policyId },
    );
    const { id } = createSuppression.suppression;
    const inChile = [0, 60].map((at) => event(at, { user: "u5", country: "CL", city: "Santiago" }));
    await happen(app, okta, [...habits("u5"), ...inChile]);
    const { node, suppressedFindings } = await app.data(
      `query ($id: ID!, $policyId: ID!) { node(id: $id) { ... on Suppression { hits } }
        suppressedFindings(policyId: $policyId) { nodes { rule activity { externalId } } } }`,
      { id, policyId },
    );
    expect(node.hits).toBe(1);
    const number = Buffer.from(id, "base64url").toString().split(":")[1];
    const told = suppressedFindings.nodes.filter((one: Data) => one.rule === `suppression/${number}`);
    expect(told).toEqual([{ rule: `suppression/${number}`, activity: { externalId: inChile[0]?.externalId } }]);
    expect((await alertsOf(app, policyId)).map((alert) => alert.user.externalId)).not.toContain("u5");
  });

  it("are silent about whom they exclude, and when they are switched off", async () => {
    const id = policies.get("infrequent-country")?.id;
    await changePolicy(app, id, { exclude: { instanceIds: [instanceIdOf(okta)] } });
    await happen(app, okta, [...habits("u3"), event(0, { user: "u3", country: "AU" })]);
    await changePolicy(app, id, { exclude: null, enabled: false });
    await happen(app, okta, [...habits("u4"), event(0, { user: "u4", country: "AU" })]);
    expect((await alertsOf(app, id)).map((alert) => alert.user.externalId)).toEqual(["u1"]);
    await changePolicy(app, id, { enabled: true });
    await happen(app, okta, [event(3600, { user: "u4", country: "BR" })]);
    expect((await alertsOf(app, id)).map((alert) => alert.user.externalId)).toEqual(["u4", "u1"]);
  });

  it("forget what they learnt of an instance whose data are removed", async () => {
    const sql = rawSql(app.core.db);
    const known = () => sql`
      select from detection_states where instance_id = ${okta} union all select from customs where instance_id = ${okta}`;
    expect((await known()).length).toBeGreaterThan(0);
    await sql`update instances set status = 'DISCONNECTED' where id = ${okta}`;
    await purgeInstance(app.core, okta, new AbortController().signal);
    expect(await known()).toHaveLength(0);
  });
});
