/**
 * Promise R6: late and disordered events are not lost. Over every connector whose app keeps a log to be read, and whose simulated app can log
 * late; the clock of the connector is ours, the app is a process of its own.
 */
import { describe, expect, test } from "vitest";
import { type Subject, subjects } from "../connectors/contract/facts.ts";
import { openStage } from "../connectors/contract/stage.ts";
import type { SandboxTenant } from "../support/sandbox.ts";

const stage = openStage();
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Makes an event appear now that happened so long ago. */
const late: Readonly<Record<string, (tenant: SandboxTenant, minutes: number) => Promise<unknown>>> = {
  github: (tenant, minutesAgo) => tenant.change("late-event", { minutesAgo }),
  okta: (tenant, minutesAgo) => tenant.change("late-event", { minutesAgo }),
  workday: (tenant, minutes) => tenant.change("late-activity", { secondsAgo: minutes * 60 }),
};

/** From a minute to three days, on both sides of every overlap and sweep. */
const ages = [1, 4, 6, 15, 29, 31, 59, 61, 119, 121, 6 * 60, 23 * 60, 25 * 60, 47 * 60, 3 * 24 * 60];
const rounds = process.env.SOAK ? 40 : 2;

const pulled = subjects.filter(({ slug, facts }) => facts.log.pulled && late[slug]);

describe.each(pulled)("$slug", (subject: Subject) => {
  test("stores every event once its lag is over, however late it appears", { timeout: 120_000 }, async () => {
    const now = Date.now();
    const tenant = await stage.newTenant(subject, "small", {
      historyDays: 0.5,
      events: 120,
      createdAt: now - 4 * dayMs,
    });
    const live = await stage.connect(subject, tenant);
    let clock = now;
    live.now = () => new Date(clock);
    const stored = new Set<string>();
    let cursor: string | null = null;
    const poll = async () => {
      const read = await live.read("ACTIVITIES", { cursor, from: new Date(now - 5 * dayMs) });
      ({ cursor } = read);
      for (const item of read.items) if ("externalId" in item) stored.add(item.externalId);
    };
    await poll();
    for (let round = 0; round < rounds; round++) {
      for (const age of ages) await late[subject.slug]!(tenant, age);
      await tenant.emit({ count: 3 });
      clock = Math.max(clock + minuteMs, Date.now());
      await poll();
    }
    // What came very late waits for the sweep of the day.
    for (let hour = 0; hour < 26; hour++) {
      clock += hourMs;
      await poll();
    }
    const { events, total } = await tenant.events(0, 1000 + rounds * ages.length);
    const ids = subject.facts.log.ids?.(events) ?? events.map(({ id }) => id);
    expect(total).toBeGreaterThanOrEqual(120 + rounds * (ages.length + 3));
    expect(ids.filter((id) => id !== null && !stored.has(id))).toEqual([]);
  });
});
