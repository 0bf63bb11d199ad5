/** The one way out: everything Gatehouse sends to a provider passes here. */
import { setTimeout as wait } from "node:timers/promises";
import { Agent, buildConnector } from "undici";
import type { RateLimitFact } from "#src/connectors/connector.ts";
import {
  ProviderAuthError, ProviderRateLimitError, ProviderResponseError, ProviderUnavailableError,
} from "#src/errors.ts";
import { guardedLookup, type Resolve, resolveByDns } from "./address.ts";
import type { Client, HttpRequest, HttpResponse } from "./client.ts";
import { type Answer, exchange, type Wire } from "./exchange.ts";
import { Gate, SharedRefresh, Slots } from "./gate.ts";
import { nextTarget } from "./link.ts";
import { errorByStatus, type FailedAnswer } from "./map-error.ts";
import { limitedForMs, readLimits, restForMs } from "./rate-limit.ts";
import { hide, secretsIn } from "./redact.ts";
import { OutboundRefusedError } from "./refused.ts";
import { absolute, compileHosts, refusal, unsandboxed, withoutValues } from "./url.ts";

export { expandHosts, sandboxed } from "./url.ts";
export { OutboundRefusedError } from "./refused.ts";

export interface OutboundLog { debug: (fields: Record<string, unknown>, message: string) => void }

export interface OutboundLimits {
  /** Waits up to this long are waited here; longer ones are thrown. Default 5,000; per call. */
  maxWaitMs: number;
  timeoutMs: number;
  maxBytes: number;
  /** Tries of one repeatable call. Default 3. */
  attempts: number;
  redirects: number;
  /** Sockets to one host. Default 64. */
  connections: number;
}

