import { byToken, type Pager } from "#src/connector-kit/pagers.ts";
import { textOf, valueAt } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";

/**
 * Pages by `nextPageToken`. Google leaves empty lists out of answers; where answers name their `kind` it has to fit, so that an answer of
 * something else is not taken for an empty list. `json`: of listings that are asked for by POST.
 */
export function byPageToken(list: string, options: { kind?: string; json?: boolean } = {}): Pager {
  const page = byToken({
    list,
    parameter: "pageToken",
    in: options.json ? "json" : "query",
    next: "nextPageToken",
    listMayBeMissing: true,
  });
  const { kind } = options;
  if (kind === undefined) return page;
  return async (context, first, at) => {
    const found = await page(context, first, at);
    const named = textOf(valueAt(found.body, "kind"));
    if (named !== kind && found.records.length === 0)
      throw new ProviderResponseError(`Expected ${kind} at kind, found ${named ?? "nothing"}.`, "kind");
    return found;
  };
}
