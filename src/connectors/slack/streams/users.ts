import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { people } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toUser } from "../map-users.ts";

/** Active accounts first: who is deactivated meanwhile is met again among the others, as what they are now. */
export const users: StreamFunction<"USERS"> = naming(manifest.streams.USERS.scopes, (context, cursor) =>
  stages<UserRecord>(context, cursor, [
    { ...people(true), items: toUser },
    { ...people(false), items: toUser },
  ]),
);
