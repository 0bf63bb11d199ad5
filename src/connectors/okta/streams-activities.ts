import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { needList } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, ProviderRequestError, ProviderResponseError, StreamCursorError } from "#src/errors.ts";
import type { HttpResponse } from "#src/platform/http/client.ts";
import { nextOf, storedPath } from "./api.ts";
import { toActivity } from "./map.ts";

const logs = "/api/v1/logs";

/** Okta keeps events for 90 days, and refuses to look back further than 180. */
const keptDays = 90;

/**
 * The System Log in polling mode: in the order Okta stored the events, so that late ones come late instead of never. 1000 a page.
 * Cursor: path and query of the next page; Okta always gives one, and an empty page means that everything has been read.
 * A back-fill (`to` is set) is bounded and ordered by time of the event; its last page has no next one.
 * Throws StreamCursorError when Okta no longer accepts the cursor.
 * Source: https://developer.okta.com/docs/reference/system-log-query/
 */
export async function* activities(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<ActivityRecord>, void, void> {
  // Nothing is left of a back-fill that ends before what Okta keeps.
  if (context.to && context.to.getTime() < context.now().getTime() - keptDays * 86_400_000) {
    yield { items: [], cursor: null };
    return;
  }
  let url = cursor === null ? firstPage(context) : storedPath(cursor, logs);
  for (;;) {
    const page = await readPage(context, url, cursor);
    const items = needList(page.body, "body").map((event, index) => toActivity(event, `[${index}]`));
    const next = nextOf(page);
    if (next === null) {
      // Without a next link the poll could only read the same page again and again.
      if (context.to === null)
        throw new ProviderResponseError("Okta sent a page of the System Log without a next link.", "Link");
      yield { items, cursor: null };
      return;
    }
    if (items.length > 0 && next === url)
      throw new ProviderResponseError("The next page is the same page again.", "Link");
    // An empty page may move the cursor too; only what is new is worth storing.
    if (items.length > 0 || next !== cursor) yield { items, cursor: next };
    if (items.length === 0) return;
    url = next;
  }
}

function firstPage(context: StreamContext): string {
  const since = new Date(Math.max(context.from.getTime(), context.now().getTime() - keptDays * 86_400_000));
  const query = new URLSearchParams({ since: since.toISOString(), limit: "1000", sortOrder: "ASCENDING" });
  if (context.to) query.set("until", context.to.toISOString());
  return `${logs}?${query}`;
}

async function readPage(context: StreamContext, url: string, cursor: string | null): Promise<HttpResponse> {
  try {
    return await context.http.get(url);
  } catch (error) {
    const refused = error instanceof ProviderRequestError || error instanceof ProviderNotFoundError;
    if (refused && url === cursor)
      throw new StreamCursorError("Okta no longer accepts the position in the System Log.", { cause: error });
    throw error;
  }
}
