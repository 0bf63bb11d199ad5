import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { instantOf, isObject, needList, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, ProviderRequestError, ProviderResponseError, StreamCursorError } from "#src/errors.ts";
import type { HttpResponse } from "#src/platform/http/client.ts";
import { enterprisePath, nextOf, orgPath, readCursor, storedPath } from "./api.ts";
import { newestOf, toActivity } from "./map.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Entries of the same second, and those that overtake each other on the way. */
const overlapMs = minuteMs;
/** GitHub writes some entries late and does not say how late: most by minutes. Reading 20 minutes again at every poll would use up its 1,750 calls an hour. */
const deepOverlapMs = 20 * minuteMs;
const deepEveryMs = 20 * minuteMs;
/** The few that are later still, by up to three days: a daily sweep over the last days, a few pages at a time, so that it never delays what is new. */
const sweepOverlapMs = 5 * dayMs;
const sweepEveryMs = dayMs;
const sweepPagesPerRun = 10;

/** A window is read from `since` upwards; `next` stands inside it, and is null once it has been read. */
interface Place {
  since: Date;
  newest: Date | null;
  next: string | null;
  /** When the last window with the deep overlap began that was read to its end. */
  deepAt: Date | null;
  /** When this window began, if it has the deep overlap. */
  deep: Date | null;
  /** When the last sweep began that came to its end. */
  sweptAt: Date;
  sweep: Sweep | null;
}

interface Sweep {
  at: Date;
  from: Date;
  to: Date;
  next: string | null;
}

/**
 * The audit log, web and Git events, oldest first, 100 a page.
 * Cursor: the window being read, the next page in it, and the newest entry stored so far. A window ends without a next page;
 * the following one starts a minute before the newest entry, every 20 minutes 20 minutes before it. Once a day the last five days
 * are read again, ten pages a run, after the window. Entries met twice are the same entries.
 * Throws ProviderResponseError (changed shape), StreamCursorError (a cursor of another log, or of the future).
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization
 */
export async function* activities(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<ActivityRecord>, void, void> {
  const path = logPath(context);
  let place = nextWindow(context, cursor === null ? null : readPlace(context, cursor, path));
  for (let caughtUp = false; !caughtUp; ) {
    const again = new Date(Math.max(place.since.getTime(), (place.newest?.getTime() ?? 0) - deepOverlapMs));
    const { items, next } = await readPage(context, path, place.next, place.since, again, context.to);
    caughtUp = next === null;
    place = {
      ...place,
      next,
      newest: latest(context, place.newest, newestOf(items)),
      // Only a window read to its end has caught what was late.
      deepAt: caughtUp && place.deep ? place.deep : place.deepAt,
    };
    yield { items, cursor: writePlace(path, place) };
  }
  if (context.to === null) yield* sweep(context, path, place);
}

async function* sweep(
  context: StreamContext,
  path: string,
  place: Place,
): AsyncGenerator<StreamPage<ActivityRecord>, void, void> {
  let current = place.sweep ?? beginSweep(context, place);
  for (let pages = 0; current && pages < sweepPagesPerRun; pages++) {
    const { items, next } = await readPage(context, path, current.next, current.from, current.from, current.to);
    const done = next === null;
    const sweptAt = done ? current.at : place.sweptAt;
    current = done ? null : { ...current, next };
    yield { items, cursor: writePlace(path, { ...place, sweptAt, sweep: current }) };
  }
}

function beginSweep(context: StreamContext, place: Place): Sweep | null {
  const now = context.now();
  if (now.getTime() - place.sweptAt.getTime() < sweepEveryMs) return null;
  const from = new Date(Math.max(now.getTime() - sweepOverlapMs, context.from.getTime()));
  return from < place.since ? { at: now, from, to: place.since, next: null } : null;
}

/** A page link that has died (they do not live for ever) is replaced by its window, from `again` on. */
async function readPage(
  context: StreamContext,
  path: string,
  link: string | null,
  from: Date,
  again: Date,
  to: Date | null,
): Promise<{ items: ActivityRecord[]; next: string | null }> {
  let page: HttpResponse;
  try {
    page = await context.http.get(link ?? firstPage(path, from, to));
  } catch (error) {
    const refused = error instanceof ProviderRequestError || error instanceof ProviderNotFoundError;
    if (!refused || link === null) throw error;
    page = await context.http.get(firstPage(path, again, to));
  }
  const next = nextOf(page);
  if (next !== null && next === link) throw new ProviderResponseError("The next page is the same page again.", "Link");
  const items = needList(page.body, "body").flatMap((event, index) =>
    isOurs(context, event) ? [toActivity(event, `[${index}]`)] : [],
  );
  return { items, next };
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

function firstPage(path: string, from: Date, to: Date | null): string {
  const upTo = to ? ` created:<=${seconds(to)}` : "";
  const phrase = `created:>=${seconds(from)}${upTo}`;
  return `${path}?${new URLSearchParams({ phrase, include: "all", order: "asc", per_page: "100" })}`;
}

/** The search has no smaller unit than the second. */
function seconds(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}

function nextWindow(context: StreamContext, stored: Place | null): Place {
  const now = context.now();
  if (!stored)
    return { since: context.from, newest: null, next: null, deepAt: null, deep: now, sweptAt: now, sweep: null };
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
  const newest = instantOf(stored.newest);
  const tomorrow = context.now().getTime() + dayMs;
  if (since.getTime() > tomorrow || (newest && newest.getTime() > tomorrow)) {
    throw new StreamCursorError("The stored position lies in the future.");
  }
  return {
    since,
    newest,
    next: readLink(stored.next, path),
    deepAt: instantOf(stored.deepAt),
    deep: instantOf(stored.deep),
    sweptAt: instantOf(stored.sweptAt) ?? since,
    sweep: readSweep(stored.sweep, path),
  };
}

function readSweep(value: unknown, path: string): Sweep | null {
  const stored = objectOf(value);
  const [at, from, to] = [instantOf(stored.at), instantOf(stored.from), instantOf(stored.to)];
  return at && from && to ? { at, from, to, next: readLink(stored.next, path) } : null;
}

function readLink(value: unknown, path: string): string | null {
  return value === null || value === undefined ? null : storedPath(value, [path]);
}

function writePlace(path: string, place: Place): string {
  return JSON.stringify({ path, ...place });
}
