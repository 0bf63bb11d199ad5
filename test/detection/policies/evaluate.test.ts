import { beforeAll, describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../../support/app.ts";
import { addActivities, seedInstance } from "../../support/seed.ts";
import { alertsOf, changePolicy, event, happen, instanceIdOf, makePolicy, userIdOf } from "./support.ts";

describe("activity policies", () => {
  let app: TestApp;
  let okta: number;
  let github: number;

  beforeAll(async () => {
    app = await startApp({ workers: true });
    okta = await seedInstance(app.core, "okta", "acme");
    github = await seedInstance(app.core, "github", "acme");
  });

  it("raise an alert for a match, count repeats by the same account as occurrences, and tell the activity", async () => {
    const policy = await makePolicy(app, {
      name: "From North Korea",
      severity: "HIGH",
      activityFilter: { countries: ["KP"], categories: ["LOG_ON"], not: { outcomes: ["FAILURE"] } },
    });
    const events = [
      event(1, { country: "KP" }),
      event(2, { country: "KP", outcome: "FAILURE" }),
      event(3, { country: "KP" }),
      event(4, { country: "KP", user: "u2" }),
      event(5, { country: "FR" }),
      event(6, { country: "KP", category: "ADMIN" }),
    ];
    await happen(app, okta, events);
    const alerts = await alertsOf(app, policy.id);
    expect(alerts).toMatchObject([
      { title: "From North Korea: User u2", occurrences: 1, user: { externalId: "u2" } },
      {
        title: "From North Korea: User u1",
        severity: "HIGH",
        kind: "POLICY",
        occurrences: 2,
        policy: { id: policy.id },
        evidence: [{ externalId: events[0]?.externalId }, { externalId: events[2]?.externalId }],
        explanation: { rule: "match", country: "KP" },
        instance: { id: instanceIdOf(okta) },
      },
    ]);
    const { activities } = await app.data(
      `query ($id: ID!) { activities(filter: { policyIds: [$id] }) { nodes { externalId policies { id } alerts { id } } } }`,
      { id: policy.id },
    );
    expect(activities.nodes).toEqual(
      [events[3], events[2], events[0]].map((one, index) => ({
        externalId: one?.externalId,
        policies: [{ id: policy.id }],
        alerts: [{ id: alerts[index === 0 ? 0 : 1].id }],
      })),
    );
    const { node } = await app.data(
      `query ($id: ID!) { node(id: $id) { ... on Policy { matchesLast24h alerts { totalCount } } } }`,
      {
        id: policy.id,
      },
    );
    expect(node).toEqual({ matchesLast24h: 3, alerts: { totalCount: 2 } });
  });

  it("look at what is stored after they were made or enabled, and not while they are off", async () => {
    await addActivities(app.core, okta, [event(0, { eventType: "timing" })]);
    const policy = await makePolicy(app, { activityFilter: { eventTypes: ["timing"] } });
    await happen(app, okta, [event(1, { eventType: "timing" })]);
    const seen = async () => (await alertsOf(app, policy.id)).map(({ occurrences }) => occurrences);
    expect(await seen()).toEqual([1]);
    await changePolicy(app, policy.id, { enabled: false });
    await happen(app, okta, [event(2, { eventType: "timing" })]);
    await changePolicy(app, policy.id, { enabled: true });
    await happen(app, okta, [event(3, { eventType: "timing" })]);
    expect(await seen()).toEqual([2]);
    const changed = await changePolicy(app, policy.id, { activityFilter: { eventTypes: ["other"] } });
    expect(changed.policy.filter).toEqual({ eventTypes: ["other"] });
    await happen(app, okta, [event(4, { eventType: "timing" })]);
    expect(await seen()).toEqual([2]);
  });

  it("are limited to whom they include, and excluding beats including", async () => {
    const policy = await makePolicy(app, {
      activityFilter: { eventTypes: ["scoped"] },
      include: { groupIds: [groupId(0)], userIds: [userIdOf(okta, "u3")] },
      exclude: { userIds: [userIdOf(okta, "u2")] },
    });
    // Group g0 has u0, u2 and u4.
    await happen(
      app,
      okta,
      [0, 1, 2, 3, 4].map((n) => event(n, { eventType: "scoped", user: `u${n}` })),
    );
    await happen(app, github, [event(9, { eventType: "scoped", user: "u0" })]);
    const users = (await alertsOf(app, policy.id)).map(({ user }) => user.externalId);
    expect(users.sort()).toEqual(["u0", "u3", "u4"]);
  });

  it("ask for groups and mail domains of actors and targets", async () => {
    const byGroup = await makePolicy(app, {
      activityFilter: { eventTypes: ["people"], groupIds: [groupId(1)], involvement: "TARGET" },
    });
    const byDomain = await makePolicy(app, {
      activityFilter: { eventTypes: ["people"], userDomains: ["Example.com"], not: { groupIds: [groupId(0)] } },
    });
    const target = (id: string) => [{ type: "USER", id, name: null }];
    // Group g1 has u1 and u3.
    await happen(app, okta, [
      event(1, { eventType: "people", user: "u0", targets: target("u1") }),
      event(2, { eventType: "people", user: "u1", targets: target("u2") }),
      event(3, { eventType: "people", user: "stranger", targets: target("u3") }),
    ]);
    const users = async (id: string) => (await alertsOf(app, id)).map(({ user }) => user.externalId).sort();
    expect(await users(byGroup.id)).toEqual(["stranger", "u0"]);
    expect(await users(byDomain.id)).toEqual(["u1"]);
  });

  const groupId = (n: number) => Buffer.from(`Group:${okta}/g${n}`).toString("base64url");
});

describe("thresholds", () => {
  let app: TestApp;
  let okta: number;
  let github: number;

  beforeAll(async () => {
    app = await startApp({ workers: true });
    okta = await seedInstance(app.core, "okta", "acme");
    github = await seedInstance(app.core, "github", "acme");
  });

  const counting = (eventType: string, threshold: object) =>
    makePolicy(app, { name: "Too many", activityFilter: { eventTypes: [eventType] }, threshold });

  it("are reached by so many matches of one account within the window, once while it goes on", async () => {
    const policy = await counting("t1", { count: 3, windowSeconds: 60 });
    const t1 = (at: number, user = "u1") => event(at, { eventType: "t1", user });
    await happen(app, okta, [t1(0), t1(30), t1(61, "u2"), t1(62, "u3")]);
    expect(await alertsOf(app, policy.id)).toEqual([]);
    // 0 s and 60 s are not within less than 60 s; 30, 60 and 75 are.
    await happen(app, okta, [t1(60)]);
    expect(await alertsOf(app, policy.id)).toEqual([]);
    await happen(app, okta, [t1(75)]);
    const [alert] = await alertsOf(app, policy.id);
    expect(alert).toMatchObject({
      title: "Too many: User u1",
      occurrences: 1,
      user: { externalId: "u1" },
      explanation: { rule: "threshold", matches: 3, threshold: { count: 3, windowSeconds: 60 } },
    });
    expect(alert.evidence).toHaveLength(3);
    await happen(app, okta, [t1(80), t1(90)]);
    await happen(app, okta, [t1(200), t1(201)]);
    expect(await alertsOf(app, policy.id)).toMatchObject([{ id: alert.id, occurrences: 3 }]);
    await happen(app, okta, [t1(202)]);
    expect(await alertsOf(app, policy.id)).toMatchObject([{ id: alert.id, occurrences: 4 }]);
  });

  it("count by event time: late ones, and any order", async () => {
    const policy = await counting("t2", { count: 4, windowSeconds: 10 });
    const t2 = (at: number) => event(at, { eventType: "t2" });
    await happen(app, okta, [t2(500), t2(100)]);
    await happen(app, okta, [t2(507), t2(1000)]);
    await happen(app, okta, [t2(503), t2(511)]);
    // Four within 10 s would need one more.
    expect(await alertsOf(app, policy.id)).toEqual([]);
    await happen(app, okta, [t2(509)]);
    expect(await alertsOf(app, policy.id)).toMatchObject([
      { occurrences: 2, explanation: { matches: 5, from: "2026-11-18T12:08:20.000Z", to: "2026-11-18T12:08:31.000Z" } },
    ]);
  });

  it("count for each instance, for each person across instances, or all together", async () => {
    const threshold = { count: 4, windowSeconds: 100 };
    const byInstance = await counting("t3", { ...threshold, sameUser: false });
    const byPerson = await counting("t3", { ...threshold, sameInstance: false });
    const together = await counting("t3", { ...threshold, sameUser: false, sameInstance: false });
    const t3 = (at: number, user: string | null) => event(at, { eventType: "t3", user });
    // u3 is one person in both.
    await happen(app, okta, [t3(1, "u3"), t3(2, "u3"), t3(3, null)]);
    await happen(app, github, [t3(4, "u3"), t3(5, "u1")]);
    expect(await alertsOf(app, byInstance.id)).toEqual([]);
    expect(await alertsOf(app, byPerson.id)).toEqual([]);
    expect(await alertsOf(app, together.id)).toMatchObject([
      { occurrences: 2, user: null, instance: { id: instanceIdOf(okta) } },
    ]);
    await happen(app, github, [t3(6, "u3")]);
    expect(await alertsOf(app, byPerson.id)).toMatchObject([{ occurrences: 1, user: { externalId: "u3" } }]);
    await happen(app, okta, [t3(7, null)]);
    expect(await alertsOf(app, byInstance.id)).toMatchObject([{ occurrences: 1, user: null, title: "Too many" }]);
    expect(await alertsOf(app, together.id)).toMatchObject([{ occurrences: 4 }]);
  });
});
