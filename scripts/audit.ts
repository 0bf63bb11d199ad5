/**
 * `npm run audit`: known vulnerabilities of the dependencies, by a policy, and what the lock file may bring. Asks the registry, so it is no
 * part of `npm test`; the rules are.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type Accepted, advisories, type Report, type Severity } from "./advisories.ts";
import { type Lock, lockProblems } from "./lock-file.ts";

/** The least severity that fails: of what an installation runs, and of everything, with what only building and testing use. */
const policy: readonly { what: string; args: readonly string[]; least: Severity }[] = [
  { what: "production", args: ["--omit=dev"], least: "low" },
  { what: "development", args: [], least: "high" },
];
const accepted: Accepted = {};

function audit(args: readonly string[]): Report {
  // npm ends with 1 when it has found something, and prints the report all the same.
  const { stdout, stderr } = spawnSync("npm", ["audit", "--json", ...args], { encoding: "utf8", maxBuffer: 2 ** 26 });
  return stdout.trim() === "" ? { message: stderr.trim() } : (JSON.parse(stdout) as Report);
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
const { allowScripts = {} } = read("package.json") as { allowScripts?: Record<string, boolean> };
const problems = lockProblems(read("package-lock.json") as Lock, allowScripts);
for (const { what, args, least } of policy) {
  const report = audit(args);
  if (report.vulnerabilities) problems.push(...advisories(report, least, accepted, new Date()));
  else problems.push(`No report on ${what}: ${report.message ?? "the registry gave no reason"}`);
}
for (const line of new Set(problems)) console.log(line);
console.log(problems.length === 0 ? "Nothing to report." : `${new Set(problems).size} to look at.`);
if (problems.length > 0) process.exitCode = 1;
