import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followCursor } from "#src/connector-kit/log.ts";
import { byLink, untilEmpty } from "#src/connector-kit/pagers.ts";
import { toActivity } from "../map.ts";

/** Okta keeps events for 90 days, and refuses to look back further than 180. */
const keptMs = 90 * 86_400_000;

/**
 * The System Log in polling mode: in the order Okta stored the events, so that late ones come late instead of never. 1000 a page.
 * Okta always gives a next page, and an empty page means that everything has been read.
 * A back-fill is bounded and ordered by time of the event; its last page has no next one.
 * Source: https://developer.okta.com/docs/reference/system-log-query/
 */
export const activities: StreamFunction<"ACTIVITIES"> = async function* (context, cursor) {
  const oldest = new Date(context.now().getTime() - keptMs);
  // Nothing is left of a back-fill that ends before what Okta keeps.
  if (context.to && context.to < oldest) yield { items: [], cursor: null };
  else
    yield* followCursor(context, cursor, {
      name: "the System Log",
      first: firstPage(context, oldest),
      page: untilEmpty(byLink()),
      items: toActivity,
    });
};

function firstPage({ from, to }: StreamContext, oldest: Date): string {
  const since = from < oldest ? oldest : from;
  const query = new URLSearchParams({ since: since.toISOString(), limit: "1000", sortOrder: "ASCENDING" });
  if (to) query.set("until", to.toISOString());
  return `/api/v1/logs?${query}`;
}
