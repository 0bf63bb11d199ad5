/** Thirty days of an organization's audit logs with lags and late entries, read by a process that runs irregularly, dies and stands still. */
import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { activities } from "#src/connectors/slack/streams/activities.ts";
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

/** Newest first, in whole seconds whose ends are both in. Pages are short here, so that spans have several. */
function answer(path: string): FakeAnswer {
  const { searchParams } = new URL(path, "https://api.example");
  const [oldest, latest] = [Number(searchParams.get("oldest")), Number(searchParams.get("latest"))];
  const before = Number(searchParams.get("cursor") ?? Number.POSITIVE_INFINITY);
  const second = (at: number) => Math.floor(at / 1000);
  const visible = events
    .filter(({ id, at, shownAt }) => shownAt <= now && second(at) >= oldest && second(at) <= latest && id < before)
    .reverse();
  const page = visible.slice(0, 25);
  const entries = page.map(({ id, at }) => ({
    ...{ id: `e${id}`, date_create: second(at), action: "file_downloaded" },
    actor: { type: "user", user: { id: "W1", name: "Mira Holt" } },
    entity: { type: "file", file: { id: "F1", name: "plan.pdf" } },
  }));
  const next = visible.length > page.length ? String(page.at(-1)!.id) : "";
  return { body: { entries, response_metadata: { next_cursor: next } } };
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
  expect(events.filter(({ id }) => !read.has(`e${id}`))).toEqual([]);
});
