import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import { registerConsumer } from "#src/realtime/consumer.ts";
import { type Data, startApp } from "../../support/app.ts";
import { startNode, type TestProcess } from "../../support/process.ts";
import { random } from "../../support/random.ts";
import { addActivities, range, seedInstance } from "../../support/seed.ts";
import { alertsOf, event, makePolicy } from "./support.ts";

it("two evaluators that are killed again and again count each activity once", async () => {
  const app = await startApp();
  const sql = rawSql(app.core.db);
  const okta = await seedInstance(app.core, "okta", "acme");
  await registerConsumer(app.core.db, "policies");
  const each = await makePolicy(app, { activityFilter: { eventTypes: ["killed"] } });
  const many = await makePolicy(app, {
    activityFilter: { eventTypes: ["killed"] },
    threshold: { count: 3, windowSeconds: 60 },
  });
  const { createSuppression } = await app.data(
    `mutation ($id: ID!) { createSuppression(policyId: $id, match: { countries: ["FR"] }, reason: "Expected") { suppression { id } } }`,
    { id: each.id },
  );
  // Five accounts, one event of each every ten seconds; one in ten is muted for the first policy.
  let batches = 0;
  const happenMore = async (more: number) => {
    for (const n of range(more).map((index) => batches + index))
      await addActivities(
        app.core,
        okta,
        range(5).map((m) =>
          event(n * 10 + m, { eventType: "killed", user: `u${m}`, country: n % 10 === 0 ? "FR" : "DE" }),
        ),
      );
    batches += more;
  };
  await happenMore(200);
  const end = async () => {
    const [row] = await sql<{ position: number }[]>`select log_end() as position`;
    return Number(row?.position);
  };
  const position = async () => {
    const [row] = await sql<{ position: number }[]>`select position from log_consumers where name = 'policies'`;
    return Number(row?.position);
  };

  const next = random();
  const start = () => startNode("test/detection/policies/evaluator-process.ts", [app.databaseUrl]);
  const processes: TestProcess[] = [start(), start()];
  let killedAtWork = 0;
  // Until some were killed while they were at work.
  for (const deadline = Date.now() + 60_000; killedAtWork <= 3 && Date.now() < deadline; ) {
    await Promise.all(processes.map((one) => one.waitFor(/evaluating/)));
    const before = await position();
    const more = happenMore(50);
    await sleep(20 + next.whole(150));
    const victim = next.whole(2);
    await processes[victim]!.kill("SIGKILL");
    if ((await position()) > before) killedAtWork++;
    processes[victim] = start();
    await more;
  }
  // Who is killed before a step ends never ends one, so the last two are left alone.
  await expect.poll(async () => (await end()) - (await position()), { timeout: 60_000 }).toBe(0);
  for (const one of processes) await one.kill("SIGKILL");
  expect(killedAtWork).toBeGreaterThan(3);

  const matches = async (policy: Data) =>
    await app.data(
      `query ($id: ID!) { node(id: $id) { ... on Policy { matchesLast24h } } activities(filter: { policyIds: [$id] }, first: 1) { totalCount } }`,
      { id: policy.id },
    );
  const perUser = batches - batches / 10;
  expect(await matches(each)).toEqual({
    node: { matchesLast24h: 5 * perUser },
    activities: { totalCount: 5 * perUser },
  });
  expect(await matches(many)).toEqual({
    node: { matchesLast24h: 5 * batches },
    activities: { totalCount: 5 * batches },
  });
  const counts = async (policy: Data) => (await alertsOf(app, policy.id)).map(({ occurrences }) => occurrences);
  expect(await counts(each)).toEqual(range(5).map(() => perUser));
  expect(await counts(many)).toEqual(range(5).map(() => batches - 2));
  const { node } = await app.data(
    `query ($id: ID!) { node(id: $id) { ... on Suppression { hits } } suppressedFindings { totalCount } }`,
    {
      id: createSuppression.suppression.id,
    },
  );
  expect(node.hits).toBe((5 * batches) / 10);
}, 180_000);
