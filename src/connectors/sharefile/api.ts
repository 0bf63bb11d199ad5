import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Listing, walkPages } from "#src/connector-kit/page-walk.ts";
import { type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { type Json, needId, needList, needObject, textOf } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";

const pageSize = 100;

/**
 * OData of version 3: the next link or the count shows whether more follows. Of a link the place is taken, since its host may be another. Its name is
 * written in two ways. Source: https://api.sharefile.com/gettingstarted/odata
 */
const bySkip: Pager = async (context, first, at) => {
  const skip = at === null ? 0 : Number(at);
  const request = toRequest(first);
  const query = { ...request.query, $top: pageSize, $skip: skip };
  const body = needObject((await context.http.request({ ...request, query, retry: true })).body, "$");
  const records = needList(body.value, "value");
  const link = textOf(body["odata.nextLink"]) ?? textOf(body["odata.nextlink"]);
  const linked =
    link === null ? null : (URL.parse(link, "https://sharefile.example")?.searchParams.get("$skip") ?? null);
  const count = body["odata.count"];
  const end = skip + records.length;
  if (records.length === 0 && typeof count === "number" && skip < count)
    throw new ProviderResponseError(
      `A page is empty although ${count} records are reported and ${skip} were read.`,
      "value",
    );
  const next = linked ?? (typeof count === "number" && records.length > 0 && end < count ? String(end) : null);
  return { records, path: "value", next, body };
};

export const listing = (name: string, url: string): Listing => ({ name, first: url, page: bySkip });

export const employees = listing("employees", "/Accounts/Employees");
export const clients = listing("clients", "/Accounts/Clients");

/** What the lists of contacts leave out: roles and security. */
export async function readUser({ http }: Pick<Context, "http">, id: string): Promise<Json> {
  const { body } = await http.get(`/Users(${encodeURIComponent(id)})`, { query: { $expand: "Security" } });
  return needObject(body, "$");
}

/** Everybody in a list, with a call for each. */
export async function readAll(context: Context, from: Listing): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records, path } of walkPages(context, from))
    for (const [index, record] of records.entries()) {
      const id = needId(needObject(record, `${path}[${index}]`).Id, `${path}[${index}].Id`);
      all.push(await readUser(context, id));
    }
  return all;
}
