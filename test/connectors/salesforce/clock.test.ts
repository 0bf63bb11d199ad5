/** Thirty days of an org's logs with the lags of the real ones, read by a process that runs irregularly, dies and stands still. */
import { expect, test } from "vitest";
import { salesforce } from "#src/connectors/salesforce/index.ts";
import { parseQuery, type Row } from "../../../sandbox/providers/salesforce/soql.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-10-01T00:00:00Z");
const end = start + 30 * dayMs;

const written = (at: number) => new Date(at).toISOString().replace("Z", "+0000");

interface Visible {
  at: number;
  /** What the log is asked by. */
  time: number;
  row: Row;
}

/** An org whose records become visible late. */
class Org {
  now = start;
  readonly #random = randomFrom(7);
  readonly #records = new Map<string, Visible[]>();
  readonly #contents = new Map<string, string>();
  readonly #pages: Row[][] = [];
  #count = 0;
  /** What happened: each a value that no other event has. */
  readonly happened = { ids: new Set<string>(), rows: 0 };

  below = (limit: number) => this.#random(limit);

  add(object: string, visibleAt: number, time: number, row: Row): void {
    const known = this.#records.get(object) ?? [];
    known.push({ at: visibleAt, time, row: { attributes: { type: object }, ...row } });
    this.#records.set(object, known);
  }

  id(prefix: string): string {
    this.#count += 1;
    return `${prefix}5g00${String(this.#count).padStart(8, "0")}AAA`;
  }

  /** A record of a log that comes after seconds, and once in a while after hours. */
  log(object: string, at: number, field: string, idField: string, usualMs: number, more: Row): void {
    const isLate = this.below(40) === 0;
    const id = this.id("0Ya");
    this.happened.ids.add(id);
    const lag = isLate ? this.below(17 * hourMs) : this.below(usualMs);
    this.add(object, at + lag, at, { [idField]: id, [field]: written(at), ...more });
  }

  /** A file says when it was made, and shows up to an hour and a half later. */
  file(
    interval: "Hourly" | "Daily",
    type: string,
    logDate: number,
    createdAt: number,
    rows: Row[],
    sequence: number,
  ): void {
    if (rows.length === 0) return;
    const Id = this.id("0AT");
    const names = Object.keys(rows[0]!);
    const lines = [names, ...rows.map((row) => names.map((name) => String(row[name])))];
    this.#contents.set(Id, lines.map((line) => line.map((value) => `"${value}"`).join(",")).join("\n"));
    this.add("EventLogFile", createdAt + this.below(90 * minuteMs), createdAt, {
      ...{ Id, EventType: type, LogDate: written(logDate), CreatedDate: written(createdAt), Interval: interval },
      ...{ Sequence: sequence, LogFileLength: 100 },
    });
  }

