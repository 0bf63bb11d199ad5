import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { directory, groupListing, groupPages, membersOf, readAll, readDomains, userPages } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toOutsider, toUser } from "../map-people.ts";

/**
 * Everybody, 200 a page, then those who were deleted within the last 20 days, whom Google lists apart, and people of other organisations in
 * groups, as far as groups may be read.
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list
 */
export const users: StreamFunction<"USERS"> = naming(manifest.streams.USERS.scopes, async function* (context, cursor) {
  const domains = await ownDomains(context);
  yield* stages(context, cursor, [
    pass("present", {}),
    pass("deleted", { showDeleted: "true" }),
    {
      name: "outsiders",
      // Each group takes a call or more.
      first: groupListing(50),
      page: groupPages,
      items: (group, path) => outsidersOf(context, needText(needObject(group, path).id, `${path}.id`), domains),
      skipWhen: (error) => error instanceof ProviderScopeError,
    },
  ]);
});

function pass(name: string, query: Record<string, string>): Stage<UserRecord> {
  const asked = { customer: "my_customer", maxResults: 200, projection: "full", ...query };
  return { name, first: { url: `${directory}/users`, query: asked }, page: userPages, items: toUser };
}

/** Where they may not be read, the domain of the administrator stands for them. */
async function ownDomains(context: StreamContext): Promise<ReadonlySet<string>> {
  const { value } = await optional(() => readDomains(context));
  return new Set(value ?? [context.settings.adminEmail?.replace(/^.*@/, "") ?? ""]);
}

/** A group that was deleted meanwhile has none. */
async function outsidersOf(
  context: StreamContext,
  groupId: string,
  domains: ReadonlySet<string>,
): Promise<UserRecord[]> {
  const { first, page } = membersOf(groupId);
  try {
    const members = await readAll(context, "members", first, page);
    return members.flatMap((member) => toOutsider(member, domains) ?? []);
  } catch (error) {
    if (error instanceof ProviderNotFoundError) return [];
    throw error;
  }
}
