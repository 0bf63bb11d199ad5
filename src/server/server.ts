import { randomBytes, randomUUID } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type GraphQLSchema, printSchema } from "graphql";
import type { Sql } from "postgres";
import type { Registry } from "prom-client";
import type { Db } from "#db/client.ts";
import { isPassingDatabaseFault } from "#db/passing-fault.ts";
import { defaultLimits, type Limits } from "#schema/limits.ts";
import type { Authenticator } from "#src/access/authenticate.ts";
import { readCookie } from "#src/access/sessions.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import {
  DatabaseUnavailableError,
  type ErrorCode,
  ForbiddenError,
  GatehouseError,
  RateLimitedError,
  UnauthenticatedError,
} from "#src/errors.ts";
import type { Log } from "#src/platform/log.ts";
import type { Tailer } from "#src/realtime/tailer.ts";
import { createAdmission, maxConnections } from "./admission.ts";
import { graphiqlPage, serveAsset } from "./assets.ts";
import { compressed } from "./compress.ts";
import { consolePage, consolePolicy, isConsolePath, serveConsoleFile } from "./console.ts";
import { allowCrossOrigin, crossOrigin } from "./cross-origin.ts";
import { createEngine, type Subscribe } from "./engine.ts";
import { createGraphqlHandler } from "./graphql.ts";
import { createLive } from "./live.ts";
import { createServerMetrics } from "./metrics.ts";
import type { CreateContext } from "./operation-context.ts";
import { graphiqlPolicy, messagePage, redirect, sendPage } from "./pages.ts";
import {
  BodyTooLargeError,
  clientAddress,
  isFromThisMachine,
  isLookAhead,
  isProxy,
  readBody,
  send,
  sendJson,
  setHeaders,
} from "./request.ts";
import { createSignIn } from "./sign-in.ts";
import { watchRights } from "./streams.ts";
import {
  countStreams,
  countSubscriptions,
  defaultStreamLimits,
  type StreamLimits,
  type Transports,
} from "./transport.ts";
import { createWebSocketTransport } from "./websocket.ts";

export type { Subscribe } from "./engine.ts";
export type { CreateContext, RequestFacts } from "./operation-context.ts";
export { renderPage } from "./pages.ts";
export type { StreamLimits } from "./transport.ts";

export interface ServerConfig {
  host: string;
  /** 0: any free port. */
  port: number;
  /** No trailing slash. */
  publicUrl: string;
}

/** A page that a browser was sent to from elsewhere. */
export interface BrowserVisit {
  path: string;
  query: URLSearchParams;
  /** The browser's session, if it has one. */
  viewer: Viewer | null;
  ipAddress: string | null;
  cookieOf(name: string): string | null;
}

export interface WebhookRequest {
  method: string;
  headers: Record<string, string>;
  query: URLSearchParams;
  /** As it came: signatures are over these bytes. */
  body: Buffer;
  ipAddress: string | null;
}

export interface WebhookResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Handlers {
  /** Where a consent begins that a token asked for: the page to go to, with a cookie to set, or a whole page. */
  oauthStart(visit: BrowserVisit): Promise<{ location: string; cookie: string } | { status: number; html: string }>;
  /** A whole page, made with renderPage. */
  oauthCallback(visit: BrowserVisit): Promise<{ status: number; html: string }>;
  /**
   * Takes a delivery; its GatehouseErrors become answers: WEBHOOK_REJECTED 401, NOT_FOUND 404, others 400. Null when there is no such
   * webhook: found out first, so that a stranger's body is not read.
   */
  webhook(
    connectorSlug: string,
    instanceId: string,
  ): Promise<((request: WebhookRequest) => Promise<WebhookResponse>) | null>;
  /** Problems are shown to anyone who asks: no hosts, no secrets. */
  ready(): Promise<{ ok: boolean; problems: string[] }>;
}

export interface ServerParts {
  schema: GraphQLSchema;
  context: CreateContext;
  /** For sharing one execution among subscribers: gives the same result objects to all of them. Default: graphql-js's. */
  subscribe?: Subscribe;
  /** The log behind the subscriptions whose fields say what they follow; without it each of them runs by itself. */
  follow?: { tailer: Tailer; sql: Sql };
  authenticator: Authenticator;
  /** For sessions and their audit entries. */
  db: Db;
  config: ServerConfig;
  log: Log;
  handlers: Handlers;
  /** A registry of its own. */
  metrics: Registry;
  /** The content of /schema.graphql. Default: the schema, printed. */
  sdl?: () => string;
  limits?: Partial<Limits>;
  streamLimits?: Partial<StreamLimits>;
  /** How long close() waits for requests in flight. */
  drainMs?: number;
}

