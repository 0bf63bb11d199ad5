import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "graphql-ws";
import { pino } from "pino";
import { afterAll } from "vitest";
import { WebSocket } from "ws";
import { createApiToken } from "#src/access/tokens.ts";
import { type Role, systemViewer } from "#src/access/viewer.ts";
import { type App, createApp } from "#src/app.ts";
import { loadConfig } from "#src/config.ts";
import type { Core } from "#src/core.ts";
import type { OverloadLimits } from "#src/detection/policies/overload.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they come
export type Data = any;

export interface Answer {
  status: number;
  data: Data;
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

export interface TestApp {
  url: string;
  databaseUrl: string;
  core: Core;
  /** What a worker process on the same database needs as GATEHOUSE_SECRET_KEYS. */
  secretKeys: string;
  /** Secrets of tokens for all instances. */
  tokens: Record<Role, string>;
  /** Lines of the log, parsed. */
  logged: Record<string, unknown>[];
  newToken(role: Role, instanceIds?: number[] | null): Promise<{ id: number; secret: string }>;
  /** POST /graphql; as ADMIN unless told otherwise. */
  ask(query: string, variables?: object, token?: string): Promise<Answer>;
  /** `ask`, and fails when there are errors. */
  data(query: string, variables?: object, token?: string): Promise<Data>;
  /** A graphql-ws client that does not reconnect. */
  socket(token?: string): Client;
  subscribe(query: string, variables?: object, token?: string): Reader;
  stop(): Promise<void>;
}

export interface AppOptions {
  workers?: boolean;
  sandboxUrl?: string;
  /** More of the environment. */
  env?: Record<string, string>;
  /** When a policy is switched off because it matches too often. */
  overloadLimits?: OverloadLimits;
  /** Another app's: then both are gateways of one installation, and `drop` is the first one's. */
  sharedWith?: TestApp;
}

/** What every test app shares with another on its database. */
const homes = new WeakMap<TestApp, { database: TestDatabase; keys: Buffer[] }>();
const running = new Set<TestApp>();
afterAll(async () => {
  for (const app of [...running].reverse()) await app.stop();
});

/** Gatehouse in this process, on a free port and a database of its own. Stopped with the test file at the latest. */
export async function startApp(options: AppOptions = {}): Promise<TestApp> {
  const home = (options.sharedWith && homes.get(options.sharedWith)) ?? {
    database: await createTestDatabase(),
    keys: [randomBytes(32)],
  };
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const environment = {
    PORT: "0",
    ...(options.sandboxUrl ? { PROVIDER_SANDBOX_URL: options.sandboxUrl } : {}),
    ...options.env,
  };
  const app: App = await createApp({
    config: loadConfig(environment, tmpdir()),
    databaseUrl: home.database.url,
    secretKeys: home.keys,
    log,
    parts: { gateway: true, workers: options.workers ?? false },
    ...(options.overloadLimits ? { overloadLimits: options.overloadLimits } : {}),
  });
  const { core } = app;
  const url = `http://127.0.0.1:${app.port}`;
  const clients: Client[] = [];

  const newToken: TestApp["newToken"] = async (role, instanceIds = null) => {
    const made = await createApiToken(core.db, systemViewer, { name: `test ${role}`, role, instanceIds });
    return { id: made.token.id, secret: made.secret };
  };
  const tokens = options.sharedWith?.tokens ?? {
    ADMIN: (await newToken("ADMIN")).secret,
    ANALYST: (await newToken("ANALYST")).secret,
    VIEWER: (await newToken("VIEWER")).secret,
  };

  const result: TestApp = {
    url,
    databaseUrl: home.database.url,
    core,
    secretKeys: home.keys.map((key) => key.toString("base64")).join(","),
    tokens,
    logged,
    newToken,
    async ask(query, variables, token = tokens.ADMIN) {
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data?: Data; errors?: Answer["errors"] };
      return { status: response.status, data: data ?? null, errors: errors ?? [] };
    },
    async data(query, variables, token) {
      const { data, errors } = await result.ask(query, variables, token);
      if (errors.length > 0) throw new Error(`${JSON.stringify(errors)} in answer to ${query}`);
      return data;
    },
    socket(token = tokens.ADMIN) {
      const client = createClient({
        url: `${url.replace("http", "ws")}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${token}` },
      });
      clients.push(client);
      return client;
    },
    subscribe: (query, variables, token) => read(result.socket(token), query, variables),
    async stop() {
      if (!running.delete(result)) return;
      for (const client of clients) client.terminate();
      await app.stop();
      if (!options.sharedWith) await home.database.drop();
    },
  };
  homes.set(result, home);
  running.add(result);
  return result;
}

/** What a subscription has sent so far, and how it ended. */
export interface Reader {
  /** The value of its only field, message by message. */
  received: Data[];
  /** Set once the server has ended it: a close event, an error, or null for a plain end. */
  ended: Promise<Data>;
  /** Waits until so many messages have come; returns all of them. */
  until(count: number, ms?: number): Promise<Data[]>;
  stop(): void;
}

export function read(client: Client, query: string, variables?: object): Reader {
  const received: Data[] = [];
  let stop = () => {};
  const ended = new Promise<Data>((resolve) => {
    stop = client.subscribe<Data>(
      { query, variables: variables as Record<string, unknown> },
      {
        next: ({ data, errors }) => {
          if (errors) resolve(errors);
          else received.push(Object.values(data as object)[0]);
        },
        error: resolve,
        complete: () => resolve(null),
      },
    );
  });
  return {
    received,
    ended,
    stop: () => {
      stop();
      client.terminate();
    },
    async until(count, ms = 10_000) {
      const deadline = Date.now() + ms;
      let end: { reason: Data } | null = null;
      void ended.then((reason) => {
        end = { reason };
      });
      while (received.length < count) {
        if (end) throw new Error(`ended after ${received.length} of ${count} messages: ${JSON.stringify(end)}`);
        if (Date.now() > deadline) throw new Error(`only ${received.length} of ${count} messages after ${ms} ms`);
        await sleep(5);
      }
      return received;
    },
  };
}

/** Public ids, as the API makes them. */
export function idOf(type: string, ...key: (string | number)[]): string {
  return Buffer.from(`${type}:${key.join("/")}`).toString("base64url");
}
