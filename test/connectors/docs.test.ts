import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { connectors } from "#src/connectors/index.ts";
import { connectorDocs, withConnectorTable } from "../../scripts/connector-table.ts";

const docs = readFileSync(connectorDocs, "utf8");
const coded = connectors.flatMap(({ manifest, code }) => (code ? [manifest] : []));

test("the table of apps in docs/connectors.md is the list of connectors", () => {
  expect(docs).toContain("<!-- apps: written by `npm run docs` -->\n| app |");
  expect(withConnectorTable(docs)).toBe(docs);
});

test("docs/connectors.md has a section for every app that has code", () => {
  for (const { name } of coded) expect(docs).toContain(`\n## ${name}\n`);
});

test("docs/connectors.md names the connectors that are directories", () => {
  const sentence = /Some connectors are directories: ([^.]*)\./.exec(docs)?.[1]?.replace(/\s+/g, " ");
  const named = sentence?.split(/, | and /).sort();
  const directories = connectors.filter(({ manifest }) => manifest.directory).map(({ manifest }) => manifest.name);
  expect(named).toEqual(directories.sort());
});

test("README names every app that has code", () => {
  const readme = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8");
  for (const { name } of coded) expect(readme).toContain(name);
});

test("a document without the marks is refused", () => {
  expect(() => withConnectorTable("# Connectors\n")).toThrow(/lost its marks/);
});
