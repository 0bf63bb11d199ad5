import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import {
  ProviderNotFoundError,
  ProviderRequestError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import type { Client, HttpRequest, HttpResponse, StreamRequest } from "#src/platform/http/client.ts";
import type { Unsigned } from "#src/platform/http/prepare.ts";

export interface FakeAnswer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Path of the next page. */
  next?: string | null;
}

/** A client whose provider is a function. Statuses become errors as the real client's do. */
/** A request, for signatures that do not depend on it. */
export const anyRequest: Unsigned = {
  method: "GET",
  url: new URL("https://provider.example/"),
  headers: {},
  body: null,
};

export class FakeClient implements Client {
  readonly calls: { method: string; path: string; request: HttpRequest }[] = [];
  readonly #answer: (path: string, request: HttpRequest) => FakeAnswer;
  readonly #origin: string;

  constructor(origin: string, answer: (path: string, request: HttpRequest) => FakeAnswer) {
    this.#origin = origin;
    this.#answer = answer;
  }

  async request<T>(request: HttpRequest): Promise<HttpResponse<T>> {
    const url = new URL(request.url, this.#origin);
    const path = url.pathname + url.search;
    this.calls.push({ method: request.method ?? "GET", path, request });
    const { status = 200, body = null, headers = {}, next = null } = this.#answer(path, request);
    if (status >= 300 && !request.allow?.includes(status)) throw errorOf(status);
    return {
      status,
      headers: new Headers(headers),
      body: body as T,
      url: url.href,
      next: next === null ? null : new URL(next, this.#origin).href,
    };
  }

  get<T>(url: string, options?: Omit<HttpRequest, "url" | "method">): Promise<HttpResponse<T>> {
    return this.request<T>({ ...options, url });
  }

  post<T>(url: string, options?: Omit<HttpRequest, "url" | "method">): Promise<HttpResponse<T>> {
    return this.request<T>({ ...options, url, method: "POST" });
  }

  async *pages<T>(
    url: string,
    options?: Omit<HttpRequest, "url" | "method">,
  ): AsyncGenerator<HttpResponse<T>, void, void> {
    for (let at: string | null = url; at !== null; ) {
      const page: HttpResponse<T> = await this.get<T>(at, options);
      yield page;
      at = page.next;
    }
  }

  /** The body of the answer, in one piece: a text, a Buffer, or JSON. */
  async *stream(url: string, options: StreamRequest = {}): AsyncGenerator<Uint8Array, void, void> {
    const { body } = await this.request({ ...options, url });
    yield typeof body === "string" || Buffer.isBuffer(body) ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  }

  /** Whose token a call carries makes no difference to the function that answers. */
  as(): Client {
    return this;
  }

  context(settings: Record<string, string>, more: Partial<StreamContext> = {}): StreamContext {
    return {
      http: this,
      settings,
      components: [],
      now: () => new Date("2026-11-20T12:00:00.000Z"),
      signal: new AbortController().signal,
      from: new Date("2026-11-13T12:00:00.000Z"),
      to: null,
      part: null,
      credential: null,
      ...more,
    };
  }
}

function errorOf(status: number): Error {
  if (status === 403) return new ProviderScopeError("refused", [], { status });
  if (status === 404) return new ProviderNotFoundError("not there", { status });
  if (status >= 500) return new ProviderUnavailableError("down", { status });
  return new ProviderRequestError("refused", { status });
}
