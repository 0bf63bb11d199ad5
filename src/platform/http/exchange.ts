/** One exchange: request, redirects, body; within one time limit. Knows nothing of retries, limits or credentials. */
import type { Dispatcher } from "undici";
import { ProviderRequestError, ProviderResponseError, ProviderUnavailableError } from "#src/errors.ts";
import { BodyBrokenError, BodyTooLargeError, decompress, readBody } from "./body.ts";
import { OutboundRefusedError } from "./refused.ts";
import { BodyStalledError, readPieces } from "./stream.ts";
import { type HostRules, refusal, sandboxed, unsandboxed } from "./url.ts";

export interface Exchange {
  method: string;
  /** As the provider knows it; already found allowed. */
  url: URL;
  headers: Record<string, string>;
  body: string | Buffer | null;
  timeoutMs: number;
  maxBytes: number;
  signal: AbortSignal | undefined;
  /** Statuses besides 2xx whose answer is wanted as it is, a redirect's too. */
  allow: readonly number[];
  /** The body of a good answer is wanted in pieces; the time limit then ends where the body begins. */
  stream?: { idleMs: number };
}

export interface Answer {
  status: number;
  headers: Headers;
  /** Empty when `pieces` are there. */
  bytes: Buffer;
  /** Of a good answer to a call that asked for a stream. Throws as `exchange` does. */
  pieces: AsyncGenerator<Uint8Array, void, void> | null;
  url: URL;
}

export interface Wire {
  dispatcher: Dispatcher;
  sandboxUrl: string | null;
  hosts: HostRules;
  /** How messages call the provider: `crm`. */
  label: string;
  maxRedirects: number;
  /** After each answer's head or failure. */
  onCall: (call: { method: string; url: URL; status: number | null; ms: number }) => void;
}

const errorBodyBytes = 256 * 1024;

/** Throws OutboundRefusedError, ProviderUnavailableError, ProviderResponseError, or the signal's reason. */
export async function exchange(wire: Wire, call: Exchange): Promise<Answer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), call.timeoutMs);
  const stop = (): void => abort.abort();
  call.signal?.addEventListener("abort", stop, { once: true });
  try {
    call.signal?.throwIfAborted();
    const answer = await follow(wire, call, abort.signal);
    return answer.pieces ? { ...answer, pieces: asOurPieces(answer.pieces, call, wire.label) } : answer;
  } catch (error) {
    call.signal?.throwIfAborted();
    if (abort.signal.aborted) throw new ProviderUnavailableError(`${wire.label} did not answer in time.`);
    throw asOurs(error, wire.label);
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener("abort", stop);
  }
}

async function follow(wire: Wire, call: Exchange, signal: AbortSignal): Promise<Answer> {
  let { method, url, headers, body } = call;
  for (let redirects = 0; ; redirects++) {
    const response = await send(wire, { method, url, headers, body, signal });
    const answerHeaders = toHeaders(response.headers);
    const status = response.statusCode;
    const location = isRedirect(status) && !call.allow.includes(status) ? answerHeaders.get("location") : null;
    if (location === null) {
      const head = { status, headers: answerHeaders, url };
      if (call.stream && isGood(status, call)) {
        const pieces = readPieces(response.body, answerHeaders.get("content-encoding"), {
          idleMs: call.stream.idleMs,
          maxBytes: call.maxBytes,
          signal: call.signal,
        });
        return { ...head, bytes: Buffer.alloc(0), pieces };
      }
      return { ...head, bytes: await read(response, answerHeaders, call), pieces: null };
    }

    await response.body.dump({ limit: 16 * 1024, signal });
    const target = unsandboxed(URL.parse(location, url.href) ?? new URL("invalid:"), wire.sandboxUrl);
    target.hash = "";
    if (redirects === wire.maxRedirects)
      throw new ProviderResponseError(`${wire.label} redirects too often.`, "Location", { status });
    // Headers carry the credential, so they go nowhere but to the host they were made for.
    if (target.host !== url.host || refusal(target, wire.hosts) !== null) {
      throw new ProviderResponseError(`${wire.label} redirects to an address Gatehouse does not follow.`, "Location", {
        status,
      });
    }
    url = target;
    if (status === 303 ? method !== "GET" : method === "POST" && (status === 301 || status === 302)) {
      method = "GET";
      body = null;
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("content-")));
    }
  }
}

async function send(
  wire: Wire,
  {
    method,
    url,
    headers,
    body,
    signal,
  }: Pick<Exchange, "method" | "url" | "headers" | "body"> & { signal: AbortSignal },
) {
  const target = sandboxed(url, wire.sandboxUrl);
  const startedAt = performance.now();
  let status: number | null = null;
  try {
    const response = await wire.dispatcher.request({
      origin: target.origin,
      path: target.pathname + target.search,
      method: method as Dispatcher.HttpMethod,
      headers,
      body,
      signal,
    });
    status = response.statusCode;
    return response;
  } finally {
    wire.onCall({ method, url, status, ms: performance.now() - startedAt });
  }
}

async function read(response: Dispatcher.ResponseData, headers: Headers, call: Exchange): Promise<Buffer> {
  const { statusCode: status, body } = response;
  // Headers of length and encoding speak of what GET would bring.
  if (call.method === "HEAD") {
    await body.dump();
    return Buffer.alloc(0);
  }
  const good = isGood(status, call);
  const maxBytes = good ? call.maxBytes : Math.min(call.maxBytes, errorBodyBytes);
  try {
    if (Number(headers.get("content-length") ?? 0) > maxBytes) {
      body.on("error", () => {}).destroy();
      throw new BodyTooLargeError();
    }
    return await decompress(await readBody(body, maxBytes), headers.get("content-encoding"), maxBytes);
  } catch (error) {
    // The status is enough: a broken error page must not hide a 401 behind a broken connection.
    if (good || call.signal?.aborted) throw error;
    return Buffer.alloc(0);
  }
}

async function* asOurPieces(
  pieces: AsyncGenerator<Uint8Array, void, void>,
  { signal }: Exchange,
  label: string,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* pieces;
  } catch (error) {
    signal?.throwIfAborted();
    throw asOurs(error, label);
  }
}

function isGood(status: number, { allow }: Exchange): boolean {
  return (status >= 200 && status < 300) || allow.includes(status);
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function toHeaders(fields: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === "string") headers.append(name, value);
    else for (const one of value ?? []) headers.append(name, one);
  }
  return headers;
}

function asOurs(error: unknown, label: string): unknown {
  if (error instanceof OutboundRefusedError || error instanceof ProviderResponseError) return error;
  if (error instanceof BodyTooLargeError)
    return new ProviderResponseError(`${label} sent more than Gatehouse reads in one answer.`, "$");
  if (error instanceof BodyBrokenError && !error.cut)
    return new ProviderResponseError(`${label} sent a body that cannot be decompressed.`, "$");
  if (error instanceof BodyStalledError)
    return new ProviderUnavailableError(`${label} stopped in the middle of an answer.`);
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (code === "UND_ERR_INVALID_ARG")
    return new ProviderRequestError(`The call to ${label} could not be sent: ${message}.`);
  // A copy: undici's own errors may carry the bytes received.
  const cause = Object.assign(new Error(`${name}: ${message}`), { code });
  return new ProviderUnavailableError(`${label} could not be reached${code ? ` (${code})` : ""}.`, { cause });
}
