import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { instantOf, type Json, needList, needObject, needText, textOf, valueAt } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { people } from "../api.ts";
import { manifest } from "../manifest.ts";

/**
 * Integrations that people allowed, a call for each person: an app comes once for each of them. Webex does not state their scopes.
 * Source: https://developer.webex.com/docs/api/v1/authorizations/list-authorizations-for-a-user
 */
export const oauthApps: StreamFunction<"OAUTH_APPS"> = naming(manifest.streams.OAUTH_APPS.scopes, (context, cursor) =>
  stages<OAuthAppItem>(context, cursor, [
    {
      ...people,
      items: async (one, path) => {
        const userId = needText(needObject(one, path).id, `${path}.id`);
        // An app holds a refresh token and an access token made of it.
        const apps = new Map<string, OAuthAppItem[]>();
        for (const authorization of await authorizationsOf(context, userId)) {
          const externalId = needText(authorization.clientId, "items.clientId");
          const grantedAt = instantOf(authorization.created);
          const { applicationId, applicationName } = authorization;
          apps.set(externalId, [
            {
              ...{ kind: "app", externalId, name: textOf(applicationName) ?? externalId, scopes: [] },
              // What it may do is not known, so it is neither harmless nor known to be dangerous.
              permissionLevel: "MEDIUM",
              raw: { applicationId, applicationName, clientId: externalId },
            },
            { kind: "grant", appId: externalId, userId, grantedAt },
          ]);
        }
        return [...apps.values()].flat();
      },
    },
  ]),
);

/** None of a person who was deleted meanwhile. */
export async function authorizationsOf({ http }: Context, personId: string): Promise<Json[]> {
  const answer = await ifThere(() => http.get("/authorizations", { query: { personId } }));
  if (answer === null) return [];
  return needList(valueAt(answer.body, "items"), "items").map((one, index) => needObject(one, `items[${index}]`));
}
