import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { deletedUsersPath, showsSignIns, toUser, usersPath } from "../../_microsoft/directory.ts";
import { graphPages } from "../../_microsoft/graph.ts";

/**
 * Everybody, guests included, then those who were deleted in the last 30 days. When they signed in last is read where permission and licence
 * allow.
 * Source: https://learn.microsoft.com/en-us/graph/api/user-list
 */
export const users: StreamFunction<"USERS"> = async function* (context, cursor) {
  const signIns = await showsSignIns(context);
  yield* stages<UserRecord>(context, cursor, [
    { name: signIns ? "users with sign-ins" : "users", first: usersPath({ signIns }), page: graphPages, items: toUser },
    { name: "deleted users", first: deletedUsersPath, page: graphPages, items: toUser },
  ]);
};
