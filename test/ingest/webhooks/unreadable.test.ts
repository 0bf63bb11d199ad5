import { afterAll, beforeAll, expect, test } from "vitest";
import { handleWebhook, receiveWebhook } from "#src/ingest/webhooks/receive.ts";
import { sealWebhookSecret } from "#src/instances/secrets.ts";
import { type MadeUpApp, nested } from "../../support/made-up-app.ts";
import { activity, openMadeUpBench, type ScanBench } from "../scan/fixture.ts";

let bench: ScanBench<MadeUpApp>;
beforeAll(async () => {
  bench = await openMadeUpBench({ streams: { ACTIVITIES: { everySeconds: 60, scopes: [] } } });
});
afterAll(() => bench.close());

const at = new Date("2026-11-20T08:00:00Z");

test("what a delivery carries and nobody can read, or store, is set aside; the rest of it is stored", async () => {
  const { id, app } = await bench.connect();
  await bench.database.sql`
    update instances set webhook_secret = ${sealWebhookSecret(bench.core.secrets, id, "secret")} where id = ${id}`;
  app.delivery = {
    deliveryId: "d1",
    activities: [
      activity("good", at),
      activity("never", new Date("never")),
      { ...activity("deep", at), raw: nested(50_000) },
    ],
    unreadable: [{ kind: "unreadable", path: "events[1].id", reason: "Expected a text.", raw: { token: "hidden-7" } }],
  };
  const request = { method: "POST", headers: {}, query: {}, body: Buffer.from("{}") };
  expect(await receiveWebhook(bench.core, "fake", id, request, null)).toEqual({ status: 200 });
  const { sql } = bench.database;
  const [waiting] = await sql<
    { payload: string }[]
  >`select payload::text from webhook_deliveries where instance_id = ${id}`;
  expect(waiting!.payload).not.toContain("hidden-7");
  await handleWebhook(bench.core, id, "d1");
  expect(await bench.stored(id)).toEqual(["deep", "good"]);
  const rows = await sql`
    select stream, part, path, count from unreadable_records where instance_id = ${id} order by path`;
  expect(rows.map(({ path }) => path)).toEqual(["events[1].id", "occurredAt"]);
  await handleWebhook(bench.core, id, "d1");
  expect(await sql`select 1 from unreadable_records where instance_id = ${id} and count > 1`).toHaveLength(0);
});

test("a delivery of nothing but what cannot be read is kept all the same", async () => {
  const { id, app } = await bench.connect();
  await bench.database.sql`
    update instances set webhook_secret = ${sealWebhookSecret(bench.core.secrets, id, "secret")} where id = ${id}`;
  app.delivery = {
    deliveryId: "d1",
    unreadable: [{ kind: "unreadable", path: "id", reason: "Expected a text.", raw: 7 }],
  };
  await receiveWebhook(
    bench.core,
    "fake",
    id,
    { method: "POST", headers: {}, query: {}, body: Buffer.from("{}") },
    null,
  );
  await handleWebhook(bench.core, id, "d1");
  expect(await bench.database.sql`select 1 from unreadable_records where instance_id = ${id}`).toHaveLength(1);
});
