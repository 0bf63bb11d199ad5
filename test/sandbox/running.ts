import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface Running {
  origin: string;
  /** Asks `https://host/path` of the pretend provider; redirects are not followed. */
  ask(url: string, init?: RequestInit): Promise<Response>;
  /** Calls the control API and answers its body; fails on a refusal. */
  control<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** The sandbox as everybody runs it: a process of its own on a free port. */
export async function runSandbox(): Promise<Running> {
  const main = join(import.meta.dirname, "../../sandbox/main.ts");
  const child = spawn(process.execPath, [main, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const origin = await new Promise<string>((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      const [, found] = /listening on (http:\S+)/.exec(printed) ?? [];
      if (found) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`The sandbox ended with ${code}: ${printed}`)));
  });
  return {
    origin,
    ask: (url, init) => fetch(url.replace("https://", `${origin}/`), { redirect: "manual", ...init }),
    control: async <T>(method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${origin}/_sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return (text ? JSON.parse(text) : null) as T;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
