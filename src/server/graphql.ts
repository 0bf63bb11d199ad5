import type { IncomingMessage, ServerResponse } from "node:http";
import { type ExecutionResult, GraphQLError, getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import { ownerOf, type Viewer } from "#src/access/viewer.ts";
import { ForbiddenError, InvalidInputError, RateLimitedError, UnauthenticatedError } from "#src/errors.ts";
import { withoutMark } from "#src/platform/json.ts";
import { acceptsEventStream, acceptsJson } from "./accept.ts";
import { compressed } from "./compress.ts";
import { allowCrossOrigin, crossOrigin } from "./cross-origin.ts";
import type { OperationParams } from "./engine.ts";
import { createJsonPost } from "./json-post.ts";
import type { RequestFacts } from "./operation-context.ts";
import { BodyTooLargeError, clientAddress, holdAnswer, mayBeForged, readBody, send, setHeaders } from "./request.ts";
import { type OpenEventStreams, serveEventStream } from "./sse.ts";
import { statusOf, type Transports } from "./transport.ts";

const MAX_BODY_BYTES = 1024 * 1024;

const crossOriginLine = Object.entries(crossOrigin).flat();

/** What a plain JSON body is called; of other names and parameters the long way knows more. */
const plainJson = /^application\/json(;\s*charset=utf-?8)?$/i;

interface Body {
  text: string;
  parsed: unknown;
}

export interface GraphqlHandler {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  eventStreams: OpenEventStreams;
}

/** /graphql over HTTP: POST, GET, and event streams. WebSockets have a transport of their own. */
export function createGraphqlHandler(transports: Transports): GraphqlHandler {
  const { engine, authenticator, publicUrl, metrics, admission, limits } = transports;
  let yoga: ReturnType<typeof createLongWay> | null = null;
  const eventStreams: OpenEventStreams = new Set();
  const answerShortly = createJsonPost({ ...transports, headers: () => [...transports.headers(), ...crossOriginLine] });

  function refuse(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    status?: number,
    headers = {},
  ): void {
    setHeaders(response, transports.headers());
    const shown = engine.toPublicError(error);
    const code = shown.extensions.code;
    metrics.errors.inc({ code: String(code) });
    const type = request.headers.accept?.includes("application/graphql-response+json")
      ? "application/graphql-response+json"
      : "application/json";
    const retryAfter = shown.extensions.retryAfterSeconds;
    send(
      response,
      status ?? statusOf(shown),
      {
        "content-type": `${type}; charset=utf-8`,
        ...crossOrigin,
        ...(code === "UNAUTHENTICATED" ? { "www-authenticate": 'Bearer realm="Gatehouse"' } : {}),
        ...(retryAfter ? { "retry-after": String(retryAfter) } : {}),
        ...headers,
      },
      engine.serialize({ errors: [shown] }),
    );
  }

  async function handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const ipAddress = clientAddress(request, publicUrl);
    if (request.method === "OPTIONS") {
      setHeaders(response, transports.headers());
      return allowCrossOrigin(request, response, "GET, POST");
    }
    if (request.method !== "GET" && request.method !== "POST")
      return refuse(request, response, new InvalidInputError("Use GET or POST."), 405, { allow: "GET, POST, OPTIONS" });
    const { headers } = request;
    const viewer = authenticator.recognize(headers, ipAddress) ?? (await authenticator.fromHeaders(headers, ipAddress));
    if (!viewer) throw new UnauthenticatedError("Sign in, or send a token as `Authorization: Bearer <token>`.");
    if (viewer.sessionId && mayBeForged(request, publicUrl))
      throw new ForbiddenError(
        "A request signed in by cookie must come from this site's own pages. Use a token, or add the header `x-gatehouse-csrf: 1`.",
      );
    const owner = ownerOf(viewer);
    if (!admission.connections.claim(request.socket, owner))
      throw new RateLimitedError("You have too many connections open. Use those that you have, or close some.", 10);
    let body: Body | null = null;
    if (request.method === "POST") {
      const type = headers["content-type"] ?? "";
      if (!/^application\/(graphql\+)?json\s*(;|,|$)/i.test(type))
        return refuse(request, response, new InvalidInputError("Send the operation as application/json."), 415);
      const sent = await readBody(request, { maxBytes: MAX_BODY_BYTES, budget: admission.viewersBodies, owner });
      response.once("close", sent.release);
      const text = withoutMark(sent.body.toString("utf8"));
      const parsed = parseJson(text);
      if (parsed === undefined) throw new InvalidInputError("The body is not valid JSON.");
      if (plainJson.test(type) && (await answerShortly({ request, response, viewer, ipAddress, text, body: parsed })))
        return;
      body = { text, parsed };
    } else {
      checkJson(url, "variables");
      checkJson(url, "extensions");
    }
    if (isPersisted(body ? body.parsed : paramsOf(url))) return refuse(request, response, persistedNotSupported, 200);
    setHeaders(response, transports.headers());
    const params = streamParams(request, url, body);
    if (params && wantsStream(headers.accept ?? "", params))
      return serveEventStream(transports, eventStreams, { request, response, viewer, params, ipAddress });
    await answer(request, response, { viewer, ipAddress, url, body });
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { viewer, ipAddress, url, body }: { viewer: Viewer; ipAddress: string | null; url: URL; body: Body | null },
  ): Promise<void> {
    const abort = new AbortController();
    response.once("close", () => abort.abort());
    const headers = new Headers();
    for (const name of ["accept", "content-type"] as const)
      if (request.headers[name]) headers.set(name, request.headers[name]);
    const asked = new Request(new URL(`/graphql${url.search}`, "http://gatehouse"), {
      method: request.method!,
      headers,
      ...(body ? { body: body.text } : {}),
    });
    const facts: RequestFacts = { transport: "http", ipAddress, signal: abort.signal };
    yoga ??= createLongWay(transports);
    const answered = await (await yoga).fetch(asked, { viewer, facts });
    const text = Buffer.from(await answered.arrayBuffer());
    // Of the text as it was made; what is sent may be compressed.
    answered.headers.delete("content-length");
    const { body: sent, headers: more } = await compressed(request, text);
    const owner = ownerOf(viewer);
    holdAnswer(response, { bytes: sent.length, budget: admission.answers, owner, slowMs: limits.slowMs });
    send(response, answered.status, { ...Object.fromEntries(answered.headers), ...crossOrigin, ...more }, sent);
  }

  /** Accepts several kinds (as urql does) and asks a query: plain JSON. Accepts only streams, or subscribes: a stream. */
  function wantsStream(accept: string, params: OperationParams): boolean {
    if (!acceptsJson(accept)) return true;
    try {
      return getOperationAST(engine.parse(params.query), params.operationName)?.operation === "subscription";
    } catch {
      // A syntax error: the plain answer reports it best.
      return false;
    }
  }

  return {
    eventStreams,
    async handle(request, response, url) {
      try {
        await handle(request, response, url);
      } catch (error) {
        if (error instanceof BodyTooLargeError) {
          const shown = new InvalidInputError("The request is larger than 1 MiB.");
          // The rest of the body is not read: the connection cannot be used again.
          return refuse(request, response, shown, 413, { connection: "close" });
        }
        refuse(request, response, error);
      }
    },
  };
}

