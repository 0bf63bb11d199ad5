import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { usersOf } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toUser } from "../map.ts";

/** Members of the repository, internal and external. */
export const users: StreamFunction<"USERS"> = naming(manifest.streams.USERS.scopes, (context, cursor) =>
  stages<UserRecord>(context, cursor, [{ ...usersOf(context), items: toUser }]),
);
