import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Gatehouse } from "../support/gatehouse.ts";

/** A token of the command line. `role` in small letters. */
export async function newToken(gatehouse: Gatehouse, role: "viewer" | "analyst" | "admin"): Promise<string> {
  const made = await gatehouse.command(["token", "create", "--name", `a ${role}`, "--role", role]);
  if (made.code !== 0) throw new Error(made.stderr);
  return made.stdout.trim();
}

/** Resident memory of a process. */
export function memoryMiB(pid: number): number {
  if (process.platform === "linux") {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) / 1024;
  }
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}

/** The most that a process holds while `run` runs, looked at every 50 ms. */
export async function peakMemory(pid: number, run: () => Promise<unknown>): Promise<{ before: number; peak: number }> {
  const before = memoryMiB(pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryMiB(pid));
  }, 50);
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
  return { before, peak: Math.max(peak, memoryMiB(pid)) };
}

/** A connection by hand. What the other end sends, or `""` when it closes first. */
export interface RawConnection {
  socket: Socket;
  /** The status of the first answer; 0: closed without one. */
  status: Promise<number>;
  closed: Promise<void>;
}

export function rawConnection(url: string): RawConnection {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // A reset is an answer too.
  socket.on("error", () => {});
  let text = "";
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const status = new Promise<number>((resolve) => {
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      const found = /^HTTP\/1\.1 (\d{3})/.exec(text);
      if (found) resolve(Number(found[1]));
    });
    void closed.then(() => resolve(0));
  });
  return { socket, status, closed };
}

export function headOf(method: string, path: string, headers: Record<string, string | number>): string {
  const lines = Object.entries({ host: "gatehouse", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

export interface Waits {
  count: number;
  p50: number;
  p99: number;
  failed: number;
}

/** Asks one after the other until `isOver`, as a person does who works with the product. */
export async function whileOthers(ask: () => Promise<boolean>, isOver: () => boolean, pauseMs = 5): Promise<Waits> {
  const waits: number[] = [];
  let failed = 0;
  while (!isOver()) {
    const startedAt = performance.now();
    if (!(await ask())) failed += 1;
    waits.push(performance.now() - startedAt);
    await sleep(pauseMs);
  }
  waits.sort((left, right) => left - right);
  const at = (share: number) => Math.round((waits[Math.floor((waits.length - 1) * share)] ?? 0) * 10) / 10;
  return { count: waits.length, p50: at(0.5), p99: at(0.99), failed };
}

/** Until all of them have been settled, or the time is up: what is still open then counts as null. */
export async function settled<T>(promises: readonly Promise<T>[], ms: number): Promise<(T | null)[]> {
  const late = sleep(ms, null, { ref: false });
  return Promise.all(promises.map((one) => Promise.race([one, late])));
}

export function countBy(values: readonly (number | string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
}

/** Written with the test's name, so that figures can be compared between runs. */
export function report(what: string, facts: object): void {
  console.log(`${what}: ${JSON.stringify(facts)}`);
}
