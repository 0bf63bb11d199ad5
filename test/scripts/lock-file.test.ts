import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Lock, lockProblems } from "../../scripts/lock-file.ts";

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));
const integrity = `sha512-${"A".repeat(86)}==`;

test("every package comes from the public registry with a checksum, and every install script is decided on", () => {
  const { allowScripts } = read("package.json") as { allowScripts: Record<string, boolean> };
  expect(lockProblems(read("package-lock.json") as Lock, allowScripts)).toEqual([]);
});

test("other places, missing checksums, links and unknown install scripts are reported with their path", () => {
  const packages = {
    "": { hasInstallScript: true },
    "node_modules/good": { integrity, resolved: "https://registry.npmjs.org/good/-/good-1.0.0.tgz" },
    "node_modules/mirror": { integrity, resolved: "https://npm.example.com/mirror.tgz" },
    "node_modules/git": { resolved: "git+ssh://git@example.com/a.git#1" },
    "node_modules/weak": { integrity: "sha1-AAAA" },
    "node_modules/a/node_modules/known": { integrity, hasInstallScript: true },
    "node_modules/@acme/unknown": { integrity, hasInstallScript: true },
    "packages/local": { link: true },
  };
  expect(lockProblems({ packages }, { known: false }).map((line) => line.replace(/ .*/, ""))).toEqual([
    "node_modules/mirror",
    "node_modules/git",
    "node_modules/weak",
    "node_modules/@acme/unknown",
    "packages/local",
  ]);
});
