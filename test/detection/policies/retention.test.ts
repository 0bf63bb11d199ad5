import { expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import { forgetOldMatches } from "#src/detection/policies/retention.ts";
import { startApp } from "../../support/app.ts";
import { addActivities, newest, seedInstance } from "../../support/seed.ts";
import { alertsOf, evaluated, event, happen, makePolicy } from "./support.ts";

it("what is past retention is forgotten, and the evaluator passes over activities that are gone", async () => {
  const app = await startApp({ workers: true });
  const sql = rawSql(app.core.db);
  const okta = await seedInstance(app.core, "okta", "acme");
  const policy = await makePolicy(app, { activityFilter: { eventTypes: ["kept"] } });
  const counted = await makePolicy(app, {
    activityFilter: { eventTypes: ["kept"] },
    threshold: { count: 5, windowSeconds: 60 },
  });
  await happen(app, okta, [event(-60, { eventType: "kept" }), event(60, { eventType: "kept" })]);
  await forgetOldMatches(sql, newest, app.core.now());
  const { activities } = await app.data(
    `query ($id: ID!) { activities(filter: { policyIds: [$id] }) { totalCount } }`,
    { id: policy.id },
  );
  expect(activities.totalCount).toBe(1);

  // Stored, announced, and removed before anybody has looked.
  const gone = event(61, { eventType: "kept", user: "u2" });
  await sql.begin(async (tx) => {
    await tx`select position from log_consumers where name = 'policies' for update`;
    await addActivities(app.core, okta, [gone]);
    await sql`delete from activities where external_id = ${gone.externalId}`;
  });
  await evaluated(app);
  expect((await alertsOf(app, policy.id)).map(({ user }) => user.externalId)).toEqual(["u1"]);
  expect(await alertsOf(app, counted.id)).toEqual([]);
});
