import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { listing } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toUser } from "../map-users.ts";

/** Everybody, whatever their status. Source: https://developers.onelogin.com/api-docs/2/users/list-users */
export const users: StreamFunction<"USERS"> = naming(manifest.streams.USERS.scopes, (context, cursor) =>
  stages<UserRecord>(context, cursor, [{ ...listing("/api/2/users"), items: toUser }]),
);
