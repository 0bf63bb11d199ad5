import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { toUser } from "../map.ts";

const deprovisioned = new URLSearchParams({ filter: 'status eq "DEPROVISIONED"', limit: "200" });

/**
 * Everybody, 200 a page: Okta leaves deprovisioned users out unless they are asked for, so there is a second pass.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/listUsers
 */
export const users: StreamFunction<"USERS"> = (context, cursor) =>
  stages(context, cursor, [
    pass("present", "/api/v1/users?limit=200"),
    pass("deprovisioned", `/api/v1/users?${deprovisioned}`),
  ]);

function pass(name: string, url: string): Stage<UserRecord> {
  // The content type trims what each user carries: https://developer.okta.com/docs/reference/core-okta-api/#okta-response
  const headers = { "content-type": "application/json; okta-response=omitCredentialsLinks" };
  return { name, first: { url, headers }, page: byLink(), items: toUser };
}
