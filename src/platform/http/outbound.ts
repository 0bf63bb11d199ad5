/** The one way out: everything Gatehouse sends to a provider passes here. */
import type { LookupFunction } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Agent, buildConnector } from "undici";
import { guardedLookup, type Resolve, reachable, resolveByDns } from "./address.ts";
import type { Client } from "./client.ts";
import { Slots } from "./gate.ts";
import { Gates } from "./limits.ts";
import { type ClientOptions, createClient, type OutboundLimits, type OutboundLog, type Shared } from "./make-client.ts";
import { type Post, type Posted, post } from "./post.ts";

export type { CallMeasure, ClientOptions, OutboundLimits, OutboundLog } from "./make-client.ts";
export type { Signature, Unsigned } from "./prepare.ts";
export type { TokenPurpose } from "./purpose.ts";
export { OutboundRefusedError } from "./refused.ts";
export { expandHosts, expandMatches, sandboxed } from "./url.ts";

/** Makes what opens sockets; `lookup` is absent where addresses are not guarded. */
export type Dial = (options: { timeout: number; allowH2: false; lookup?: LookupFunction }) => buildConnector.connector;

export interface OutboundOptions {
  /** `PROVIDER_SANDBOX_URL`: every call goes there instead, and the address guard is off for that origin only. */
  sandboxUrl?: string | null;
  /** Networks (CIDR) that destinations may reach although they are not public. Providers never are there. */
  destinationNetworks?: readonly string[];
  log: OutboundLog;
  userAgent?: string;
  limits?: Partial<OutboundLimits>;
  /** For tests: DNS, sockets, chance and sleep. */
  resolve?: Resolve;
  dial?: Dial;
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface Outbound {
  client: (options: ClientOptions) => Client;
  /** One POST to a destination's URL, whose answer's body does not matter. Throws OutboundRefusedError, ProviderUnavailableError. */
  post: (request: Post) => Promise<Posted>;
  /** For sockets to destinations: whether an address may be called, and a lookup that answers with such only. */
  destinations: { mayReach: (address: string) => boolean; lookup: LookupFunction };
  /** Cuts what is still running, and refuses what comes later. */
  close: () => Promise<void>;
}

const defaults: OutboundLimits = {
  maxWaitMs: 5000,
  timeoutMs: 30_000,
  maxBytes: 32 * 1024 * 1024,
  streamBytes: 1024 * 1024 * 1024,
  attempts: 3,
  redirects: 5,
  connections: 64,
};

/** One per process: holds the sockets. Opens none before the first call. */
export function createOutbound(options: OutboundOptions): Outbound {
  const limits = { ...defaults, ...options.limits };
  const sandboxUrl = options.sandboxUrl ?? null;
  const dial: Dial = options.dial ?? buildConnector;
  // With a sandbox every call goes to its origin, so nothing unguarded can reach any other.
  const guard = sandboxUrl ? {} : { lookup: guardedLookup(options.resolve ?? resolveByDns) };
  const agent = new Agent({
    connect: dial({ timeout: 10_000, allowH2: false, ...guard }),
    allowH2: false,
    connections: limits.connections,
    keepAliveTimeout: 15_000,
    maxHeaderSize: 64 * 1024,
    // Each exchange has its own time limit.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const closing = new AbortController();
  const shared: Shared = {
    closing: closing.signal,
    dispatcher: agent,
    limits,
    sandboxUrl,
    log: options.log,
    slots: new Slots(),
    gates: new Gates(),
    userAgent: options.userAgent ?? "Gatehouse",
    random: options.random ?? Math.random,
    sleep: options.sleep ?? sleep,
  };
  // Where a sandbox plays the providers, destinations are tried on the same machine.
  const networks = [...(options.destinationNetworks ?? []), ...(sandboxUrl ? ["127.0.0.0/8", "::1/128"] : [])];
  const mayReach = reachable(networks);
  const destinations = { mayReach, lookup: guardedLookup(options.resolve ?? resolveByDns, mayReach) };
  const posts = new Agent({
    connect: dial({ timeout: 10_000, allowH2: false, lookup: destinations.lookup }),
    allowH2: false,
    connections: limits.connections,
    keepAliveTimeout: 15_000,
  });
  return {
    client: (clientOptions) => createClient(shared, clientOptions),
    post: (request) => post({ dispatcher: posts, sandboxUrl, mayReach, userAgent: shared.userAgent }, request),
    destinations,
    close: async () => {
      closing.abort();
      await Promise.all([agent.destroy(), posts.destroy()]);
    },
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
