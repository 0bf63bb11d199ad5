import { expect, test } from "vitest";
import { ProviderResponseError } from "#src/errors.ts";
import { type KeptTrail, PageTrail } from "#src/platform/http/page-trail.ts";

test.each([
  [0, 1],
  [0, 2],
  [0, 7],
  [5, 1],
  [3, 4],
  [20, 13],
])("after %i pages, a circle of %i ends in one run before a page is read twice", (before, length) => {
  const trail = new PageTrail("users", "Link");
  trail.start("0");
  const next = (page: number) => (page + 1 < before + length ? page + 1 : before);
  let page = 0;
  for (let steps = 1; steps < before + length; steps++) {
    page = next(page);
    trail.follow(String(page));
  }
  expect(() => trail.follow(String(next(page)))).toThrow("The pages of users go round in a circle.");
});

test.each([
  [0, 1],
  [0, 2],
  [0, 7],
  [5, 1],
  [3, 4],
  [20, 13],
])("after %i pages, a circle of %i ends also when every page is read by a run of its own", (before, length) => {
  const next = (page: number) => (page + 1 < before + length ? page + 1 : before);
  let page = 0;
  let kept: KeptTrail | null = null;
  const read = () => {
    for (let pages = 1; ; pages++) {
      const trail: PageTrail = new PageTrail("users", "Link", kept);
      if (kept === null) trail.start(String(page));
      page = next(page);
      trail.follow(String(page));
      kept = trail.kept;
      if (pages > 5 * (before + length) + 5) return;
    }
  };
  expect(read).toThrow(ProviderResponseError);
});

test("pages that go on are never a circle, however many", () => {
  let kept: KeptTrail | null = null;
  for (let run = 0; run < 50; run++) {
    const trail: PageTrail = new PageTrail("users", "Link", kept);
    if (kept === null) trail.start("first");
    for (let page = 0; page < 20; page++) trail.follow(`${run}/${page}`);
    kept = trail.kept;
  }
  expect(JSON.stringify(kept).length).toBeLessThan(80);
});
