import { ProviderNotFoundError, ProviderRequestError, ProviderResponseError, StreamCursorError } from "#src/errors.ts";
import type { HttpResponse } from "#src/http/client.ts";
import type { ActivityRecord, StreamContext, StreamPage } from "../connector.ts";
import { instantOf, isObject, needList, textOf } from "../record.ts";
import { enterprisePath, nextOf, orgPath, readCursor, storedPath } from "./api.ts";
import { newestOf, toActivity } from "./map.ts";

const minuteMs = 60_000;
/** Entries of the same second, and those that overtake each other on the way. */
const overlapMs = minuteMs;
/** GitHub writes some entries late, without saying how late; re-reading 20 minutes at every poll would use up its 1,750 calls an hour. */
const deepOverlapMs = 20 * minuteMs;
const deepEveryMs = 20 * minuteMs;

/** A window is read from `since` upwards; `next` stands inside it, and is null once it has been read. */
interface Place {
  since: Date;
  newest: Date | null;
  next: string | null;
  /** When the last window with the deep overlap began that was read to its end. */
  deepAt: Date | null;
  /** When this window began, if it has the deep overlap. */
  deep: Date | null;
}

/**
 * The audit log, web and Git events, oldest first, 100 a page.
 * Cursor: the window being read, the next page in it, and the newest entry stored so far. A window ends without a next page;
 * the following one starts a minute before the newest entry, every 20 minutes 20 minutes before it. Entries met twice are the same entries.
 * Throws ProviderResponseError (changed shape), StreamCursorError (a cursor of another organization).
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization
 */
export async function* activities(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<ActivityRecord>, void, void> {
  const path = logPath(context);
  let place = nextWindow(context, cursor === null ? null : readPlace(context, cursor, path));
  for (;;) {
    const asked = place.next ?? firstPage(context, path, place.since);
    const page = await readPage(context, path, asked, place);
    const items = needList(page.body, "body")
      .map((event, index) => ({ event, path: `[${index}]` }))
      .filter(({ event }) => isOurs(context, event))
      .map(({ event, path }) => toActivity(event, path));
    const next = nextOf(page);
    if (next === asked) throw new ProviderResponseError("The next page is the same page again.", "link");
    place = {
      ...place,
      next,
      newest: latest(context, place.newest, newestOf(items)),
      // Only a window read to its end has caught what was late.
      deepAt: next === null && place.deep ? place.deep : place.deepAt,
    };
    yield { items, cursor: writePlace(path, place) };
    if (next === null) return;
  }
}

function logPath(context: StreamContext): string {
  const whole = context.settings.auditLog === "enterprise" ? enterprisePath(context) : null;
  return `${whole ?? orgPath(context)}/audit-log`;
}

/** The log of an enterprise has the events of all its organizations; those of the others belong to their own instances. */
function isOurs(context: StreamContext, event: unknown): boolean {
  if (context.settings.auditLog !== "enterprise" || !isObject(event)) return true;
  const org = textOf(event.org);
  return org === null || org.toLowerCase() === context.settings.org?.toLowerCase();
}

function firstPage(context: StreamContext, path: string, since: Date): string {
  const upTo = context.to ? ` created:<=${seconds(context.to)}` : "";
  const query = new URLSearchParams({
    phrase: `created:>=${seconds(since)}${upTo}`,
    include: "all",
    order: "asc",
    per_page: "100",
  });
  return `${path}?${query}`;
}

/** A page link that has died (they do not live for ever) is replaced by its window from the newest stored entry on: nothing is missed. */
async function readPage(context: StreamContext, path: string, url: string, place: Place): Promise<HttpResponse> {
  try {
    return await context.http.get(url);
  } catch (error) {
    const refused = error instanceof ProviderRequestError || error instanceof ProviderNotFoundError;
    if (!refused || place.next === null) throw error;
    const from = place.newest
      ? Math.max(place.since.getTime(), place.newest.getTime() - deepOverlapMs)
      : place.since.getTime();
    return await context.http.get(firstPage(context, path, new Date(from)));
  }
}

function nextWindow(context: StreamContext, stored: Place | null): Place {
  const now = context.now();
  if (!stored) return { since: context.from, newest: null, next: null, deepAt: null, deep: now };
  if (stored.next !== null) return stored;
  const deep = !stored.deepAt || now.getTime() - stored.deepAt.getTime() >= deepEveryMs;
  const since = stored.newest ? new Date(stored.newest.getTime() - (deep ? deepOverlapMs : overlapMs)) : stored.since;
  return { ...stored, since, deep: deep ? now : null };
}

/** Never after now: one entry with a wrong clock must not make us skip what comes before it. */
function latest(context: StreamContext, ...instants: (Date | null)[]): Date | null {
  const times = instants.filter((one) => one !== null).map((one) => one.getTime());
  return times.length === 0 ? null : new Date(Math.min(Math.max(...times), context.now().getTime()));
}

function readPlace(context: StreamContext, cursor: string, path: string): Place {
  const stored = readCursor(cursor);
  const since = instantOf(stored.since);
  if (!since || stored.path !== path) throw new StreamCursorError("The stored position belongs to another audit log.");
  const tomorrow = context.now().getTime() + 24 * 60 * minuteMs;
  const newest = instantOf(stored.newest);
  if (since.getTime() > tomorrow || (newest && newest.getTime() > tomorrow))
    throw new StreamCursorError("The stored position lies in the future.");
  return {
    since,
    newest,
    next: stored.next === null || stored.next === undefined ? null : storedPath(stored.next, [path]),
    deepAt: instantOf(stored.deepAt),
    deep: instantOf(stored.deep),
  };
}

function writePlace(path: string, place: Place): string {
  return JSON.stringify({ path, ...place });
}

/** The search has no smaller unit than the second. */
function seconds(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}
