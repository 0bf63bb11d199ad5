import { afterAll, describe, expect, test } from "vitest";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { StreamItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { isListing, type Subject, streamsOf, subjects, usesKit } from "./facts.ts";
import { byKey } from "./items.ts";
import { AnswerProxy, type Change, type ProxiedAnswer, type ProxiedCall } from "./proxy.ts";
import { openStage, startOf } from "./stage.ts";

const stage = openStage();
/** More than any stream of the large tenants needs. */
const endlessCalls = 2000;
const proxies: AnswerProxy[] = [];
afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

interface Reading {
  items: StreamItem[];
  error: unknown;
}

/** Streams whose records come in JSON, page by page. */
const paged = (subject: Subject) =>
  streamsOf(subject).filter((stream) => stream !== "POSTURE" && (stream !== "ACTIVITIES" || subject.facts.log.pulled));

describe.each(subjects)("$slug", (subject) => {
  const readsByKit = usesKit(subject, "listing", "membership", "log");
  const isTree = (stream: ScanStream) => stream === "FILES" && usesKit(subject, "tree");

  /** A reading of one stream through a proxy of its own. */
  async function reader(): Promise<(stream: ScanStream, change: Change | null) => Promise<Reading>> {
    const proxy = await AnswerProxy.open(stage.sandbox().url);
    proxies.push(proxy);
    const live = await stage.connect(subject, await stage.tenant(subject, "large"), { through: proxy.url });
    await live.listParts();
    const now = new Date();
    live.now = () => now;
    return async (stream, change) => {
      const items: StreamItem[] = [];
      proxy.set(change);
      try {
        for await (const page of live.pages(stream, { from: startOf(subject, "large") })) items.push(...page.items);
        return { items, error: null };
      } catch (error) {
        return { items, error };
      }
    };
  }

  test("pages that lead in a circle end", async () => {
    const read = await reader();
    for (const stream of paged(subject)) {
      const first = new Map<string, ProxiedAnswer>();
      let calls = 0;
      await read(stream, (call, answer) => {
        calls += 1;
        if (calls > endlessCalls) return { ...answer, status: 400 };
        const listing = listingOf(call);
        if (!first.has(listing)) first.set(listing, answer);
        return first.get(listing)!;
      });
      expect(calls, stream).toBeLessThan(endlessCalls);
    }
  });

  test("an empty page amid others is not the end", async () => {
    const read = await reader();
    for (const stream of paged(subject).filter((one) => isListing(subject, one))) {
      const listings: string[] = [];
      const unchanged = await read(stream, (call, answer) => {
        listings.push(listingOf(call));
        return answer;
      });
      const whole = byKey(unchanged.items);
      // A page that another of the same listing follows, however the app names the next one.
      const amid = listings.findIndex((listing, index) => listings.includes(listing, index + 1));
      let calls = 0;
      let emptied = 0;
      const { items, error } = await read(stream, (_, answer) => {
        if (calls++ !== amid || !(readsByKit || hasNext(answer))) return answer;
        return (
          withRecords(answer, (records) => {
            emptied = records.length;
            return [];
          }) ?? answer
        );
      });
      // Either the listing goes on, or it fails and nothing is concluded from it: what it did not name was not deleted.
      if (error instanceof ProviderResponseError) continue;
      expect(error, stream).toBeNull();
      // What lay in folders of an emptied page is missed with it: there it is enough that other pages were read.
      if (isTree(stream)) expect(calls, stream).toBeGreaterThan(amid + 1);
      else expect(byKey(items).size, stream).toBeGreaterThanOrEqual(whole.size - emptied);
    }
  });

  test("a page of the log from an archive is mapped as the stream maps it", async () => {
    const { mapEvent } = subject.connector;
    if (!mapEvent || !subject.facts.log.pulled) return;
    const read = await reader();
    const bodies: unknown[] = [];
    const { items } = await read("ACTIVITIES", (_, answer) => {
      if (withRecords(answer, (records) => records)) bodies.push(JSON.parse(answer.body));
      return answer;
    });
    expect(bodies.length).toBeGreaterThan(0);
    const found = byKey(items);
    const archived = byKey(bodies.flatMap(mapEvent));
    for (const [key, activity] of archived) expect(found.get(key), key).toEqual(activity);
    expect(archived.size).toBeGreaterThan(found.size / 2);
  });

  test.each(paged(subject))(
    readsByKit
      ? "one odd record of %s is set aside, and the others are read"
      : "one odd record of %s stops it at its place, for it does not read by the kit yet",
    async (stream) => {
      const read = await reader();
      let spoiled = 0;
      const { items, error } = await read(stream, (_, answer) => {
        if (spoiled > 0) return answer;
        const changed = withRecords(answer, (records) =>
          records.length < 3
            ? null
            : records.map((record, index) =>
                index === 1
                  ? Object.fromEntries(Object.entries(record).map(([key, value]) => [`${key}_v2`, value]))
                  : record,
              ),
        );
        if (changed) spoiled += 1;
        return changed ?? answer;
      });
      const aside = items.filter((item): item is UnreadableItem => "kind" in item && item.kind === "unreadable");
      expect(spoiled).toBe(1);
      if (!readsByKit) {
        expect(error).toBeInstanceOf(ProviderResponseError);
        return expect((error as ProviderResponseError).path).toContain("[1]");
      }
      expect(error).toBeNull();
      expect(aside).toEqual([
        {
          kind: "unreadable",
          path: expect.stringContaining("[1]"),
          reason: expect.any(String),
          raw: expect.anything(),
        },
      ]);
    },
  );
});

/** What is listed by a call, whatever the page: its path, with the query, SOAP operation or folder that the body names where one path serves all. */
function listingOf({ method, target, body }: ProxiedCall): string {
  const operation = /"(?:query|path)":"([^"]{0,200})/.exec(body)?.[1] ?? /\b\w+_Request\b/.exec(body)?.[0] ?? "";
  return `${method} ${target.split("?")[0]} ${operation}`;
}

function hasNext({ headers, body }: ProxiedAnswer): boolean {
  return /rel="next"/.test(String(headers.link ?? "")) || /"next":\s*"/.test(body);
}

/** The answer with its first list of records changed; null where there is none, or the change does not want it. */
function withRecords(
  answer: ProxiedAnswer,
  change: (records: Record<string, unknown>[]) => unknown[] | null,
): ProxiedAnswer | null {
  if (answer.status !== 200 || !/json/.test(String(answer.headers["content-type"]))) return null;
  const body: unknown = JSON.parse(answer.body);
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.every(isRecord) && value.length > 0 ? change(value) : null;
    if (!isRecord(value)) return null;
    for (const [key, inner] of Object.entries(value)) {
      const changed = replace(inner);
      if (changed !== null) return { ...value, [key]: changed };
    }
    return null;
  };
  const changed = replace(body);
  return changed === null ? null : { ...answer, body: JSON.stringify(changed) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
