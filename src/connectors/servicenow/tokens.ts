import type { Context } from "#src/connector-kit/contract/context.ts";
import { scopesOf } from "#src/connector-kit/credential.ts";
import { type Json, textOf } from "#src/connector-kit/record.ts";
import { from, is } from "./encoded-query.ts";
import { readAll, table } from "./tables.ts";
import { instantAt } from "./values.ts";

/** Never the token itself. */
export const tokenFields = ["sys_id", "type", "peer", "user", "expires", "scopes", "sys_created_on"];

/** Tokens that have ended stay in the table until a job removes them. */
export const isLive = (now: Date): string => from("expires", now);

/** Live tokens of a client, of one user or of all. */
export async function tokensOf(context: Context, appId: string, userId?: string): Promise<string[]> {
  const where = [is("peer", appId), ...(userId === undefined ? [] : [is("user", userId)]), isLive(context.now())];
  const rows = await readAll(context, "tokens", table("oauth_credential", { fields: ["sys_id"], where }));
  return rows.map(({ sys_id }) => String(sys_id));
}

export interface AppUse {
  scopes: Set<string>;
  lastAuthorizedAt: Date | null;
}

/** What the live tokens show of each client. */
export async function usesOf(context: Context): Promise<ReadonlyMap<string, AppUse>> {
  const rows = await readAll(
    context,
    "tokens",
    table("oauth_credential", { fields: tokenFields, where: [isLive(context.now())] }),
  );
  const uses = new Map<string, AppUse>();
  for (const row of rows) add(uses, row);
  return uses;
}

function add(uses: Map<string, AppUse>, row: Json): void {
  const appId = textOf(row.peer);
  if (appId === null) return;
  const use = uses.get(appId) ?? { scopes: new Set(), lastAuthorizedAt: null };
  for (const scope of scopesOf(row.scopes) ?? []) use.scopes.add(scope);
  const at = instantAt(row.sys_created_on);
  if (at !== null && (use.lastAuthorizedAt === null || at > use.lastAuthorizedAt)) use.lastAuthorizedAt = at;
  uses.set(appId, use);
}
