import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface SandboxProcess {
  url: string;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts the provider sandbox on a free port. It ends with us, however we end. */
export async function startSandbox(): Promise<SandboxProcess> {
  const script = fileURLToPath(new URL("../../../sandbox/main.ts", import.meta.url));
  // In a group of its own: Ctrl-C must reach us first, and the sandbox only when we are done with it.
  const child = spawn(process.execPath, [script, "--port", "0", "--attached"], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const match = /listening on (http:\S+)/.exec(output);
      if (match) resolve(match[1] as string);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the provider sandbox ended with ${code}`)));
  });
  return {
    url,
    control: async (method, path, body) => {
      const response = await fetch(`${url}/_sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`sandbox ${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? null : response.json();
    },
    stop: async () => {
      child.stdin.end();
      child.kill("SIGTERM");
      await exited;
    },
  };
}
