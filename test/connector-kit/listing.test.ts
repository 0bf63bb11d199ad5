import { describe, expect, test } from "vitest";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { byLink, byOData, byOffset, byScim, byStream, byToken, type Pager } from "#src/connector-kit/pagers.ts";
import { needId, needObject } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, ProviderRequestError, ProviderResponseError, StreamCursorError } from "#src/errors.ts";
import type { FakeAnswer } from "../connectors/fake-client.ts";
import { contextOf, neverAsked, readInRuns } from "./context.ts";

interface Item {
  id: string;
}
const toItem = (record: unknown, path: string): Item => ({ id: needId(needObject(record, path).id, `${path}.id`) });
const people = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => ({ id: from + index + 1 }));
const all = (count: number) => people(0, count).map(({ id }) => ({ id: String(id) }));
const list = (page: Pager, more: Partial<Stage<Item>> = {}): Stage<Item> => ({
  name: "people",
  first: "/people",
  page,
  items: toItem,
  ...more,
});

/** Each provider has 11 people, two a page. */
const count = 11;
const cut = (start: number) => people(start, Math.min(count, start + 2));
const after = (start: number) => (start + 2 < count ? start + 2 : null);
const styles: Record<string, [page: Pager, answer: (url: URL, json: Record<string, unknown>) => FakeAnswer]> = {
  "Link headers": [
    byLink(),
    (url) => {
      const start = Number(url.searchParams.get("from"));
      return { body: cut(start), next: after(start) === null ? null : `/people?from=${after(start)}` };
    },
  ],
  "links in the answer": [
    byLink({ list: "value", next: "_links.next.href" }),
    (url) => {
      const start = Number(url.searchParams.get("from"));
      const next = after(start) && { href: `https://api.example/people?from=${after(start)}` };
      return { body: { value: cut(start), _links: next ? { next } : {} } };
    },
  ],
  "page tokens": [
    byToken({ parameter: "pageToken", next: "meta.next", list: "users", listMayBeMissing: true }),
    (url) => {
      const start = Number(url.searchParams.get("pageToken"));
      return { body: { users: cut(start), meta: { next: after(start) ?? "" } } };
    },
  ],
  "page tokens that the last page has as well": [
    byToken({ parameter: "after", next: "cursors.after", onlyWith: "next", list: "data" }),
    (url) => {
      const start = Number(url.searchParams.get("after"));
      const next = after(start);
      const link = next === null ? {} : { next: `https://api.example/people?after=${next}` };
      return { body: { data: cut(start), cursors: { after: next ?? count }, ...link } };
    },
  ],
  "page tokens in a body": [
    byToken({ parameter: "NextToken", in: "json", next: "NextToken", list: "Users" }),
    (_, json) => {
      const start = Number(json.NextToken ?? 0);
      return { body: { Users: cut(start), NextToken: after(start) } };
    },
  ],
  "offsets with a total": [
    byOffset({ limit: ["limit", 2], list: "entries", total: "total_count", overlap: 1 }),
    (url) => {
      const start = Number(url.searchParams.get("offset"));
      return { body: { entries: cut(start), total_count: count } };
    },
  ],
  "offsets without a total": [
    byOffset({ limit: ["sysparm_limit", 50], parameter: "sysparm_offset", list: "result", overlap: 0 }),
    (url) => ({ body: { result: cut(Number(url.searchParams.get("sysparm_offset"))) } }),
  ],
  "page numbers": [
    byOffset({
      limit: ["count", 2],
      parameter: "page",
      counts: "pages",
      start: 1,
      pages: "paging.pages",
      list: "files",
    }),
    (url) => ({ body: { files: cut(2 * (Number(url.searchParams.get("page")) - 1)), paging: { pages: 6 } } }),
  ],
  "page numbers of an unknown count": [
    byOffset({
      ...{ limit: ["count", 2], parameter: "page", counts: "pages", start: 1, pages: "pages", list: "files" },
      total: "total",
    }),
    (url) => ({ body: { files: cut(2 * (Number(url.searchParams.get("page")) - 1)), pages: -1, total: -1 } }),
  ],
  SCIM: [
    byScim({ count: 2 }),
    (url) => ({ body: { Resources: cut(Number(url.searchParams.get("startIndex")) - 1), totalResults: count } }),
  ],
  OData: [
    byOData(),
    (url) => {
      const start = Number(url.searchParams.get("$skiptoken"));
      const next = after(start);
      return {
        body: {
          value: cut(start),
          ...(next ? { "@odata.nextLink": `https://api.example/people?$skiptoken=${next}` } : {}),
        },
      };
    },
  ],
  "stream positions": [
    byStream({ parameter: "cursor", next: "cursor", more: "has_more", list: "entries" }),
    (url) => {
      const start = Number(url.searchParams.get("cursor"));
      return { body: { entries: cut(start), cursor: String(after(start) ?? count), has_more: after(start) !== null } };
    },
  ],
};

