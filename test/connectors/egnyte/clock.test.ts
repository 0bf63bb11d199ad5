/** Thirty days of a domain's audit, with late records, a process that dies, and an outage that outlives the position of the stream. */
import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { egnyte } from "#src/connectors/egnyte/index.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-10-01T00:00:00Z");
const end = start + 30 * dayMs;

interface Event {
  at: number;
  visibleAt: number;
  log: "LOGIN_AUDIT" | "FILE_AUDIT";
  number: number;
}

/** The stream goes by the time of events: what becomes visible behind its position is never in it. Reports show all, to the second. */
class Domain {
  now = start;
  readonly below = randomFrom(11);
  readonly events: Event[] = [];
  readonly reports = new Map<string, { log: string; from: number; to: number; readyAt: number }>();
  calls = 0;

  constructor() {
    let number = 0;
    for (let at = start; at < end; at += this.below(40 * minuteMs)) {
      const lag = this.below(25) === 0 ? this.below(11 * hourMs) : this.below(5000);
      const log = this.below(3) === 0 ? "LOGIN_AUDIT" : "FILE_AUDIT";
      this.events.push({ at, visibleAt: at + lag, log, number: number++ });
      // Now and then the same happens twice within a second.
      if (this.below(30) === 0) this.events.push({ ...this.events.at(-1)!, at: at + (at % 1000 < 900 ? 50 : 0) });
    }
    this.events.sort((a, b) => a.at - b.at);
  }

  answer = (path: string, { json, method }: { json?: unknown; method?: string }): FakeAnswer => {
    this.calls += 1;
    const url = new URL(path, "https://acme.egnyte.com");
    if (url.pathname === "/pubapi/v2/audit/stream") return this.#stream(url.searchParams);
    const [, type, id] = /\/v1\/audit\/([\w-]+)(?:\/([\w-]+))?$/.exec(url.pathname)!;
    if (method === "POST") return this.#request(type!, json as Record<string, string>);
    const report = this.reports.get(id!);
    if (!report) return { status: 404 };
    if (type === "jobs") return this.now < report.readyAt ? { body: { status: "running" } } : { status: 303 };
    const rows = this.#visible(report.from, report.to).filter(({ log }) => log === report.log);
    const offset = Number(url.searchParams.get("offset"));
    const events = rows.slice(offset, offset + 100).map(row);
    return { body: { total_count: rows.length, offset, count: events.length, events } };
  };

  #visible(from: number, to: number): Event[] {
    return this.events.filter(({ at, visibleAt }) => at >= from && at < to && visibleAt <= this.now);
  }

  #stream(query: URLSearchParams): FakeAnswer {
    const [at, limit, madeAt] = query.has("nextCursor")
      ? (JSON.parse(query.get("nextCursor")!) as number[])
      : [Date.parse(query.get("startDate")!), Date.parse(query.get("endDate") ?? "9999-01-01"), this.now];
    if (this.now - madeAt! > 7 * dayMs || (!query.has("nextCursor") && this.now - at! > 7 * dayMs))
      return { status: 400 };
    const last = Math.min(limit!, this.now);
    const until = Math.max(at!, Math.min(at! + 30 * minuteMs, last));
    const events = this.#visible(at!, until).map(streamed);
    return { body: { nextCursor: JSON.stringify([until, limit, this.now]), moreEvents: until < last, events } };
  }

  #request(type: string, { date_start, date_end }: Record<string, string>): FakeAnswer {
    const log = { logins: "LOGIN_AUDIT", files: "FILE_AUDIT" }[type] ?? type;
    // Not every plan has a report of workflows.
    if (type === "workflows") return { status: 404 };
    const id = `r${this.reports.size}`;
    const [from, to] = [Date.parse(date_start!), Date.parse(date_end!) + dayMs];
    this.reports.set(id, { log, from, to, readyAt: this.now + this.below(3 * hourMs) });
    return { status: 202, body: { id } };
  }
}

const action = ({ log }: Event) => (log === "LOGIN_AUDIT" ? "Login" : "Download");

function streamed(event: Event): object {
  const who = { user: "Ines Tern ( ines@acme.example )", userId: "101", ipAddress: "203.0.113.9", access: "Web UI" };
  const file = event.log === "FILE_AUDIT" ? { sourcePath: `/Shared/${event.number}.docx`, targetPath: "N/A" } : {};
  return { date: event.at, ...file, ...who, action: action(event), actionInfo: "", auditSource: event.log };
}

function row(event: Event): object {
  const time = `${new Date(event.at).toISOString().slice(0, 19)}Z`;
  const who = {
    username: "Ines Tern (ines@acme.example)",
    user_id: 101,
    ip_address: "203.0.113.9",
    access: "Web",
    time,
  };
  if (event.log === "LOGIN_AUDIT") return { ...who, event: action(event) };
  return { ...who, file: `/Shared/${event.number}.docx`, target_path: "N/A", transaction: action(event) };
}

/** Runs every ten minutes to three hours, may end after any page, and misses ten days. */
async function readFor(domain: Domain): Promise<Map<string, ActivityRecord>> {
  const stored = new Map<string, ActivityRecord>();
  let cursor: string | null = null;
  const from = new Date(start);
  let resumeAt: Date | null = null;
  while (domain.now < end + 2 * dayMs) {
    const isOutage = domain.now > start + 9 * dayMs && domain.now < start + 10 * dayMs;
    const usual = isOutage ? 10 * dayMs : 10 * minuteMs + domain.below(20) * domain.below(10 * minuteMs);
    domain.now = Math.min(domain.now + usual, resumeAt?.getTime() ?? Number.POSITIVE_INFINITY);
    resumeAt = null;
    const pages = domain.below(8) === 0 ? domain.below(3) : Number.POSITIVE_INFINITY;
    let read = 0;
    const context = contextOf(domain.answer, { from, now: () => new Date(domain.now) });
    for await (const page of egnyte.streams.ACTIVITIES!(context, cursor)) {
      for (const item of page.items) {
        if (!("occurredAt" in item)) throw new Error(`This is not an event: ${JSON.stringify(item)}`);
        stored.set(item.externalId, item);
      }
      ({ cursor } = page);
      resumeAt = page.resumeAt ?? null;
      if (resumeAt || ++read > pages) break;
    }
  }
  return stored;
}

test("thirty days with late events, twins and a dead position: nothing is lost, nothing comes twice, and the allowance holds", async () => {
  const domain = new Domain();
  const stored = await readFor(domain);
  const happened = domain.events.map(({ number, at, log }) =>
    log === "FILE_AUDIT" ? `/Shared/${number}.docx` : new Date(at).toISOString().slice(0, 19),
  );
  const found = [...stored.values()].map(
    ({ targets, occurredAt }) => targets[0]?.name ?? occurredAt.toISOString().slice(0, 19),
  );
  expect(found.toSorted()).toEqual(happened.toSorted());
  // Reports were asked for once a log, after the outage.
  expect(domain.reports.size).toBe(6);
  expect(domain.calls / 30).toBeLessThan(400);
});
