import type { Context } from "#src/connector-kit/contract/context.ts";
import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { PageWalk, storedPlace } from "#src/connector-kit/page-walk.ts";
import {
  type Json,
  listOf,
  needObject,
  needText,
  objectOf,
  readEachInTurn,
  textOf,
} from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { directory, readAll, tokenList, userPages, userPath } from "../api.ts";
import { manifest } from "../manifest.ts";
import { levelOf } from "../permission-level.ts";

const kind = { form: "tokens1" };

/**
 * Apps that people let in, person by person: Google lists no apps of the organisation. An app has the scopes of all grants met so far, which the
 * cursor carries. Domain-wide delegation is in no API; the admin log has who granted it (`AUTHORIZE_API_CLIENT_ACCESS`).
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/tokens/list
 */
export const oauthApps: StreamFunction<"OAUTH_APPS"> = naming(manifest.streams.OAUTH_APPS.scopes, read);

async function* read(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<OAuthAppItem>, void, void> {
  const stored = cursor === null ? null : readCursor(kind, cursor);
  const scopes = new GrantedScopes(stored?.scopes);
  const query = { customer: "my_customer", maxResults: 100, projection: "basic" };
  const listing = { name: "users", first: { url: `${directory}/users`, query }, page: userPages };
  const walk = new PageWalk(context, listing, stored && storedPlace(stored.place));
  while (!walk.done) {
    const { records, path } = await walk.next();
    const items = await readEachInTurn(records, path, (user, place) =>
      grantsOf(context, needText(needObject(user, place).id, `${place}.id`), scopes),
    );
    yield {
      items: items as OAuthAppItem[],
      cursor: walk.done ? null : writeCursor(kind, { place: walk.place, scopes: scopes.stored }),
    };
  }
}

async function grantsOf(context: StreamContext, userId: string, scopes: GrantedScopes): Promise<OAuthAppItem[]> {
  const tokens = await tokensOf(context, userId);
  return tokens.flatMap((token, index): OAuthAppItem[] => {
    const externalId = needText(token.clientId, `items[${index}].clientId`);
    const all = scopes.add(
      externalId,
      listOf(token.scopes).flatMap((scope) => textOf(scope) ?? []),
    );
    const app: OAuthAppItem = {
      kind: "app",
      externalId,
      name: textOf(token.displayText) ?? externalId,
      scopes: all,
      permissionLevel: levelOf(all),
      raw: {
        clientId: externalId,
        displayText: token.displayText,
        nativeApp: token.nativeApp,
        anonymous: token.anonymous,
      },
    };
    return [app, { kind: "grant", appId: externalId, userId }];
  });
}

/** What one person let in; none for an account that was deleted meanwhile. */
export async function tokensOf(context: Context, userId: string): Promise<Json[]> {
  try {
    return await readAll(context, "tokens", `${userPath(userId)}/tokens`, tokenList);
  } catch (error) {
    if (error instanceof ProviderNotFoundError) return [];
    throw error;
  }
}

/** Scopes of each app over all people, each once. Stored with every scope written once: apps share most of them. */
class GrantedScopes {
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #byApp = new Map<string, Set<number>>();

  constructor(stored: unknown) {
    const { names, apps } = objectOf(stored);
    for (const name of listOf(names)) this.#numberOf(String(name));
    for (const [app, numbers] of Object.entries(objectOf(apps)))
      this.#byApp.set(app, new Set(listOf(numbers).map(Number)));
  }

  /** All scopes of the app now, in order. */
  add(app: string, scopes: readonly string[]): string[] {
    const held = this.#byApp.get(app) ?? new Set<number>();
    this.#byApp.set(app, held);
    for (const scope of scopes) held.add(this.#numberOf(scope));
    return [...held].flatMap((number) => this.#names[number] ?? []).sort();
  }

  get stored(): Json {
    const apps = Object.fromEntries([...this.#byApp].map(([app, numbers]) => [app, [...numbers]]));
    return { names: this.#names, apps };
  }

  #numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }
}
