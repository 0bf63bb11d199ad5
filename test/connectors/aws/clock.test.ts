/** Thirty days of CloudTrail with its lags, read by a process that runs irregularly, dies and stands still. */
import { expect, test } from "vitest";
import { activities } from "#src/connectors/aws/streams/activities.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";
import { account, record } from "./records.ts";

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const start = Date.parse("2026-10-01T00:00:00Z");
const end = start + 30 * dayMs;

interface Kept {
  id: string;
  time: number;
  visibleAt: number;
}

class Trail {
  now = start;
  readonly below = randomFrom(11);
  readonly kept: Kept[] = [];
  readonly #listings: Kept[][] = [];

  /** Mostly within five minutes, some within a quarter of an hour, a few after hours. */
  fill(): void {
    for (let at = start; at < end; at += minuteMs + this.below(50 * minuteMs)) {
      const kind = this.below(100);
      const lag =
        kind < 90 ? this.below(5 * minuteMs) : kind < 98 ? this.below(15 * minuteMs) : this.below(40 * hourMs);
      const time = Math.floor(at / 1000) * 1000;
      // Several in one second, in any order.
      for (let count = 1 + this.below(2); count > 0; count--)
        this.kept.push({ id: `event-${this.kept.length}`, time, visibleAt: at + lag });
    }
  }

  answer = (_: string, { json }: { json?: unknown }): FakeAnswer => {
    const { StartTime, EndTime, NextToken } = json as { StartTime: number; EndTime: number; NextToken?: string };
    let [listing, place] = (NextToken ?? "").split("/").map(Number);
    if (!NextToken) {
      const found = this.kept.filter(
        ({ time, visibleAt }) => visibleAt <= this.now && time >= StartTime * 1000 && time <= EndTime * 1000,
      );
      listing = this.#listings.push(found.toSorted((a, b) => b.time - a.time)) - 1;
      place = 0;
    }
    const all = this.#listings[listing!]!;
    const Events = all.slice(place, place! + 50).map(({ id, time }) => ({
      CloudTrailEvent: JSON.stringify(
        record("iam", "ListUsers", { eventID: id, eventTime: new Date(time).toISOString() }),
      ),
    }));
    return { body: { Events, ...(place! + 50 < all.length ? { NextToken: `${listing}/${place! + 50}` } : {}) } };
  };
}

test("over thirty days with late records, outages and runs that die nothing is lost, and nothing comes twice", async () => {
  const trail = new Trail();
  trail.fill();
  const stored = new Set<string>();
  let cursor: string | null = null;
  const settings = { roleArn: `arn:aws:iam::${account}:role/Gatehouse`, region: "eu-west-1" };
  const isOutage = () => trail.now > start + 12 * dayMs && trail.now < start + 12 * dayMs + 2 * hourMs;
  for (; trail.now < end + 3 * dayMs; trail.now += isOutage() ? 2 * dayMs : minuteMs + trail.below(150 * minuteMs)) {
    const part = `${account}/us-east-1`;
    const context = contextOf(trail.answer, { settings, part, from: new Date(start), now: () => new Date(trail.now) });
    const pages = trail.below(5) === 0 ? trail.below(3) : Number.POSITIVE_INFINITY;
    let read = 0;
    for await (const page of activities(context, cursor)) {
      for (const item of page.items) if ("occurredAt" in item) stored.add(item.externalId);
      cursor = page.cursor;
      if (++read > pages) break;
    }
  }
  expect(trail.kept.length).toBeGreaterThan(2000);
  expect(trail.kept.filter(({ id }) => !stored.has(id))).toEqual([]);
  expect(stored.size).toBe(trail.kept.length);
});
