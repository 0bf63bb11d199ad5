/** Thirty days of a plan's events with lags and late records, read by a process that runs irregularly, dies and stands still. */
import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { activities } from "#src/connectors/smartsheet/streams/activities.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-10-01T00:00:00Z");
const end = start + 30 * dayMs;

interface Reported {
  id: string;
  happenedAt: number;
  reportedAt: number;
}

/** Reports after minutes, and one in thirty after up to a day; the order is that of the reports. */
class Plan {
  now = start;
  readonly below = randomFrom(11);
  readonly events: Reported[] = [];

  constructor() {
    for (let at = start; at < end; at += this.below(20 * minuteMs)) {
      const lag = this.below(30) === 0 ? this.below(dayMs) : this.below(5 * minuteMs);
      this.events.push({ id: `e${this.events.length}`, happenedAt: at, reportedAt: at + lag });
    }
    this.events.sort((a, b) => a.reportedAt - b.reportedAt);
  }

  /** A page in the order of reports; `since` is rounded to the nearest hour, and looks at when events happened. */
  answer = (path: string): FakeAnswer => {
    const { searchParams } = new URL(path, "https://api.example");
    const [since, position] = [searchParams.get("since"), searchParams.get("streamPosition")];
    if ((since === null) === (position === null)) return { status: 400 };
    const visible = this.events.filter(({ reportedAt }) => reportedAt <= this.now);
    const earliest = Math.round(Date.parse(since ?? "") / hourMs) * hourMs;
    const first = position === null ? visible.findIndex(({ happenedAt }) => happenedAt >= earliest) : Number(position);
    const place = first < 0 ? visible.length : first;
    const page = visible.slice(place, place + 50);
    const next = place + page.length;
    const data = page.map(({ id, happenedAt }) => ({
      ...{ eventId: id, objectType: "SHEET", action: "LOAD", objectIdStr: "1", userId: 7 },
      eventTimestamp: new Date(happenedAt).toISOString(),
    }));
    return { body: { nextStreamPosition: String(next), moreAvailable: next < visible.length, data } };
  };

  context(more: Partial<StreamContext>): StreamContext {
    return contextOf(this.answer, { now: () => new Date(this.now), ...more });
  }
}

test("every event is stored once, however late, irregular or interrupted", async () => {
  const plan = new Plan();
  const read: string[] = [];
  let cursor: string | null = null;
  // Two days stand still after the twelfth.
  const pause = () =>
    plan.now > start + 12 * dayMs && plan.now < start + 12 * dayMs + 6 * hourMs ? 2 * dayMs : plan.below(8 * hourMs);
  for (; plan.now < end + 2 * dayMs; plan.now += minuteMs + pause()) {
    const runPages = plan.below(6) === 0 ? 1 + plan.below(2) : Number.POSITIVE_INFINITY;
    let pages = 0;
    for await (const page of activities(plan.context({ from: new Date(start) }), cursor)) {
      read.push(...page.items.map((item) => (item as ActivityRecord).externalId));
      cursor = page.cursor;
      if (++pages >= runPages) break;
    }
  }
  expect(plan.events.length).toBeGreaterThan(3000);
  expect(read.toSorted()).toEqual(plan.events.map(({ id }) => id).toSorted());
});

test("a back-fill has its span with the late ones, nothing else, and ends behind it", async () => {
  const plan = new Plan();
  plan.now = end + 2 * dayMs;
  const [from, to] = [new Date(start + 5 * dayMs + 1234), new Date(start + 8 * dayMs + 4321)];
  const read: string[] = [];
  const context = plan.context({ from, to });
  let cursor: string | null = "unread";
  for await (const page of activities(context, null)) {
    read.push(...page.items.map((item) => (item as ActivityRecord).externalId));
    cursor = page.cursor;
  }
  const within = plan.events.filter(({ happenedAt }) => happenedAt >= from.getTime() && happenedAt <= to.getTime());
  expect(cursor).toBeNull();
  expect(read.toSorted()).toEqual(within.map(({ id }) => id).toSorted());
});
