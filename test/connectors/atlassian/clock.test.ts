/** Thirty days of an organization's events with lags and late records, read by a process that runs irregularly, dies and stands still. */
import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { activities } from "#src/connectors/atlassian/streams/activities.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-10-01T00:00:00Z");
const end = start + 30 * dayMs;
const below = randomFrom(23);

/** Written after minutes, one in forty after up to two days; the log has them in the order in which they were written. */
const events: { id: string; at: number; writtenAt: number }[] = [];
for (let at = start; at < end; at += 1 + below(20 * minuteMs)) {
  const lag = below(40) === 0 ? below(2 * dayMs) : below(6 * minuteMs);
  events.push({ id: `e${events.length}`, at, writtenAt: at + lag });
}
events.sort((a, b) => a.writtenAt - b.writtenAt);

let now = start;

function answer(path: string): FakeAnswer {
  const { searchParams } = new URL(path, "https://api.example");
  const cursor = searchParams.get("cursor");
  const from = Number(searchParams.get("from"));
  const visible = events.filter(({ writtenAt }) => writtenAt <= now);
  const first = cursor === null ? visible.findIndex(({ writtenAt }) => writtenAt >= from) : Number(cursor);
  const place = first < 0 ? visible.length : first;
  const page = visible.slice(place, place + 50);
  const data = page.map(({ id, at }) => ({
    id,
    attributes: {
      time: new Date(at).toISOString(),
      action: "user_login",
      actor: { id: "712020:7", name: "Mira Holt" },
    },
  }));
  return { body: { data, meta: { next: String(place + page.length) } } };
}

test("every event is stored once, however late, irregular or interrupted", async () => {
  const read: string[] = [];
  let cursor: string | null = null;
  // Two days stand still after the twelfth.
  const pause = () =>
    now > start + 12 * dayMs && now < start + 12 * dayMs + 6 * hourMs ? 2 * dayMs : below(8 * hourMs);
  for (; now < end + 3 * dayMs; now += minuteMs + pause()) {
    const dies = below(6) === 0 ? 1 + below(2) : Number.POSITIVE_INFINITY;
    let pages = 0;
    const context = contextOf(answer, { now: () => new Date(now), from: new Date(start) });
    for await (const page of activities(context, cursor)) {
      read.push(...page.items.map((item) => (item as ActivityRecord).externalId));
      cursor = page.cursor;
      if (++pages >= dies) break;
    }
  }
  expect(events.length).toBeGreaterThan(3000);
  expect(read.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
});
