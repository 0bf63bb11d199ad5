import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { connectors } from "#src/connectors/index.ts";
import { listedIn, outdatedLists, withConnectorList } from "../../scripts/connector-docs.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(resolve(root, path), "utf8");
const coded = connectors.flatMap(({ manifest, load }) => (load ? [manifest] : []));

test("the lists of apps in README.md and docs/connectors.md are the list of connectors", () => {
  expect(outdatedLists()).toEqual([]);
});

test.each(listedIn)("the list in %s has two lines for an app, and only the second changes with its state", (path) => {
  const list = withConnectorList(path, "<!-- apps: written by `npm run docs` -->\n<!-- /apps -->\n").split("\n");
  expect(list.slice(1, -2)).toHaveLength(2 * connectors.length);
  for (const [index, { manifest, load }] of connectors.entries()) {
    const [name = "", state = ""] = list.slice(1 + 2 * index);
    expect(name).toMatch(/^- [^[\]]+:$/);
    expect(name).toContain(manifest.name);
    if (load) expect(state).toContain(`[${manifest.lifecycle.toLowerCase()}]`);
    else expect(state).toBe("  planned");
  }
});

test("every app with code has a page of its own, and no other app has one", () => {
  const pages = readdirSync(resolve(root, "docs/connectors")).sort();
  expect(pages).toEqual(coded.map(({ slug }) => `${slug}.md`).sort());
  for (const { slug, name } of coded) expect(read(`docs/connectors/${slug}.md`)).toMatch(`# ${name}\n`);
});

test("docs/connectors.md names the connectors that are directories", () => {
  const sentence = /Some connectors are directories: ([^.]*)\./
    .exec(read("docs/connectors.md"))?.[1]
    ?.replace(/\s+/g, " ");
  const named = sentence?.split(/, | and /).sort();
  const directories = connectors.filter(({ manifest }) => manifest.directory).map(({ manifest }) => manifest.name);
  expect(named).toEqual(directories.sort());
});

test("a document without the marks is refused", () => {
  expect(() => withConnectorList("README.md", "# Gatehouse\n")).toThrow(/lost its marks/);
});
