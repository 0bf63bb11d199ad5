// `npm run check`: types, lint, schema.graphql, the lists of apps and of detectors up to date, import directions, words. Runs all and prints which failed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { outdatedLists } from "./connector-docs.ts";
import { inspectionDocs, withDetectorTable } from "./detector-table.ts";
import { findWrongImports } from "./import-directions.ts";
import { findBannedWords } from "./words.ts";

const root = resolve(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules", ".bin", name);

const checks: Record<string, () => boolean> = {
  // First: tests import parts of the console, whose types are made here.
  "types of the console": () =>
    run(process.execPath, ["web/console/build.ts", "--types"]) && run(bin("tsc"), ["--noEmit", "-p", "web/console"]),
  types: () => run(bin("tsc"), ["--noEmit"]),
  lint: () => run(bin("biome"), ["check", "--error-on-warnings", "."]),
  "schema.graphql": checkSchema,
  "lists of apps": () =>
    printed(
      outdatedLists().map((path) => `${path} differs from the list of connectors: run \`npm run docs\` and commit it.`),
    ),
  "docs/inspection.md": () => {
    const document = readFileSync(inspectionDocs, "utf8");
    if (withDetectorTable(document) === document) return true;
    console.error("docs/inspection.md differs from the list of detectors: run `npm run docs` and commit it.");
    return false;
  },
  "import directions": () => printed(findWrongImports(root)),
  words: () => printed(findBannedWords(root)),
};

const failed: string[] = [];
for (const [name, check] of Object.entries(checks)) {
  const startedAt = performance.now();
  const ok = check();
  console.log(`${ok ? "ok  " : "FAIL"} ${name} (${Math.round(performance.now() - startedAt)} ms)`);
  if (!ok) failed.push(name);
}
process.exit(failed.length > 0 ? 1 : 0);

/** True without problems. */
function printed(problems: string[]): boolean {
  for (const line of problems) console.error(line);
  return problems.length === 0;
}

function run(command: string, args: string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status === 0;
}

function checkSchema(): boolean {
  if (!existsSync(join(root, "src/main.ts"))) {
    console.log("schema.graphql: skipped, src/main.ts does not exist yet");
    return true;
  }
  const printed = spawnSync(process.execPath, ["src/main.ts", "schema"], { cwd: root, encoding: "utf8" });
  if (printed.status !== 0) {
    console.error(printed.stderr);
    return false;
  }
  if (printed.stdout.trim() === readFileSync(join(root, "schema.graphql"), "utf8").trim()) return true;
  console.error("schema.graphql differs from the schema in the code: run `npm run schema` and commit it.");
  return false;
}
