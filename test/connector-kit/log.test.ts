import { describe, expect, test } from "vitest";
import {
  followCursor,
  followTime,
  followWindows,
  hashOf,
  mergeLogs,
  numberRows,
  readWindows,
  type TimeLog,
  type WindowLog,
  type WindowReader,
} from "#src/connector-kit/log.ts";
import { byLink, byStream, byToken, untilEmpty } from "#src/connector-kit/pagers.ts";
import { needInstant, needObject } from "#src/connector-kit/record.ts";
import {
  ProviderRateLimitError,
  ProviderResponseError,
  ProviderScopeError,
  ProviderUnavailableError,
  StreamCursorError,
} from "#src/errors.ts";
import { contextOf, neverAsked, readInRuns } from "./context.ts";
import {
  dayMs,
  eventsOf,
  FakeLog,
  hourMs,
  type LoggedEvent,
  minuteMs,
  poll,
  start,
  toActivity,
} from "./log-provider.ts";

const seeds = Array.from({ length: 25 }, (_, seed) => seed + 1);
const record = ({ id, time }: LoggedEvent) => ({ id, time: new Date(time).toISOString() });
const idsOf = (events: readonly LoggedEvent[]) => events.map(({ id }) => id).sort();
const unique = (ids: readonly string[]) => [...new Set(ids)].sort();
const second = (at: Date, up: boolean) =>
  new Date((up ? Math.ceil : Math.floor)(at.getTime() / 1000) * 1000).toISOString();