describe.each(Object.entries(styles))("a listing by %s", (_, [page, answer]) => {
  const provider = () =>
    contextOf((path, request) => answer(new URL(path, "https://api.example"), (request.json ?? {}) as object as never));

  test.each([1, 2, 99])("is read whole by processes that die after each %i pages", async (pagesARun) => {
    const context = provider();
    const { items, cursor } = await readInRuns((at) => stages(context, at, [list(page)]), { pagesARun });
    expect([...new Map(items.map((item) => [JSON.stringify(item), item])).values()]).toEqual(all(count));
    expect(cursor).toBeNull();
  });

  test("refuses a position of something else before anything is asked", async () => {
    const context = contextOf(neverAsked);
    for (const cursor of ["{}", "x", "17", JSON.stringify({ form: "listing1", stage: "groups", place: null })])
      await expect(stages(context, cursor, [list(page)]).next()).rejects.toThrow(StreamCursorError);
  });
});

test("a listing by offset without a total may be shorter than what is read twice", async () => {
  const context = contextOf((path) => {
    const offset = Number(new URL(path, "https://x").searchParams.get("offset"));
    return { body: { entries: people(0, 3).slice(offset) } };
  });
  const page = byOffset({ list: "entries", limit: ["limit", 100] });
  const { items, cursor } = await readInRuns((at) => stages(context, at, [list(page)]));
  expect(new Set(items.map((item) => "id" in item && item.id))).toEqual(new Set(["1", "2", "3"]));
  expect(cursor).toBeNull();
});

describe("pages that go round in a circle", () => {
  test.each([
    ["one page", ["A", "A"], 1],
    ["two pages", ["A", "B", "A"], 2],
    ["three pages, not from the start", ["A", "B", "C", "D", "B"], 4],
  ])("of %s are an error, at once", async (_, path, calls) => {
    const context = contextOf((url) => {
      const page = new URL(url, "https://x").searchParams.get("at") ?? "A";
      const at = path.indexOf(page);
      return { body: [{ id: page }], next: `/people?at=${path[at + 1]}` };
    });
    const reading = readInRuns((at) => stages(context, at, [list(byLink(), { first: "/people?at=A" })]), {
      pagesARun: 99,
    });
    await expect(reading).rejects.toThrow("The pages of people go round in a circle.");
    await expect(reading).rejects.toThrow(ProviderResponseError);
    expect(context.http.calls).toHaveLength(calls);
  });

  test.each(Object.keys(styles))("by %s end, whoever dies after every page", async (style) => {
    const [page] = styles[style]!;
    // Whatever is asked for, the answer is one of the same two pages, and never the last.
    let turn = 0;
    const context = contextOf(() => {
      turn += 1;
      const entries = people(10 * (turn % 2), 10 * (turn % 2) + 9);
      const next = `/people?turn=${turn}`;
      const names = ["value", "users", "Users", "entries", "result", "files", "Resources", "data"];
      const lists = Object.fromEntries(names.map((name) => [name, entries]));
      return style === "Link headers"
        ? { body: entries, next }
        : {
            body: {
              ...{ ...lists, total_count: 10_000, totalResults: 10_000, paging: { pages: 1_000 } },
              ...{ _links: { next: { href: next } }, "@odata.nextLink": `https://api.example${next}` },
              ...{ next, cursors: { after: `t${turn}` } },
              ...{ meta: { next: `t${turn}` }, NextToken: `t${turn}`, cursor: `t${turn}`, has_more: true },
            },
          };
    });
    await expect(readInRuns((at) => stages(context, at, [list(page)]))).rejects.toThrow("go round in a circle");
    expect(turn).toBeLessThan(10);
  });
});

