import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

/** What a stream waits for before its first run on a new connection: users first, then groups and privileges, then the rest. */
export const waitsFor: Readonly<Record<ScanStream, readonly ScanStream[]>> = {
  USERS: [],
  GROUPS: ["USERS"],
  PRIVILEGES: ["USERS"],
  ACTIVITIES: ["USERS", "GROUPS", "PRIVILEGES"],
  FILES: ["USERS", "GROUPS", "PRIVILEGES"],
  OAUTH_APPS: ["USERS", "GROUPS", "PRIVILEGES"],
  POSTURE: ["USERS", "GROUPS", "PRIVILEGES"],
};

/** How often a stream, or a part of it, is read when nothing else asks for it. */
export function everySecondsOf(
  manifest: Pick<Manifest, "streams"> | undefined,
  { stream, isFeed }: { stream: string; isFeed: boolean },
): number {
  const fact = manifest?.streams[stream as ScanStream];
  return (isFeed ? fact?.feedEverySeconds : undefined) ?? fact?.everySeconds ?? 3600;
}

/** Even behind a long listing some activities appear soon: the latest first start after connecting. */
export const latestFirstStartMs: Readonly<Partial<Record<ScanStream, number>>> = { ACTIVITIES: 10_000 };

/** A job that reads longer than this goes to the back of the queue, so that a large tenant does not hold a worker. */
export const timeSliceMs = 20_000;

/** Wait before trying again after the nth failure in a row (n ≥ 1): doubling from 10 s to 30 min, with up to a quarter of jitter. */
export function retryDelayMs(failures: number, random: number): number {
  const base = Math.min(30 * 60_000, 10_000 * 2 ** Math.min(20, failures - 1));
  return Math.round(base * (1 + random / 4));
}

/** Re-read before the last stored item after the provider refused the stored position. */
export const overlapMs = 60 * 60_000;

/** After this many interrupted tries a listing starts over. */
export const maxResumes = 5;

/** How long a stream that lacks a scope waits before it looks again by itself. */
export const scopeRetryMs = 6 * 60 * 60_000;

/**
 * How soon a listing is repeated that could not be concluded from, and settings are read again of which some could not be read: an
 * outage passes within the hour, and nobody waits a day to know.
 */
export const secondLookMs = 60 * 60_000;

/**
 * A complete listing that names less than this share of what is known, where so many are known, is rather a fault of the app (an empty
 * page with 200, a scope that was lost) than half of a tenant deleted between two looks. Smaller tenants do change like that.
 */
export const suspicious = { share: 0.5, known: 20 };

/** Milliseconds of an ISO 8601 duration as manifests use them: `P7D`, `PT1H`, `PT0S`. */
export function durationMs(text: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (!match) throw new Error(`not an ISO 8601 duration we use: ${text}`);
  const [, days, hours, minutes, seconds] = match;
  return (
    ((Number(days ?? 0) * 24 + Number(hours ?? 0)) * 60 + Number(minutes ?? 0)) * 60_000 + Number(seconds ?? 0) * 1000
  );
}
