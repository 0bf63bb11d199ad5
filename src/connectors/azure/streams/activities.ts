import type { StreamContext, StreamFunction, StreamPart, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import { isSignInPart, readSignIns, signInParts } from "../../_microsoft/sign-in-log.ts";
import { armOf, armPages, armUrl, subscriptionsOf } from "../arm.ts";
import { toActivity } from "../map-log.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Older events are no longer there, and asking for them is refused. */
const keptMs = 90 * dayMs;
/** Sign-ins are kept for less, and few calls are allowed: https://learn.microsoft.com/en-us/entra/identity/monitoring-health/reference-reports-data-retention */
const signInsKeptMs = 30 * dayMs;

/** The log of what happens above subscriptions: management groups, and access that a Global Administrator gives themselves. */
const directory: StreamPart = { name: "tenant", label: "Management groups and tenant", categories: ["USER", "ADMIN"] };

/** A log of its own for each subscription, the one above them, and the sign-ins of the directory. */
export const activityParts: StreamParts = async (context) => [
  ...(await subscriptionsOf(context)).map(
    ({ id, name }): StreamPart => ({ name: id, label: name, categories: ["USER", "ADMIN"] }),
  ),
  directory,
  ...signInParts,
];

/**
 * The activity log of a subscription, newest first, in windows of a day. Events are there within 20 minutes of what they report, usually
 * within three; what comes later is met by a sweep.
 * Source: https://learn.microsoft.com/en-us/rest/api/monitor/activity-logs/list
 */
export const activities: StreamFunction<"ACTIVITIES"> = async function* (context, cursor) {
  const { part } = context;
  if (isSignInPart(part)) {
    yield* readSignIns(since(context, new Date(context.now().getTime() - signInsKeptMs)), cursor, part);
    return;
  }
  const oldest = new Date(context.now().getTime() - keptMs + hourMs);
  // Nothing is left of a back-fill that ends before what Azure keeps.
  if (context.to !== null && context.to < oldest) yield { items: [], cursor: null };
  else
    yield* followTime(armOf(since(context, oldest)), cursor, {
      name: `activity log of ${part}`,
      of: part ?? directory.name,
      first: (from, to) => urlOf(context, from < oldest ? oldest : from, to ?? context.now()),
      page: armPages,
      items: toActivity,
      maxSpanMs: dayMs,
      overlapMs: 30 * minuteMs,
      sweeps: [{ everyMs: 6 * hourMs, backMs: 30 * hourMs }],
    });
};

function since(context: StreamContext, oldest: Date): StreamContext {
  return context.from < oldest ? { ...context, from: oldest } : context;
}

function urlOf({ settings, part }: StreamContext, from: Date, to: Date): string {
  const scope = part === directory.name ? "" : `/subscriptions/${part}`;
  return armUrl(settings, `${scope}/providers/Microsoft.Insights/eventtypes/management/values`, "2015-04-01", {
    $filter: `eventTimestamp ge '${from.toISOString()}' and eventTimestamp le '${to.toISOString()}'`,
  });
}
