import { expect, test } from "vitest";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { applications } from "#src/connectors/google-workspace/applications.ts";
import { activities } from "#src/connectors/google-workspace/streams/activities.ts";
import { ProviderScopeError, ProviderUnavailableError } from "#src/errors.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";
import { event, record } from "./records.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-10-01T12:00:00Z");

interface Logged {
  log: string;
  time: number;
  landsAt: number;
  number: number;
}

/** The Reports API, whose logs show what has landed; newest first, a hundred a page. */
class Reports {
  now = start;
  readonly events: readonly Logged[];
  readonly asked: URL[] = [];
  readonly context: StreamContext;

  constructor(
    events: readonly Logged[],
    more: Partial<StreamContext> = {},
    refuse: (log: string) => FakeAnswer | null = () => null,
  ) {
    this.events = events;
    this.context = contextOf(
      (path) => {
        const url = new URL(path, "https://admin.googleapis.com");
        this.asked.push(url);
        const log = url.pathname.split("/").at(-1) ?? "";
        return refuse(log) ?? (log === "alerts" ? { body: {} } : this.#answer(log, url));
      },
      { now: () => new Date(this.now), from: new Date(start), ...more },
    );
  }

  #answer(log: string, { searchParams }: URL): FakeAnswer {
    const [from, to] = ["startTime", "endTime"].map((name) => Date.parse(searchParams.get(name) ?? ""));
    const found = this.events
      .filter((one) => one.log === log && one.landsAt <= this.now && one.time >= from! && one.time <= to!)
      .sort((a, b) => b.time - a.time);
    const offset = Number(searchParams.get("pageToken") ?? 0);
    const items = found.slice(offset, offset + 100).map(({ time, number }) => {
      const written = record(log, [event("view")]);
      return { ...written, id: { ...written.id, time: new Date(time).toISOString(), uniqueQualifier: String(number) } };
    });
    const next = offset + 100 < found.length ? { nextPageToken: String(offset + 100) } : {};
    return { body: { kind: "admin#reports#activities", ...(items.length > 0 ? { items } : {}), ...next } };
  }

  async read(cursor: string | null, pages = Number.POSITIVE_INFINITY) {
    const ids: string[] = [];
    let at = cursor;
    let read = 0;
    for await (const page of activities(this.context, cursor)) {
      for (const item of page.items) if ("externalId" in item) ids.push(item.externalId);
      at = page.cursor;
      if (++read >= pages) break;
    }
    return { ids, cursor: at };
  }
}

const logs = ["login", "admin", "drive", "calendar", "chrome"];
/** What is usual in each: minutes, and hours in the log of sign-ins and in that of calendars. */
const usualMs: Record<string, number> = { login: 3 * hourMs, calendar: 3 * hourMs };

function thirtyDays(seed: number): Logged[] {
  const random = randomFrom(seed);
  return Array.from({ length: 600 }, (_, number) => {
    const log = logs[random(logs.length)]!;
    const time = start + random(30 * dayMs);
    const lag = random(20) === 0 ? random(3 * dayMs) : random(usualMs[log] ?? 3 * minuteMs);
    // Many have the millisecond of another one.
    return { log, time: time - (time % (random(2) === 0 ? 1 : hourMs)), landsAt: time + lag, number };
  });
}

test("over thirty days nothing is lost that comes up to three days late, whatever is interrupted", async () => {
  const random = randomFrom(1);
  const reports = new Reports(thirtyDays(1));
  const met = new Set<string>();
  let cursor: string | null = null;
  while (reports.now < start + 35 * dayMs) {
    const run: Awaited<ReturnType<Reports["read"]>> = await reports.read(
      cursor,
      random(4) === 0 ? 1 + random(30) : undefined,
    );
    cursor = run.cursor;
    for (const id of run.ids) met.add(id);
    reports.now += [10 * minuteMs, 9 * hourMs, 12 * hourMs, 20 * hourMs][random(4)]!;
  }
  const all = reports.events.map(({ log, time, number }) => `${log}:${new Date(time).toISOString()}:${number}`);
  expect(all.filter((id) => !met.has(id))).toEqual([]);
  // Under the same id each time: what is met twice is stored once.
  expect([...met].filter((id) => !all.includes(id))).toEqual([]);
});

test("every log of the Reports API is read, that of Gmail only where it is wanted", async () => {
  const reports = new Reports([]);
  await reports.read(null);
  const asked = new Set(reports.asked.map(({ pathname }) => pathname.split("/").at(-1)));
  expect(applications.map(({ name }) => name).filter((name) => !asked.has(name))).toEqual(["gmail"]);
  expect(asked).toContain("alerts");
  const withMail = new Reports([], { settings: { mailLog: "on" } });
  await withMail.read(null);
  expect(withMail.asked.some(({ pathname }) => pathname.endsWith("/gmail"))).toBe(true);
});

test("a start longer ago than Google keeps records is moved to where they begin", async () => {
  const reports = new Reports([], { from: new Date(start - 400 * dayMs) });
  await reports.read(null);
  const starts = reports.asked.flatMap(({ searchParams }) => searchParams.get("startTime") ?? []).map(Date.parse);
  expect(Math.min(...starts)).toBe(start - 180 * dayMs + minuteMs);
});

test("logs that matter are read at each run, the others every ten minutes", async () => {
  const reports = new Reports([]);
  const { cursor } = await reports.read(null);
  reports.asked.length = 0;
  reports.now += minuteMs;
  await reports.read(cursor);
  const asked = new Set(reports.asked.map(({ pathname }) => pathname.split("/").at(-1)));
  expect(asked).toContain("login");
  expect(asked).not.toContain("keep");
});

test("a log that an edition does not have holds up no other, and one that every edition has is missed", async () => {
  const sample = { log: "login", time: start, landsAt: start, number: 1 };
  const refused =
    (status: number, ...names: string[]) =>
    (log: string) =>
      names.includes(log) ? { status } : null;
  const reports = new Reports([sample], {}, refused(400, "workspace_studio", "drive"));
  expect((await reports.read(null)).ids).toHaveLength(1);
  const denied = new Reports([sample], {}, refused(403, "admin"));
  await expect(denied.read(null)).rejects.toBeInstanceOf(ProviderScopeError);
  const down = new Reports([sample], {}, refused(503, "keep"));
  await expect(down.read(null)).rejects.toBeInstanceOf(ProviderUnavailableError);
});

test("alerts are not asked for without their scope", async () => {
  const credential = { scopes: ["https://www.googleapis.com/auth/admin.reports.audit.readonly"], extra: {} };
  const reports = new Reports([], { credential });
  await reports.read(null);
  expect(reports.asked.some(({ pathname }) => pathname.endsWith("/alerts"))).toBe(false);
});
