/** Thirty days of a repository's two logs with late rows and twins, read by a process that runs irregularly, dies and stands still. */
import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { activities } from "#src/connectors/netdocuments/streams/activities.ts";
import { groups } from "#src/connectors/netdocuments/streams/groups.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-10-01T00:00:00Z");
const end = start + 30 * dayMs;
const below = randomFrom(29);

interface Written {
  log: string;
  at: number;
  writtenAt: number;
  row: object;
}

/** Written after up to three minutes, one in fifty after up to a day; one in twenty is the twin of the row before. */
const written: Written[] = [];
for (let at = start; at < end; at += 1000 + 1000 * below(1800)) {
  const second = Math.floor(at / 1000) * 1000;
  const lag = below(50) === 0 ? below(dayMs) : below(3 * minuteMs);
  const log = below(9) === 0 ? "admin" : "consolidated";
  const activity = {
    date: new Date(second).toISOString().slice(0, 19),
    name: "View",
    desc: "x",
    user: { guid: "DUCOT-1", name: "Ana" },
  };
  const one = { log, at: second, writtenAt: second + lag, row: { activity } };
  written.push(one, ...(below(20) === 0 ? [one] : []));
}

let now = start;

function answer(path: string): FakeAnswer {
  const { searchParams } = new URL(path, "https://api.example");
  const [from, to] = ["start", "end"].map((name) => Date.parse(searchParams.get(name) ?? ""));
  if (from! < now - 90 * dayMs) return { status: 400 };
  const rows = written.filter(
    ({ log, at, writtenAt }) => log === searchParams.get("Logtype") && writtenAt <= now && at >= from! && at <= to!,
  );
  return { body: rows.map(({ row }) => row) };
}

test("every row is stored, twins as two, however late, irregular or interrupted", async () => {
  const read = new Set<string>();
  let cursor: string | null = null;
  // Half a day stands still after the twelfth.
  const pause = () =>
    now > start + 12 * dayMs && now < start + 12 * dayMs + 2 * hourMs ? 12 * hourMs : below(2 * hourMs);
  for (; now < end + 3 * dayMs; now += 5 * minuteMs + pause()) {
    const dies = below(6) === 0 ? 1 + below(3) : Number.POSITIVE_INFINITY;
    let pages = 0;
    const context = contextOf(answer, { now: () => new Date(now), from: new Date(start) });
    for await (const page of activities(context, cursor)) {
      for (const item of page.items) read.add(`${(item as ActivityRecord).externalId}`);
      cursor = page.cursor;
      if (++pages >= dies) break;
    }
  }
  expect(written.length).toBeGreaterThan(2500);
  expect(read.size).toBe(written.length);
});

test("after more than 90 days of standing still it goes on with what the log still has", async () => {
  now = start + 2 * dayMs;
  const run = async (cursor: string | null) => {
    const context = contextOf(answer, { now: () => new Date(now), from: new Date(start) });
    let at = cursor;
    for await (const page of activities(context, cursor)) at = page.cursor;
    return at;
  };
  const cursor = await run(null);
  now += 100 * dayMs;
  expect(await run(cursor)).not.toBeNull();
});

test("as many groups as one answer can hold may not be all: nothing is concluded from them", async () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => ({ id: `UG-${index}`, name: `Group ${index}` }));
  const context = contextOf(() => ({ body: rows }), {});
  await expect(groups(context, null).next()).rejects.toThrow(ProviderResponseError);
});
