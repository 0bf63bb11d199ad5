import type { OAuthAppItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { instantOf, isUnreadable, needId, needObject, needText, readEach, textOf } from "#src/connector-kit/record.ts";
import { byLocator, query, slices } from "../api.ts";
import { manifest } from "../manifest.ts";
import { permitted } from "../permissions.ts";
import { soql } from "../soql.ts";
import { tokensOf } from "../tokens.ts";

type Item = OAuthAppItem | UnreadableItem;
type App = Extract<OAuthAppItem, { kind: "app" }>;

const kind = { form: "apps1" };
const pageSize = 1000;

/**
 * Apps that the org has installed or whose tokens users hold, by name: an app that is not installed has no id. Read as a whole, since when an app
 * was used last stands in its last token. Cursor: how many items are stored.
 */
export const oauthApps: StreamFunction<"OAUTH_APPS"> = permitted(
  manifest.streams.OAUTH_APPS.scopes,
  async function* (context, cursor): AsyncGenerator<StreamPage<Item>, void, void> {
    const all = await readApps(context);
    let done = cursor === null ? 0 : Number(readCursor(kind, cursor).done) || 0;
    do {
      const items = all.slice(done, done + pageSize);
      done += pageSize;
      yield { items, cursor: done < all.length ? writeCursor(kind, { done }) : null, total: all.length };
    } while (done < all.length);
  },
);

async function readApps(context: StreamContext): Promise<Item[]> {
  const apps = new Map<string, App>();
  const aside: UnreadableItem[] = [];
  const installed = soql`SELECT Id, Name, OptionsAllowAdminApprovedUsersOnly, CreatedDate FROM ConnectedApplication ORDER BY Id`;
  for (const app of await list(context, "connected apps", installed, toApp))
    if (isUnreadable(app)) aside.push(app);
    else apps.set(app.externalId, app);
  const users: string[] = [];
  for (const user of await list(context, "users", soql`SELECT Id FROM User ORDER BY Id`, toId))
    if (isUnreadable(user)) aside.push(user);
    else users.push(user.id);
  const grants = new Map<string, OAuthAppItem>();
  for (const some of slices(users)) {
    for (const token of readEach(await tokensOf(context, some), "records", toToken)) {
      if (isUnreadable(token)) aside.push(token);
      else addToken(token, apps, grants);
    }
  }
  return [...aside, ...apps.values(), ...grants.values()];
}

async function list<T extends object>(
  context: StreamContext,
  name: string,
  q: string,
  map: (record: unknown, path: string) => T,
): Promise<(T | UnreadableItem)[]> {
  const found: (T | UnreadableItem)[] = [];
  for await (const { records, path } of walkPages(context, { name, first: query(q), page: byLocator }))
    found.push(...readEach(records, path, map));
  return found;
}

function toId(value: unknown, path: string): { id: string } {
  return { id: needId(needObject(value, path).Id, `${path}.Id`) };
}

function toApp(value: unknown, path: string): App {
  const raw = needObject(value, path);
  needId(raw.Id, `${path}.Id`);
  return newApp(needText(raw.Name, `${path}.Name`), raw);
}

/** Salesforce does not state what an app may do; it acts with the rights of the user who allowed it. */
function newApp(name: string, raw: unknown): App {
  return { kind: "app", externalId: name, name, scopes: [], permissionLevel: "MEDIUM", raw };
}

interface Token {
  appName: string;
  userId: string;
  usedAt: Date | null;
  grantedAt: Date | null;
  menuItemId: string | null;
}

/** Its secrets are left behind. */
function toToken(value: unknown, path: string): Token {
  const raw = needObject(value, path);
  return {
    appName: needText(raw.AppName, `${path}.AppName`),
    userId: needId(raw.UserId, `${path}.UserId`),
    usedAt: instantOf(raw.LastUsedDate),
    grantedAt: instantOf(raw.CreatedDate),
    menuItemId: textOf(raw.AppMenuItemId),
  };
}

/** Several tokens of a user for an app are one grant. */
function addToken(token: Token, apps: Map<string, App>, grants: Map<string, OAuthAppItem>): void {
  const { appName, userId, usedAt, grantedAt, menuItemId } = token;
  const app = apps.get(appName) ?? newApp(appName, { Name: appName, AppMenuItemId: menuItemId });
  app.lastUsedAt = later(app.lastUsedAt, usedAt);
  app.lastAuthorizedAt = later(app.lastAuthorizedAt, grantedAt);
  apps.set(appName, app);
  const key = `${appName}\n${userId}`;
  const known = grants.get(key);
  const at = known?.kind === "grant" ? later(known.grantedAt, grantedAt) : grantedAt;
  grants.set(key, { kind: "grant", appId: appName, userId, grantedAt: at });
}

function later(one: Date | null | undefined, other: Date | null): Date | null {
  return one && (!other || one > other) ? one : other;
}
