/** Which limit a call is under, and what all clients of an instance know about it together. */
import { Gate } from "./gate.ts";
import type { RateLimitFact, RateLimitRule } from "./rate-limit.ts";
import { compileHosts, type HostRules, hostAllowed } from "./url.ts";

/** The limit of one call. */
export interface Limit {
  /** Names the limit within a client: empty for the one of all other calls. */
  match: string;
  fact: RateLimitRule | RateLimitFact | undefined;
  concurrency: number;
  /** Calls in any 60 seconds; null: as many as the provider takes. */
  perMinute: number | null;
  /** Calls in any second; null: as many as the provider takes. */
  perSecond: number | null;
}

interface CompiledRule {
  hosts: HostRules;
  path: string;
  limit: Limit;
}

/** Throws OutboundRefusedError for a rule that names no host. */
export function compileLimits(
  fact: RateLimitFact | undefined,
  rules: readonly RateLimitRule[] = [],
): (url: URL) => Limit {
  const others = limitOf("", fact, {});
  const compiled = rules.map((rule): CompiledRule => {
    const slash = rule.match.indexOf("/");
    const host = slash < 0 ? rule.match : rule.match.slice(0, slash);
    const path = slash < 0 ? "" : rule.match.slice(slash).replace(/\/+$/, "");
    return { hosts: compileHosts([host]), path, limit: limitOf(rule.match, rule, rule) };
  });
  return (url) =>
    compiled.find(({ hosts, path }) => hostAllowed(hosts, url.hostname) && isBelow(url.pathname, path))?.limit ??
    others;
}

function limitOf(
  match: string,
  fact: RateLimitFact | undefined,
  { perMinute = null, perSecond = null }: { perMinute?: number | null; perSecond?: number | null },
): Limit {
  return { match, fact, concurrency: fact?.concurrency ?? 4, perMinute, perSecond };
}

/** Whole segments: `/v1/users` is above `/v1/users/7`, not above `/v1/users-export`. */
function isBelow(path: string, start: string): boolean {
  return path.startsWith(start) && (path.length === start.length || path[start.length] === "/");
}

/** So many are kept before those with nothing to remember are dropped. */
const manyGates = 2_000;

/** Gates by instance and limit. Shared by all clients of a process: what one job learns of a limit holds for the others. */
export class Gates {
  readonly #gates = new Map<string, Gate>();

  /** Requested again by every call: one that has nothing to remember may have been dropped meanwhile. */
  of(key: string, nowMs: number): Gate {
    const known = this.#gates.get(key);
    if (known) return known;
    if (this.#gates.size >= manyGates)
      for (const [other, gate] of this.#gates) if (gate.isIdle(nowMs)) this.#gates.delete(other);
    const gate = new Gate();
    this.#gates.set(key, gate);
    return gate;
  }
}
