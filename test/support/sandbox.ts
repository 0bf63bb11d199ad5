import type { Faults, SandboxEvent, TenantOptions } from "../../sandbox/provider.ts";
import type { DeliveryRecord } from "../../sandbox/webhooks.ts";
import { startNode, type TestProcess } from "./process.ts";

export interface TenantSummary {
  provider: string;
  name: string;
  users: number;
  events: number;
  credentials: Record<string, string>;
}

/** One tenant of the sandbox, as a test handles it. */
export interface SandboxTenant {
  provider: string;
  name: string;
  /** What a person would type in as settings. */
  credentials: Record<string, string>;
  /** Replaces the faults; `{}` makes the tenant healthy again. */
  setFaults(faults: Faults): Promise<void>;
  /** Makes events happen now. */
  emit(event?: EmitOptions): Promise<SandboxEvent[]>;
  /** Oldest first. */
  events(offset?: number, limit?: number): Promise<{ total: number; events: SandboxEvent[] }>;
  userIds(offset?: number, limit?: number): Promise<{ total: number; ids: string[] }>;
  change(what: string, parameters?: Record<string, unknown>): Promise<unknown>;
  /** Keeps producing events; 0 stops. */
  setLive(eventsPerSecond: number): Promise<void>;
  /** API calls so far by `METHOD path-pattern`. */
  calls(): Promise<Record<string, number>>;
  /** Webhook deliveries and their answers, newest last. */
  deliveries(): Promise<DeliveryRecord[]>;
  remove(): Promise<void>;
}

export interface EmitOptions {
  count?: number;
  type?: string;
  actor?: string;
  ip?: string;
  outcome?: "success" | "failure";
}

export interface Sandbox {
  /** What `PROVIDER_SANDBOX_URL` is set to. */
  url: string;
  process: TestProcess;
  /** Asks the address of a provider that a client would ask: `https://api.app.example/users`. Redirects are not followed. */
  ask(url: string, init?: RequestInit): Promise<Response>;
  createTenant(options: TenantOptions): Promise<SandboxTenant>;
  /** A tenant made elsewhere, or before a restart. */
  tenant(provider: string, name: string, credentials?: Record<string, string>): SandboxTenant;
  tenants(): Promise<TenantSummary[]>;
  stop(): Promise<void>;
}

/** Starts the provider sandbox as the process it is; it ends with the test file at the latest. */
export async function startSandbox(args: string[] = []): Promise<Sandbox> {
  const child = startNode("sandbox/main.ts", ["--port", "0", ...args]);
  const [, url] = await child.waitFor(/Sandbox is listening on (http:\/\/\S+)/);
  return connectSandbox(url as string, child);
}

function connectSandbox(url: string, child: TestProcess): Sandbox {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/_sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_sandbox${path} answered ${response.status}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };

  const tenant = (provider: string, name: string, credentials: Record<string, string> = {}): SandboxTenant => {
    const path = `/tenants/${encodeURIComponent(provider)}/${encodeURIComponent(name)}`;
    return {
      provider,
      name,
      credentials,
      setFaults: (faults) => call("PUT", `${path}/faults`, faults),
      emit: (event = {}) => call("POST", `${path}/events`, event),
      events: (offset = 0, limit = 1000) => call("GET", `${path}/events?offset=${offset}&limit=${limit}`),
      userIds: (offset = 0, limit = 1000) => call("GET", `${path}/users?offset=${offset}&limit=${limit}`),
      change: (what, parameters = {}) => call("POST", `${path}/changes`, { what, parameters }),
      setLive: (eventsPerSecond) => call("PUT", `${path}/live`, { eventsPerSecond }),
      calls: () => call("GET", `${path}/calls`),
      deliveries: () => call("GET", `/deliveries?${new URLSearchParams({ provider, name })}`),
      remove: () => call("DELETE", path),
    };
  };

  return {
    url,
    process: child,
    ask: (address, init) => fetch(address.replace("https://", `${url}/`), { redirect: "manual", ...init }),
    tenant,
    tenants: () => call("GET", "/tenants"),
    async createTenant(options) {
      const made = await call<{ credentials: Record<string, string> }>("POST", "/tenants", options);
      return tenant(options.provider, options.name, made.credentials);
    },
    stop: async () => void (await child.kill("SIGTERM")),
  };
}
