import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { byOffset } from "#src/connector-kit/pagers.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { accountsOf, membersOf, ofEach, organizationPath } from "../api.ts";
import { toClosedUser, toUser } from "../map-people.ts";

const take = 250;

/**
 * Open memberships by the eSignature API, which states the last sign-in; then those that are closed, by the Admin API, which states whether the
 * person is closed in every account. Without `user_read` these are left out.
 */
export const users: StreamFunction<"USERS"> = naming(["signature"], (context, cursor) => {
  const accounts = accountsOf(context);
  return stages<UserRecord>(context, cursor, [
    ...ofEach<UserRecord>(accounts, (account) => ({ ...membersOf(account), items: toUser })),
    ...ofEach<UserRecord>(accounts, (account) => ({
      name: `closed in ${account.id}`,
      first: {
        url: `${organizationPath(context)}/users`,
        query: { account_id: account.id, membership_status: "closed" },
      },
      page: byOffset({
        ...{ list: "users", total: "paging.total_set_size", listMayBeMissing: true },
        ...{ parameter: "start", limit: ["take", take] as const },
      }),
      items: toClosedUser,
      skipWhen: (error) => error instanceof ProviderScopeError,
    })),
  ]);
});
