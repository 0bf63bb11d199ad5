// What `npm test` runs: all of vitest, streaming, then the slowest files and one line of totals. Everything the tests write goes below one
// temporary folder, and every process they start carries its name in the environment or the command line: so nothing
// is left afterwards, also when the run is interrupted.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHARED_FOLDER } from "#src/platform/postgres/place.ts";
import { endProcessesOf, removeSharedClustersOf } from "./support/leftovers.ts";
import { withTotals } from "./support/reporters.ts";
import type { Totals } from "./support/totals-reporter.ts";

const root = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
// The account PostgreSQL runs as when this is root has to pass through.
chmodSync(root, 0o711);
const totalsFile = join(root, "totals.json");
const temporary = join(root, "tmp");
mkdirSync(temporary);

const shared = { sharedFolder: SHARED_FOLDER, existed: existsSync(SHARED_FOLDER) };

const vitest = spawn(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", ...withTotals(process.argv.slice(2))],
  {
    cwd: join(import.meta.dirname, ".."),
    stdio: ["ignore", "inherit", "inherit"],
    // A process group of its own: Ctrl-C reaches only this process, which passes it on and then cleans up.
    detached: true,
    env: {
      ...process.env,
      TMPDIR: temporary,
      // Hundreds of processes start from the same source.
      NODE_COMPILE_CACHE: join(root, "compiled"),
      GATEHOUSE_TEST_ROOT: root,
      GATEHOUSE_TEST_TOTALS: totalsFile,
    },
  },
);

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    interrupted = true;
    signalGroup(vitest.pid, "SIGTERM");
    setTimeout(() => signalGroup(vitest.pid, "SIGKILL"), 5_000).unref();
  });
}

const vitestCode = await new Promise<number>((resolve) => {
  vitest.on("exit", (code) => resolve(code ?? 1));
  vitest.on("error", () => resolve(1));
});

const left = await endProcessesOf(root);
if (left.length > 0 && !interrupted)
  console.log(`The tests left ${left.length} processes running:\n${left.join("\n")}`);
removeSharedClustersOf(root, shared);
const totals = readTotals();
rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

if (totals.slowest.length > 1) {
  console.log("Slowest files:");
  for (const { file, seconds } of totals.slowest) console.log(`${seconds.toFixed(1).padStart(7)} s  ${file}`);
}
if (interrupted) console.log("Interrupted: what ran so far is counted.");
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exit(interrupted ? 130 : totals.failed > 0 ? 1 : vitestCode);

/** A run that breaks before or beside the tests counts as one failure: the line must never look green then. */
function readTotals(): Totals {
  let totals: Totals = { passed: 0, failed: 0, skipped: 0, slowest: [] };
  try {
    totals = JSON.parse(readFileSync(totalsFile, "utf8"));
  } catch {
    // Vitest ended before its first test.
  }
  if (vitestCode !== 0 && totals.failed === 0) totals.failed = 1;
  return totals;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (!pid) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}
