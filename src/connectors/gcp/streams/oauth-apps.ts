import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { instantOf, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { assetListing } from "../api.ts";
import { memberOf } from "../members.ts";

/** Keys that people made for service accounts: a caller with one acts as the account from anywhere. Google's own keys stay out. */
export const oauthApps: StreamFunction<"OAUTH_APPS"> = (context, cursor) =>
  stages<OAuthAppItem>(context, cursor, [
    { ...assetListing(context, "service account keys", "iam.googleapis.com/ServiceAccountKey"), items: toKey },
  ]);

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys#ServiceAccountKey */
function toKey(value: unknown, path: string): OAuthAppItem[] {
  const asset = needObject(value, path);
  const key = needObject(needObject(asset.resource, `${path}.resource`).data, `${path}.resource.data`);
  const externalId = needText(key.name, `${path}.resource.data.name`);
  if (textOf(key.keyType) === "SYSTEM_MANAGED") return [];
  const [, email = "", id = ""] = /\/serviceAccounts\/([^/]+)\/keys\/([^/]+)$/.exec(externalId) ?? [];
  return [
    {
      kind: "app",
      externalId,
      name: `Key ${id.slice(0, 8)} of ${email}`,
      scopes: [],
      permissionLevel: "HIGH",
      banned: key.disabled === true,
      lastAuthorizedAt: instantOf(key.validAfterTime),
      raw: key,
    },
    {
      kind: "grant",
      appId: externalId,
      userId: memberOf(`serviceAccount:${email}`).id,
      grantedAt: instantOf(key.validAfterTime),
    },
  ];
}
