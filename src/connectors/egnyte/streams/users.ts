import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { byIndex, usersPath } from "../api.ts";
import { toUser } from "../map.ts";

/** Every account, disabled ones included. Source: https://developers.egnyte.com/docs/User_Management_API_Documentation */
export const users: StreamFunction<"USERS"> = (context, cursor) =>
  stages<UserRecord>(context, cursor, [{ name: "users", first: usersPath, page: byIndex, items: toUser }]);