/** For what the short way does not answer. Loaded when it is first needed: it is a fifth of all there is to load. */
async function createLongWay(transports: Transports) {
  const { engine } = transports;
  const { createYoga } = await import("graphql-yoga");
  return createYoga<{ viewer: Viewer; facts: RequestFacts }>({
    schema: engine.schema,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    batching: false,
    multipart: false,
    parserAndValidationCache: false,
    maskedErrors: { maskError: (error) => engine.toPublicError(error) },
    plugins: [engineOf(transports)],
  });
}

/** Puts our own parsing, rules, limits and context in Yoga's place. */
function engineOf(transports: Transports): Plugin<{ viewer: Viewer; facts: RequestFacts }> {
  const { engine, metrics } = transports;
  return {
    onParse: ({ setParseFn }) => setParseFn((source) => engine.parse(String(source))),
    onValidate: ({ setValidationFn }) => setValidationFn((_, document) => engine.validate(document)),
    onExecute({ args, setExecuteFn, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (!operation) return;
      const { cost, errors } = engine.weigh(
        args.document,
        operation,
        args.variableValues as OperationParams["variables"],
      );
      if (errors.length) return setResultAndStopExecution({ errors });
      metrics.operations.inc({ transport: "http", kind: operation.operation });
      const { viewer, facts } = args.contextValue;
      setExecuteFn((asked) => engine.execute({ ...asked, contextValue: transports.context(viewer, facts) }));
      return {
        onExecuteDone({ result, setResult }) {
          if (!isResult(result) || result.data == null) return;
          setResult({ ...result, extensions: { ...result.extensions, cost } });
        },
      };
    },
    onSubscribe({ setResultAndStopExecution }) {
      const http = { spec: true, status: 406 };
      const message = "Subscribe over WebSocket (graphql-transport-ws), or with `Accept: text/event-stream`.";
      setResultAndStopExecution({
        errors: [new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT", http } })],
      });
    },
  };
}

function isResult(result: unknown): result is ExecutionResult {
  return typeof result === "object" && result !== null && !(Symbol.asyncIterator in result);
}

/** The operation, when the caller would take an event stream; null when it would not, or asks in a way Yoga will explain. */
function streamParams(request: IncomingMessage, url: URL, body: Body | null): OperationParams | null {
  if (!acceptsEventStream(request.headers.accept ?? "")) return null;
  const parsed = body ? body.parsed : null;
  if (body && (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))) return null;
  const asked = (parsed ?? paramsOf(url)) as OperationParams;
  const isMutationByGet = !body && typeof asked.query === "string" && /\bmutation\b/.test(asked.query);
  if (typeof asked.query !== "string" || isMutationByGet) return null;
  if (asked.variables != null && (typeof asked.variables !== "object" || Array.isArray(asked.variables))) return null;
  return { query: asked.query, variables: asked.variables, operationName: asked.operationName };
}

/** The parameters of a GET. */
function paramsOf({ searchParams }: URL): Record<string, unknown> {
  return {
    query: searchParams.get("query"),
    operationName: searchParams.get("operationName"),
    variables: parseJson(searchParams.get("variables") || "null"),
    extensions: parseJson(searchParams.get("extensions") || "null"),
  };
}

/**
 * Clients with automatic persisted queries send a hash first. Gatehouse keeps no documents, and with this code, by a status that HTTP
 * clients take for an answer, they send the document at once and from then on.
 * Source: https://www.apollographql.com/docs/apollo-server/performance/apq
 */
const persistedNotSupported = new GraphQLError("PersistedQueryNotSupported", {
  extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" },
});

/** A hash without its document. */
function isPersisted(params: unknown): boolean {
  if (typeof params !== "object" || params === null) return false;
  const { query, extensions } = params as { query?: unknown; extensions?: unknown };
  return !query && typeof extensions === "object" && extensions !== null && "persistedQuery" in extensions;
}

/** Throws InvalidInputError. What follows reads the parameter without a byte order mark. */
function checkJson(url: URL, name: string): void {
  const text = url.searchParams.get(name);
  if (!text) return;
  const plain = withoutMark(text);
  if (parseJson(plain) === undefined) throw new InvalidInputError(`\`${name}\` is not valid JSON.`, [name]);
  if (plain !== text) url.searchParams.set(name, plain);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
