import { describe, expect, test } from "vitest";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { activities } from "#src/connectors/github/streams-activities.ts";
import { ProviderNotFoundError, ProviderResponseError, StreamCursorError } from "#src/errors.ts";
import { FakeClient } from "../fake-client.ts";

const settings = { org: "acme", mode: "pat", enterprise: "acme-ent", host: "github.com" };
const noon = Date.parse("2026-11-20T12:00:00.000Z");
const minute = 60_000;

interface Entry {
  id: string;
  at: number;
  /** When GitHub wrote it; before that nobody sees it. */
  writtenAt?: number;
  org?: string | null;
}

/** An audit log in memory, asked as GitHub is asked: pages of three, oldest first. */
class FakeLog {
  entries: Entry[] = [];
  now = noon;
  deadLinks = false;
  broken: string | null = null;
  readonly http = new FakeClient("https://api.github.com", (path) => this.#answer(path));

  context(more: Partial<StreamContext> = {}, mode: Record<string, string> = {}): StreamContext {
    return this.http.context({ ...settings, ...mode }, { now: () => new Date(this.now), ...more });
  }

  get phrases(): string[] {
    return this.http.calls.map(({ path }) => new URL(path, "https://x").searchParams.get("phrase") ?? "");
  }

  #answer(path: string) {
    const url = new URL(path, "https://x");
    const after = url.searchParams.get("after");
    if (after && this.deadLinks) return { status: 422 };
    if (!/^\/(orgs\/acme|organizations\/9001|enterprises\/acme-ent)\/audit-log$/.test(url.pathname))
      return { status: 404 };
    const phrase = url.searchParams.get("phrase") ?? "";
    const since = Date.parse(/created:>=(\S+)/.exec(phrase)?.[1] ?? "");
    const until = Date.parse(/created:<=(\S+)/.exec(phrase)?.[1] ?? "2999-01-01T00:00:00Z") + 999;
    const seen = this.entries
      .filter(({ at, writtenAt }) => at >= since && at <= until && (writtenAt ?? at) <= this.now)
      .toSorted((a, b) => a.at - b.at || a.id.localeCompare(b.id));
    const start = after ? seen.findIndex(({ id, at }) => `${at}/${id}` > after) : 0;
    const page = start < 0 ? [] : seen.slice(start, start + 3);
    const last = page.at(-1);
    const more = last !== undefined && start + 3 < seen.length;
    if (more) url.searchParams.set("after", `${last.at}/${last.id}`);
    const body = page.map(({ id, at, org = "acme" }) => ({
      "@timestamp": id === this.broken ? "soon" : at,
      _document_id: id,
      action: "repo.create",
      actor: "mira-ops",
      ...(org === null ? {} : { org }),
    }));
    return { body, next: more ? `/organizations/9001/audit-log${url.search}` : null };
  }
}

/** Reads until the stream has caught up or `crashAfter` pages were stored. */
async function read(
  log: FakeLog,
  stored: Set<string>,
  cursor: string | null,
  crashAfter = Number.POSITIVE_INFINITY,
): Promise<string | null> {
  let pages = 0;
  for await (const page of activities(log.context(), cursor)) {
    for (const { externalId } of page.items) stored.add(externalId);
    cursor = page.cursor;
    if (++pages >= crashAfter) break;
  }
  return cursor;
}

const spread = (count: number, from: number, stepMs: number): Entry[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `e${String(index).padStart(3, "0")}`,
    at: from + index * stepMs,
  }));

