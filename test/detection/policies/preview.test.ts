import { beforeAll, describe, expect, it } from "vitest";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { random } from "../../support/random.ts";
import { range, seedInstance } from "../../support/seed.ts";
import { alertsOf, event, happen, makePolicy, userIdOf } from "./support.ts";

const span = { from: "2026-11-18T12:00:00Z", to: "2026-11-19T00:00:00Z" };

describe("previewPolicy", () => {
  let app: TestApp;
  let okta: number;
  let github: number;

  beforeAll(async () => {
    app = await startApp({ workers: true });
    okta = await seedInstance(app.core, "okta", "acme", { activities: 0 });
    github = await seedInstance(app.core, "github", "acme", { activities: 0 });
  });

  const preview = async (input: object, other: object = {}, token?: string): Promise<Data> =>
    (
      await app.data(
        `query ($input: PolicyInput!, $from: DateTime!, $to: DateTime!) {
          previewPolicy(input: $input, from: $from, to: $to) { matches alertsPerDay samples { externalId } } }`,
        { input: { kind: "ACTIVITY", ...input }, ...span, ...other },
        token,
      )
    ).previewPolicy;

  it("counts what the evaluator finds in the same activities", async () => {
    const groupId = idOf("Group", okta, "g0");
    const inputs = [
      { activityFilter: { countries: ["FR"] } },
      { activityFilter: { outcomes: ["FAILURE"], not: { countries: ["DE"] } } },
      { activityFilter: { groupIds: [groupId] } },
      { activityFilter: { userDomains: ["example.com"], hasUser: true } },
      { activityFilter: {}, include: { groupIds: [groupId] }, exclude: { userIds: [userIdOf(okta, "u2")] } },
      { activityFilter: {}, exclude: { groupIds: [groupId], instanceIds: [idOf("Instance", github)] } },
      { activityFilter: { outcomes: ["FAILURE"] }, threshold: { count: 4, windowSeconds: 600 } },
      { activityFilter: {}, threshold: { count: 12, windowSeconds: 900, sameUser: false } },
      { activityFilter: {}, threshold: { count: 5, windowSeconds: 900, sameInstance: false } },
      { activityFilter: {}, threshold: { count: 30, windowSeconds: 1200, sameUser: false, sameInstance: false } },
    ];
    const policies: Data[] = [];
    for (const input of inputs) policies.push(await makePolicy(app, input));
    const { whole, pick } = random(7);
    for (const instance of [okta, github, okta, github])
      await happen(
        app,
        instance,
        range(120).map(() =>
          event(whole(10_000), {
            user: pick(["u0", "u1", "u2", "u3", "guest", null]),
            country: pick(["DE", "FR", null]),
            outcome: pick(["SUCCESS", "FAILURE"]),
          }),
        ),
      );
    for (const [index, input] of inputs.entries()) {
      const { matches, alertsPerDay, samples } = await preview(input);
      const { node } = await app.data(
        `query ($id: ID!) { node(id: $id) { ... on Policy { matchesLast24h alerts { totalCount } } } }`,
        {
          id: policies[index].id,
        },
      );
      expect([input, matches, alertsPerDay / 2]).toEqual([input, node.matchesLast24h, node.alerts.totalCount]);
      expect(matches).toBeGreaterThan(0);
      expect(samples).toHaveLength(Math.min(10, matches));
    }
    expect((await alertsOf(app)).length).toBeGreaterThan(inputs.length);
  });

  it("looks at no more than the viewer sees", async () => {
    const all = await preview({ activityFilter: {} });
    const some = await preview({ activityFilter: {} }, {}, (await app.newToken("ANALYST", [okta])).secret);
    expect([all.matches, some.matches]).toEqual([480, 240]);
  });

  it("says what is wrong with the policy or the span", async () => {
    const ask = async (input: object, other: object = {}) => {
      const { errors } = await app.ask(
        `query ($input: PolicyInput!, $from: DateTime!, $to: DateTime!) { previewPolicy(input: $input, from: $from, to: $to) { matches } }`,
        { input, ...span, ...other },
      );
      return [errors[0]?.extensions.code, errors[0]?.extensions.field];
    };
    const any = { kind: "ACTIVITY", activityFilter: {} };
    expect(await ask({ kind: "ACTIVITY", activityFilter: { countries: [] } })).toEqual([
      "BAD_USER_INPUT",
      ["input", "activityFilter", "countries"],
    ]);
    expect(await ask(any, { to: span.from })).toEqual(["BAD_USER_INPUT", ["to"]]);
    expect(await ask(any, { from: "2026-01-01T00:00:00Z" })).toEqual(["BAD_USER_INPUT", ["from"]]);
    expect(await ask({ kind: "FILE" })).toEqual(["BAD_USER_INPUT", ["input", "fileFilter"]]);
  });
});
