/** The client of one instance and use: signs, waits, repeats, renews, follows pages. */
import type { Dispatcher } from "undici";
import {
  ProviderAuthError,
  ProviderRateLimitError,
  ProviderResponseError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { readJson, readLeniently } from "./body.ts";
import type { Client, HttpRequest, HttpResponse } from "./client.ts";
import { type Answer, exchange, type Wire } from "./exchange.ts";
import { Gate, SharedRefresh, type Slots } from "./gate.ts";
import { nextTarget } from "./link.ts";
import { errorByStatus, type FailedAnswer } from "./map-error.ts";
import { prepare, type Signature, type Unsigned, unsigned, withSignature } from "./prepare.ts";
import { oncePerPurpose, refusePurpose, type TokenPurpose } from "./purpose.ts";
import type { RateLimitFact } from "./rate-limit.ts";
import { limitedForMs, readLimits, restForMs } from "./rate-limit.ts";
import { hideIn, secretsIn } from "./redact.ts";
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
  userAgent: string;
  random: () => number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export function createClient(shared: Shared, options: ClientOptions): Client {
  const { limits, sandboxUrl, log } = shared;
  const { name, signal, rateLimit } = options;
  const label = name.split("/")[0]!;
  const hosts = compileHosts(options.hosts);
  const target = { baseUrl: options.baseUrl, hosts, sandboxUrl, label, userAgent: shared.userAgent };
  const now = options.now ?? (() => new Date());
  const concurrency = rateLimit?.concurrency ?? 4;
  const reserve = options.reserve ?? 0.1;
  const gate = new Gate();
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

  async function request<T>(call: HttpRequest): Promise<HttpResponse<T>> {
    const plain = prepare(call, target);
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
      let answer: Answer | null = null;
      let broken: unknown;
      try {
        answer = await exchange(wire, {
          ...withSignature(plain, signature),
          timeoutMs: timeLeftMs,
          maxBytes: call.maxBytes ?? limits.maxBytes,
          signal,
          allow,
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
      const reading = readLimits(headers, rateLimit, now().getTime());
      if ((status >= 200 && status < 300) || allow.includes(status)) {
        const restMs = restForMs(reading, reserve);
        if (restMs !== null) gate.closeUntil(now().getTime() + restMs);
        return respond<T>(call, answer, signature);
      }

      const failed: FailedAnswer = { status, headers, body: readLeniently(answer.bytes) };
      const mapped = options.mapError?.(failed, now()) ?? null;
      // What the rate limit facts call a limit is one, whatever else the status means to the connector.
      const limitedMs =
        mapped instanceof ProviderRateLimitError
          ? Math.max(1000, mapped.retryAt.getTime() - now().getTime())
          : limitedForMs(status, reading, rateLimit);
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
      const error = mapped ? hideIn(mapped, secrets) : errorByStatus(failed, label, secrets);
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
    return new ProviderRateLimitError(
      `${label} takes no more calls before ${retryAt.toISOString()}.`,
      retryAt,
      status === undefined ? {} : { status },
    );
  }

  function respond<T>(
    call: HttpRequest,
    { status, headers, bytes, url }: Answer,
    signature: Signature | null,
  ): HttpResponse<T> {
    const good = status >= 200 && status < 300;
    const body =
      call.accept === "text" ? bytes.toString() : good ? readJson(bytes, headers, status, label) : readLeniently(bytes);
    return {
      status,
      headers,
      body: body as T,
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

  async function* pages<T>(
    url: string,
    more: Omit<HttpRequest, "url" | "method"> = {},
  ): AsyncGenerator<HttpResponse<T>, void, void> {
    const seen = new Set<string>();
    let { query, ...rest } = more;
    for (let at: string | null = url; at !== null; ) {
      const page: HttpResponse<T> = await request<T>({ ...rest, ...(query ? { query } : {}), url: at });
      seen.add(page.url);
      yield page;
      at = page.next;
      query = undefined;
      if (at !== null && seen.has(at))
        throw new ProviderResponseError(`The pages of ${label} go round in a circle.`, "Link");
    }
  }

  return {
    request,
    get: (url, more) => request({ ...more, url }),
    post: (url, more) => request({ ...more, url, method: "POST" }),
    pages,
    as: oncePerPurpose((purpose) =>
      createClient(shared, { ...options, ...(options.signingFor ?? refusePurpose)(purpose) }),
    ),
  };
}