export interface OutboundOptions {
  /** `PROVIDER_SANDBOX_URL`: every call goes there instead, and the address guard is off for that origin only. */
  sandboxUrl?: string | null;
  log: OutboundLog;
  userAgent?: string;
  limits?: Partial<OutboundLimits>;
  /** For tests: DNS, sockets, chance and sleep. */
  resolve?: Resolve;
  dial?: (options: buildConnector.BuildOptions) => buildConnector.connector;
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** What is about to be sent, for signatures over it. */
export interface Unsigned { method: string; url: URL; headers: Readonly<Record<string, string>>; body: string | null }
export interface Signature { headers?: Record<string, string>; query?: Record<string, string> }

/** One call that went out, as metrics count it. */
export interface CallMeasure { name: string; method: string; host: string; /** Null: no answer. */ status: number | null; ms: number }

export interface ClientOptions {
  /** For logs and as the key of the concurrency limit: `okta/12`. Messages use the part before the slash. */
  name: string;
  baseUrl: string;
  /** Exact names or `*.name`; see `expandHosts` for a manifest's patterns. */
  hosts: readonly string[];
  rateLimit?: RateLimitFact | undefined;
  /** Share of a rate limit window left to the customer's other programs. Default 0.1; 0 for what a person waits for. */
  reserve?: number;
  mapError?: ((response: FailedAnswer, now: Date) => Error | null) | undefined;
  /** Called for every try, so it always gives the newest credential. Null: nothing to add. */
  sign?: ((now: Date, request: Unsigned) => Promise<Signature | null> | Signature | null) | undefined;
  /** The credential was refused. True: renewed, repeat the call. Once for any number of calls refused together. */
  onUnauthorized?: (() => Promise<boolean>) | undefined;
  signal?: AbortSignal | undefined;
  now?: () => Date;
  meter?: ((call: CallMeasure) => void) | undefined;
}

export interface Outbound {
  client: (options: ClientOptions) => Client;
  /** Cuts what is still running. */
  close: () => Promise<void>;
}

const defaults: OutboundLimits = { maxWaitMs: 5000, timeoutMs: 30_000, maxBytes: 32 * 1024 * 1024, attempts: 3, redirects: 5, connections: 64 };

/** One per process: holds the sockets. Opens none before the first call. */
export function createOutbound(options: OutboundOptions): Outbound {
  const limits = { ...defaults, ...options.limits };
  const sandboxUrl = options.sandboxUrl ?? null;
  const dial = options.dial ?? buildConnector;
  // With a sandbox every call goes to its origin: the guarded agent is not even made.
  const connect = sandboxUrl ? dial({ timeout: 10_000 }) : dial({ timeout: 10_000, allowH2: false, lookup: guardedLookup(options.resolve ?? resolveByDns) });
  const agent = new Agent({
    connect, allowH2: false, connections: limits.connections, keepAliveTimeout: 15_000, maxHeaderSize: 64 * 1024,
    // Each exchange has its own time limit.
    headersTimeout: 0, bodyTimeout: 0,
  });
  const shared: Shared = {
    agent, limits, sandboxUrl, log: options.log, slots: new Slots(),
    userAgent: options.userAgent ?? "Gatehouse",
    random: options.random ?? Math.random,
    sleep: options.sleep ?? sleep,
  };
  return {
    client: (clientOptions) => createClient(shared, clientOptions),
    close: () => agent.destroy(),
  };
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

interface Shared {
  agent: Agent;
  limits: OutboundLimits;
  sandboxUrl: string | null;
  log: OutboundLog;
  slots: Slots;
  userAgent: string;
  random: () => number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

function createClient(shared: Shared, options: ClientOptions): Client {
  const { limits, sandboxUrl, log } = shared;
  const { name, signal, rateLimit } = options;
  const label = name.split("/")[0]!;
  const hosts = compileHosts(options.hosts);
  const now = options.now ?? (() => new Date());
  const concurrency = rateLimit?.concurrency ?? 4;
  const reserve = options.reserve ?? 0.1;
  const gate = new Gate();
  const refresh = options.onUnauthorized ? new SharedRefresh(options.onUnauthorized) : null;
  const wire: Wire = {
    dispatcher: shared.agent, sandboxUrl, hosts, label, maxRedirects: limits.redirects,
    onCall: ({ method, url, status, ms }) => {
      log.debug({ client: name, method, url: withoutValues(url), status, ms: Math.round(ms) }, "outbound call");
      options.meter?.({ name, method, host: url.hostname, status, ms });
    },
  };

  async function request<T>(call: HttpRequest): Promise<HttpResponse<T>> {
    const plain = prepare(call);
    const repeatable = call.retry ?? plain.method === "GET";
    const signs = call.sign !== false && options.sign !== undefined;
    const allow = call.allow ?? [];
    let timeLeftMs = call.timeoutMs ?? limits.timeoutMs;
    let waitLeftMs = limits.maxWaitMs;
    let refreshed = false;

    for (let attempt = 1; ; ) {
      const epoch = refresh?.epoch ?? 0;
      const signature = signs ? await options.sign!(now(), plain) : null;
      const release = await shared.slots.take(name, concurrency, signal);
      const closedMs = gate.closedForMs(now().getTime());
      if (closedMs > 0) {
        release();
        await pause(closedMs, undefined);
        continue;
      }
      const startedAt = performance.now();
      let answer: Answer;
      try {
        answer = await exchange(wire, { ...withSignature(plain, signature), timeoutMs: timeLeftMs, maxBytes: call.maxBytes ?? limits.maxBytes, signal, allow });
      } catch (error) {
        if (!(error instanceof ProviderUnavailableError) || !(await again(startedAt))) throw error;
        continue;
      } finally {
        release();
      }

      const { status, headers } = answer;
      const reading = readLimits(headers, rateLimit, now().getTime());
      if (status >= 200 && status < 300 || allow.includes(status)) {
        const restMs = restForMs(reading, reserve);
        if (restMs !== null) gate.closeUntil(now().getTime() + restMs);
        return respond<T>(call, answer, signature);
      }

      const failed: FailedAnswer = { status, headers, body: readLeniently(answer.bytes) };
      const mapped = options.mapError?.(failed, now()) ?? null;
      // What the rate limit facts call a limit is one, whatever else the status means to the connector.
      const limitedMs = mapped instanceof ProviderRateLimitError ? Math.max(1000, mapped.retryAt.getTime() - now().getTime()) : limitedForMs(status, reading, rateLimit);
      if (limitedMs !== null) {
        gate.closeUntil(now().getTime() + limitedMs);
        // A 503 may have been acted on before it was sent.
        if (status >= 500 && !repeatable) throw tooOften(limitedMs, status);
        await pause(limitedMs, status, mapped);
        continue;
      }
      const refused = mapped ? mapped instanceof ProviderAuthError : status === 401;
      if (refused && signs && refresh && !refreshed) {
        refreshed = true;
        if (await refresh.renewedSince(epoch)) continue;
      }
      const secrets = secretsIn(plain.headers, call.form, call.json as Record<string, unknown>, signature?.headers, signature?.query, plain.query);
      if (mapped) mapped.message = hide(mapped.message, secrets);
      const error = mapped ?? errorByStatus(failed, label, secrets);
      if (error instanceof ProviderUnavailableError && (await again(startedAt))) continue;
      throw error;

      /** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
      async function again(since: number): Promise<boolean> {
        timeLeftMs -= performance.now() - since;
        if (!repeatable || attempt >= limits.attempts || timeLeftMs < 1) return false;
        await shared.sleep(shared.random() * 500 * 2 ** attempt, signal);
        attempt++;
        return true;
      }
    }

    async function pause(ms: number, status: number | undefined, error: Error | null = null): Promise<void> {
      if (ms > waitLeftMs) throw error instanceof ProviderRateLimitError ? error : tooOften(ms, status);
      waitLeftMs -= ms;
      await shared.sleep(ms, signal);
    }
  }

  function tooOften(ms: number, status: number | undefined): ProviderRateLimitError {
    const retryAt = new Date(now().getTime() + ms);
    return new ProviderRateLimitError(`${label} takes no more calls before ${retryAt.toISOString()}.`, retryAt, status === undefined ? {} : { status });
  }

  function prepare(call: HttpRequest): Unsigned & { query: Record<string, string> } {
    const url = unsandboxed(absolute(options.baseUrl, call.url), sandboxUrl);
    const reason = refusal(url, hosts);
    if (reason !== null) throw new OutboundRefusedError(`Gatehouse does not call this URL for ${label}: ${reason}.`);
    for (const [key, value] of Object.entries(call.query ?? {})) if (value !== undefined) url.searchParams.set(key, String(value));
    const headers: Record<string, string> = {
      accept: call.accept === "text" ? "*/*" : "application/json", "accept-encoding": "gzip, br, deflate", "user-agent": shared.userAgent,
    };
    let body: string | null = null;
    if (call.json !== undefined) {
      body = JSON.stringify(call.json);
      headers["content-type"] = "application/json";
    } else if (call.form !== undefined) {
      body = new URLSearchParams(call.form).toString();
      headers["content-type"] = "application/x-www-form-urlencoded";
    } else if (call.body !== undefined) body = call.body;
    addHeaders(headers, call.headers);
    return { method: call.method ?? "GET", url, headers, body, query: Object.fromEntries(url.searchParams) };
  }

  function respond<T>(call: HttpRequest, { status, headers, bytes, url }: Answer, signature: Signature | null): HttpResponse<T> {
    const good = status >= 200 && status < 300;
    const body = call.accept === "text" ? bytes.toString() : good ? readJson(bytes, headers, status, label) : readLeniently(bytes);
    return { status, headers, body: body as T, url: unsigned(new URL(url), signature).href, next: next(headers, url, signature) };
  }

  function next(headers: Headers, url: URL, signature: Signature | null): string | null {
    const written = nextTarget(headers.get("link"));
    if (written === null) return null;
    const target = unsandboxed(URL.parse(written, url) ?? new URL("invalid:"), sandboxUrl);
    // Ending the listing in silence here would look like everything had been read.
    if (target.origin !== url.origin || refusal(target, hosts) !== null) {
      throw new ProviderResponseError(`The next page of ${label} lies on another host.`, "Link");
    }
    target.hash = "";
    return unsigned(target, signature).href;
  }

  async function* pages<T>(url: string, more: Omit<HttpRequest, "url" | "method"> = {}): AsyncGenerator<HttpResponse<T>, void, void> {
    const seen = new Set<string>();
    let { query, ...rest } = more;
    for (let at: string | null = url; at !== null; ) {
      const page: HttpResponse<T> = await request<T>({ ...rest, ...(query ? { query } : {}), url: at });
      seen.add(page.url);
      yield page;
      at = page.next;
      query = undefined;
      if (at !== null && seen.has(at)) throw new ProviderResponseError(`The pages of ${label} go round in a circle.`, "Link");
    }
  }

  return {
    request,
    get: (url, more) => request({ ...more, url }),
    post: (url, more) => request({ ...more, url, method: "POST" }),
    pages,
  };
}

function addHeaders(headers: Record<string, string>, more: Readonly<Record<string, string>> | undefined): void {
  for (const [name, value] of Object.entries(more ?? {})) {
    const key = name.toLowerCase();
    // The URL alone says which host is meant.
    if (key !== "host") headers[key] = value;
  }
}

function withSignature({ method, url, headers, body }: Unsigned, signature: Signature | null) {
  if (!signature) return { method, url, headers: { ...headers }, body };
  const signedUrl = new URL(url);
  for (const [key, value] of Object.entries(signature.query ?? {})) signedUrl.searchParams.set(key, value);
  const signedHeaders = { ...headers };
  addHeaders(signedHeaders, signature.headers);
  return { method, url: signedUrl, headers: signedHeaders, body };
}

/** Cursors and logs are made of this URL: what the signature added stays out. */
function unsigned(url: URL, signature: Signature | null): URL {
  for (const key of Object.keys(signature?.query ?? {})) url.searchParams.delete(key);
  return url;
}

function readJson(bytes: Buffer, headers: Headers, status: number, label: string): unknown {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(text(bytes));
  } catch {
    // No cause: JSON.parse quotes the body in its message.
    const type = /^[\w.+-]+\/[\w.+-]+/.exec(headers.get("content-type") ?? "")?.[0] ?? "no content type";
    throw new ProviderResponseError(`${label} answered ${status} with something that is not JSON (${type}).`, "$", { status });
  }
}

/** Error pages may be anything: JSON where it is JSON, text otherwise, null when empty. */
function readLeniently(bytes: Buffer): unknown {
  if (bytes.length === 0) return null;
  const content = text(bytes);
  if (!/^\s*[[{"]/.test(content)) return content;
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

function text(bytes: Buffer): string {
  const content = bytes.toString();
  return content.charCodeAt(0) === 0xfeff ? content.slice(1) : content;
}
