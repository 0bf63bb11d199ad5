import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { byCursor, call, membersRoute } from "../api.ts";
import { toUser } from "../map-people.ts";

/**
 * Members, invited, suspended and removed ones included.
 * Source: https://www.dropbox.com/developers/documentation/http/teams#team-members-list
 */
export const users: StreamFunction<"USERS"> = (context, cursor) =>
  stages(context, cursor, [
    {
      name: "members",
      first: call("team/members/list_v2", { limit: 100, include_removed: true }),
      page: byCursor("members", membersRoute),
      items: toUser,
    },
  ]);