describe("the audit log", () => {
  test("is read from the start, oldest first, Git events included", async () => {
    const log = new FakeLog();
    log.entries = spread(7, noon - 6 * 86_400_000, 3_600_000);
    const stored = new Set<string>();
    await read(log, stored, null);
    expect(stored.size).toBe(7);
    const first = new URL(log.http.calls[0]?.path ?? "", "https://x");
    expect(Object.fromEntries(first.searchParams)).toEqual({
      phrase: "created:>=2026-11-13T12:00:00Z",
      include: "all",
      order: "asc",
      per_page: "100",
    });
  });

  test("loses nothing whichever page a crash follows", async () => {
    for (let crashAfter = 1; crashAfter <= 4; crashAfter++) {
      const log = new FakeLog();
      log.entries = spread(11, noon - 86_400_000, minute);
      const stored = new Set<string>();
      let cursor: string | null = null;
      for (let run = 0; run < 12; run++) cursor = await read(log, stored, cursor, crashAfter);
      expect(stored.size, `crash after page ${crashAfter}`).toBe(11);
    }
  });

  test("goes on a minute before the newest entry, and finds entries of the same second", async () => {
    const log = new FakeLog();
    log.entries = spread(4, noon - 10 * minute, minute);
    const stored = new Set<string>();
    const cursor = await read(log, stored, null);
    log.now += minute;
    log.entries.push({ id: "same-second", at: noon - 7 * minute }, { id: "new", at: noon });
    await read(log, stored, cursor);
    expect(log.phrases.at(-1)).toBe("created:>=2026-11-20T11:52:00Z");
    expect(stored).toContain("same-second");
    expect(stored).toContain("new");
  });

  test("is read again twenty minutes deep every twenty minutes, so that late entries are found", async () => {
    const log = new FakeLog();
    log.entries = [
      ...spread(4, noon - 4 * minute, minute),
      { id: "late", at: noon - 15 * minute, writtenAt: noon + 5 * minute },
    ];
    const stored = new Set<string>();
    let cursor = await read(log, stored, null);
    for (let minutes = 1; minutes <= 21; minutes++) {
      log.now += minute;
      cursor = await read(log, stored, cursor);
      expect(stored.has("late")).toBe(minutes >= 20);
    }
    const windows = log.http.calls.filter(({ path }) => !path.includes("after="));
    expect(windows.filter(({ path }) => path.includes("11%3A39%3A00Z"))).toHaveLength(1);
  });

  test("is swept once a day over five days, a few pages a run, for entries that are days late", async () => {
    const log = new FakeLog();
    log.entries = [
      ...spread(100, noon - 3 * 86_400_000, 40 * minute),
      { id: "days-late", at: noon - 2 * 86_400_000, writtenAt: noon + minute },
    ];
    const stored = new Set<string>();
    let cursor = await read(log, stored, null);
    for (let hours = 1; hours <= 23; hours++) {
      log.now += 60 * minute;
      cursor = await read(log, stored, cursor);
    }
    expect(stored.size).toBe(100);
    log.now += 60 * minute;
    log.entries.push({ id: "new", at: log.now - 1 });
    const before = log.http.calls.length;
    cursor = await read(log, stored, cursor);
    // The new entry does not wait for the sweep, which takes a rest after ten pages, survives it, and then ends.
    expect(stored).toContain("new");
    expect(log.http.calls.length - before).toBeLessThanOrEqual(12);
    for (let minutes = 1; minutes <= 4; minutes++) {
      log.now += minute;
      cursor = await read(log, stored, cursor, minutes % 2 ? 5 : undefined);
    }
    expect(stored).toContain("days-late");
    const calls = log.http.calls.length;
    log.now += minute;
    await read(log, stored, cursor);
    expect(log.http.calls.length - calls).toBeLessThanOrEqual(2);
  });

  test("keeps its place when nothing new has happened", async () => {
    const log = new FakeLog();
    const cursor = await read(log, new Set(), null);
    log.now += minute;
    await read(log, new Set(), cursor);
    expect(log.phrases.at(-1)).toBe("created:>=2026-11-13T12:00:00Z");
  });

  test("is not led into the future by one entry with a wrong clock", async () => {
    const log = new FakeLog();
    log.entries = [
      ...spread(2, noon - 5 * minute, minute),
      { id: "future", at: noon + 40 * 86_400_000, writtenAt: noon },
    ];
    const stored = new Set<string>();
    const cursor = await read(log, stored, null);
    log.entries.push({ id: "after", at: noon + minute });
    log.now += 2 * minute;
    await read(log, stored, cursor);
    expect(stored).toContain("after");
  });

  test("replaces a page link that has died by its window, without a gap", async () => {
    const log = new FakeLog();
    log.entries = spread(5, noon - 10 * minute, minute);
    const stored = new Set<string>();
    const cursor = await read(log, stored, null, 1);
    log.deadLinks = true;
    const pages = activities(log.context(), cursor);
    for (const { externalId } of (await pages.next()).value?.items ?? []) stored.add(externalId);
    expect(log.phrases.at(-1)).toBe("created:>=2026-11-20T11:32:00Z");
    expect(stored.size).toBe(3);
    log.deadLinks = false;
    await read(log, stored, cursor);
    expect(stored.size).toBe(5);
  });

  test("keeps the cursor before a record of another shape, and names the place", async () => {
    const log = new FakeLog();
    log.entries = spread(6, noon - 10 * minute, minute);
    log.broken = "e004";
    const stored = new Set<string>();
    await expect(read(log, stored, null)).rejects.toMatchObject({
      name: "ProviderResponseError",
      path: '[1]["@timestamp"]',
    });
    expect([...stored]).toEqual(["e000", "e001", "e002"]);
  });

  test("of an enterprise leaves out other organizations, and keeps what belongs to none", async () => {
    const log = new FakeLog();
    log.entries = [
      { id: "ours", at: noon - 3 },
      { id: "theirs", at: noon - 2, org: "globex" },
      { id: "sign-in", at: noon - 1, org: null },
    ];
    const ids: string[] = [];
    for await (const page of activities(log.context({}, { auditLog: "enterprise" }), null))
      ids.push(...page.items.map(({ externalId }) => externalId));
    expect(ids).toEqual(["ours", "sign-in"]);
    expect(log.http.calls[0]?.path).toMatch(/^\/enterprises\/acme-ent\/audit-log\?/);
  });

  test("is bounded for a back-fill", async () => {
    const log = new FakeLog();
    log.entries = spread(10, noon - 10 * minute, minute);
    const stored = new Set<string>();
    const span = { from: new Date(noon - 8 * minute), to: new Date(noon - 5 * minute) };
    for await (const page of activities(log.context(span), null))
      for (const { externalId } of page.items) stored.add(externalId);
    expect([...stored]).toEqual(["e002", "e003", "e004", "e005"]);
  });
});

