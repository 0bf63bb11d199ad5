import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { type Json, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { armOf, armUrl } from "./arm.ts";

/** The next page is asked for by a token among the options of the query. */
const pages: Pager = async (context, first, at) => {
  const request = toRequest(first);
  const query = objectOf(request.json);
  const options = { ...objectOf(query.options), ...(at === null ? {} : { $skipToken: at }) };
  const { body } = await context.http.request({ ...request, json: { ...query, options }, retry: true });
  const answer = needObject(body, "body");
  return { records: needList(answer.data, "data"), path: "data", next: textOf(answer.$skipToken), body };
};

/**
 * Resources of these types in one subscription, by Azure Resource Graph: a thousand a page, whatever their kind. It leaves out what the
 * application may not see, so that it is only asked about subscriptions that can be read.
 * Source: https://learn.microsoft.com/en-us/rest/api/azureresourcegraph/resourcegraph/resources/resources
 */
export async function resourcesOf(context: Context, subscription: string, type: string): Promise<Json[]> {
  const query = `resources | where type =~ '${type}' | project id, name, type, location, properties | order by id asc`;
  const request = {
    method: "POST" as const,
    url: armUrl(context.settings, "/providers/Microsoft.ResourceGraph/resources", "2021-03-01"),
    json: { subscriptions: [subscription], query, options: { resultFormat: "objectArray", $top: 1000 } },
  };
  const found: Json[] = [];
  for await (const { records, path } of walkPages(armOf(context), { name: type, first: request, page: pages }))
    found.push(...records.map((one, index) => needObject(one, `${path}[${index}]`)));
  return found;
}
