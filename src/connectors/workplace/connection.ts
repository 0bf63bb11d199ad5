import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { needId, needObject, textOf } from "#src/connector-kit/record.ts";
import { graphPage, scimUsers } from "./api.ts";

/** Names the community, and asks for one record of everything we list. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { body } = await context.http.get<unknown>("/community", { query: { fields: "id,name,privacy" } });
  const community = needObject(body, "$");
  const probes = new Probes();
  await probes.read("Manage accounts", () => scimUsers(context, 1, 1));
  await probes.read("Read work profile", () => graphPage(context, "/community/admins", "id", null, 1));
  const groups = await probes.read("Read group membership", () =>
    graphPage(context, "/community/groups", "id", null, 1),
  );

  const unavailable: NonNullable<ConnectionTest["unavailable"]> = {};
  if (groups?.data.length === 0)
    unavailable.LIST_GROUPS = "No group can be seen. Was the app added to specific groups instead of All groups?";
  if (!context.settings.appSecret) {
    for (const kind of ["LOG_ON_ACTIVITY", "USER_ACTIVITY", "ADMIN_ACTIVITY"] as const)
      unavailable[kind] = "Workplace sends activities only with an app ID and app secret in the settings.";
  }
  const externalAccountId = needId(community.id, "id");
  return {
    externalAccountId,
    accountName: textOf(community.name) ?? externalAccountId,
    missingScopes: probes.missing,
    unavailable,
  };
}
