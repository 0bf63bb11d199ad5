import type { ActivityRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import { isObject, textOf } from "#src/connector-kit/record.ts";
import { auditLogPath, byNext } from "../api.ts";
import { toActivity } from "../map.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * The audit log, web and Git events, oldest first, 100 a page. Each run starts a minute before the newest entry. GitHub writes some
 * entries late and does not say how late, most by minutes: those of up to 20 minutes are met every 20 minutes, since reading that much
 * at every poll would use up its 1,750 calls an hour; the few that are days late are met once a day, ten pages a run.
 * Throws ProviderResponseError (changed shape), StreamCursorError (a cursor of another log, or of the future).
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization
 */
export function activities(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<ActivityRecord | UnreadableItem>, void, void> {
  const path = auditLogPath(context);
  return followTime(context, cursor, {
    name: "the audit log",
    of: path,
    first: (from, to) => firstPage(path, from, to),
    page: byNext(),
    items: (event, at) => (isOurs(context, event) ? toActivity(event, at) : []),
    oldestFirst: true,
    overlapMs: minuteMs,
    sweeps: [
      { everyMs: 20 * minuteMs, backMs: 40 * minuteMs },
      { everyMs: dayMs, backMs: 5 * dayMs, pagesPerRun: 10 },
    ],
  });
}

/** The log of an enterprise has the events of all its organizations; those of the others belong to their own instances. */
function isOurs({ settings }: StreamContext, event: unknown): boolean {
  if (settings.auditLog !== "enterprise" || !isObject(event)) return true;
  const org = textOf(event.org);
  return org === null || org.toLowerCase() === settings.org?.toLowerCase();
}

function firstPage(path: string, from: Date, to: Date | null): string {
  const upTo = to ? ` created:<=${seconds(to)}` : "";
  const phrase = `created:>=${seconds(from)}${upTo}`;
  return `${path}?${new URLSearchParams({ phrase, include: "all", order: "asc", per_page: "100" })}`;
}

/** The search has no smaller unit than the second, and a second means the whole of it. */
function seconds(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}
