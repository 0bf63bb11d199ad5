import type { IncomingMessage, ServerResponse } from "node:http";
import type { GraphQLError } from "graphql";
import { ownerOf, type Viewer } from "#src/access/viewer.ts";
import { compressed, compressedFrom } from "./compress.ts";
import type { Executed } from "./execute/compile.ts";
import type { RequestFacts } from "./operation-context.ts";
import { createOutbox } from "./outbox.ts";
import { holdAnswer } from "./request.ts";
import type { Transports } from "./transport.ts";

/** A request as the transport has read it: signed in, not forged, a POST with a JSON body. */
export interface JsonPost {
  request: IncomingMessage;
  response: ServerResponse;
  viewer: Viewer;
  ipAddress: string | null;
  text: string;
  /** The text, parsed. */
  body: unknown;
}

interface Params {
  query: string;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

/**
 * The short way for what nearly every client sends: a query or mutation as JSON, to be answered as JSON. It answers what can run, as
 * the long way would, to the byte; of anything else (a refusal, another media type, a parameter it does not know) it returns
 * false before it has done anything, and the long way has the words for it.
 */
export function createJsonPost({
  engine,
  context,
  metrics,
  headers,
  admission,
  limits,
}: Transports): (post: JsonPost) => Promise<boolean> {
  const mediaTypes = new Map<string, string | null>();
  const outbox = createOutbox();

  function mediaTypeFor(accept: string): string | null {
    let mediaType = mediaTypes.get(accept);
    if (mediaType === undefined) {
      mediaType = chooseMediaType(accept);
      if (mediaTypes.size < 100) mediaTypes.set(accept, mediaType);
    }
    return mediaType;
  }

  return async ({ request, response, viewer, ipAddress, text, body }) => {
    const mediaType = mediaTypeFor(request.headers.accept ?? "*/*");
    if (mediaType === null || !isParams(body) || mayHoldRefused(text)) return false;
    const prepared = engine.prepare(body);
    if (!prepared || prepared.isTooLarge(body.variables)) return false;
    const { compiled, operation } = prepared;
    const cost = prepared.costWith(body.variables);
    if (cost === null) return false;
    const { coerced } = compiled.coerce(body.variables);
    if (!coerced) return false;

    metrics.operations.inc({ transport: "http", kind: operation.operation });
    const executed = await compiled.execute({
      variables: coerced,
      context: context(viewer, new HttpFacts(response, ipAddress)),
    });
    const { status, more } = howToSend(executed.errors, mediaType);
    const json = toJson(executed, cost, engine.serializeErrors);
    const plain = [...headers(), "content-type", `${mediaType}; charset=utf-8`, ...more];
    if (json.length < compressedFrom) outbox.send(response, status, plain, json);
    else {
      const { body, headers } = await compressed(request, json);
      const owner = ownerOf(viewer);
      holdAnswer(response, { bytes: body.length, budget: admission.answers, owner, slowMs: limits.slowMs });
      outbox.send(response, status, [...plain, ...Object.entries(headers).flat()], body);
    }
    return true;
  };
}

function toJson({ data, errors }: Executed, cost: number, serializeErrors: (errors: Executed["errors"]) => string) {
  const shown = errors.length > 0 ? `"errors":${serializeErrors(errors)},` : "";
  return data === "null" ? `{${shown}"data":null}` : `{${shown}"data":${data},"extensions":{"cost":${cost}}}`;
}

/** The signal is made on first use: queries hardly ever need it. */
class HttpFacts implements RequestFacts {
  readonly transport = "http";
  readonly ipAddress: string | null;
  readonly #response: ServerResponse;
  #abort: AbortController | null = null;

  constructor(response: ServerResponse, ipAddress: string | null) {
    this.#response = response;
    this.ipAddress = ipAddress;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      if (this.#response.destroyed) abort.abort();
      else this.#response.once("close", () => abort.abort());
      this.#abort = abort;
    }
    return this.#abort.signal;
  }
}

/**
 * Whether the engine has to look for what no text may hold (U+0000, halves of surrogate pairs), which JSON writes as escapes only, and which
 * may be meant as six characters.
 */
function mayHoldRefused(text: string): boolean {
  return text.includes("\\u") && escapes.test(text);
}

const escapes = /\\u(?:0000|d[89a-f])/i;

const known = new Set(["query", "variables", "operationName"]);

function isParams(body: unknown): body is Params {
  if (typeof body !== "object" || body === null) return false;
  for (const name in body) if (!known.has(name)) return false;
  const { query, variables, operationName } = body as Record<string, unknown>;
  return (
    typeof query === "string" &&
    (variables == null || (typeof variables === "object" && !Array.isArray(variables))) &&
    (operationName == null || (typeof operationName === "string" && operationName !== ""))
  );
}

/** As the long way chooses: the first that is asked for and there is. Null where it takes a closer look. */
function chooseMediaType(accept: string): string | null {
  const asked = accept.toLowerCase().replace(/\s/g, "");
  if (asked.includes("charset") || asked.includes("event-stream")) return null;
  for (const one of asked.split(",")) {
    const type = one.split(";")[0]!;
    if (type === "application/json" || type === "application/*" || type === "*/*") return "application/json";
    if (type === "application/graphql-response+json") return type;
  }
  return null;
}

/** Errors may bring a status and headers of their own; those for request errors count in the newer media type only. */
function howToSend(errors: readonly GraphQLError[], mediaType: string): { status: number; more: string[] } {
  let status = 0;
  const more: string[] = [];
  for (const { extensions } of errors) {
    const http = extensions.http as { status?: number; headers?: Record<string, string>; spec?: boolean } | undefined;
    if (!http) continue;
    for (const [name, value] of Object.entries(http.headers ?? {})) more.push(name, value);
    if (http.status && !(http.spec && mediaType === "application/json")) status = Math.max(status, http.status);
  }
  return { status: status || 200, more };
}
