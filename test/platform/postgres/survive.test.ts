import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { ask, isAlive, isUp, open, postmasterOf, startOpener, temporaryFolder } from "./support.ts";

const folder = temporaryFolder();
const startTime = (url: string) => ask(url, (sql) => sql`select pg_postmaster_start_time()::text as at`);

test("Ctrl-C reaches the owner only: it drains with its database and then stops it", async () => {
  const owner = startOpener(join(folder, "interrupt"), { group: true });
  const { url } = await owner.opened;
  owner.signalGroup("SIGINT");
  await owner.waitFor(/drained 42/);
  await owner.waitFor(/stopped/);
  expect(await owner.ended).toEqual({ code: 0, signal: null });
  expect(await isUp({ url })).toBe(false);
});

test("PostgreSQL outlives an owner that is killed, and the next start takes it over", async () => {
  const dataDirectory = join(folder, "orphan");
  const owner = startOpener(dataDirectory);
  const { url } = await owner.opened;
  const started = await startTime(url);
  await owner.kill("SIGKILL");
  expect(await isUp({ url })).toBe(true);

  const heir = await open(dataDirectory);
  expect(heir.owned).toBe(true);
  expect(heir.url).toBe(url);
  expect(heir.lines).toEqual(["Found PostgreSQL running without its owner: taking it over"]);
  expect(await startTime(heir.url)).toEqual(started);
  await heir.stop();
  expect(await isUp(heir)).toBe(false);
});

test("starts again when owner and PostgreSQL were both killed", async () => {
  const dataDirectory = join(folder, "crash");
  const owner = startOpener(dataDirectory);
  const { url } = await owner.opened;
  await ask(url, (sql) => sql`create table kept as select 7 as value`);
  const postmaster = postmasterOf(dataDirectory);
  await owner.kill("SIGKILL");
  process.kill(postmaster, "SIGKILL");
  expect(existsSync(join(dataDirectory, "postgres/postmaster.pid"))).toBe(true);

  const heir = await open(dataDirectory);
  expect(postmasterOf(dataDirectory)).not.toBe(postmaster);
  expect(await ask(heir.url, (sql) => sql`select value from kept`)).toEqual([{ value: 7 }]);
  await heir.stop();
});

test("a pid file whose number another process has now does not stand in the way", async () => {
  const dataDirectory = join(folder, "reused");
  const owner = startOpener(dataDirectory);
  await owner.opened;
  const file = join(dataDirectory, "postgres/postmaster.pid");
  const lines = readFileSync(file, "utf8").split("\n");
  await owner.kill("SIGTERM");
  // A process of the same account, which PostgreSQL itself would take for its predecessor.
  writeFileSync(file, [String(process.pid), ...lines.slice(1)].join("\n"));

  const heir = await open(dataDirectory);
  expect(heir.owned).toBe(true);
  expect(postmasterOf(dataDirectory)).not.toBe(process.pid);
  await heir.stop();
});

test("does not take over a PostgreSQL that does not know our password", async () => {
  const dataDirectory = join(folder, "stranger");
  const owner = startOpener(dataDirectory);
  const { url } = await owner.opened;
  await owner.kill("SIGKILL");
  const state = join(dataDirectory, "postgres.json");
  const text = readFileSync(state, "utf8");
  writeFileSync(
    state,
    text.replace(/"password":"(.)/, (_, first) => `"password":"${first === "-" ? "_" : "-"}`),
  );
  await expect(open(dataDirectory)).rejects.toThrow(/does not know our password[\s\S]*kill -INT \d+/);
  expect(await isUp({ url })).toBe(true);
  writeFileSync(state, text);
  await (await open(dataDirectory)).stop();
});

test("of processes that open a new data directory at once, one starts it and the others connect", async () => {
  const dataDirectory = join(folder, "at once");
  const openers = Array.from({ length: 4 }, () => startOpener(dataDirectory));
  const opened = await Promise.all(openers.map((opener) => opener.opened));
  expect(opened.filter(({ owned }) => owned)).toHaveLength(1);
  expect(new Set(opened.map(({ url }) => url)).size).toBe(1);
  const url = opened[0]?.url as string;

  const guests = openers.filter((_, index) => !opened[index]?.owned);
  for (const guest of guests.slice(0, 2)) expect(await guest.kill("SIGTERM")).toMatchObject({ code: 0 });
  expect(await isUp({ url })).toBe(true);

  const owner = openers.find((_, index) => opened[index]?.owned);
  await owner?.kill("SIGKILL");
  const heir = await open(dataDirectory);
  expect(heir.owned).toBe(true);
  const second = await open(dataDirectory);
  expect(second.owned).toBe(false);
  await second.stop();
  expect(await isUp(heir)).toBe(true);
  await heir.stop();
  await guests[2]?.kill("SIGKILL");
});

test("whoever opens while the owner stops waits and then owns it", async () => {
  const dataDirectory = join(folder, "relay");
  let current = await open(dataDirectory);
  for (let turn = 0; turn < 5; turn += 1) {
    const stopping = current.stop();
    const next = await open(dataDirectory);
    await stopping;
    expect(next.owned).toBe(true);
    expect(await isUp(next)).toBe(true);
    current = next;
  }
  await current.stop();
});

test("killed at any moment of its first start, the next start finds its way", async () => {
  for (const afterMs of [0, 20, 60, 120, 250, 400, 600, 800]) {
    const dataDirectory = join(folder, `first-${afterMs}`);
    const owner = startOpener(dataDirectory);
    await owner.waitFor(/Making a new database/);
    await sleep(afterMs);
    await owner.kill("SIGKILL");
    const heir = await open(dataDirectory);
    expect(heir.owned).toBe(true);
    expect(await isUp(heir)).toBe(true);
    const postmaster = postmasterOf(dataDirectory);
    await heir.stop();
    expect(isAlive(postmaster)).toBe(false);
    expect(readdirSync(dataDirectory).filter((name) => name.startsWith("postgres.new-"))).toEqual([]);
  }
}, 60_000);
