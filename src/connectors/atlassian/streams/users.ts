import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { directoriesOf, people } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toUser } from "../map-users.ts";

/** Everybody in every directory, one directory after the other. */
export const users: StreamFunction<"USERS"> = naming(manifest.streams.USERS.scopes, async function* (context, cursor) {
  const directories = await directoriesOf(context);
  yield* stages<UserRecord>(
    context,
    cursor,
    directories.map((id) => ({ ...people(context, id), items: toUser })),
  );
});
