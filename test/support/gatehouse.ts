import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import postgres from "postgres";
import { WebSocket } from "ws";
import { createTestDatabase } from "./database.ts";
import { runNode, startNode, type TestProcess } from "./process.ts";

export interface GraphqlError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; field?: string[]; oldest?: string; incident?: string };
}

export interface GraphqlAnswer<T> {
  status: number;
  data: T | null;
  errors: GraphqlError[];
}

/** What a subscription has brought so far. */
export interface Subscriber<T> {
  received: T[];
  /** Errors it ended with. */
  errors: GraphqlError[];
  ended: Promise<void>;
  /** The first that passes, also one that came already. Fails after `timeoutMs` (30 s). */
  next(test: (item: T) => boolean, timeoutMs?: number): Promise<T>;
  close(): Promise<void>;
}

/** A real `gatehouse serve` with a database of its own, used by its public transports. */
export interface Gatehouse {
  url: string;
  /** An ADMIN token, made by the command line. */
  token: string;
  process: TestProcess;
  databaseUrl: string;
  /** For what no door shows: that nothing sealed is left in a row. */
  sql: postgres.Sql;
  /** Data of a query or mutation; throws when the answer holds errors. */
  graphql<T = Record<string, never>>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /** The whole answer, errors too. */
  ask<T = unknown>(query: string, variables?: Record<string, unknown>, token?: string): Promise<GraphqlAnswer<T>>;
  /** Over WebSocket (graphql-transport-ws); resolves when the subscription has been taken. */
  subscribe<T>(query: string, variables?: Record<string, unknown>): Promise<Subscriber<T>>;
  /** Over server-sent events. */
  stream<T>(query: string, variables?: Record<string, unknown>): Promise<Subscriber<T>>;
  /** `env`: over what the server was started with. */
  command(
    args: string[],
    options?: { env?: Record<string, string | undefined> },
  ): Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Stops the server and starts it again, with other settings from now on. */
  restart(env?: Record<string, string | undefined>): Promise<void>;
  stop(): Promise<void>;
}

export interface GatehouseOptions {
  sandboxUrl?: string;
  env?: Record<string, string | undefined>;
  /** A database with an installation in it, and the secret of an ADMIN token of that. Default: a new one, dropped at the end. */
  existing?: { databaseUrl: string; token: string };
}

