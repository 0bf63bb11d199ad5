import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Json } from "#src/connector-kit/record.ts";
import { query, readAll } from "./api.ts";
import { fields, fragment, soql } from "./soql.ts";

/** A query finds no more tokens than this, and does not say so. */
const maxTokens = 2500;

const columns = fields([
  "AppName",
  "AppMenuItemId",
  "UserId",
  "LastUsedDate",
  "CreatedDate",
  "UseCount",
  "DeleteToken",
]);

/**
 * Tokens that apps were given by these users, all of them: where there are more than a query finds, the users are halved.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_oauthtoken.htm
 */
export async function tokensOf(context: Context, userIds: readonly string[], appName?: string): Promise<Json[]> {
  const ofApp = fragment(appName === undefined ? "" : ` AND ${soql`AppName = ${appName}`}`);
  const q = soql`SELECT ${columns} FROM OauthToken WHERE UserId IN ${userIds}${ofApp}`;
  const found = await readAll(context, "tokens", query(q, { batch: 500 }));
  if (found.length < maxTokens || userIds.length < 2) return found;
  const middle = Math.ceil(userIds.length / 2);
  return [
    ...(await tokensOf(context, userIds.slice(0, middle), appName)),
    ...(await tokensOf(context, userIds.slice(middle), appName)),
  ];
}

/** Those of an app, as far as one query finds them. */
export function tokensOfApp(context: Context, appName: string): Promise<Json[]> {
  return readAll(
    context,
    "tokens",
    query(soql`SELECT ${columns} FROM OauthToken WHERE AppName = ${appName}`, { batch: 500 }),
  );
}
