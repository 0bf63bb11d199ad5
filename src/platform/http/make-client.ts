/** The client of one instance and use: signs, waits, repeats, renews, follows pages. */
import type { Dispatcher } from "undici";
import {
  ProviderAuthError,
  ProviderRateLimitError,
  ProviderResponseError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { refuseInTransaction } from "#src/platform/transaction-mark.ts";
import { readJson, readLeniently } from "./body.ts";
import type { Client, HttpRequest, HttpResponse, StreamRequest } from "./client.ts";
import { type Answer, exchange, type Wire } from "./exchange.ts";
import { SharedRefresh, type Slots } from "./gate.ts";
import { compileLimits, Gates } from "./limits.ts";
import { nextTarget } from "./link.ts";
import { errorByStatus, type FailedAnswer, isFromBetween } from "./map-error.ts";
import { PageTrail } from "./page-trail.ts";
import { prepare, type Signature, type Unsigned, unsigned, withSignature } from "./prepare.ts";
import { oncePerPurpose, refusePurpose, type TokenPurpose } from "./purpose.ts";
import type { RateLimitFact, RateLimitRule } from "./rate-limit.ts";
import { limitedForMs, readLimits, restForMs, restReason } from "./rate-limit.ts";
import { cleanError, secretsIn } from "./redact.ts";
import { compileHosts, refusal, unsandboxed, withoutValues } from "./url.ts";

/** One call that went out, as metrics count it. */
export interface CallMeasure {
  name: string;
  method: string;
  host: string;
  /** Null: no answer. */
  status: number | null;
  ms: number;
}

export interface ClientOptions {
  /**
   * For logs, and as the key of the limits: `crm/12`. All clients of one name share calls at once, calls per minute and what the provider
   * stated about its limits. Messages use the part before the slash.
   */
  name: string;
  /** False: what the provider states about its limits stays with this client, whose name others have that call another tenant. Default true. */
  sharesLimits?: boolean;
  baseUrl: string;
  /** Exact names or `*.name`; see `expandHosts` for a manifest's patterns. */
  hosts: readonly string[];
  rateLimit?: RateLimitFact | undefined;
  /** Of some calls; the first that matches a call is its limit. */
  rateLimits?: readonly RateLimitRule[] | undefined;
  /** Share of a rate limit window left to the customer's other programs. Default 0.1; 0 for what a person waits for. */
  reserve?: number;
  mapError?: ((response: FailedAnswer, now: Date) => Error | null) | undefined;
  /** Called for every try, so it always gives the newest credential. Null: nothing to add. */
  sign?: ((now: Date, request: Unsigned) => Promise<Signature | null> | Signature | null) | undefined;
  /** The credential was refused. True: renewed, repeat the call. Once for any number of calls refused together. */
  onUnauthorized?: (() => Promise<boolean>) | undefined;
  /** Who signs the calls of `as(purpose)`. Absent: `as` is refused. */
  signingFor?: ((purpose: TokenPurpose) => Pick<ClientOptions, "sign" | "onUnauthorized">) | undefined;
  signal?: AbortSignal | undefined;
  now?: () => Date;
  /** After every call that went out. */
  meter?: ((call: CallMeasure) => void) | undefined;
}

export interface OutboundLimits {
  /** Waits up to this long are waited here; longer ones are thrown. Default 5,000; per call. */
  maxWaitMs: number;
  timeoutMs: number;
  maxBytes: number;
  /** Of a streamed answer. Default 1 GiB. */
  streamBytes: number;
  /** Tries of one repeatable call. Default 3. */
  attempts: number;
  redirects: number;
  /** Sockets to one host. Default 64. */
  connections: number;
}

export interface OutboundLog {
  debug: (fields: Record<string, unknown>, message: string) => void;
}

/** What all clients of a process have in common. */
export interface Shared {
  dispatcher: Dispatcher;
  limits: OutboundLimits;
  sandboxUrl: string | null;
  log: OutboundLog;
  slots: Slots;
  gates: Gates;
  userAgent: string;
  random: () => number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Aborted when the process stops: no call begins, none is repeated. */
  closing: AbortSignal;
}

export function createClient(shared: Shared, options: ClientOptions): Client {
  const { limits, sandboxUrl, log } = shared;
  const { name, signal } = options;
  const label = name.split("/")[0]!;
  const hosts = compileHosts(options.hosts);
  const target = { baseUrl: options.baseUrl, hosts, sandboxUrl, label, userAgent: shared.userAgent };
  const now = options.now ?? (() => new Date());
  const limitOf = compileLimits(options.rateLimit, options.rateLimits);
  const reserve = options.reserve ?? 0.1;
  const gates = (options.sharesLimits ?? true) ? shared.gates : new Gates();
  const refresh = options.onUnauthorized ? new SharedRefresh(options.onUnauthorized) : null;
  const wire: Wire = {
    dispatcher: shared.dispatcher,
    sandboxUrl,
    hosts,
    label,
    maxRedirects: limits.redirects,
    onCall: ({ method, url, status, ms }) => {
      log.debug({ client: name, method, url: withoutValues(url), status, ms: Math.round(ms) }, "outbound call");
      options.meter?.({ name, method, host: url.hostname, status, ms });
    },
  };

  interface Performed {
    answer: Answer;
    signature: Signature | null;
  }

  /** The first good answer to a call. */
  async function perform(call: HttpRequest, stream?: { idleMs: number }): Promise<Performed> {
    refuseInTransaction(`a call to ${label}`);
    const plain = prepare(call, target);
    const limit = limitOf(plain.url);
    const key = `${name} ${limit.match}`;
    const perMinute = limit.perMinute === null ? null : Math.max(1, Math.floor(limit.perMinute * (1 - reserve)));
    const repeatable = call.retry ?? plain.method === "GET";
    const signs = call.sign !== false && options.sign !== undefined;
    const allow = call.allow ?? [];
    let timeLeftMs = call.timeoutMs ?? limits.timeoutMs;
    let waitLeftMs = limits.maxWaitMs;
    let refreshed = false;

    for (let attempt = 1; ; ) {
      if (shared.closing.aborted) throw new ProviderUnavailableError(`Gatehouse is stopping; ${label} was not called.`);
      const epoch = refresh?.epoch ?? 0;
      const signature = signs ? await options.sign!(now(), plain) : null;
      const release = await shared.slots.take(key, limit.concurrency, signal);
      const gate = gates.of(key, now().getTime());
      const closedMs =
        gate.closedForMs(now().getTime(), reserve) ||
        (perMinute === null ? 0 : gate.admitMs(now().getTime(), perMinute));
      if (closedMs > 0) {
        release();
        await pause(closedMs, undefined, null, gate.closedBecause(now().getTime(), reserve));
        continue;
      }
      const startedAt = performance.now();
      let answer: Answer | null = null;
      let broken: unknown;
      try {
        answer = await exchange(wire, {
          ...withSignature(plain, signature),
          timeoutMs: timeLeftMs,
          maxBytes: call.maxBytes ?? limits.maxBytes,
          signal,
          allow,
          ...(stream ? { stream } : {}),
        });
      } catch (error) {
        broken = error;
      }
      // The next in line goes on in a later turn: nothing may be awaited before the gate below is closed.
      release();
      if (answer === null) {
        if (broken instanceof ProviderUnavailableError && (await again(startedAt))) continue;
        throw broken;
      }

      const { status, headers } = answer;
      const reading = readLimits(headers, limit.fact, now().getTime());
      if ((status >= 200 && status < 300) || allow.includes(status)) {
        for (const share of new Set([0, reserve])) {
          const restMs = restForMs(reading, share);
          if (restMs !== null) gate.closeUntil(now().getTime() + restMs, share, restReason(reading));
        }
        return { answer, signature };
      }

      const failed: FailedAnswer = { status, headers, body: readLeniently(answer.bytes) };
      const mapped = isFromBetween(status, failed.body) ? null : (options.mapError?.(failed, now()) ?? null);
      // What the rate limit facts call a limit is one, whatever else the status means to the connector.
      const limitedMs =
        mapped instanceof ProviderRateLimitError
          ? Math.max(1000, mapped.retryAt.getTime() - now().getTime())
          : limitedForMs(status, reading, limit.fact);
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
      const secrets = secretsIn(
        plain.headers,
        call.form,
        call.json as Record<string, unknown>,
        signature?.headers,
        signature?.query,
        Object.fromEntries(plain.url.searchParams),
      );
      const error = mapped ? cleanError(mapped, secrets) : errorByStatus(failed, label, secrets);
      if (error instanceof ProviderUnavailableError && (await again(startedAt))) continue;
      throw error;

      /** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
      async function again(since: number): Promise<boolean> {
        timeLeftMs -= performance.now() - since;
        if (!repeatable || attempt >= limits.attempts || timeLeftMs < 1 || shared.closing.aborted) return false;
        await shared.sleep(shared.random() * 500 * 2 ** attempt, signal);
        attempt++;
        return true;
      }
    }

    async function pause(
      ms: number,
      status: number | undefined,
      error: Error | null = null,
      reason: string | null = null,
    ): Promise<void> {
      if (ms > waitLeftMs) throw error instanceof ProviderRateLimitError ? error : tooOften(ms, status, reason);
      waitLeftMs -= ms;
      await shared.sleep(ms, signal);
    }
  }

  function tooOften(ms: number, status: number | undefined, reason: string | null = null): ProviderRateLimitError {
    const retryAt = new Date(now().getTime() + ms);
    return new ProviderRateLimitError(
      reason === null
        ? `${label} takes no more calls before ${retryAt.toISOString()}.`
        : `${label} is not called before ${retryAt.toISOString()}: ${reason}.`,
      retryAt,
      status === undefined ? {} : { status },
    );
  }

  async function request<T>(call: HttpRequest): Promise<HttpResponse<T>> {
    const { answer, signature } = await perform(call);
    const { status, headers, url } = answer;
    return {
      status,
      headers,
      body: bodyOf(call, answer) as T,
      url: unsigned(new URL(url), signature).href,
      next: next(headers, url, signature),
    };
  }

  function next(headers: Headers, url: URL, signature: Signature | null): string | null {
    const written = nextTarget(headers.get("link"));
    if (written === null) return null;
    const target = unsandboxed(URL.parse(written, url.href) ?? new URL("invalid:"), sandboxUrl);
    // Ending the listing in silence here would look like everything had been read.
    if (target.origin !== url.origin || refusal(target, hosts) !== null) {
      throw new ProviderResponseError(`The next page of ${label} lies on another host.`, "Link");
    }
    target.hash = "";
    return unsigned(target, signature).href;
  }

  function bodyOf({ accept }: HttpRequest, { status, headers, bytes }: Answer): unknown {
    if (accept === "bytes") return bytes;
    if (accept === "text") return bytes.toString();
    return status >= 200 && status < 300 ? readJson(bytes, headers, status, label) : readLeniently(bytes);
  }

  async function* stream(
    url: string,
    { idleMs = limits.timeoutMs, maxBytes = limits.streamBytes, headers, ...call }: StreamRequest = {},
  ): AsyncGenerator<Uint8Array, void, void> {
    const { answer } = await perform(
      { ...call, url, maxBytes, accept: "bytes", headers: { "accept-encoding": "gzip", ...headers } },
      { idleMs },
    );
    if (answer.pieces) yield* answer.pieces;
  }

  async function* pages<T>(
    url: string,
    more: Omit<HttpRequest, "url" | "method"> = {},
  ): AsyncGenerator<HttpResponse<T>, void, void> {
    const trail = new PageTrail(label, "Link");
    let { query, ...rest } = more;
    for (let at: string | null = url; at !== null; ) {
      const page: HttpResponse<T> = await request<T>({ ...rest, ...(query ? { query } : {}), url: at });
      // Where the first page really lay; those after it were noted when they were followed.
      if (at === url) trail.start(page.url);
      yield page;
      at = page.next;
      query = undefined;
      if (at !== null) trail.follow(at);
    }
  }

  return {
    request,
    get: (url, more) => request({ ...more, url }),
    post: (url, more) => request({ ...more, url, method: "POST" }),
    stream,
    pages,
    as: oncePerPurpose((purpose) =>
      createClient(
        { ...shared, gates },
        { ...options, sharesLimits: true, ...(options.signingFor ?? refusePurpose)(purpose) },
      ),
    ),
  };
}
