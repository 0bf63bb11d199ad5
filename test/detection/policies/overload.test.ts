import { beforeAll, describe, expect, it } from "vitest";
import { type Data, startApp, type TestApp } from "../../support/app.ts";
import { range, seedInstance } from "../../support/seed.ts";
import { alertsOf, changePolicy, event, happen, makePolicy } from "./support.ts";

describe("a policy that matches too often", () => {
  let app: TestApp;
  let okta: number;

  beforeAll(async () => {
    app = await startApp({ workers: true, overloadLimits: { perDay: 60, perThreeHours: 40 } });
    okta = await seedInstance(app.core, "okta", "acme");
  });

  it("is switched off with the count, an alert and an audit entry; the others and the log go on", async () => {
    const always = await makePolicy(app, { name: "Everything", activityFilter: {} });
    const other = await makePolicy(app, { activityFilter: { eventTypes: ["rare"] } });
    for (const n of range(8))
      await happen(
        app,
        okta,
        range(6).map((m) => event(n * 10 + m)),
      );
    const read = async (): Promise<Data> =>
      (
        await app.data(
          `query ($id: ID!) { node(id: $id) { ... on Policy { enabled disabledReason matchesLast24h } } }`,
          { id: always.id },
        )
      ).node;
    const off = await read();
    expect(off).toMatchObject({ enabled: false, matchesLast24h: 42 });
    expect(off.disabledReason).toContain("It matched 42 activities within 3 hours; the limit is 40.");
    const system = (await alertsOf(app)).filter(({ kind }) => kind === "SYSTEM");
    expect(system).toMatchObject([
      {
        title: 'The policy "Everything" was disabled: 42 matches in 3 hours',
        policy: { id: always.id },
        explanation: { count: 42, limit: 40 },
      },
    ]);
    const { auditLog } = await app.data(
      `{ auditLog(filter: { actions: ["policy.disable"] }) { nodes { actor after } } }`,
    );
    expect(auditLog.nodes).toMatchObject([{ actor: "system", after: { enabled: false } }]);
    await happen(app, okta, [event(500, { eventType: "rare" })]);
    expect(await alertsOf(app, other.id)).toHaveLength(1);
    expect(await read()).toMatchObject({ matchesLast24h: 42 });

    const again = await changePolicy(app, always.id, { enabled: true });
    expect(again.policy).toMatchObject({ enabled: true, disabledReason: null });
    await happen(app, okta, [event(600)]);
    expect(await read()).toMatchObject({ enabled: true, matchesLast24h: 1 });
  });
});
