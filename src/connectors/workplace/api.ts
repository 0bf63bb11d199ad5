import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";

export interface GraphPage {
  data: Json[];
  /** Where the next page starts; null after the last. */
  after: string | null;
}

/** One page of a Graph edge. Pages are asked for by cursor: the `next` links lack the proof of the app secret. */
export async function graphPage(
  { http }: Context,
  edge: string,
  fields: string,
  after: string | null,
  limit = 100,
): Promise<GraphPage> {
  const { body } = await http.get<unknown>(edge, { query: { fields, limit, ...(after === null ? {} : { after }) } });
  const page = needObject(body, "$");
  const data = needList(page.data, "data").map((item, position) => needObject(item, `data[${position}]`));
  const paging = objectOf(page.paging);
  const next = textOf(paging.next) === null ? null : textOf(objectOf(paging.cursors).after);
  // Ending here in silence would look like everything had been read.
  if (next !== null && next === after)
    throw new ProviderResponseError("The next page of Workplace is the same page again.", "paging.cursors.after");
  return { data, after: next };
}

export async function* graphPages(context: Context, edge: string, fields: string): AsyncGenerator<Json[], void, void> {
  for (let after: string | null = null; ; ) {
    const page: GraphPage = await graphPage(context, edge, fields, after);
    yield page.data;
    if (page.after === null) return;
    after = page.after;
  }
}

export interface ScimPage {
  resources: Json[];
  total: number;
  /** `startIndex` of the next page; null after the last. */
  next: number | null;
}

/** SCIM pages are counted from 1, a hundred at most. */
export async function scimUsers({ http }: Context, startIndex: number, count = 100): Promise<ScimPage> {
  const { body } = await http.get<unknown>("https://scim.workplace.com/Users", { query: { startIndex, count } });
  const page = needObject(body, "$");
  const resources = needList(page.Resources, "Resources").map((user, position) =>
    needObject(user, `Resources[${position}]`),
  );
  const total = typeof page.totalResults === "number" ? page.totalResults : resources.length;
  const next = startIndex + resources.length;
  return { resources, total, next: resources.length === 0 || next > total ? null : next };
}
