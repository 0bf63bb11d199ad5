import { expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import { consumeOnce, registerConsumer } from "#src/realtime/consumer.ts";
import { policyConsumer } from "#src/response/evaluation/consumer.ts";
import { alertsOf, event, makePolicy } from "../detection/policies/support.ts";
import { startApp } from "../support/app.ts";
import { addActivities, seedInstance } from "../support/seed.ts";

it("an evaluator that stood still for longer than the log is kept says what it lost, and goes on", async () => {
  const app = await startApp();
  const sql = rawSql(app.core.db);
  const okta = await seedInstance(app.core, "okta", "acme");
  await registerConsumer(app.core.db, "policies");
  const policy = await makePolicy(app, { activityFilter: { eventTypes: ["late"] } });
  const lost = await addActivities(app.core, okta, [event(1, { eventType: "late", user: "u1" })]);
  await sql`delete from activity_log where position <= ${lost}`;
  await sql`update activity_log_state set trimmed_through = ${lost}`;
  await addActivities(app.core, okta, [event(2, { eventType: "late", user: "u2" })]);
  const consumer = policyConsumer(app.core);
  while (await consumeOnce(app.core, consumer));
  expect((await alertsOf(app, policy.id)).map(({ user }) => user.externalId)).toEqual(["u2"]);
  expect(app.logged.filter(({ msg }) => String(msg).includes("is lost to it"))).toMatchObject([
    { consumer: "policies", to: lost },
  ]);
});
