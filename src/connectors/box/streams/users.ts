import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { byMarker } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toUser } from "../map.ts";

const fields = [
  ...["id", "type", "name", "login", "status", "role", "created_at", "modified_at", "job_title", "enterprise"],
  ...["is_exempt_from_login_verification", "is_external_collab_restricted", "is_platform_access_only"],
].join(",");

/**
 * Managed users, and people of other enterprises who collaborate with them. Box does not state when a person signed in last.
 * Source: https://developer.box.com/reference/get-users/
 */
export const users: StreamFunction<"USERS"> = naming(manifest.streams.USERS.scopes, (context, cursor) =>
  stages<UserRecord>(context, cursor, [pass("managed"), pass("external")]),
);

function pass(userType: "managed" | "external"): Stage<UserRecord> {
  return {
    name: userType,
    first: `/2.0/users?user_type=${userType}&fields=${fields}&usemarker=true&limit=1000`,
    page: byMarker,
    items: (one, path) => toUser(one, path, userType === "external"),
  };
}