  answer = (path: string): FakeAnswer => {
    const url = new URL(path, "https://org.example");
    const file = /EventLogFile\/(\w+)\/LogFile/.exec(url.pathname)?.[1];
    if (file) return { body: this.#contents.get(file) };
    const place = /query\/(\d+)-(\d+)$/.exec(url.pathname);
    if (place) return this.#page(Number(place[1]), Number(place[2]));
    const query = parseQuery(url.searchParams.get("q") ?? "");
    const permissions = { PermissionsManageUsers: true, PermissionsViewSetup: true };
    if (query.object === "UserPermissionAccess") return { body: { records: [permissions], done: true } };
    const from = Date.parse(/>= (\S+Z)/.exec(url.searchParams.get("q") ?? "")?.[1] ?? "1970-01-01");
    const rows = (this.#records.get(query.object) ?? [])
      .filter(({ at, time, row }) => at <= this.now && time >= from && query.matches(row))
      .map(({ row }) => row);
    const [order] = query.order;
    const text = (row: Row) => query.order.map(({ field }) => String(row[field])).join(" ");
    rows.sort((a, b) => (text(a) < text(b) ? -1 : 1) * (order?.down ? -1 : 1));
    this.#pages.push(rows);
    return this.#page(this.#pages.length - 1, 0);
  };

  #page(number: number, from: number): FakeAnswer {
    const rows = this.#pages[number]!;
    const done = from + 200 >= rows.length;
    const next = done ? {} : { nextRecordsUrl: `/services/data/v67.0/query/${number}-${from + 200}` };
    return { body: { totalSize: rows.length, done, ...next, records: rows.slice(from, from + 200) } };
  }
}

/** Runs every five minutes to eight hours, may end after any page, and misses two days. Returns the ids that were stored. */
async function readFor(org: Org, settings: Record<string, string>): Promise<Set<string>> {
  const stored = new Set<string>();
  let cursor: string | null = null;
  const next = () => {
    const isOutage = org.now > start + 12 * dayMs && org.now < start + 12 * dayMs + 6 * hourMs;
    return isOutage ? 2 * dayMs : 5 * minuteMs + org.below(8 * hourMs);
  };
  for (; org.now < end + 4 * dayMs; org.now += next()) {
    const from = new Date(start - hourMs);
    const context = contextOf(org.answer, { settings, from, now: () => new Date(org.now) });
    const pages = org.below(6) === 0 ? org.below(3) : Number.POSITIVE_INFINITY;
    let read = 0;
    for await (const page of salesforce.streams.ACTIVITIES!(context, cursor)) {
      for (const item of page.items) {
        if (!("occurredAt" in item)) throw new Error(`This is not an event: ${JSON.stringify(item)}`);
        stored.add(item.externalId);
      }
      cursor = page.cursor;
      if (++read > pages) break;
    }
  }
  return stored;
}

const user = { UserId: "0055g000001AbCdAAK", Username: "ines@tern.example" };

function logsOfPeople(org: Org, at: number): void {
  org.log("LoginHistory", at, "LoginTime", "Id", 2 * minuteMs, {
    ...user,
    LoginType: "Application",
    Status: "Success",
  });
  if (org.below(3) === 0)
    org.log("SetupAuditTrail", at, "CreatedDate", "Id", 10 * minuteMs, {
      Action: "createduser",
      Display: "Created new user",
    });
}

test("event log files, hourly and daily, late, in several versions and made again: nothing is lost, and nothing comes twice", async () => {
  const org = new Org();
  const types = ["RestApi", "ReportExport", "Search"];
  // The org has hourly files from the fifth day to the twentieth.
  const [hourlyFrom, hourlyTo] = [start + 5 * dayMs + 10 * hourMs, start + 20 * dayMs + 9 * hourMs];
  for (let day = start; day < end; day += dayMs) {
    const ofDay = new Map<string, Row[]>(types.map((type) => [type, []]));
    for (let hour = day; hour < day + dayMs; hour += hourMs) {
      logsOfPeople(org, hour + org.below(hourMs));
      for (const type of types) {
        const rows = Array.from({ length: org.below(4) }, () => rowAt(org, type, hour + org.below(hourMs)));
        // Now and then two events are equal to the byte.
        if (rows.length > 0 && org.below(9) === 0) rows.push(rows[0]!);
        org.happened.rows += rows.length;
        ofDay.get(type)!.push(...rows);
        if (hour < hourlyFrom || hour >= hourlyTo) continue;
        const late = rows.length > 2 && rows.at(-1) !== rows[0] ? rows.splice(-1) : [];
        org.file("Hourly", type, hour, hour + hourMs + 2 * hourMs + org.below(3 * hourMs), rows, 1);
        org.file("Hourly", type, hour, hour + 6 * hourMs + org.below(3 * dayMs - 6 * hourMs), late, 2);
      }
    }
    for (const [type, rows] of ofDay) {
      const madeAt = day + dayMs + 2 * hourMs + org.below(10 * hourMs);
      org.file("Daily", type, day, madeAt, org.below(3) === 0 ? rows.slice(0, -1) : rows, 0);
      // Made again with what was late.
      org.file("Daily", type, day, madeAt + dayMs, rows, 0);
    }
  }
  const stored = await readFor(org, {});
  const { ids, rows } = org.happened;
  expect([...ids].filter((id) => !stored.has(id))).toEqual([]);
  expect(stored.size).toBe(ids.size + rows);
  expect(rows).toBeGreaterThan(3000);
});

function rowAt(org: Org, type: string, at: number): Row {
  const time = new Date(at).toISOString();
  return {
    ...{
      EVENT_TYPE: type,
      TIMESTAMP: time.replace(/[-T:Z]/g, ""),
      REQUEST_ID: org.id("4ex"),
      USER_ID: "0055g000001AbCd",
    },
    ...{ TIMESTAMP_DERIVED: time, USER_ID_DERIVED: user.UserId, CLIENT_IP: "203.0.113.9" },
  };
}

test("real-time events come once, the late ones as well, and files that hold the same are left out", async () => {
  const org = new Org();
  for (let hour = start; hour < end; hour += hourMs) {
    logsOfPeople(org, hour + org.below(hourMs));
    for (const object of ["ApiEvent", "ReportEvent", "LogoutEvent"])
      org.log(object, hour + org.below(hourMs), "EventDate", "EventIdentifier", 5 * minuteMs, user);
    const row = rowAt(org, "Report", hour);
    org.file("Hourly", "Report", hour, hour + 4 * hourMs, [row], 1);
  }
  const stored = await readFor(org, { realTimeEvents: "on" });
  expect([...org.happened.ids].filter((id) => !stored.has(id))).toEqual([]);
  expect(stored.size).toBe(org.happened.ids.size);
});
