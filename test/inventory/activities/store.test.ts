import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, rawSql } from "#db/client.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { loadRawEvents } from "#src/inventory/activities/list.ts";
import { ensurePartitions, type StoredActivities, storeActivities } from "#src/inventory/activities/store.ts";
import { startApp, type TestApp } from "../../support/app.ts";
import { activityRecord, ago, seedInstance } from "../../support/seed.ts";

let app: TestApp;
let id: number;
beforeAll(async () => {
  app = await startApp();
  id = await seedInstance(app.core, "okta", "Acme", { users: 0, groups: 0, privileges: 0, apps: 0, activities: 0 });
  await ensurePartitions(rawSql(app.core.db), [ago(0), ago(60 * 24 * 40)]);
});
afterAll(() => app.stop());

const store = (records: readonly ActivityRecord[]): Promise<StoredActivities> =>
  app.core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, id);
    return storeActivities(rawSql(tx), id, records);
  });

test("new rows are named in the order of the page; of those named twice the first stays, whatever came before", async () => {
  const first = activityRecord(1, { description: "first" });
  expect((await store([activityRecord(3), first, activityRecord(2)])).externalIds).toEqual(["a3", "a1", "a2"]);
  const again = await store([
    activityRecord(5, { description: "five" }),
    activityRecord(1, { description: "changed" }),
    activityRecord(4),
    activityRecord(5, { description: "five again" }),
    // Another instant is another key.
    activityRecord(1, { occurredAt: ago(60 * 24 * 40) }),
  ]);
  expect(again.externalIds).toEqual(["a5", "a4", "a1"]);
  expect(again.occurredAts.map((at) => new Date(at))).toEqual([ago(5), ago(4), ago(60 * 24 * 40)]);
  expect((await store([activityRecord(4), first])).externalIds).toEqual([]);
  const rows = await rawSql(app.core.db)<{ description: string }[]>`
    select description from activities where instance_id = ${id} and external_id in ('a1', 'a5') order by occurred_at desc`;
  expect(rows.map(({ description }) => description)).toEqual(["first", "five", "Event 1 happened"]);
});

test("whatever an app sends is stored: NUL, halves of characters, tabs, backslashes, what looks like the end of data", async () => {
  const texts = ["a\tb", "\\N", "\\.", "line\nline\r", "nul\0nul", "half \ud800", "\\u0000", '"quoted"', "🔥", "\\\\"];
  const clean = (text: string) => text.replaceAll("\0", "").toWellFormed();
  const records = texts.map((text, n) =>
    activityRecord(100 + n, {
      externalId: `odd ${n} ${text}`,
      eventType: text,
      description: text,
      actor: { name: text },
      userAgent: text,
      targets: [{ type: text, id: text, name: text }],
      raw: { [`${n}`]: text, deep: [{ text }] },
    }),
  );
  expect((await store(records)).externalIds).toEqual(texts.map((text, n) => `odd ${n} ${clean(text)}`));
  expect((await store(records)).externalIds).toEqual([]);
  const keys = records.map(({ externalId, occurredAt }) => ({
    instanceId: id,
    occurredAt,
    externalId: clean(externalId),
  }));
  const raw = (text: string) => text.replaceAll("\0", "\ufffd").toWellFormed();
  expect(await loadRawEvents(app.core.db, keys)).toEqual(
    texts.map((text, n) => ({ [`${n}`]: raw(text), deep: [{ text: raw(text) }] })),
  );
  const rows = await rawSql(app.core.db)`
    select event_type, description, actor_name, user_agent, targets from activities where external_id like 'odd %' order by occurred_at desc`;
  expect(rows).toEqual(
    texts.map(clean).map((text) => ({
      event_type: text,
      description: text,
      actor_name: text,
      user_agent: text,
      targets: [{ type: text, id: text, name: text }],
    })),
  );
});

test("an event of any depth is stored, and does not keep its page from being stored", async () => {
  const deep = (levels: number) => JSON.parse(`{"d":${"[".repeat(levels)}${"]".repeat(levels)}}`);
  const records = [6_000, 100_000, 2].map((levels, n) => activityRecord(200 + n, { raw: deep(levels) }));
  expect((await store(records)).externalIds).toEqual(["a200", "a201", "a202"]);
  const rows = await rawSql(app.core.db)<{ raw: object }[]>`
    select raw from activities where instance_id = ${id} and external_id in ('a200', 'a201', 'a202') order by external_id`;
  expect(rows.map(({ raw }) => JSON.stringify(raw).includes("nested deeper"))).toEqual([true, true, false]);
});

test("an actor seen for the first time becomes an account, and is seen later and later, never earlier", async () => {
  const actor = {
    externalId: "mira",
    login: "Mira",
    email: "mira@acme.example",
    name: "Mira\tHolt",
    type: "HUMAN" as const,
  };
  const signIn = { actor, category: "LOG_ON" as const, outcome: "SUCCESS" as const };
  const account = async () => {
    const [row] = await rawSql(app.core.db)`
      select login, email, display_name, listed, last_seen_at, last_sign_in_at from users where instance_id = ${id} and external_id = 'mira'`;
    return {
      ...row,
      last_seen_at: new Date(row?.last_seen_at),
      last_sign_in_at: row?.last_sign_in_at && new Date(row.last_sign_in_at),
    };
  };
  const known = { login: "Mira", email: "mira@acme.example", display_name: "Mira\tHolt", listed: false };
  await store([activityRecord(230, { actor, outcome: "FAILURE" }), activityRecord(231, { actor: null })]);
  expect(await account()).toEqual({ ...known, last_seen_at: ago(230), last_sign_in_at: null });
  await store([activityRecord(240, signIn), activityRecord(245, signIn)]);
  expect(await account()).toEqual({ ...known, last_seen_at: ago(230), last_sign_in_at: ago(240) });
  // Beside one that is new.
  await store([activityRecord(220, signIn), activityRecord(221, { actor: { externalId: "tom", login: "tom" } })]);
  expect(await account()).toEqual({ ...known, last_seen_at: ago(220), last_sign_in_at: ago(220) });
  const [tom] = await rawSql(
    app.core.db,
  )`select user_id from activities where instance_id = ${id} and external_id = 'a221'`;
  expect(tom).toEqual({ user_id: "tom" });
});
