/** A POST to where an admin wants events sent. Follows no redirect, repeats nothing, and cares for the answer's head only. */
import { isIP } from "node:net";
import type { Dispatcher } from "undici";
import { ProviderUnavailableError } from "#src/errors.ts";
import { refuseInTransaction } from "#src/platform/transaction-mark.ts";
import { OutboundRefusedError } from "./refused.ts";
import { sandboxed } from "./url.ts";

export interface Post {
  /** https; any port. */
  url: string;
  headers: Record<string, string>;
  body: string;
  /** For all of it. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface Posted {
  status: number;
  /** As it was sent: seconds or a date. */
  retryAfter: string | null;
}

export interface PostParts {
  dispatcher: Dispatcher;
  sandboxUrl: string | null;
  mayReach: (address: string) => boolean;
  userAgent: string;
}

/** Throws OutboundRefusedError before anything is sent, ProviderUnavailableError when there is no answer. */
export async function post(parts: PostParts, { url, headers, body, timeoutMs, signal }: Post): Promise<Posted> {
  refuseInTransaction("a delivery");
  const asked = new URL(url);
  const reason = refusedUrl(asked, parts.mayReach);
  if (reason) throw new OutboundRefusedError(`Gatehouse does not send to this URL: ${reason}.`);
  const target = sandboxed(asked, parts.sandboxUrl);
  const stop = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  try {
    const answer = await parts.dispatcher.request({
      origin: target.origin,
      path: target.pathname + target.search,
      method: "POST",
      headers: { "user-agent": parts.userAgent, ...headers },
      body,
      signal: stop,
    });
    await answer.body.dump({ limit: 16 * 1024, signal: stop });
    const retryAfter = answer.headers["retry-after"];
    return { status: answer.statusCode, retryAfter: typeof retryAfter === "string" ? retryAfter : null };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof OutboundRefusedError) throw cause;
    if (stop.aborted) throw new ProviderUnavailableError(`No response within ${timeoutMs / 1000} s.`, { cause });
    const { code } = cause as NodeJS.ErrnoException;
    throw new ProviderUnavailableError(`No connection${code ? ` (${code})` : ""}.`, { cause });
  }
}

/** Why a URL may not be posted to; null when it may. Its name's addresses are looked at when a socket is opened. */
export function refusedUrl(url: URL, mayReach: (address: string) => boolean): string | null {
  if (url.protocol !== "https:") return "it is not an https URL";
  if (url.username || url.password) return "it holds a user name";
  const literal = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  if (isIP(literal) && !mayReach(literal)) return "its address is neither public nor in DESTINATION_NETWORKS";
  return null;
}
