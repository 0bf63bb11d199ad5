/** The Drive API, version 3: https://developers.google.com/workspace/drive/api/reference/rest/v3 */
import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderAuthError, ProviderNotFoundError } from "#src/errors.ts";

export const driveUrl = "https://www.googleapis.com/drive/v3";
export const folderType = "application/vnd.google-apps.folder";

/** Without it calls about what lies in a shared drive answer that there is no such thing. */
export const withSharedDrives = { supportsAllDrives: true } as const;

/** The folder, at the top of a drive, that quarantined files are moved to. */
export const quarantineName = "Gatehouse quarantine";

export function fileUrl(id: string): string {
  return `${driveUrl}/files/${encodeURIComponent(id)}`;
}

/** The same context, with calls in this person's name. */
export function inNameOf<C extends Context>(context: C, subject: string): C {
  return { ...context, http: context.http.as({ subject }) };
}

/**
 * Nobody may act as this person: suspended, deleted, or without Drive. That is a matter of the person; a scope that is not delegated is one of the
 * instance, and a key that was withdrawn shows at the next listing of accounts.
 */
export function isPersonRefused(error: unknown): error is ProviderAuthError | ProviderNotFoundError {
  return error instanceof ProviderAuthError || error instanceof ProviderNotFoundError;
}

/** Whatever is asked at once; the client lets as many through as its limit allows. One after the other a drive of a million files would take days. */
export async function inParallel<T, R>(all: readonly T[], atOnce: number, run: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += atOnce) {
    const settled = await Promise.allSettled(all.slice(from, from + atOnce).map(run));
    for (const one of settled) {
      if (one.status === "rejected") throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}
