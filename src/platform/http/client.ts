/** What connectors see of the outbound HTTP client; made by `createOutbound(…).client(…)` in outbound.ts. */
import type { TokenPurpose } from "./purpose.ts";

export interface HttpRequest {
  /** Default GET. The answer to HEAD is headers alone: ask for it with `accept: "bytes"`. */
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path relative to the connector's base URL, or an absolute https URL on an allowed host. */
  url: string;
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  /** One of three bodies: JSON, a form, or raw (with a content-type header). */
  json?: unknown;
  form?: Record<string, string>;
  body?: string | Buffer;
  /** How to read the answer: parsed, as text, or as it is (a Buffer). Default `json`. */
  accept?: "json" | "text" | "bytes";
  /** False for token endpoints and other calls that carry their own credential. Default true. */
  sign?: boolean;
  /** Statuses besides 2xx to return instead of throwing: `[404]`. A redirect named here is returned, not followed. */
  allow?: readonly number[];
  /** Default 30,000; the whole exchange, redirects, body and repetitions included, waiting for a rate limit not. */
  timeoutMs?: number;
  /** Repeat after a broken connection or 5xx. Default: true for GET, false for the rest. */
  retry?: boolean;
  /** Default 32 MiB. */
  maxBytes?: number;
}

export interface HttpResponse<T = unknown> {
  status: number;
  headers: Headers;
  /** Null when JSON was asked for and the answer was empty; an empty text or Buffer otherwise. */
  body: T;
  /** Absolute URL that answered, as the provider knows it (never the sandbox's). */
  url: string;
  /** The `rel="next"` Link header, absolute and on the same origin; null without one. */
  next: string | null;
}

/** A large answer, read in pieces. */
export interface StreamRequest
  extends Omit<HttpRequest, "accept" | "allow" | "timeoutMs" | "maxBytes" | "method" | "url"> {
  /** Default GET. */
  method?: "GET" | "POST";
  /** Until the answer begins. Default 30,000. */
  timeoutMs?: number;
  /** Longest silence of the provider between two pieces; the time its reader takes does not count. Default 30,000. */
  idleMs?: number;
  /** Of the whole answer, decompressed. Default 1 GiB. */
  maxBytes?: number;
}

/**
 * Signs, retries with jitter, obeys rate limits, guards against SSRF and maps errors:
 * 401 → ProviderAuthError (after one refresh), 403 → ProviderScopeError, 404 → ProviderNotFoundError, 429 → ProviderRateLimitError,
 * 400/409/410/422 → ProviderRequestError, 5xx and broken connections → ProviderUnavailableError, not JSON → ProviderResponseError,
 * unless the connector's `mapError` decides otherwise (but 429, and 403 or 503 with a limit's headers, always are rate limits).
 * Redirects to another host, and URLs outside the connector's hosts, are refused before anything is sent there.
 * Waits of up to 5 seconds are waited here; longer ones are thrown as ProviderRateLimitError.
 */
export interface Client {
  request<T = unknown>(request: HttpRequest): Promise<HttpResponse<T>>;
  get<T = unknown>(url: string, options?: Omit<HttpRequest, "url" | "method">): Promise<HttpResponse<T>>;
  post<T = unknown>(url: string, options?: Omit<HttpRequest, "url" | "method">): Promise<HttpResponse<T>>;
  /**
   * The body of a large answer, its Content-Encoding undone. Nothing is sent before the first piece is asked for; leaving the loop closes the
   * connection. Signed, limited, guarded and refused as `request` is, and repeated as it is until the answer begins. After that a silence or a
   * broken connection throws ProviderUnavailableError, too much of it ProviderResponseError. Only beginning it counts towards
   * the calls at once, so that its reader may make others.
   */
  stream(url: string, options?: StreamRequest): AsyncGenerator<Uint8Array, void, void>;
  /** Follows `rel="next"` Link headers on the same origin; throws ProviderResponseError on a loop. */
  pages<T = unknown>(
    url: string,
    options?: Omit<HttpRequest, "url" | "method">,
  ): AsyncGenerator<HttpResponse<T>, void, void>;
  /**
   * A client with the same hosts and limits whose calls are signed with a token for this audience or person. The token is made when the
   * first call needs it. Throws an Error on a client that signs nothing.
   */
  as(purpose: TokenPurpose): Client;
}
