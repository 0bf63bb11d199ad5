import type { IncomingHttpHeaders } from "node:http";

/** One HTTP request, already routed to a provider: `host` was the first path segment, `path` is the rest. */
export interface SandboxRequest {
  method: string;
  /** The provider host that was asked for, lower case: `api.app.example`, `acme.app.example`. */
  host: string;
  /** Path on that host, with leading slash, without query: `/orgs/acme/members`. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The raw body (at most 5 MiB). */
  body: Buffer;
  /** `http://127.0.0.1:4100`, from the Host header: absolute links a provider returns must stay inside the sandbox. */
  origin: string;
}

export interface SandboxResponse {
  status: number;
  headers?: Record<string, string | string[]>;
  /** A string or Buffer goes out as it is; anything else as JSON. */
  body?: unknown;
  /** Whose answer it is: the server applies this tenant's `slowMs` and `cutConnections`. */
  tenant?: Tenant | undefined;
}

/** One message from a provider to a subscriber's webhook. */
export interface Delivery {
  /** Whose message it is. */
  tenant: Pick<Tenant, "options">;
  url: string;
  /** Default POST. */
  method?: string;
  headers: Record<string, string>;
  body: string;
  /** Waits before each repeat after a timeout or a 5xx. Default: none, no repeat. */
  retryAfterMs?: number[];
  /** Default 10 s. */
  timeoutMs?: number;
}

/** Switched on per tenant by a test or the demo; each changes what the next calls answer. */
export interface Faults {
  /** Every API call answers the provider's "bad or expired token". */
  unauthorized?: boolean;
  /** The refresh token or grant was withdrawn: token endpoint and API calls answer as the provider then does. */
  revoked?: boolean;
  /** Scopes or permissions that are missing, in the provider's own names; the calls needing them answer 403. */
  missingScopes?: string[];
  /** Answer 429 (or what the provider uses) to the next N calls, with the provider's own headers. */
  rateLimited?: { remaining: number; retryAfterSeconds: number };
  /** Answer 5xx to the next N calls. */
  serverErrors?: { remaining: number; status?: number };
  /** Delay every answer. */
  slowMs?: number;
  /** Records come back in a changed shape: required fields renamed or of another type. Names a stream (`users`, `activities`), or `all`. */
  changedShape?: string;
  /** Cut the connection in the middle of the next N answers. */
  cutConnections?: { remaining: number };
  /** The consent page denies by itself, as if the person had clicked Cancel. */
  denyConsent?: boolean;
}

export interface TenantOptions {
  /** Slug of the simulated provider, which is the connector's. */
  provider: string;
  /** The provider's own short name of the tenant: organisation, subdomain, community. */
  name: string;
  /** Same seed, same tenant to the byte. Default 1. */
  seed?: number;
  users?: number;
  groups?: number;
  /** Files, at providers that keep files. Default 200. */
  files?: number;
  /** Events that lie in the past when the tenant is created, spread over `historyDays`. */
  events?: number;
  historyDays?: number;
  /** Instant the tenant was created (epoch ms); events lie before it. Default: now. */
  createdAt?: number;
  /** Page size limits and rate limits off, for load tests. */
  unlimited?: boolean;
}

/** An event as the control API reports it to tests: enough to compare with what Gatehouse stored. */
export interface SandboxEvent {
  /** The id a reader of the provider's API can compute or see; null where the provider has none. */
  id: string | null;
  type: string;
  at: number;
  actor: string;
}

/** One tenant of one simulated provider. */
export interface Tenant {
  readonly options: Required<TenantOptions>;
  faults: Faults;
  /** Number of events so far (history + live + emitted by hand). */
  eventCount(): number;
  /** Events by running number (0 = oldest), for the test oracle. Deterministic; never held in memory for history. */
  events(offset: number, limit: number): SandboxEvent[];
  userIds(offset: number, limit: number): string[];
  /** How many ids `userIds` has; without it they are counted one by one. */
  userCount?(): number;
  /** Makes one new event happen now. `type` in the provider's own words; omitted: the generator chooses. Sends webhooks. */
  emit(partial?: { type?: string; actor?: string; ip?: string; outcome?: "success" | "failure" }): SandboxEvent;
  /** Changes state by hand: `suspend-user`, `delete-user`, `add-user`, ... Provider modules document theirs. */
  change?(what: string, parameters: Record<string, unknown>): unknown;
  /** Credentials a test can type in as settings: client id and secret, API token, private key, endpoints ... */
  credentials(): Record<string, string>;
  /** Calls so far by `METHOD path-pattern`, to check that nothing is read twice or after a disable. */
  calls: Map<string, number>;
}

/** A simulated provider: routes by host, answers in the provider's own wire format. */
export interface Provider {
  slug: string;
  /** True when this provider serves the host: `acme.app.example`. */
  serves(host: string): boolean;
  /** Of a host that several providers serve: whether one of its own tenants is called. Nothing is believed yet. */
  isCalled?(request: SandboxRequest, kit: SandboxKit): boolean;
  createTenant(options: TenantOptions, kit: SandboxKit): Tenant;
  handle(request: SandboxRequest, kit: SandboxKit): Promise<SandboxResponse>;
}

/** What the sandbox server gives to providers. */
export interface SandboxKit {
  now(): number;
  tenant(provider: string, name: string): Tenant | undefined;
  tenants(provider: string): Tenant[];
  /** POSTs a webhook; retried as the provider documents it; result kept for `GET /_sandbox/deliveries`. */
  deliver(delivery: Delivery): Promise<{ status: number; body: string }>;
}
