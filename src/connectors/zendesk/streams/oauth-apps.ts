import type { Context } from "#src/connector-kit/contract/context.ts";
import type { OAuthAppItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { idOf, instantOf, type Json, listOf, needId, readEach, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { listing, readAll, tokens } from "../api.ts";
import { manifest } from "../manifest.ts";

/**
 * Clients of the account and those of others that people authorised, with what their access tokens may do. Scopes stand on tokens, so all of
 * them are read first: one page, nothing to resume. Source: https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_clients/
 */
export const oauthApps: StreamFunction<"OAUTH_APPS"> = naming(
  manifest.streams.OAUTH_APPS.scopes,
  async function* (context) {
    const found = await readAll(context, tokens({ all: "true" }));
    const held = readEach<Token>(found, "tokens", (token, path) => {
      const raw = token as Json;
      return { id: needId(raw.id, `${path}.id`), clientId: needId(raw.client_id, `${path}.client_id`), raw };
    });
    const byClient = Map.groupBy(
      held.filter((one): one is Token => "clientId" in one),
      ({ clientId }) => clientId,
    );
    const clients = [
      ...(await clientsOf(context, "clients", "/api/v2/oauth/clients")),
      ...(await clientsOf(context, "global_clients", "/api/v2/oauth/global_clients")),
    ];
    const apps = readEach<OAuthAppItem>(clients, "clients", (client, path) => {
      const raw = client as Json;
      const externalId = needId(raw.id, `${path}.id`);
      const own = byClient.get(externalId) ?? [];
      return appOf(
        externalId,
        raw,
        own.map((token) => token.raw),
      );
    });
    const aside = held.filter((one): one is UnreadableItem => !("clientId" in one));
    yield { items: [...apps, ...aside], cursor: null };
  },
);

interface Token {
  id: string;
  clientId: string;
  raw: Json;
}

const clientsOf = (context: Context, list: string, path: string): Promise<Json[]> =>
  readAll(context, listing(list, path));

function appOf(externalId: string, { secret: _, ...raw }: Json, held: readonly Json[]): OAuthAppItem[] {
  const scopes = [...new Set(held.flatMap(({ scopes }) => listOf(scopes).flatMap((one) => textOf(one) ?? [])))].sort();
  const newest = (dates: (Date | null)[]) =>
    dates.reduce((last, at) => (at !== null && (last === null || at > last) ? at : last), null);
  const app: OAuthAppItem = {
    kind: "app",
    externalId,
    name: textOf(raw.name) ?? textOf(raw.identifier) ?? externalId,
    publisher: textOf(raw.company),
    scopes,
    permissionLevel: levelOf(scopes),
    lastAuthorizedAt: newest(held.map(({ created_at }) => instantOf(created_at))),
    lastUsedAt: newest(held.map(({ used_at }) => instantOf(used_at))),
    raw,
  };
  const byUser = Map.groupBy(held, ({ user_id }) => idOf(user_id));
  const grants = [...byUser].flatMap(([userId, own]): OAuthAppItem[] =>
    userId === null
      ? []
      : [
          {
            ...{ kind: "grant", appId: externalId, userId },
            grantedAt: newest(own.map(({ created_at }) => instantOf(created_at))),
            reference: own.flatMap(({ id }) => idOf(id) ?? []).join(","),
          },
        ],
  );
  return [app, ...grants];
}

/** `write` and `impersonate` alone may do anything to everything. */
export function levelOf(scopes: readonly string[]): "LOW" | "MEDIUM" | "HIGH" {
  if (scopes.some((scope) => scope === "write" || scope === "impersonate")) return "HIGH";
  return scopes.some((scope) => scope === "read" || scope.endsWith(":write")) ? "MEDIUM" : "LOW";
}
