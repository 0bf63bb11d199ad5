import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const pageBytes = 4_096;

/** Bytes of memory that a process holds, buffers and WebAssembly included; null once it has ended. */
export async function residentBytes(pid: number): Promise<number | null> {
  try {
    if (process.platform === "linux") {
      const [, resident] = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ");
      return Number(resident) * pageBytes;
    }
    const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
    return Number(stdout.trim()) * 1024;
  } catch {
    // It ended between the timer and the look.
    return null;
  }
}