describe("followTime", () => {
  /** Spans in whole seconds; `open` ones leave out what happened at their end. Page tokens are offsets that die after a while. */
  function provider(order: "oldest" | "newest", open: boolean, tokenLivesMs = Number.POSITIVE_INFINITY) {
    return (log: FakeLog, url: URL) => {
      const from = log.instant(url, "from") ?? 0;
      const to = (log.instant(url, "to") ?? Number.POSITIVE_INFINITY) - (open ? 1 : 0);
      const [offset = 0, madeAt = log.now] = (url.searchParams.get("token") ?? "")
        .split("@")
        .filter(Boolean)
        .map(Number);
      if (log.now - madeAt > tokenLivesMs) return { status: 400 };
      const found = log.landed(from, to);
      if (order === "newest") found.reverse();
      const next = offset + 7 < found.length ? `${offset + 7}@${log.now}` : "";
      return { body: { events: found.slice(offset, offset + 7).map(record), next } };
    };
  }

  const options = (order: "oldest" | "newest", more: Partial<TimeLog> = {}): TimeLog => ({
    name: "the log",
    first: (from, to) =>
      `/log?${new URLSearchParams({ from: second(from, false), ...(to ? { to: second(to, true) } : {}) })}`,
    page: byToken({ parameter: "token", next: "next", list: "events" }),
    items: toActivity,
    oldestFirst: order === "oldest",
    overlapMs: 2 * minuteMs,
    sweeps: [
      { everyMs: 20 * minuteMs, backMs: hourMs },
      { everyMs: 6 * hourMs, backMs: dayMs, pagesPerRun: 3 },
    ],
    ...more,
  });

  test.each([
    ["oldest first", "oldest", false, {}],
    ["oldest first, with an open end", "oldest", true, {}],
    ["oldest first, in windows", "oldest", true, { maxSpanMs: hourMs }],
    ["newest first", "newest", false, {}],
    ["newest first, in windows with open ends", "newest", true, { maxSpanMs: 30 * minuteMs }],
  ] as const)("%s: nothing is lost, however late, equal or interrupted", async (_, order, open, more) => {
    for (const seed of seeds) {
      const events = eventsOf(seed, { hours: 12, count: 150, lateMs: 2 * minuteMs, veryLateMs: 15 * hourMs });
      const log = new FakeLog(events, provider(order, open));
      const stored = await poll(
        log,
        seed,
        (cursor) => followTime(log.context, cursor, options(order, more)),
        start + 14 * hourMs,
      );
      expect(unique(stored), `seed ${seed}`).toEqual(idsOf(events));
    }
  });

  test.each(["oldest", "newest"] as const)(
    "%s first: page tokens that die are replaced by their window",
    async (order) => {
      for (const seed of seeds.slice(0, 8)) {
        const events = eventsOf(seed, { hours: 4, count: 60, lateMs: minuteMs, veryLateMs: minuteMs });
        const log = new FakeLog(events, provider(order, false, 50_000));
        const run = (cursor: string | null) => followTime(log.context, cursor, options(order));
        expect(unique(await poll(log, seed, run, start + 6 * hourMs)), `seed ${seed}`).toEqual(idsOf(events));
      }
    },
  );

  test("a provider that stands still for hours loses nothing, and a wrong clock skips nothing", async () => {
    const stalled: LoggedEvent[] = Array.from({ length: 40 }, (_, index) => {
      const time = start + index * 10 * minuteMs;
      // From the third hour on nothing lands until the sixth.
      return { id: `e${index}`, time, landsAt: index > 18 ? Math.max(time, start + 6 * hourMs) : time };
    });
    const wrong: LoggedEvent = { id: "future", time: start + 400 * dayMs, landsAt: start + minuteMs };
    const log = new FakeLog([...stalled, wrong], provider("oldest", false));
    const run = (cursor: string | null) => followTime(log.context, cursor, options("oldest", { sweeps: [] }));
    expect(unique(await poll(log, 1, run, start + 8 * hourMs))).toEqual(idsOf([...stalled, wrong]));
  });

  test("a poll where nothing happened asks once, and reads no more than the overlap again", async () => {
    const events = eventsOf(3, { hours: 2, count: 100, lateMs: 1, veryLateMs: 1 });
    const log = new FakeLog(events, provider("oldest", false));
    log.now = start + 5 * hourMs;
    const { cursor } = await readInRuns((at) => followTime(log.context, at, options("oldest")), { pagesARun: 999 });
    const calls = log.calls;
    const again = await readInRuns((at) => followTime(log.context, at, options("oldest")), { pagesARun: 999, cursor });
    expect(log.calls - calls).toBe(1);
    const newest = Math.max(...events.map(({ time }) => time));
    expect(again.items.length).toBe(events.filter(({ time }) => time >= newest - 2 * minuteMs - 1000).length);
  });

  test.each(["oldest", "newest"] as const)("%s first: a back-fill has its span, whole, and ends", async (order) => {
    for (const pagesARun of [1, 3, 999]) {
      const events = eventsOf(pagesARun, { hours: 10, count: 200, lateMs: 1, veryLateMs: 1 });
      const [from, to] = [new Date(start), new Date(start + 3 * hourMs)];
      const log = new FakeLog(events, provider(order, false), { from, to });
      log.now = start + 5 * dayMs;
      const { items } = await readInRuns((at) => followTime(log.context, at, options(order, { maxSpanMs: hourMs })), {
        pagesARun,
      });
      const inside = events.filter(({ time }) => time >= from.getTime() && time <= to.getTime());
      expect(unique(items.map((item) => ("externalId" in item ? item.externalId : "")))).toEqual(idsOf(inside));
    }
  });

  test("a log that is looked at less often rests between, and loses nothing", async () => {
    const events = eventsOf(5, { hours: 12, count: 150, lateMs: 2 * minuteMs, veryLateMs: 15 * hourMs });
    const log = new FakeLog(events, provider("oldest", false));
    const rare = options("oldest", { everyMs: 10 * minuteMs });
    const run = (cursor: string | null) => followTime(log.context, cursor, rare);
    const { cursor } = await readInRuns(run, { pagesARun: 999 });
    const calls = log.calls;
    log.now += 9 * minuteMs;
    expect((await run(cursor).next()).done).toBe(true);
    expect(log.calls).toBe(calls);
    expect(unique(await poll(log, 5, run, start + 16 * hourMs))).toEqual(idsOf(events));
  });

  test("a position of another log, or of the future, starts over", async () => {
    const log = new FakeLog([], provider("oldest", false));
    const acme = { ...options("oldest"), of: "/orgs/acme" };
    const { value } = await followTime(log.context, null, acme).next();
    const cursor = value?.cursor ?? null;
    await expect(followTime(log.context, cursor, { ...acme, of: "/orgs/globex" }).next()).rejects.toThrow(
      StreamCursorError,
    );
    log.now -= dayMs;
    await expect(followTime(log.context, cursor, acme).next()).rejects.toThrow(StreamCursorError);
  });

  test("pages that go round in a circle are an error", async () => {
    let turn = 0;
    const context = contextOf(() => {
      turn += 1;
      return { body: { events: [record({ id: `e${turn % 2}`, time: start, landsAt: 0 })], next: `t${turn}` } };
    });
    const reading = readInRuns((at) => followTime(context, at, options("oldest")));
    await expect(reading).rejects.toThrow("The pages of the log go round in a circle.");
  });
});

