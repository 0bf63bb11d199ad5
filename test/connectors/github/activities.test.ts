import { describe, expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { activities } from "#src/connectors/github/streams/activities.ts";
import { ProviderNotFoundError, StreamCursorError } from "#src/errors.ts";
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

/** An audit log in memory, asked as GitHub is asked: pages of three, oldest first. How logs of this kind are followed, the kit's tests show. */
class FakeLog {
  entries: Entry[] = [];
  now = noon;
  cursor: string | null = null;
  deadLinks = false;
  readonly stored = new Set<string>();
  readonly http = new FakeClient("https://api.github.com", (path) => this.#answer(path));

  context(more: Partial<StreamContext> = {}, mode: Record<string, string> = {}): StreamContext {
    return this.http.context({ ...settings, ...mode }, { now: () => new Date(this.now), ...more });
  }

  get phrases(): string[] {
    return this.http.calls.map(({ path }) => new URL(path, "https://x").searchParams.get("phrase") ?? "");
  }

  /** Reads until the stream has caught up, or so many pages were stored. */
  async read(context = this.context(), maxPages = Number.POSITIVE_INFINITY): Promise<void> {
    let pages = 0;
    for await (const { items, cursor } of activities(context, this.cursor)) {
      for (const { externalId } of items as ActivityRecord[]) this.stored.add(externalId);
      this.cursor = cursor;
      if (++pages >= maxPages) break;
    }
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
      "@timestamp": at,
      ...{ _document_id: id, action: "repo.create", actor: "mira-ops" },
      ...(org === null ? {} : { org }),
    }));
    return { body, next: more ? `/organizations/9001/audit-log${url.search}` : null };
  }
}

function logOf(count: number, from: number, stepMs: number): FakeLog {
  const log = new FakeLog();
  log.entries = Array.from({ length: count }, (_, index) => ({
    id: `e${String(index).padStart(3, "0")}`,
    at: from + index * stepMs,
  }));
  return log;
}

describe("the audit log", () => {
  test("is read from the start, oldest first, Git events included", async () => {
    const log = logOf(7, noon - 6 * 86_400_000, 3_600_000);
    await log.read();
    expect(log.stored.size).toBe(7);
    expect(Object.fromEntries(new URL(log.http.calls[0]?.path ?? "", "https://x").searchParams)).toEqual({
      ...{ phrase: "created:>=2026-11-13T12:00:00Z", include: "all", order: "asc", per_page: "100" },
    });
  });

  test("goes on a minute before the newest entry, and finds entries of the same second", async () => {
    const log = logOf(4, noon - 10 * minute, minute);
    await log.read();
    log.now += minute;
    log.entries.push({ id: "same-second", at: noon - 7 * minute }, { id: "new", at: noon });
    await log.read();
    expect(log.phrases.at(-1)).toBe("created:>=2026-11-20T11:52:00Z");
    expect([...log.stored]).toEqual(expect.arrayContaining(["same-second", "new"]));
  });

  test("is read again forty minutes deep every twenty minutes, so that entries up to twenty minutes late are found", async () => {
    const log = logOf(4, noon - 4 * minute, minute);
    log.entries.push({ id: "late", at: noon - 15 * minute, writtenAt: noon + 5 * minute });
    await log.read();
    for (let minutes = 1; minutes <= 21; minutes++) {
      log.now += minute;
      await log.read();
      expect(log.stored.has("late")).toBe(minutes >= 20);
    }
    const windows = log.http.calls.filter(({ path }) => !path.includes("after=") && path.includes("11%3A40%3A00Z"));
    expect(windows).toHaveLength(1);
  });

  test("is swept once a day over five days, a few pages a run, for entries that are days late", async () => {
    const log = logOf(100, noon - 3 * 86_400_000, 40 * minute);
    log.entries.push({ id: "days-late", at: noon - 2 * 86_400_000, writtenAt: noon + minute });
    await log.read();
    for (let hours = 1; hours <= 23; hours++) {
      log.now += 60 * minute;
      await log.read();
    }
    expect(log.stored.size).toBe(100);
    log.now += 60 * minute;
    log.entries.push({ id: "new", at: log.now - 1 });
    const before = log.http.calls.length;
    await log.read();
    // The new entry does not wait for the sweep, which takes a rest after ten pages, survives it, and then ends.
    expect(log.stored).toContain("new");
    expect(log.http.calls.length - before).toBeLessThanOrEqual(13);
    for (let minutes = 1; minutes <= 4; minutes++) {
      log.now += minute;
      await log.read(undefined, minutes % 2 ? 5 : undefined);
    }
    expect(log.stored).toContain("days-late");
  });

  test("replaces a page link that has died by its window, without a gap", async () => {
    const log = logOf(5, noon - 10 * minute, minute);
    await log.read(undefined, 1);
    log.deadLinks = true;
    await log.read(undefined, 1);
    log.deadLinks = false;
    await log.read();
    expect(log.stored.size).toBe(5);
  });

  test("of an enterprise leaves out other organizations, and keeps what belongs to none", async () => {
    const log = new FakeLog();
    const [ours, theirs] = [
      { id: "ours", at: noon - 3 },
      { id: "theirs", at: noon - 2, org: "globex" },
    ];
    log.entries = [ours, theirs, { id: "sign-in", at: noon - 1, org: null }];
    await log.read(log.context({}, { auditLog: "enterprise" }));
    expect([...log.stored]).toEqual(["ours", "sign-in"]);
    expect(log.http.calls[0]?.path).toMatch(/^\/enterprises\/acme-ent\/audit-log\?/);
  });
});

test("a cursor of another log, or one that leads elsewhere, is refused before anything is asked", async () => {
  const log = logOf(7, noon - 10 * minute, minute);
  await log.read(undefined, 1);
  const mine = log.cursor ?? "";
  expect(mine).toContain("/organizations/9001/audit-log?");
  for (const cursor of [
    "%%%",
    mine.replaceAll("orgs/acme/audit-log", "orgs/globex/audit-log"),
    mine.replaceAll("/organizations/9001/audit-log?", "/orgs/acme/members?"),
    mine.replaceAll("/organizations/9001/audit-log?", "https://evil.example/organizations/9001/audit-log?"),
    mine.replaceAll("2026-11-20", "2036-11-20"),
  ]) {
    const other = new FakeLog();
    other.cursor = cursor;
    await expect(other.read(), cursor).rejects.toThrow(StreamCursorError);
    expect(other.http.calls).toEqual([]);
  }
});

test("an organization that is not there is not hidden by a position that is not accepted", async () => {
  const log = logOf(7, noon - 10 * minute, minute);
  await log.read(undefined, 1);
  const http = new FakeClient("https://api.github.com", () => ({ status: 404 }));
  await expect(activities(http.context(settings), log.cursor).next()).rejects.toThrow(ProviderNotFoundError);
});
