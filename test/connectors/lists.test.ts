import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { connectors, loadConnectors } from "#src/connectors/index.ts";
import * as providers from "../../sandbox/providers/index.ts";

/** Folders that start with an underscore are shared by several apps. */
const foldersIn = (path: string) =>
  readdirSync(resolve(import.meta.dirname, "../..", path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("_"))
    .map(({ name }) => name)
    .sort();

const coded = await loadConnectors();
const codedSlugs = coded.map(({ manifest }) => manifest.slug).sort();

test("every folder of src/connectors is the slug of one app of the list", () => {
  expect(connectors.map(({ manifest }) => manifest.slug).sort()).toEqual(foldersIn("src/connectors"));
});

test("every app with code has a simulated provider of the same slug, and no other app has one", () => {
  const slugs = Object.values(providers).map(({ slug }) => slug);
  expect(slugs.sort()).toEqual(foldersIn("sandbox/providers"));
  expect(slugs).toEqual(codedSlugs);
});

test("every app with code has a tenant in the demo", () => {
  expect(coded.filter(({ demo }) => !demo)).toEqual([]);
});

test.each([
  ["src/connectors/apps.ts", "app"],
  ["sandbox/providers/index.ts", "index"],
])("%s has one line for an app, in order", (path, file) => {
  const [, ...lines] = readFileSync(resolve(import.meta.dirname, "../..", path), "utf8")
    .trim()
    .split("\n\n");
  const exported = lines.join("\n\n").split("\n");
  for (const line of exported)
    expect(line).toMatch(new RegExp(`^export \\{ \\w+ \\} from "\\./[a-z0-9-]+/${file}\\.ts";$`));
  expect(exported).toEqual([...new Set(exported)].sort());
});
