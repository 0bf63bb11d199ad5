import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Ends every process that names `root` in its command line or environment; returns what was still running. */
export async function endProcessesOf(root: string): Promise<string[]> {
  const found = processesOf(root);
  // SIGINT is the fast shutdown of PostgreSQL; SIGTERM would let it wait for its clients, SIGKILL leave shared memory.
  for (const { pid } of found) signal(pid, "SIGINT");
  const deadline = Date.now() + 5_000;
  while (processesOf(root).length > 0 && Date.now() < deadline) await sleep(50);
  for (const { pid } of processesOf(root)) signal(pid, "SIGKILL");
  while (processesOf(root).length > 0 && Date.now() < deadline + 5_000) await sleep(50);
  return found.map(({ pid, command }) => `${pid} ${command}`);
}

/**
 * Removes the clusters root keeps in its shared folder for data directories below `root`, and the folder itself when
 * this run made it. Only tests that run as root with a data directory behind a folder of mode 700 leave one.
 */
export function removeSharedClustersOf(
  root: string,
  { sharedFolder, existed }: { sharedFolder: string; existed: boolean },
): void {
  const clusters = join(sharedFolder, "clusters");
  if (process.getuid?.() !== 0 || !existsSync(clusters)) return;
  for (const name of readdirSync(clusters)) {
    const origin = join(clusters, name, "belongs-to");
    if (existsSync(origin) && readFileSync(origin, "utf8").startsWith(`${root}/`)) {
      rmSync(join(clusters, name), { recursive: true, force: true });
    }
  }
  if (!existed && readdirSync(clusters).length === 0) rmSync(sharedFolder, { recursive: true, force: true });
}

function processesOf(root: string): { pid: number; command: string }[] {
  const found: { pid: number; command: string }[] = [];
  for (const { pid, command, environment } of processes()) {
    if (pid !== process.pid && (command.includes(root) || environment.includes(root))) found.push({ pid, command });
  }
  return found;
}

function processes(): { pid: number; command: string; environment: string }[] {
  if (process.platform !== "linux") {
    const lines = execFileSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => {
      const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      return { pid: Number(pid), command: command ?? "", environment: "" };
    });
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      command: readProc(name, "cmdline").replaceAll("\0", " ").trim(),
      environment: readProc(name, "environ"),
    }));
}

/** Empty for a process of somebody else, and for one that has ended but was not yet waited for. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended in between.
  }
}