export interface Server {
  listen(): Promise<{ port: number }>;
  /** Stops accepting, ends streams with a close of theirs, lets requests finish. */
  close(): Promise<void>;
}

const MAX_WEBHOOK_BYTES = 5 * 1024 * 1024;

type Handle = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;

/** HTTP and WebSocket around the schema. */
export function createServer(parts: ServerParts): Server {
  const { authenticator, config, handlers, log } = parts;
  const { publicUrl } = config;
  const metrics = createServerMetrics(parts.metrics);
  const streamLimits = { ...defaultStreamLimits, ...parts.streamLimits };
  const admission = createAdmission();
  const rights = watchRights(authenticator, log);
  const engine = createEngine(parts.schema, { ...defaultLimits, ...parts.limits }, log, parts.subscribe);
  const live = parts.follow
    ? createLive({
        ...parts.follow,
        log,
        engine,
        context: parts.context,
        revalidate: authenticator.revalidate,
        onRendered: () => metrics.rendered.inc(),
      })
    : null;
  const commonHeaders = [
    ...["x-content-type-options", "nosniff"],
    ...(publicUrl.startsWith("https:") ? ["strict-transport-security", "max-age=31536000"] : []),
  ];
  const transports: Transports = {
    engine,
    context: parts.context,
    authenticator,
    publicUrl,
    headers: () => (isClosing ? [...commonHeaders, "connection", "close"] : commonHeaders),
    log,
    metrics,
    admission,
    rights,
    live,
    limits: streamLimits,
    streams: countStreams(streamLimits.streamsPerViewer),
    follow: countSubscriptions(streamLimits),
  };
  const graphql = createGraphqlHandler(transports);
  const websocket = createWebSocketTransport(transports);
  const signIn = createSignIn({ db: parts.db, authenticator, publicUrl, bodies: admission.strangersBodies });
  let sdl: string | undefined;
  let isClosing = false;

  /** The viewer of a page: a bad token is as good as none. */
  async function viewerOf(request: IncomingMessage): Promise<Viewer | null> {
    return authenticator.fromHeaders(request.headers, clientAddress(request, publicUrl));
  }

  async function visitOf(request: IncomingMessage, url: URL): Promise<BrowserVisit> {
    const { cookie } = request.headers;
    const ipAddress = clientAddress(request, publicUrl);
    return {
      path: url.pathname,
      query: url.searchParams,
      viewer: await authenticator.fromHeaders({ cookie }, ipAddress),
      ipAddress,
      cookieOf: (name) => readCookie(cookie, name),
    };
  }

  async function needViewer(request: IncomingMessage): Promise<Viewer> {
    const viewer = await viewerOf(request);
    if (!viewer) throw new UnauthenticatedError("Sign in, or send a token as `Authorization: Bearer <token>`.");
    return viewer;
  }

  const get =
    (handle: Handle): Handle =>
    (request, response, url) =>
      request.method === "GET" || request.method === "HEAD"
        ? handle(request, response, url)
        : send(response, 405, { allow: "GET, HEAD" });
  /** For what a visit uses up: looking ahead (HEAD) must not. */
  const onlyGet =
    (handle: Handle): Handle =>
    (request, response, url) =>
      request.method === "GET" ? handle(request, response, url) : send(response, 405, { allow: "GET" });
  const post =
    (handle: Handle): Handle =>
    (request, response, url) =>
      request.method === "POST" ? handle(request, response, url) : send(response, 405, { allow: "POST" });

  const routes: Record<string, Handle> = {
    "/graphql": graphql.handle,
    "/graphiql": get(async (request, response) => {
      if (!(await viewerOf(request))?.sessionId) return redirect(response, "/signin?next=/graphiql");
      sendPage(response, 200, graphiqlPage(), { policy: graphiqlPolicy });
    }),
    "/": get(async (request, response, url) => {
      if (!(await viewerOf(request))?.sessionId) return redirect(response, signInFor(url));
      const nonce = randomBytes(16).toString("base64url");
      const html = consolePage(nonce);
      if (html === null) return sendPage(response, 503, messagePage("The console is not built", notBuilt));
      sendPage(response, 200, html, { policy: consolePolicy(nonce) });
    }),
    "/signin": (request, response, url) =>
      ["GET", "HEAD", "POST"].includes(request.method!)
        ? signIn.signIn(request, response, url)
        : send(response, 405, { allow: "GET, HEAD, POST" }),
    "/signout": post(signIn.signOut),
    "/signin/oidc": get(signIn.leaveForProvider),
    "/signin/oidc/callback": onlyGet(signIn.returnFromProvider),
    "/oauth/start": onlyGet(async (request, response, url) => {
      if (isLookAhead(request)) return send(response, 204, {});
      const answer = await handlers.oauthStart(await visitOf(request, url));
      if ("location" in answer) return redirect(response, answer.location, { "set-cookie": answer.cookie });
      sendPage(response, answer.status, answer.html, { referrer: "no-referrer" });
    }),
    "/oauth/callback": onlyGet(async (request, response, url) => {
      const { status, html } = await handlers.oauthCallback(await visitOf(request, url));
      sendPage(response, status, html, { referrer: "no-referrer" });
    }),
    "/healthz": get((_, response) => sendJson(response, 200, { ok: true })),
    "/readyz": get(async (_, response) => {
      const { ok, problems } = isClosing ? { ok: false, problems: ["shutting down"] } : await handlers.ready();
      sendJson(response, ok ? 200 : 503, { ok, problems });
    }),
    "/metrics": get(async (request, response) => {
      if (!isFromThisMachine(request, publicUrl)) requireRole(await needViewer(request), "ADMIN");
      send(response, 200, { "content-type": parts.metrics.contentType }, await parts.metrics.metrics());
    }),
    "/schema.graphql": (request, response, url) =>
      request.method === "OPTIONS" ? allowCrossOrigin(request, response, "GET") : sendSchema(request, response, url),
    "/assets": get((request, response, url) =>
      url.pathname.startsWith("/assets/console/")
        ? serveConsoleFile(request, response, url.pathname)
        : serveAsset(request, response, url.pathname),
    ),
    "/webhooks": webhook,
  };

  const sendSchema = get(async (request, response) => {
    // Of refusals too: a page of another site may read why.
    for (const [name, value] of Object.entries(crossOrigin)) response.setHeader(name, value);
    await needViewer(request);
    sdl ??= parts.sdl?.() ?? `${printSchema(parts.schema)}\n`;
    const packed = await compressed(request, sdl);
    send(
      response,
      200,
      {
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": 'inline; filename="schema.graphql"',
        "cache-control": "no-cache",
        ...packed.headers,
      },
      packed.body,
    );
  });

  async function webhook(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [, slug, instanceId] = /^\/webhooks\/([a-z0-9-]{1,50})\/([\w=.-]{1,100})$/.exec(url.pathname) ?? [];
    const receive = slug && instanceId ? await handlers.webhook(slug, instanceId) : null;
    if (!receive) return send(response, 404, { "content-type": "text/plain; charset=utf-8" }, "no such webhook");
    const ipAddress = clientAddress(request, publicUrl);
    const { body, release } = await readBody(request, {
      maxBytes: MAX_WEBHOOK_BYTES,
      budget: admission.strangersBodies,
      owner: ipAddress ?? "unknown",
    });
    response.once("close", release);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(", ") : (value ?? ""),
      ]),
    );
    try {
      const answer = await receive({ method: request.method!, headers, query: url.searchParams, body, ipAddress });
      send(response, answer.status, answer.headers ?? {}, answer.body ?? "");
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error;
      const statuses: Partial<Record<ErrorCode, number>> = { WEBHOOK_REJECTED: 401, NOT_FOUND: 404 };
      const status = statuses[error.code] ?? 400;
      sendJson(response, status, { error: { code: error.code, message: error.message } });
    }
  }

  /** Of targets that are a route and nothing else. */
  const plainTargets = new Map(Object.keys(routes).map((route) => [route, parseTarget(route)]));

  function routeOf(pathname: string): string | null {
    if (Object.hasOwn(routes, pathname) && pathname !== "/assets" && pathname !== "/webhooks") return pathname;
    const prefix = ["/assets", "/webhooks", "/oauth/callback"].find((each) => pathname.startsWith(`${each}/`));
    return prefix ?? (isConsolePath(pathname) ? "/" : null);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const url = plainTargets.get(request.url!) ?? parseTarget(request.url);
    const route = url && routeOf(url.pathname);
    // Set one by one they make writing slow: the busiest route sets them itself.
    if (route !== "/graphql") setHeaders(response, transports.headers());
    response.once("close", () => {
      leave(request.socket);
      const seconds = (performance.now() - startedAt) / 1000;
      const labels = { route: route ?? "none", method: request.method!, status: String(response.statusCode) };
      metrics.httpSeconds.observe(labels, seconds);
      // The path only: queries carry tokens and codes.
      if (log.isLevelEnabled("debug")) log.debug({ ...labels, ms: Math.round(seconds * 1000) }, "request");
    });
    try {
      if (url && route) await routes[route]!(request, response, url);
      else if (wantsHtml(request)) sendPage(response, 404, messagePage("Not found", "There is nothing here."));
      else sendJson(response, 404, { error: { code: "NOT_FOUND", message: "There is nothing here." } });
    } catch (error) {
      fail(request, response, error);
    }
  }

  /** Errors of every route but /graphql, which has words of its own. */
  function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (response.headersSent) {
      log.error({ err: error }, "a response was interrupted");
      return void response.destroy();
    }
    const { status, code, message } = explain(error);
    const headers: Record<string, string> = {};
    if (status === 401) headers["www-authenticate"] = 'Bearer realm="Gatehouse"';
    if (status === 413) headers.connection = "close";
    if (status === 503) headers["retry-after"] = "5";
    if (error instanceof RateLimitedError) headers["retry-after"] = String(error.retryAfterSeconds);
    if (wantsHtml(request)) sendPage(response, status, messagePage("That did not work", message), { headers });
    else sendJson(response, status, { error: { code, message } }, headers);
  }

  function explain(error: unknown): { status: number; code: string; message: string } {
    if (error instanceof BodyTooLargeError)
      return { status: 413, code: "BAD_USER_INPUT", message: "The request is too large." };
    if (error instanceof UnauthenticatedError) return { status: 401, code: error.code, message: error.message };
    if (error instanceof ForbiddenError) return { status: 403, code: error.code, message: error.message };
    if (error instanceof RateLimitedError) return { status: 429, code: error.code, message: error.message };
    if (error instanceof GatehouseError) return { status: 400, code: error.code, message: error.message };
    if (isPassingDatabaseFault(error)) {
      log.warn({ err: error }, "the database was not available for an answer");
      const { code, message } = new DatabaseUnavailableError();
      return { status: 503, code, message };
    }
    const incident = randomUUID();
    log.error({ incident, err: error }, "unexpected error while answering");
    const message = `Something went wrong on our side. Incident ${incident}.`;
    return { status: 500, code: "INTERNAL_SERVER_ERROR", message };
  }

  const http = createHttpServer({
    requestTimeout: 30_000,
    headersTimeout: 20_000,
    keepAliveTimeout: 65_000,
    // Node's own looks for those that are overdue every 30 s.
    connectionsCheckingInterval: 2_000,
  });
  http.maxConnections = maxConnections;
  /** Requests in flight by connection. Node counts a connection as idle only after its first request; browsers open some ahead. */
  const busy = new Map<Socket, number>();
  http.on("connection", (socket) => {
    busy.set(socket, 0);
    const { remoteAddress } = socket;
    admission.connections.enter(socket, isProxy(remoteAddress, publicUrl) ? null : (remoteAddress ?? null));
    socket.once("close", () => {
      busy.delete(socket);
      admission.connections.leave(socket);
    });
  });
  function leave(socket: Socket): void {
    const requests = busy.get(socket);
    if (requests !== undefined) busy.set(socket, requests - 1);
  }
  function closeIdle(): void {
    for (const [socket, requests] of busy) if (requests === 0) socket.destroy();
  }
  http.on("request", (request, response) => {
    busy.set(request.socket, (busy.get(request.socket) ?? 0) + 1);
    admission.connections.touch(request.socket);
    void answer(request, response);
  });
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", (err) => log.debug({ err }, "a connection broke while upgrading"));
    if (parseTarget(request.url)?.pathname === "/graphql") return websocket.upgrade(request, socket, head);
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        http.once("error", reject);
        http.listen(config.port, config.host, () => {
          http.off("error", reject);
          http.on("error", (err) => log.error({ err }, "the HTTP server failed"));
          resolve({ port: (http.address() as AddressInfo).port });
        });
      }),
    async close() {
      if (isClosing) return;
      isClosing = true;
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      for (const stream of graphql.eventStreams) stream.end();
      await websocket.close();
      live?.fanOut.close();
      rights.close();
      // Connections whose request has just been answered would otherwise wait for their keep-alive to run out.
      closeIdle();
      const idle = setInterval(closeIdle, 50);
      const cut = setTimeout(() => http.closeAllConnections(), parts.drainMs ?? 10_000);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}

function parseTarget(target: string | undefined): URL | null {
  return target?.startsWith("/") && URL.canParse(`http://gatehouse${target}`)
    ? new URL(`http://gatehouse${target}`)
    : null;
}

const notBuilt =
  "Run `npm run build` in the folder of Gatehouse and start it again. GraphiQL, at /graphiql, works without.";

/** The sign-in page that leads back to a page of the console. */
function signInFor({ pathname, search }: URL): string {
  const next = pathname + search;
  return next === "/" ? "/signin" : `/signin?next=${encodeURIComponent(next)}`;
}

function wantsHtml(request: IncomingMessage): boolean {
  return request.headers.accept?.includes("text/html") ?? false;
}
