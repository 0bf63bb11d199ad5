import { expect, test } from "vitest";
import { byToken } from "#src/connector-kit/pagers.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { type Folder, walkTrees } from "#src/connector-kit/tree.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { contextOf, readInRuns } from "./context.ts";

/** What lies in folders, by their ids: names that end in `/` are folders, whose id is their path. */
type Trees = Readonly<Record<string, readonly string[]>>;

interface Item {
  path: string;
}

/** People `ana` and `ben`, each with a tree; three entries a page. */
function provider(trees: Trees) {
  const page = byToken({ list: "entries", parameter: "marker", next: "next" });
  const context = contextOf((path) => {
    const url = new URL(path, "https://api.example");
    const start = Number(url.searchParams.get("marker") ?? 0);
    const all = url.pathname === "/people" ? ["ana", "ben"] : trees[decodeURIComponent(url.pathname.slice(1))];
    if (!all) return { status: 404 };
    const next = start + 3 < all.length ? String(start + 3) : null;
    return { body: { entries: all.slice(start, start + 3).map((name) => ({ name })), next } };
  });
  const run = (cursor: string | null) =>
    walkTrees<Item, Folder, string>(context, cursor, {
      roots: {
        ...{ name: "files", first: "/people", page },
        root: (one) => {
          const id = textOf(needObject(one, "").name) ?? "";
          return { id, folders: [{ id: `${id}/` }] };
        },
      },
      contents: ({ id }) => ({ first: `/${encodeURIComponent(id)}`, page }),
      enter: ({ id }) => id,
      child: (one, path, _, above) => {
        const id = above + needText(needObject(one, path).name, `${path}.name`);
        return { items: [{ path: id }], ...(id.endsWith("/") ? { folder: { id } } : {}) };
      },
    });
  return { context, run };
}

const trees: Trees = {
  "ana/": ["a", "b/", "c", "d/", "e"],
  "ana/b/": ["f", "g/", "h", "i"],
  "ana/b/g/": ["j"],
  "ana/d/": [],
  "ben/": ["k/"],
  "ben/k/": ["l", "m", "n", "o"],
};
const everything = Object.entries(trees).flatMap(([folder, names]) => names.map((name) => folder + name));
const pathsOf = (items: readonly object[]) => items.map((item) => (item as Item).path);

test("every tree is walked, what lies below a page before the next page of its folder", async () => {
  const { items, cursor } = await readInRuns(provider(trees).run);
  expect(pathsOf(items).toSorted()).toEqual(everything.toSorted());
  expect(pathsOf(items).slice(0, 8)).toEqual(
    ["a", "b/", "c", "b/f", "b/g/", "b/h", "b/g/j", "b/i"].map((path) => `ana/${path}`),
  );
  expect(cursor).toBeNull();
});

test("a walk that is dropped goes on where it was, in a tree of many folders", async () => {
  const names = Array.from({ length: 120 }, (_, index) => `${index}/`);
  const wide: Trees = { "ana/": names, ...Object.fromEntries(names.map((name) => [`ana/${name}`, ["x"]])), "ben/": [] };
  const { items, pages } = await readInRuns(provider(wide).run);
  expect(new Set(pathsOf(items)).size).toBe(240);
  expect(items).toHaveLength(240);
  expect(pages.length).toBeGreaterThan(2);
  for (const { cursor } of pages) expect(cursor?.length ?? 0).toBeLessThan(2000);
});

test("a folder that was deleted meanwhile is left out", async () => {
  const { "ana/b/g/": _, ...fewer } = trees;
  const { items } = await readInRuns(provider(fewer).run);
  expect(pathsOf(items)).not.toContain("ana/b/g/j");
  expect(pathsOf(items)).toContain("ben/k/o");
});

test("folders that lie in each other end in an error instead of for ever", async () => {
  const { context } = provider({ "ana/": ["a"] });
  const page = byToken({ list: "entries", parameter: "marker", next: "next" });
  const walk = walkTrees<Item, Folder, null>(context, null, {
    roots: { name: "files", first: "/people", page, root: () => ({ id: "ana", folders: [{ id: "ana/" }] }) },
    contents: () => ({ first: `/${encodeURIComponent("ana/")}`, page }),
    enter: () => null,
    child: () => ({ items: [], folder: { id: "ana/" } }),
  });
  await expect(
    (async () => {
      for await (const _ of walk);
    })(),
  ).rejects.toThrow(ProviderResponseError);
});
