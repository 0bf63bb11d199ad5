import { type ProviderError, ProviderNotFoundError, ProviderRequestError, ProviderScopeError } from "#src/errors.ts";
import type { Context } from "./contract/context.ts";
import type { PostureItem } from "./contract/records.ts";

/** How to read one setting, under the key that checks know it by. */
export type SettingReaders = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * Reads settings for posture checks, one after the other. A setting that the provider refuses (a missing scope, not there, not to be asked) is
 * unreadable, with the reason, and its checks answer "unknown". Everything else throws, and nothing is concluded: an outage, a rate limit or
 * a withdrawn credential proves nothing about a setting, and an answer of another shape may be the page of a proxy. The scan fails and
 * is tried again.
 */
export async function readSettings(context: Context, readers: SettingReaders): Promise<PostureItem[]> {
  const items: PostureItem[] = [];
  for (const [key, read] of Object.entries(readers)) {
    context.signal.throwIfAborted();
    try {
      items.push({ key, value: await read() });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      items.push({ key, unreadable: reasonOf(error) });
    }
  }
  return items;
}

function isRefusal(error: unknown): error is ProviderError {
  return (
    error instanceof ProviderScopeError ||
    error instanceof ProviderNotFoundError ||
    error instanceof ProviderRequestError
  );
}

function reasonOf(error: ProviderError): string {
  const scopes = error instanceof ProviderScopeError ? error.scopes : [];
  return scopes.length > 0 ? `${error.message} Missing: ${scopes.join(", ")}.` : error.message;
}
