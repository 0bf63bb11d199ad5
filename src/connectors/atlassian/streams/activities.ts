import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followCursor } from "#src/connector-kit/log.ts";
import { byStream, type Pager } from "#src/connector-kit/pagers.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { orgPath } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toActivity } from "../map.ts";

/** Atlassian keeps 180 days. */
const keptMs = 180 * 86_400_000;
/** The position of a log in which nothing has happened yet. */
const beginning = "beginning";

/**
 * The organization's audit log in the order in which it was written, so that late events come late instead of never. The cursor of the last page
 * is where to go on. Source: https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/
 */
export const activities: StreamFunction<"ACTIVITIES"> = naming(
  manifest.streams.ACTIVITIES.scopes,
  async function* (context, cursor) {
    const { now, from, to } = context;
    const start = Math.max(from.getTime(), now().getTime() - keptMs + 60_000);
    yield* followCursor<ActivityRecord>(context, cursor, {
      name: "the organization's events",
      first: {
        url: `${orgPath(context)}/events-stream`,
        query: { from: start, ...(to === null ? {} : { to: to.getTime() + 1 }), limit: 200, sortOrder: "asc" },
      },
      page: pagerOf(to),
      items(record, path) {
        const activity = toActivity(record, path);
        return isWanted(activity, context) ? activity : [];
      },
    });
  },
);

const page = byStream({ list: "data", parameter: "cursor", next: "meta.next" });

function pagerOf(to: Date | null): Pager {
  return async (context, first, at) => {
    const position = at === beginning ? null : at;
    const found = await page(context, first, position);
    if (to !== null) return { ...found, later: null };
    return found.next === null && !found.later ? { ...found, later: position ?? beginning } : found;
  };
}

function isWanted({ occurredAt }: ActivityRecord, { from, to }: StreamContext): boolean {
  return to === null || (occurredAt >= from && occurredAt <= to);
}