describe("followCursor", () => {
  /** In the order events landed; the position is how many were read. */
  const answer = (log: FakeLog, url: URL) => {
    const landed = log.landed().sort((a, b) => a.landsAt - b.landsAt);
    const position = Number(url.searchParams.get("after") ?? 0);
    const events = landed.slice(position, position + 7);
    return {
      body: { events: events.map(record), position: String(position + events.length) },
      next: `/log?after=${position + events.length}`,
    };
  };
  const pagers = {
    "next links": untilEmpty(byLink({ list: "events" })),
    "stream positions": byStream({ parameter: "after", next: "position", list: "events" }),
  };

  test.each(Object.entries(pagers))("by %s: every event once, however late or interrupted", async (_, page) => {
    for (const seed of seeds) {
      const events = eventsOf(seed, { hours: 12, count: 150, lateMs: hourMs, veryLateMs: dayMs });
      const log = new FakeLog(events, answer);
      const run = (cursor: string | null) =>
        followCursor(log.context, cursor, { name: "the log", first: "/log", page, items: toActivity });
      const stored = await poll(log, seed, run, start + 14 * hourMs);
      expect(stored.toSorted(), `seed ${seed}`).toEqual(idsOf(events));
    }
  });

  test("a log that names no position to go on from is an error, unless it is a back-fill", async () => {
    const open = contextOf(() => ({ body: [] }));
    const log = { name: "the log", first: "/log", page: byLink(), items: toActivity };
    await expect(followCursor(open, null, log).next()).rejects.toThrow(ProviderResponseError);
    const backfill = contextOf(() => ({ body: [] }), { to: new Date(start) });
    expect((await followCursor(backfill, null, log).next()).value).toEqual({ items: [], cursor: null });
  });

  test("pages that go round in a circle are an error, whoever dies after every page", async () => {
    const context = contextOf((path) => {
      const at = new URL(path, "https://x").searchParams.get("after") ?? "0";
      return { body: [record({ id: at, time: start, landsAt: 0 })], next: `/log?after=${(Number(at) + 1) % 3}` };
    });
    const log = { name: "the log", first: "/log?after=0", page: untilEmpty(byLink()), items: toActivity };
    for (const pagesARun of [1, 99])
      await expect(readInRuns((at) => followCursor(context, at, log), { pagesARun })).rejects.toThrow(
        "round in a circle",
      );
  });
});