describe("a cursor", () => {
  const place = (more: Record<string, unknown>) =>
    JSON.stringify({
      path: "/orgs/acme/audit-log",
      since: "2026-11-20T11:00:00Z",
      newest: null,
      next: null,
      deepAt: null,
      deep: null,
      ...more,
    });

  test.each([
    ["garbage", "%%%"],
    ["of another organization", place({ path: "/orgs/globex/audit-log" })],
    ["from the future", place({ since: "2036-01-01T00:00:00Z" })],
    ["that leads to another API", place({ next: "/orgs/acme/members" })],
    ["that leads to another host", place({ next: "https://evil.example/orgs/acme/audit-log" })],
    ["without a start", place({ since: 7.5e18 })],
  ])("%s is refused before anything is asked", async (_, cursor) => {
    const log = new FakeLog();
    await expect(read(log, new Set(), cursor)).rejects.toThrow(StreamCursorError);
    expect(log.http.calls).toEqual([]);
  });

  test("does not hide that the organization is gone", async () => {
    const http = new FakeClient("https://api.github.com", () => ({ status: 404 }));
    const run = activities(http.context(settings), place({ next: "/orgs/acme/audit-log?after=x" }));
    await expect(run.next()).rejects.toThrow(ProviderNotFoundError);
  });

  test("that does not move is reported instead of followed for ever", async () => {
    const next = "/orgs/acme/audit-log?after=x";
    const http = new FakeClient("https://api.github.com", () => ({ body: [], next }));
    const run = activities(http.context(settings), place({ next }));
    await expect(run.next()).rejects.toThrow(ProviderResponseError);
  });
});
