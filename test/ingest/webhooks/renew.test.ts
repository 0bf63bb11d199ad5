import { afterAll, beforeAll, expect, test } from "vitest";
import { receiveWebhook } from "#src/ingest/webhooks/receive.ts";
import { sealWebhookSecret } from "#src/instances/secrets.ts";
import type { MadeUpApp } from "../../support/made-up-app.ts";
import { openMadeUpBench, type ScanBench } from "../scan/fixture.ts";

let bench: ScanBench<MadeUpApp>;
beforeAll(async () => {
  bench = await openMadeUpBench({ streams: { ACTIVITIES: { everySeconds: 60, scopes: [] } } });
});
afterAll(() => bench.close());

test("a provider that wants its registration renewed before its time is registered with again; a stopped instance is not", async () => {
  const { id, app } = await bench.connect();
  const { sql } = bench.database;
  await sql`update instances set webhook_secret = ${sealWebhookSecret(bench.core.secrets, id, "secret")} where id = ${id}`;
  const deliver = () =>
    receiveWebhook(bench.core, "fake", id, { method: "POST", headers: {}, query: {}, body: Buffer.from("{}") }, null);
  const queued = async () =>
    (await sql`select 1 from pgboss.job where name = 'webhook.register' and data ->> 'instanceId' = ${id}`).length;

  const before = await queued();
  app.delivery = { deliveryId: null };
  expect(await deliver()).toEqual({ status: 200 });
  expect(await queued()).toBe(before);
  app.delivery = { deliveryId: null, renew: true };
  expect(await deliver()).toEqual({ status: 200 });
  expect(await queued()).toBe(before + 1);
  await sql`update instances set status = 'DISABLED' where id = ${id}`;
  await deliver();
  expect(await queued()).toBe(before + 1);
});