describe("followWindows", () => {
  /** Rows without ids, in whole seconds, cut by offset; one more lands while a window is read. */
  function options(log: FakeLog, more: Partial<WindowLog> = {}): WindowLog {
    return {
      pageSize: 10,
      longestMs: hourMs,
      max: 40,
      overlapMs: 2 * minuteMs,
      sweeps: [{ everyMs: 30 * minuteMs, backMs: dayMs }],
      read: async (from, to, offset) => {
        expect([from.getTime() % 1000, to.getTime() % 1000]).toEqual([0, 0]);
        log.now += 700;
        const rows = log.landed(from.getTime(), to.getTime() + 999);
        return { total: rows.length, rows: rows.slice(offset, offset + 10).map(record) };
      },
      items: (rows) =>
        rows
          .map((row, index) => toActivity(row, `[${index}]`))
          .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime()),
      ...more,
    };
  }

  test("nothing is lost, however late, equal, crowded or interrupted", async () => {
    for (const seed of seeds) {
      const events = eventsOf(seed, { hours: 12, count: 300, lateMs: 2 * minuteMs, veryLateMs: 20 * hourMs });
      const log = new FakeLog(events, neverAsked);
      const run = (cursor: string | null) => followWindows(log.context, cursor, options(log));
      expect(unique(await poll(log, seed, run, start + 14 * hourMs)), `seed ${seed}`).toEqual(idsOf(events));
    }
  });

  test("a crowded window is split, and one second that is too full is read whole in pages", async () => {
    const events = Array.from({ length: 2_600 }, (_, index) => ({
      id: `e${index}`,
      time: start - minuteMs,
      landsAt: 0,
    }));
    const log = new FakeLog(events, neverAsked);
    const run = (cursor: string | null) => followWindows(log.context, cursor, options(log));
    const { value: first } = await run(null).next();
    expect(first?.items).toHaveLength(1000);
    const { pages } = await readInRuns(run, { pagesARun: 99 });
    const ids = pages.flatMap(({ items }) => items.map((item) => ("externalId" in item ? item.externalId : "")));
    expect(unique(ids)).toEqual(idsOf(events));
  });

  test("a back-fill ends with its span", async () => {
    const events = eventsOf(7, { hours: 10, count: 300, lateMs: 1, veryLateMs: 1 });
    const [from, to] = [new Date(start), new Date(start + 3 * hourMs)];
    const log = new FakeLog(events, neverAsked, { from, to });
    log.now = start + 5 * dayMs;
    const { items } = await readInRuns((at) => followWindows(log.context, at, options(log)), { pagesARun: 999 });
    const inside = events.filter(({ time }) => time >= from.getTime() && time <= to.getTime());
    expect(unique(items.map((item) => ("externalId" in item ? item.externalId : "")))).toEqual(
      expect.arrayContaining(idsOf(inside)),
    );
  });
});

describe("windows", () => {
  test("begin as short as is wise, and grow to the longest while they hold little", async () => {
    const asked: number[] = [];
    const reader: WindowReader = {
      ...{ pageSize: 10, firstMs: hourMs, longestMs: dayMs, max: 40 },
      read: async (from, to) => {
        asked.push((to.getTime() - from.getTime()) / hourMs);
        const isBusy = from.getTime() === start + 3 * hourMs;
        return { total: isBusy ? 10 : 0, rows: isBusy ? [1, 2, 3] : [] };
      },
    };
    for await (const _ of readWindows(reader, new Date(start), new Date(start + 63 * hourMs)));
    expect(asked).toEqual([1, 2, 4, 4, 8, 16, 24, 4]);
  });
});

