import { expect, test } from "vitest";
import { membership } from "#src/connector-kit/membership.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { needId, needObject } from "#src/connector-kit/record.ts";
import type { FakeAnswer } from "../connectors/fake-client.ts";
import { contextOf, randomFrom, readInRuns } from "./context.ts";

interface Item {
  group: string;
  user?: string;
}

/** Groups of these sizes, three a page; members 200 a page. */
function directory(sizes: readonly number[], deleted = new Set<number>()) {
  const cut = <T>(all: readonly T[], path: string, length: number): FakeAnswer => {
    const [bare, from] = path.split("?from=");
    const start = Number(from ?? 0);
    return {
      body: all.slice(start, start + length),
      next: start + length < all.length ? `${bare}?from=${start + length}` : null,
    };
  };
  const context = contextOf((path) => {
    const [, id] = /^\/groups\/(\d+)\/members/.exec(path) ?? [];
    if (id === undefined) {
      const listed = sizes.map((_, index) => ({ id: index })).filter((group) => !deleted.has(group.id));
      return cut(listed, path, 3);
    }
    return cut(
      Array.from({ length: sizes[Number(id)] ?? 0 }, (_, index) => ({ id: index })),
      path,
      200,
    );
  });
  const run = (cursor: string | null) =>
    membership<Item>(context, cursor, {
      groups: {
        name: "groups",
        first: "/groups",
        page: byLink(),
        group: (one, path) => {
          const id = needId(needObject(one, path).id, `${path}.id`);
          return { id, items: [{ group: id }], members: { first: `/groups/${id}/members`, page: byLink() } };
        },
      },
      member: (one, path, group) => ({ group, user: needId(needObject(one, path).id, `${path}.id`) }),
    });
  const expected = sizes.flatMap((size, group) => [
    `${group}`,
    ...Array.from({ length: size }, (_, user) => `${group}/${user}`),
  ]);
  return { context, run, expected };
}

const nameOf = (item: object) => {
  const { group, user } = item as Item;
  return user === undefined ? group : `${group}/${user}`;
};

test.each([1, 2, 3, 99])(
  "groups and members are read whole by processes that die after each %i pages",
  async (pagesARun) => {
    const random = randomFrom(pagesARun);
    for (let round = 0; round < 20; round++) {
      const sizes = Array.from({ length: random(12) }, () => [0, 3, 199, 200, 201, 650, 1_400][random(7)] as number);
      const { run, expected } = directory(sizes);
      const { items, pages } = await readInRuns(run, { pagesARun });
      expect([...new Set(items.map(nameOf))].sort()).toEqual(expected.toSorted());
      // A group resumed in its middle is not listed twice.
      expect(items).toHaveLength(expected.length);
      for (const page of pages) expect(page.items.length).toBeLessThan(500 + 200 + 1);
    }
  },
);

test("a group that is deleted while its members are read loses no other group", async () => {
  const deleted = new Set<number>();
  const { run, expected } = directory([10, 900, 20, 30, 40], deleted);
  const { value } = await run(null).next();
  expect(JSON.parse(value?.cursor ?? "{}")).toMatchObject({ group: "1" });
  deleted.add(1);
  const { items } = await readInRuns(run, { cursor: value?.cursor ?? null });
  const read = new Set([...(value?.items ?? []), ...items].map(nameOf));
  for (const name of expected) if (!name.startsWith("1/") && name !== "1") expect(read).toContain(name);
});

test.each(["/groups", "/groups/0/members"])("pages of %s that go round in a circle are an error", async (circle) => {
  const context = contextOf((path) => {
    const [bare = "", turn] = path.split("?turn=");
    return {
      body: [{ id: 1 }, { id: turn ?? 0 }],
      next: bare === circle ? `${bare}?turn=${turn === "1" ? 2 : 1}` : null,
    };
  });
  const run = (cursor: string | null) =>
    membership<Item>(context, cursor, {
      groups: {
        name: "groups",
        first: "/groups",
        page: byLink(),
        group: () => ({ id: "0", items: [], members: { first: "/groups/0/members", page: byLink() } }),
      },
      member: (_, __, group) => ({ group }),
    });
  await expect(readInRuns(run)).rejects.toThrow("The pages of groups go round in a circle.");
});