describe("stages", () => {
  const two = (path: string): FakeAnswer => {
    const url = new URL(path, "https://x");
    return url.searchParams.has("more")
      ? { body: [{ id: `${url.pathname}2` }] }
      : { body: [{ id: `${url.pathname}1` }], next: `${url.pathname}?more` };
  };

  test("follow each other, without those that are left out or have nothing to list", async () => {
    const context = contextOf((path) => (path === "/c" ? { status: 404 } : two(path)));
    const missing = (error: unknown) => error instanceof ProviderNotFoundError;
    const listed = ["a", "b", "c", "d"].map((name) =>
      list(byLink(), {
        name,
        first: `/${name}`,
        when: name !== "b",
        skipWhen: missing,
        before: [{ id: `role ${name}` }],
      }),
    );
    for (const pagesARun of [1, 2, 99]) {
      const { items } = await readInRuns((at) => stages(context, at, listed), { pagesARun });
      expect(items.map((item) => "id" in item && item.id)).toEqual(["role a", "/a1", "/a2", "role d", "/d1", "/d2"]);
    }
    const { items, cursor } = await readInRuns((at) => stages(context, at, [listed[2]!]));
    expect([items, cursor]).toEqual([[], null]);
  });

  test("add up what the provider says there is", async () => {
    const context = contextOf((path) => {
      const records = path.startsWith("/a") ? people(0, 3) : people(0, 2);
      return { body: { list: records, total: records.length } };
    });
    const page = byOffset({ limit: ["limit", 5], list: "list", total: "total" });
    const listed = ["a", "b"].map((name) => list(page, { name, first: `/${name}` }));
    const { pages } = await readInRuns((at) => stages(context, at, listed));
    expect(pages.map(({ total }) => total)).toEqual([3, 5]);
  });

  test.each([
    ["a whole page", 12, true],
    ["less than a page, such as records that the account may not see", 8, false],
  ])("an empty page with %s missing from the reported total", async (_, total, fails) => {
    const context = contextOf((path) => ({ body: { list: path.includes("offset=0") ? people(0, 5) : [], total } }));
    const page = byOffset({ limit: ["limit", 5], list: "list", total: "total", overlap: 0 });
    const reading = readInRuns((at) => stages(context, at, [list(page, { first: "/people" })]));
    if (fails) await expect(reading).rejects.toThrow(ProviderResponseError);
    else expect((await reading).items).toHaveLength(5);
  });

  test("a position that the provider no longer accepts starts over; a first page that is refused does not", async () => {
    const context = contextOf((path) => (path === "/a" ? two(path) : { status: 400 }));
    const run = (cursor: string | null) => stages(context, cursor, [list(byLink(), { first: "/a" })]);
    const { value } = await run(null).next();
    await expect(run(value?.cursor ?? null).next()).rejects.toThrow(StreamCursorError);
    const refused = stages(
      contextOf(() => ({ status: 400 })),
      null,
      [list(byLink())],
    );
    await expect(refused.next()).rejects.toThrow(ProviderRequestError);
  });

  test.each(["https://evil.example/people?x", "/other", "/people/../other", "/peoples"])(
    "a next link to %s is no next page",
    async (next) => {
      const context = contextOf(() => ({ body: { value: [], next } }));
      const page = byLink({ list: "value", next: "next" });
      const relative = stages(context, null, [list(page)]).next();
      // Of a relative first page the host is dropped: what is left is a path of the same app.
      if (next.startsWith("https:")) await expect(relative).resolves.toMatchObject({ done: false });
      else await expect(relative).rejects.toThrow(ProviderResponseError);
      const absolute = stages(context, null, [list(page, { first: "https://api.example/people" })]).next();
      await expect(absolute).rejects.toThrow(ProviderResponseError);
    },
  );

  test("one record that cannot be read does not hold up the others; a page of such records does", async () => {
    const read = (body: unknown[]) =>
      stages(
        contextOf(() => ({ body })),
        null,
        [list(byLink())],
      ).next();
    const { value } = await read([{ id: 1 }, { name: "x" }, { id: 3 }]);
    expect(value?.items).toEqual([
      { id: "1" },
      { kind: "unreadable", path: "[1].id", reason: "Expected a text at [1].id, found nothing.", raw: { name: "x" } },
      { id: "3" },
    ]);
    expect((await read([{}, {}])).value?.items).toHaveLength(2);
    await expect(read([{}, {}, {}])).rejects.toMatchObject({ name: "ProviderResponseError", path: "[0].id" });
  });
});
