import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { showsSignIns, toUser, usersPath } from "../../_microsoft/directory.ts";
import { kindOf } from "../../_microsoft/directory-objects.ts";
import { graphPages } from "../../_microsoft/graph.ts";
import { subscriptionsOf } from "../arm.ts";
import { assignmentPages, assignmentsUrl, principalsOf } from "../roles.ts";

/**
 * The people of the directory, guests included, and the service principals that hold an Azure role: applications and managed identities.
 * Others of the directory's hundreds of service principals have nothing to do with Azure.
 */
export const users: StreamFunction<"USERS"> = async function* (context, cursor) {
  const subscriptions = await subscriptionsOf(context);
  let refused = 0;
  /** What one subscription refuses is missing; when all do, the role is. */
  const skipWhen = (error: unknown) => {
    if (!(error instanceof ProviderScopeError)) return false;
    refused += 1;
    return refused < subscriptions.length;
  };
  yield* stages<UserRecord>(context, cursor, [
    { name: "users", first: usersPath({ signIns: await showsSignIns(context) }), page: graphPages, items: toUser },
    ...subscriptions.map(({ id }) => ({ ...identities(context, id), skipWhen })),
  ]);
};

function identities(context: StreamContext, subscription: string): Stage<UserRecord> {
  return {
    name: `service principals with a role in ${subscription}`,
    first: assignmentsUrl(context, `/subscriptions/${subscription}`),
    page: async (asked, first, at) => {
      const page = await assignmentPages(asked, first, at);
      const principals = await principalsOf(asked, page.records, (type) => type === "ServicePrincipal");
      return { ...page, records: [...principals.values()].filter((one) => kindOf(one) === "servicePrincipal") };
    },
    items: toServicePrincipal,
  };
}

/** Source: https://learn.microsoft.com/en-us/graph/api/resources/serviceprincipal */
export function toServicePrincipal(value: unknown, path: string): UserRecord {
  const raw = needObject(value, path);
  const name = textOf(raw.displayName) ?? textOf(raw.appDisplayName);
  return {
    externalId: needText(raw.id, `${path}.id`),
    displayName: name ?? `application ${textOf(raw.appId) ?? ""}`.trim(),
    status: raw.accountEnabled === false ? "SUSPENDED" : "ACTIVE",
    type: "SERVICE",
    raw,
  };
}
