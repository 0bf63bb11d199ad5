import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { idOf } from "../../support/app.ts";
import { startGatehouse } from "../../support/gatehouse.ts";
import { startNode } from "../../support/process.ts";
import { random } from "../../support/random.ts";
import { type ReceivedPost, startReceiver, until } from "./receivers.ts";

const seed = Number(process.env.TEST_SEED ?? Date.now() % 1e9);
const by = random(seed);
const settings = '{"org":"acme"}';

test(`a worker killed while the receiver is thinking, and at any other moment (seed ${seed}): nothing is lost, and what comes again has its old event id`, async () => {
  const receiver = await startReceiver();
  const gatehouse = await startGatehouse({ sandboxUrl: receiver.url });
  const { sql } = gatehouse;
  const [instance] = await sql<{ id: number }[]>`
    insert into instances (connector_slug, name, status, settings) values ('github', 'acme', 'CONNECTED', ${settings}::text::jsonb) returning id`;
  const make = async () => {
    const { createDestination } = await gatehouse.graphql<{ createDestination: { userErrors: object[] } }>(
      'mutation { createDestination(input: { kind: WEBHOOK, name: "siem", target: "https://siem.example/", activities: true }) { userErrors { message } } }',
    );
    expect(createDestination.userErrors).toEqual([]);
  };
  const at = new Date("2026-11-20T08:00:00.000Z");
  await sql`select ensure_activity_partition(${at.toISOString()}::text::date)`;
  let n = 0;
  const happen = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    await sql.begin(async (tx) => {
      for (let one = 0; one < count; one++) {
        const id = `e${n++}`;
        ids.push(idOf("Activity", instance!.id, at.getTime(), id));
        await tx`insert into activities (instance_id, occurred_at, external_id, category, event_type, description, outcome, raw)
          values (${instance!.id}, ${at}, ${id}, 'USER', 'thing.done', 'Done', 'SUCCESS', '{}')`;
      }
      await tx`select append_activity_log('activities', ${instance!.id}, null, ${ids.map(() => at.toISOString())}::text[]::timestamptz[],
        ${ids.map((_, k) => `e${n - count + k}`)}::text[], null)`;
    });
    return ids;
  };
  await make();
  // The second delivery is heard and never answered: its sender is killed meanwhile.
  receiver.answer = (_, count) => (count === 2 ? null : { status: 200 });
  const expected = [...(await happen(3))];
  await until("the first", () => receiver.posts.length === 1);
  expected.push(...(await happen(250)));
  await until("the second, which hangs", () => receiver.posts.length === 2);
  await gatehouse.process.kill("SIGKILL");
  expected.push(...(await happen(5)));

  const data = mkdtempSync(join(tmpdir(), "gatehouse-kill-"));
  const worker = startNode("src/main.ts", ["worker"], {
    env: {
      NODE_ENV: undefined,
      DATABASE_URL: gatehouse.databaseUrl,
      GATEHOUSE_DATA: data,
      GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 7).toString("base64"),
      PROVIDER_SANDBOX_URL: receiver.url,
    },
  });
  const startedAt = Date.now();
  await until("all of it", () => receiver.taken().length >= expected.length, 60_000);
  // The dead process's lease ends by itself.
  expect(Date.now() - startedAt).toBeLessThan(40_000);
  expect(receiver.taken().map(({ id }) => id)).toEqual(expected);
  const [, hung, again] = receiver.posts;
  expect(again!.headers["gatehouse-event-id"]).toBe(hung!.headers["gatehouse-event-id"]);
  expect(again!.body).toBe(hung!.body);
  const eventIds = receiver.posts.map(({ headers }) => headers["gatehouse-event-id"]);
  expect(eventIds.length - new Set(eventIds).size).toBe(1);
  await worker.kill("SIGTERM");
  rmSync(data, { recursive: true });

  // Killed at any other moment: between packing and sending, while it packs, before it has noted an answer.
  const kills = 6;
  const before = expected.length;
  const first = receiver.posts.length;
  receiver.answer = () => ({ status: 200 });
  receiver.delayMs = () => by.whole(40);
  const feeding = (async () => {
    for (let batch = 0; batch < 40; batch++) {
      expected.push(...(await happen(by.whole(150) + 1)));
      await sleep(by.whole(400));
    }
  })();
  for (let kill = 0; kill <= kills; kill++) {
    const child = startNode("test/response/destinations/worker.ts", [
      gatehouse.databaseUrl,
      Buffer.alloc(32, 7).toString("hex"),
      receiver.url,
    ]);
    await child.waitFor(/delivering/);
    if (kill < kills) await sleep(by.whole(1000));
    else {
      await feeding;
      await until("all of it", () => distinct(receiver.posts.slice(first)).length >= expected.length - before, 30_000);
    }
    await child.kill("SIGKILL");
  }
  const posts = receiver.posts.slice(first);
  expect(distinct(posts)).toEqual(expected.slice(before));
  const bodies = new Map(posts.map(({ headers, body }) => [headers["gatehouse-event-id"], body]));
  expect(posts.every(({ headers, body }) => bodies.get(headers["gatehouse-event-id"]) === body)).toBe(true);
  // At most the one that was on its way comes again.
  expect(posts.length - bodies.size).toBeLessThanOrEqual(kills);
}, 180_000);

/** Ids of the events, as a receiver has them that drops event ids it has seen. */
function distinct(posts: readonly ReceivedPost[]): string[] {
  const seen = new Map(posts.map((post) => [post.headers["gatehouse-event-id"], post.body] as const));
  return [...seen.values()].flatMap((body) =>
    (JSON.parse(body) as { events: { id: string }[] }).events.map(({ id }) => id),
  );
}