/** Starts the product as an admin would, with webhooks on. It ends with the test file at the latest. */
export async function startGatehouse(options: GatehouseOptions = {}): Promise<Gatehouse> {
  const { existing } = options;
  const database = existing ? { url: existing.databaseUrl, drop: async () => {} } : await createTestDatabase();
  const data = mkdtempSync(join(tmpdir(), "gatehouse-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env: Record<string, string | undefined> = {
    NODE_ENV: undefined,
    DATABASE_URL: database.url,
    GATEHOUSE_DATA: data,
    GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 7).toString("base64"),
    HOST: "127.0.0.1",
    PORT: String(port),
    PUBLIC_URL: url,
    LOG_LEVEL: "info",
    PROVIDER_SANDBOX_URL: options.sandboxUrl,
    ...options.env,
  };
  const ready = /Gatehouse is ready in \d+ ms/;
  let child = startNode("src/main.ts", ["serve"], { env });
  const command: Gatehouse["command"] = (args, { env: more = {} } = {}) =>
    runNode("src/main.ts", args, { env: { ...env, ...more } });
  const [made] = await Promise.all([
    existing
      ? { code: 0, stdout: existing.token, stderr: "" }
      : command(["token", "create", "--name", "e2e", "--role", "admin"]),
    child.waitFor(ready, 60_000),
  ]);
  if (made.code !== 0) throw new Error(`token create failed: ${made.stderr}`);
  const token = made.stdout.trim();
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  const open = new Set<Subscriber<unknown>>();

  /** What the log has about masked errors. */
  const incidents = (errors: GraphqlError[]): string =>
    errors
      .flatMap(({ extensions }) => (extensions.incident ? [extensions.incident] : []))
      .flatMap((incident) =>
        child
          .output()
          .split("\n")
          .filter((line) => line.includes(incident)),
      )
      .map((line) => `\n${line.slice(0, 3000)}`)
      .join("");

  const ask: Gatehouse["ask"] = async (query, variables = {}, as = token) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(as === "" ? {} : { authorization: `Bearer ${as}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { data?: never; errors?: GraphqlError[] };
    return { status: response.status, data: body.data ?? null, errors: body.errors ?? [] };
  };

  return {
    url,
    token,
    get process() {
      return child;
    },
    databaseUrl: database.url,
    sql,
    ask,
    async graphql<T>(query: string, variables?: Record<string, unknown>) {
      const { data, errors } = await ask<T>(query, variables);
      if (errors.length > 0)
        throw new Error(`${query.slice(0, 60)} answered ${JSON.stringify(errors)}${incidents(errors)}`);
      return data as T;
    },
    async subscribe<T>(query: string, variables: Record<string, unknown> = {}) {
      const client = createClient({
        url: `${url.replace("http", "ws")}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { Authorization: `Bearer ${token}` },
        lazy: false,
        retryAttempts: 0,
        onNonLazyError: () => {},
      });
      const connected = new Promise<void>((resolve, reject) => {
        client.on("connected", () => resolve());
        client.on("closed", (event) => reject(new Error(`closed: ${JSON.stringify(event)}`)));
      });
      const subscriber = collect<T>(async () => client.dispose());
      open.add(subscriber);
      await connected;
      client.subscribe<T>(
        { query, variables },
        {
          next: (result) => {
            subscriber.errors.push(...((result.errors ?? []) as unknown as GraphqlError[]));
            if (result.data) subscriber.push(result.data);
          },
          error: (error) => subscriber.end(Array.isArray(error) ? (error as unknown as GraphqlError[]) : []),
          complete: () => subscriber.end([]),
        },
      );
      // The subscribe message is on its way; a query answered after it shows that the server has read on.
      await ask("{ viewer { name } }");
      return subscriber;
    },
    async stream<T>(query: string, variables: Record<string, unknown> = {}) {
      const abort = new AbortController();
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "text/event-stream",
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ query, variables }),
        signal: abort.signal,
      });
      const subscriber = collect<T>(async () => abort.abort());
      open.add(subscriber);
      void readEvents(response, subscriber).catch(() => subscriber.end([]));
      return subscriber;
    },
    command,
    async restart(more = {}) {
      await child.kill("SIGTERM");
      Object.assign(env, more);
      child = startNode("src/main.ts", ["serve"], { env });
      await child.waitFor(ready, 60_000);
    },
    async stop() {
      await Promise.all([...open].map((subscriber) => subscriber.close()));
      await child.kill("SIGTERM");
      await sql.end();
      await database.drop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

interface Collector<T> extends Subscriber<T> {
  push(item: T): void;
  end(errors: GraphqlError[]): void;
}

function collect<T>(close: () => Promise<unknown> | unknown): Collector<T> {
  let finish = () => {};
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const subscriber: Collector<T> = {
    received: [],
    errors: [],
    ended,
    push: (item) => void subscriber.received.push(item),
    end(errors) {
      subscriber.errors.push(...errors);
      finish();
    },
    async next(test, timeoutMs = 30_000) {
      for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(20)) {
        const found = subscriber.received.find(test);
        if (found !== undefined) return found;
      }
      throw new Error(
        `nothing of the kind came in ${timeoutMs} ms; ${subscriber.received.length} others, errors ${JSON.stringify(subscriber.errors)}`,
      );
    },
    async close() {
      await close();
      finish();
    },
  };
  return subscriber;
}

async function readEvents<T>(response: Response, subscriber: Collector<T>): Promise<void> {
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let at = text.indexOf("\n\n"); at >= 0; at = text.indexOf("\n\n")) {
      const block = text.slice(0, at);
      text = text.slice(at + 2);
      const data = /^data: ?(.+)$/m.exec(block)?.[1];
      if (!data || !/^event: ?next$/m.test(block)) continue;
      const result = JSON.parse(data) as { data?: T; errors?: GraphqlError[] };
      subscriber.errors.push(...(result.errors ?? []));
      if (result.data) subscriber.push(result.data);
    }
  }
  subscriber.end([]);
}

/** One that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
