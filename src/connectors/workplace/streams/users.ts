import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { edge, members } from "../api.ts";
import { toFormerMember, toUser } from "../map-people.ts";

/** People by SCIM, then former members as deleted, where the integration may see them: an account missing from a whole listing counts as deleted anyway. */
export const users: StreamFunction<"USERS"> = (context, cursor) =>
  stages<UserRecord>(context, cursor, [
    { ...members, items: toUser },
    {
      ...edge("/community/former_members", "id,name,email"),
      items: toFormerMember,
      skipWhen: (error) => error instanceof ProviderScopeError,
    },
  ]);
