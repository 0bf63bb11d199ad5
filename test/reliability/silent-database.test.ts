import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { type Installation, type Member, openInstallation, timeUntil } from "../support/installation.ts";
import { type Line, openLine } from "../support/line.ts";

let home: Installation;
let line: Line;
let gateway: Member;

beforeAll(async () => {
  home = await openInstallation();
  await home.start("serve").then(({ process }) => process.kill("SIGTERM", 20_000));
  line = await openLine(home.databaseUrl);
  gateway = await home.start("serve", { databaseUrl: line.url });
  await home.sql`
    insert into instances (id, connector_slug, name, status) overriding system value values (1, 'okta', 'Acme', 'DISABLED')`;
  return () => line.close();
}, 60_000);

let written = 0;
/** One activity and its batch of the log, as a worker elsewhere stores them. */
async function happen(): Promise<string> {
  const id = `event-${++written}`;
  await home.sql.begin(async (sql) => {
    await sql`
      insert into activities (instance_id, occurred_at, external_id, category, event_type, description, outcome, raw)
      values (1, date_trunc('second', now()), ${id}, 'USER', 'x', 'x', 'SUCCESS', '{}')`;
    await sql`
      select append_activity_log('activities', 1, null, array[date_trunc('second', now())], array[${id}]::text[], null)`;
  });
  return id;
}

/** The text that a subscription has received so far. */
async function subscribe(): Promise<() => string> {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const response = await fetch(`${gateway.url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream",
      authorization: `Bearer ${home.token}`,
    },
    body: JSON.stringify({ query: "subscription { activitiesAdded { activity { externalId description } } }" }),
    signal: abort.signal,
  });
  let text = "";
  void (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  })().catch(() => {});
  return () => text;
}

const readiness = () =>
  fetch(`${gateway.url}/readyz`, { signal: AbortSignal.timeout(8_000) }).then(({ status }) => status);

test.each([1, 2])(
  "when every connection to the database goes dead without a word, events come within ten seconds, and readiness reports it (%i)",
  async () => {
    const received = await subscribe();
    const first = await happen();
    await timeUntil(() => received().includes(first), 10_000);
    expect(await readiness()).toBe(200);
    // Every place of the pool has a connection, so that none is left that could be opened now.
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        home.ask(gateway, `{ activities(first: ${n + 1}) { nodes { externalId raw } } }`),
      ),
    );

    expect(line.freeze("")).toBeGreaterThan(3);
    const frozenAt = performance.now();
    const event = await happen();
    let unreadyAfter: number | null = null;
    const watching = (async () => {
      while (unreadyAfter === null && performance.now() - frozenAt < 30_000) {
        if ((await readiness().catch(() => 503)) === 503) unreadyAfter = Math.round(performance.now() - frozenAt);
        await sleep(200);
      }
    })();
    const standstill = Math.round(await timeUntil(() => received().includes(event), 30_000));
    await timeUntil(async () => (await readiness()) === 200, 20_000);
    await watching;
    console.log(`standstill ${standstill} ms, not ready after ${unreadyAfter} ms`);
    expect(standstill).toBeLessThan(10_000);
    expect(unreadyAfter).not.toBeNull();
    expect((await home.ask(gateway, "{ activities(first: 1) { nodes { externalId } } }")).errors).toEqual([]);
  },
  90_000,
);

test("while the database cannot be reached at all, callers are sent away with a code that says so, and everything returns with it", async () => {
  line.block(true);
  const began = performance.now();
  const { status, errors } = await home.ask(gateway, "{ activities(first: 1) { nodes { externalId } } }");
  const waited = Math.round(performance.now() - began);
  expect([status, errors.map(({ extensions }) => extensions.code)]).toEqual([
    expect.any(Number),
    ["DATABASE_UNAVAILABLE"],
  ]);
  expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|postgres|ETIMEDOUT|CONNECT/i);
  expect(await readiness()).toBe(503);
  line.block(false);
  const back = Math.round(
    await timeUntil(async () => {
      const { errors } = await home.ask(gateway, "{ activities(first: 1) { nodes { externalId } } }");
      return errors.length === 0;
    }, 30_000),
  );
  console.log(`refused after ${waited} ms; back ${back} ms after the line`);
  expect(waited).toBeLessThan(20_000);
  expect(back).toBeLessThan(10_000);
}, 60_000);
