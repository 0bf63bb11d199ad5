import { setTimeout as sleep } from "node:timers/promises";
import { buildSchema, type GraphQLObjectType, type GraphQLSchema } from "graphql";
import { type Client, createClient } from "graphql-ws";
import { pino } from "pino";
import { Registry } from "prom-client";
import { WebSocket } from "ws";
import { type Database, openDatabase } from "#db/client.ts";
import { type Authenticator, createAuthenticator } from "#src/access/authenticate.ts";
import type { OidcConfig } from "#src/access/oidc.ts";
import { openSession, sessionCookieName } from "#src/access/sessions.ts";
import { type ApiToken, createApiToken } from "#src/access/tokens.ts";
import { type Role, requireRole, systemViewer, type Viewer } from "#src/access/viewer.ts";
import { CursorExpiredError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { createServer, type RequestFacts, type Server, type ServerParts } from "#src/server/server.ts";
import { createTestDatabase } from "../support/database.ts";

const sdl = `
  type Query {
    "Says hello."
    hello(name: String = "world"): String!
    viewer: Viewer!
    secret: String!
    missing: String
    wrong(field: String): String
    broken: String
    slow(ms: Int!): String!
    calls: Int!
    users(first: Int, after: String, last: Int): UserConnection!
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    stats(first: Int): [Bucket!]!
    connectors: [Connector!]!
  }
  type Mutation { touch: Int! }
  type Subscription {
    count(to: Int!, everyMs: Int, size: Int): Int!
    forever: Int!
    ticks(bytes: Int): Tick!
    expired: Int!
    fails: Int!
  }
  interface Node { id: ID! }
  type Viewer { name: String! role: String! transport: String! sessionId: String }
  type UserConnection { edges: [UserEdge!]! pageInfo: PageInfo! totalCount: Int }
  type UserEdge { node: User! cursor: String! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type User implements Node { id: ID! name: String groups(first: Int): GroupConnection! manager: User privileges: [Privilege!]! }
  type GroupConnection { edges: [GroupEdge!]! }
  type GroupEdge { node: Group! }
  type Group implements Node { id: ID! members(first: Int): UserConnection! }
  type Privilege { name: String! holders(first: Int): UserConnection! }
  type Connector { slug: String! }
  type Bucket { key: String! count: Int! }
  type Tick { n: Int! padding: String! }
`;

export interface TestContext {
  viewer: Viewer;
  facts: RequestFacts;
}

export interface Probe {
  /** How many resolvers of fields with a cost have run. */
  calls: number;
  /** Results that subscriptions produced. */
  produced: number;
  /** Subscriptions whose source is open. */
  open: number;
}

function createSchema(probe: Probe): GraphQLSchema {
  const schema = buildSchema(sdl);
  const resolve = (type: string, field: string, run: (args: never, context: TestContext) => unknown) => {
    (schema.getType(type) as GraphQLObjectType).getFields()[field]!.resolve = (_, args, context) =>
      run(args as never, context);
  };
  const subscribe = (field: string, run: (args: never, context: TestContext) => AsyncIterable<unknown>) => {
    const definition = schema.getSubscriptionType()!.getFields()[field]!;
    definition.subscribe = (_, args, context) => run(args as never, context);
    definition.resolve = (event) => event;
  };
  resolve("Query", "hello", ({ name }: { name: string }) => `Hello ${name}`);
  resolve("Query", "viewer", (_, { viewer, facts }) => ({ ...viewer, transport: facts.transport }));
  resolve("Query", "secret", (_, { viewer }) => {
    requireRole(viewer, "ADMIN");
    return "42";
  });
  resolve("Query", "missing", () => {
    throw new NotFoundError("The thing", ["id"]);
  });
  resolve("Query", "wrong", () => {
    throw new InvalidInputError("Not like this.", ["input", "field"]);
  });
  resolve("Query", "broken", () => {
    throw new Error("relation users of host db.internal:5432 does not exist, password=canary");
  });
  resolve("Query", "slow", async ({ ms }: { ms: number }) => {
    await sleep(ms);
    return "done";
  });
  resolve("Query", "users", () => {
    probe.calls += 1;
    return { edges: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };
  });
  resolve("Query", "connectors", () => [{ slug: "github" }]);
  resolve("Mutation", "touch", () => ++probe.calls);

  async function* source<T>(run: () => AsyncGenerator<T>): AsyncGenerator<T> {
    probe.open += 1;
    try {
      for await (const event of run()) {
        probe.produced += 1;
        yield event;
      }
    } finally {
      probe.open -= 1;
    }
  }
  subscribe("count", ({ to, everyMs = 0 }: { to: number; everyMs?: number }) =>
    source(async function* () {
      for (let n = 1; n <= to; n += 1) {
        if (everyMs) await sleep(everyMs);
        yield n;
      }
    }),
  );
  subscribe("ticks", ({ bytes = 0 }: { bytes?: number }) =>
    source(async function* () {
      for (let n = 1; ; n += 1) yield { n, padding: "x".repeat(bytes) };
    }),
  );
  subscribe("forever", (_, { facts }) =>
    source(async function* () {
      yield 0;
      // Waits like a reader of the log: for an event, or for the end.
      await new Promise<void>((resolve) => facts.signal.addEventListener("abort", () => resolve(), { once: true }));
    }),
  );
  subscribe("expired", () =>
    source(async function* () {
      yield 1;
      throw new CursorExpiredError("cursor-7");
    }),
  );
  subscribe("fails", () =>
    source(async function* () {
      yield 1;
      throw new Error("password=canary");
    }),
  );
  return schema;
}

export interface TestServer {
  url: string;
  port: number;
  server: Server;
  database: Database;
  authenticator: Authenticator;
  metrics: Registry;
  probe: Probe;
  /** Lines of the log, parsed. */
  logged: Record<string, unknown>[];
  token(role?: Role, instanceIds?: number[]): Promise<{ token: ApiToken; secret: string }>;
  /** A Cookie header of a fresh session. */
  cookie(role?: Role): Promise<string>;
  /** POST /graphql as JSON with a bearer token. */
  ask(
    query: string,
    options?: { variables?: object; secret?: string; headers?: Record<string, string> },
  ): Promise<{
    status: number;
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they come
    body: any;
    headers: Headers;
  }>;
  socket(options: { secret?: string; cookie?: string; origin?: string; params?: Record<string, unknown> }): Client;
  close(): Promise<void>;
}

export async function startTestServer(
  options: Partial<Omit<ServerParts, "schema" | "context">> & {
    oidc?: OidcConfig;
    publicUrl?: string;
    port?: number;
  } = {},
): Promise<TestServer> {
  const testDatabase = await createTestDatabase();
  const database = openDatabase(testDatabase.url, { max: 4 });
  const probe: Probe = { calls: 0, produced: 0, open: 0 };
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const publicUrl = options.publicUrl ?? "http://127.0.0.1:4000";
  const authenticator = createAuthenticator({ db: database.db, config: { publicUrl, oidc: options.oidc ?? null } });
  const metrics = new Registry();
  const server = createServer({
    schema: createSchema(probe),
    context: (viewer, facts): TestContext => ({ viewer, facts }),
    authenticator,
    db: database.db,
    config: { host: "127.0.0.1", port: options.port ?? 0, publicUrl },
    log,
    metrics,
    handlers: {
      oauthStart: async () => ({ status: 200, html: "" }),
      oauthCallback: async () => ({ status: 200, html: "" }),
      webhook: async () => async () => ({ status: 204 }),
      ready: async () => ({ ok: true, problems: [] }),
    },
    ...options,
  });
  const { port } = await server.listen();
  const url = `http://127.0.0.1:${port}`;
  const { secret: admin } = await createApiToken(database.db, systemViewer, { name: "admin", role: "ADMIN" });
  const clients: Client[] = [];

  return {
    url,
    port,
    server,
    database,
    authenticator,
    metrics,
    probe,
    logged,
    token: (role = "ADMIN", instanceIds) =>
      createApiToken(database.db, systemViewer, { name: `a ${role}`, role, instanceIds: instanceIds ?? null }),
    async cookie(role = "ADMIN") {
      const { cookie } = await openSession(database.db, { name: "Ada", role });
      return `${sessionCookieName(publicUrl)}=${cookie}`;
    },
    async ask(query, { variables, secret = admin, headers } = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${secret}`, ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    socket({ secret, cookie, origin, params }) {
      const headers = { ...(cookie ? { cookie } : {}), ...(origin ? { origin } : {}) };
      class Socket extends WebSocket {
        constructor(address: string, protocols: string) {
          super(address, protocols, { headers });
        }
      }
      const client = createClient({
        url: `ws://127.0.0.1:${port}/graphql`,
        webSocketImpl: Socket,
        retryAttempts: 0,
        connectionParams: params ?? (secret ? { authorization: `Bearer ${secret}` } : undefined),
      });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.terminate();
      await server.close();
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** Waits until `check` holds. */
export async function until(check: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${ms} ms: ${check}`);
    await sleep(20);
  }
}