describe("rows without ids", () => {
  const read = (value: unknown, path: string) => {
    const raw = needObject(value, path);
    const at = needInstant(raw.time, `${path}.time`);
    const records = (externalId: string) => [{ ...toActivity({ ...raw, id: externalId }, path), raw }];
    return { at, key: hashOf([raw.time, raw.who]), raw, records };
  };
  const numbered = (rows: readonly unknown[]) =>
    numberRows(rows, "rows", read).map((item) =>
      "externalId" in item ? [item.externalId.slice(64), item.raw] : item.path,
    );
  const row = { time: "2026-11-20T12:00:01Z", who: "a" };
  const earlier = { ...row, time: "2026-11-20T12:00:00Z" };

  test("get running numbers where they are equal, in the order of time, whatever order they come in", () => {
    const other = { ...row, note: "A" };
    const expected = [
      ["", earlier],
      ["", other],
      ["-2", row],
      ["-3", row],
    ];
    for (const rows of [
      [row, earlier, other, row],
      [other, row, row, earlier],
    ])
      expect(numbered(rows)).toEqual(expected);
  });

  test("that cannot be read are set aside, unless all of them are", () => {
    expect(numbered([{ who: "b" }, row, 7])).toEqual([["", row], "rows[0].time", "rows[2]"]);
    expect(() => numbered([7, 8, 9])).toThrow(expect.objectContaining({ path: "rows[0]" }));
  });

  test("have a hash of what identifies them, in which what is missing is empty", () => {
    expect(hashOf(["a", null, undefined, 1])).toBe(hashOf(["a", "", "", "1"]));
    expect(hashOf(["a"])).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("mergeLogs", () => {
  const fake = (seed: number) => {
    const log = new FakeLog(
      eventsOf(seed, { hours: 12, count: 100, lateMs: minuteMs, veryLateMs: minuteMs }).map((event) => ({
        ...event,
        id: `${seed}-${event.id}`,
      })),
      (log, url) => {
        const landed = log.landed().sort((a, b) => a.landsAt - b.landsAt);
        const position = Number(url.searchParams.get("after") ?? 0);
        const events = landed.slice(position, position + 7).map(record);
        return { body: events, next: `/log?after=${position + events.length}` };
      },
    );
    const read = (_: unknown, cursor: string | null) =>
      followCursor(log.context, cursor, {
        name: "a log",
        first: "/log",
        page: untilEmpty(byLink()),
        items: toActivity,
      });
    return { log, read };
  };
  const context = contextOf(neverAsked);
  const failing = (error: Error) =>
    // biome-ignore lint/correctness/useYield: it fails before its first page
    async function* () {
      throw error;
    };

  test("gives every event of each log once, whoever dies after a page", async () => {
    for (const pagesARun of [1, 2, 5]) {
      const [a, b] = [fake(1), fake(2)];
      for (const { log } of [a, b]) log.now = start + 20 * dayMs;
      const stored: string[] = [];
      let cursor: string | null = null;
      for (let run = 0; run < 60; run++) {
        let pages = 0;
        const logs = [
          { name: "a", read: a.read },
          { name: "b", read: b.read },
        ];
        for await (const page of mergeLogs(context, cursor, logs)) {
          for (const item of page.items) if ("externalId" in item) stored.push(item.externalId);
          cursor = page.cursor;
          if (++pages === pagesARun) break;
        }
      }
      expect(stored.toSorted()).toEqual(idsOf([...a.log.events, ...b.log.events]));
    }
  });

  test.each([
    ["denied", new ProviderScopeError("denied", []), undefined],
    ["down", new ProviderUnavailableError("down"), undefined],
    ["of another shape", new ProviderResponseError("changed", "body"), undefined],
    ["denied and not required", new ProviderScopeError("denied", []), false],
  ])("one that is %s does not hold up the others", async (_, error, required) => {
    const good = fake(1);
    good.log.now = start + 20 * dayMs;
    const logs = [
      { name: "bad", read: failing(error), required: required ?? true },
      { name: "good", read: good.read },
    ];
    let count = 0;
    const reading = (async () => {
      for await (const { items } of mergeLogs(context, null, logs)) count += items.length;
    })();
    await (required === false ? expect(reading).resolves.toBeUndefined() : expect(reading).rejects.toBe(error));
    expect(count).toBe(100);
  });

  test("when all are denied, none is required or not: it is an error", async () => {
    const error = new ProviderScopeError("denied", []);
    const logs = [{ name: "only", read: failing(error), required: false }];
    await expect(mergeLogs(context, null, logs).next()).rejects.toBe(error);
  });

  test("a rate limit ends the run at once", async () => {
    const error = new ProviderRateLimitError("too often", new Date());
    const logs = [
      { name: "bad", read: failing(error) },
      { name: "good", read: fake(1).read },
    ];
    await expect(mergeLogs(context, null, logs).next()).rejects.toBe(error);
  });

  test("leaves no log out when every run ends after a page and one of them always has another", async () => {
    const busy = async function* (_: unknown, at: string | null) {
      for (let page = Number(at ?? 0) + 1; ; page++) yield { items: [], cursor: String(page) };
    };
    const logs = ["a", "b", "c"].map((name) => ({ name, read: busy }));
    let cursor: string | null = null;
    for (let run = 0; run < 9; run++) cursor = (await mergeLogs(context, cursor, logs).next()).value!.cursor;
    expect(JSON.parse(cursor!).positions).toEqual({ a: "3", b: "3", c: "3" });
  });

  test("waits for the first report that is ready, when the others have been read", async () => {
    const good = fake(1);
    good.log.now = start + 20 * dayMs;
    const resumeAt = new Date(start + minuteMs);
    const waiting = async function* () {
      yield { items: [], cursor: "in the making", resumeAt };
    };
    const { pages } = await readInRuns(
      (at) =>
        mergeLogs(context, at, [
          { name: "report", read: waiting },
          { name: "good", read: good.read },
        ]),
      { pagesARun: 99 },
    );
    expect(pages.filter((page) => page.resumeAt)).toEqual([pages.at(-1)]);
    expect(pages.at(-1)?.resumeAt).toEqual(resumeAt);
    expect(pages.flatMap(({ items }) => items)).toHaveLength(100);
  });
});
