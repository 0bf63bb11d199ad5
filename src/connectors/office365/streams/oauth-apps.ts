import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { instantOf, type Json, listOf, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { graphOf, graphPages, pathOf, readAll } from "../../_microsoft/graph.ts";
import { levelOf, ofApplication } from "../permissions.ts";

const fields = [
  ...["id", "appId", "displayName", "accountEnabled", "appOwnerOrganizationId", "verifiedPublisher", "replyUrls"],
  ...["tags", "servicePrincipalType", "disabledByMicrosoftStatus", "signInAudience"],
].join(",");

/** Tenants whose apps are Microsoft's own services. */
const microsoft = new Set(["f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"]);

/**
 * Apps of others and of the tenant with what people and administrators granted them: two calls for each app. Grants to single people are listed;
 * one for everybody stands in the app's record, as `consentType` AllPrincipals.
 * Source: https://learn.microsoft.com/en-us/graph/api/resources/oauth2permissiongrant
 */
export const oauthApps: StreamFunction<"OAUTH_APPS"> = (context, cursor) => {
  const apps = new Apps(context);
  return stages<OAuthAppItem>(context, cursor, [
    {
      name: "apps",
      first: `/servicePrincipals?$select=${fields}&$top=999`,
      page: graphPages,
      items: (one, path) => apps.items(needObject(one, path), path),
    },
  ]);
};

/** When each app was last used, by its application id; empty without the permission or without Microsoft Entra ID P1 or P2. */
async function lastUses(context: StreamContext): Promise<ReadonlyMap<string, Date>> {
  if (!context.credential?.scopes?.includes("AuditLog.Read.All")) return new Map();
  const url = `${graphOf(context.settings)}/beta/reports/servicePrincipalSignInActivities?$top=999`;
  const { value } = await optional(() => readAll(context, url, "uses of apps"));
  return new Map(
    (value ?? []).flatMap(({ appId, lastSignInActivity }) => {
      const at = instantOf(objectOf(lastSignInActivity).lastSignInDateTime);
      return at && textOf(appId) ? [[textOf(appId) as string, at] as const] : [];
    }),
  );
}

class Apps {
  readonly #context: StreamContext;
  /** Names of application permissions, by the API that has them. */
  readonly #roles = new Map<string, Promise<ReadonlyMap<string, string>>>();

  #uses: Promise<ReadonlyMap<string, Date>> | null = null;

  constructor(context: StreamContext) {
    this.#context = context;
  }

  async items(app: Json, path: string): Promise<OAuthAppItem[]> {
    const id = needText(app.id, `${path}.id`);
    const owner = textOf(app.appOwnerOrganizationId)?.toLowerCase() ?? "";
    if (microsoft.has(owner)) return [];
    const grants = await readAll(this.#context, pathOf`/servicePrincipals/${id}/oauth2PermissionGrants`, "grants");
    const assignments = await readAll(
      this.#context,
      pathOf`/servicePrincipals/${id}/appRoleAssignments`,
      "permissions",
    );
    const scopes = [...new Set([...grants.flatMap(scopesOf), ...(await this.#permissions(assignments))])];
    const publisher = objectOf(app.verifiedPublisher);
    this.#uses ??= lastUses(this.#context);
    return [
      {
        kind: "app",
        externalId: id,
        name: textOf(app.displayName) ?? id,
        publisher: textOf(publisher.displayName) ?? (owner === this.#context.settings.tenantId ? "this tenant" : null),
        publisherVerified: textOf(publisher.verifiedPublisherId) !== null,
        scopes,
        permissionLevel: levelOf(scopes),
        banned: app.accountEnabled === false || textOf(app.disabledByMicrosoftStatus) !== null,
        lastUsedAt: (await this.#uses).get(textOf(app.appId) ?? "") ?? null,
        raw: { ...app, oauth2PermissionGrants: grants, appRoleAssignments: assignments },
      },
      ...grants.flatMap((grant): OAuthAppItem[] => {
        const userId = textOf(grant.principalId);
        if (grant.consentType !== "Principal" || userId === null) return [];
        return [{ kind: "grant", appId: id, userId, reference: needText(grant.id, "value.id") }];
      }),
    ];
  }

  async #permissions(assignments: readonly Json[]): Promise<string[]> {
    const names: string[] = [];
    for (const { resourceId, appRoleId } of assignments) {
      const resource = textOf(resourceId) ?? "";
      const known = this.#roles.get(resource) ?? this.#rolesOf(resource);
      this.#roles.set(resource, known);
      // The default role has no name: assigned to the app as a whole.
      const name = (await known).get(textOf(appRoleId) ?? "");
      if (name) names.push(ofApplication(name));
    }
    return names;
  }

  async #rolesOf(id: string): Promise<ReadonlyMap<string, string>> {
    const { body } = await this.#context.http.get(pathOf`/servicePrincipals/${id}?$select=id,appRoles`, {
      allow: [404],
    });
    const roles = listOf(objectOf(body).appRoles).map(objectOf);
    return new Map(roles.map(({ id: roleId, value }) => [textOf(roleId) ?? "", textOf(value) ?? ""]));
  }
}

function scopesOf({ scope }: Json): string[] {
  return (textOf(scope) ?? "").split(" ").filter(Boolean);
}
