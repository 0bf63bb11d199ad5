import { fileURLToPath } from "node:url";
import { freePort, repository, run, type Started, start } from "../processes.ts";

export interface Server extends Started {
  port: number;
  headers: Record<string, string>;
}

/** All run as they would in production, with ten connections to the database each. */
const production = { NODE_ENV: "production", GRAPHILE_ENV: "production" };

export async function startPeer(
  name: "limit" | "postgraphile" | "mercurius" | "fanout-limit",
  url = "",
): Promise<Server> {
  const port = await freePort();
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const started = start(process.execPath, [script], { ...production, DATABASE_URL: url, PORT: String(port) });
  await started.waitFor(/^listening$/m);
  return { ...started, port, headers: {} };
}

/** The product as it is started, authentication and limits on. Several tokens, since each may hold only so many streams. */
export async function startGateway(
  url: string,
  options: { tokens?: number; nodeArguments?: string[] } = {},
): Promise<Server & { tokens: string[] }> {
  const port = await freePort();
  const env = {
    ...production,
    DATABASE_URL: url,
    GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 1).toString("base64"),
    PORT: String(port),
    HOST: "127.0.0.1",
    PUBLIC_URL: undefined,
    LOG_LEVEL: "warn",
    // The seeded months stay.
    RETENTION_DAYS: "3650",
  };
  const tokens: string[] = [];
  while (tokens.length < (options.tokens ?? 1)) {
    const args = ["src/main.ts", "token", "create", "--name", "bench", "--role", "ANALYST"];
    tokens.push((await run(process.execPath, args, env)).trim());
  }
  const started = start(process.execPath, [...(options.nodeArguments ?? []), `${repository}src/main.ts`, "serve"], env);
  await started.waitFor(/Gatehouse is ready in/);
  return { ...started, port, tokens, headers: { authorization: `Bearer ${tokens[0]}` } };
}
