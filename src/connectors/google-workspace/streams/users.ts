import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { directory, userPages } from "../api.ts";
import { toUser } from "../map-people.ts";

/**
 * Everybody, 500 a page, then those who were deleted within the last 20 days, whom Google lists apart.
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list
 */
export const users: StreamFunction<"USERS"> = (context, cursor) =>
  stages(context, cursor, [pass("present", {}), pass("deleted", { showDeleted: "true" })]);

function pass(name: string, query: Record<string, string>): Stage<UserRecord> {
  const asked = { customer: "my_customer", maxResults: 500, projection: "full", ...query };
  return { name, first: { url: `${directory}/users`, query: asked }, page: userPages, items: toUser };
}
