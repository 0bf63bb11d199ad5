import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { deletedUsersPath, toUser, usersPath } from "../../_microsoft/directory.ts";
import { graphPages } from "../../_microsoft/graph.ts";

/**
 * Everybody, guests included, then those who were deleted in the last 30 days.
 * Source: https://learn.microsoft.com/en-us/graph/api/user-list
 */
export const users: StreamFunction<"USERS"> = (context, cursor) =>
  stages<UserRecord>(context, cursor, [
    { name: "users", first: usersPath({ signIns: false }), page: graphPages, items: toUser },
    { name: "deleted users", first: deletedUsersPath, page: graphPages, items: toUser },
  ]);
