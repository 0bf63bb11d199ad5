/** Thirty days of an account's audit log with lags and late records, read by a process that runs irregularly, dies and stands still. */
import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { activities } from "#src/connectors/zendesk/streams/activities.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-10-01T00:00:00Z");
const end = start + 30 * dayMs;
const below = randomFrom(17);

/** Shown after up to four minutes, one in twenty after up to two hours, one in a hundred after up to a day. */
function lag(): number {
  const kind = below(100);
  return kind === 0 ? below(dayMs) : kind < 6 ? below(2 * hourMs) : below(4 * minuteMs);
}

const events: { id: number; at: number; shownAt: number }[] = [];
for (let at = start; at < end; at += 1 + below(25 * minuteMs))
  events.push({ id: events.length + 1, at, shownAt: at + lag() });

let now = start;

/** A hundred a page, by time; the bounds are inclusive, in whole seconds. */
function answer(path: string): FakeAnswer {
  const { searchParams, pathname } = new URL(path, "https://api.example");
  const [from, to] = searchParams.getAll("filter[created_at]").map((text) => Date.parse(text));
  const first = Number(searchParams.get("page[after]") ?? 0);
  const second = (at: number) => Math.floor(at / 1000) * 1000;
  const visible = events
    .filter(({ at, shownAt }) => shownAt <= now && second(at) >= from! && second(at) <= to!)
    .slice(first);
  const page = visible.slice(0, 100);
  searchParams.set("page[after]", String(first + page.length));
  const next = visible.length > page.length ? `https://api.example${pathname}?${searchParams}` : null;
  const records = page.map(({ id, at }) => ({
    ...{ id, created_at: `${new Date(at).toISOString().slice(0, 19)}Z`, source_type: "rule", action: "update" },
    ...{ actor_id: 7, actor_name: "Mira Holt", source_id: 9 },
  }));
  return { body: { audit_logs: records, meta: { has_more: next !== null }, links: { next } } };
}

test("every event is stored, however late, irregular or interrupted", async () => {
  const read = new Set<string>();
  let cursor: string | null = null;
  // Half a day stands still after the twelfth.
  const pause = () =>
    now > start + 12 * dayMs && now < start + 12 * dayMs + 2 * hourMs ? 12 * hourMs : below(90 * minuteMs);
  for (; now < end + 3 * dayMs; now += minuteMs + pause()) {
    const dies = below(6) === 0 ? 1 + below(2) : Number.POSITIVE_INFINITY;
    let pages = 0;
    const context = contextOf(answer, { now: () => new Date(now), from: new Date(start) });
    for await (const page of activities(context, cursor)) {
      for (const item of page.items) read.add((item as ActivityRecord).externalId);
      cursor = page.cursor;
      if (++pages >= dies) break;
    }
  }
  expect(events.length).toBeGreaterThan(3000);
  expect(events.filter(({ id }) => !read.has(String(id)))).toEqual([]);
});
