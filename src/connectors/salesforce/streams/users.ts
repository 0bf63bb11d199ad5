import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { textOf } from "#src/connector-kit/record.ts";
import { byLocator, query, readAll } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toUser, userFields } from "../map-people.ts";
import { permitted } from "../permissions.ts";
import { fields, soql } from "../soql.ts";

/** Everybody with an account, those of portals and communities included; who is frozen stands in another object. */
export const users: StreamFunction<"USERS"> = permitted(
  manifest.streams.USERS.scopes,
  async function* (context, cursor) {
    const frozen = await frozenUsers(context);
    yield* stages<UserRecord>(context, cursor, [
      {
        name: "users",
        first: query(soql`SELECT ${fields(userFields)} FROM User ORDER BY Id`),
        page: byLocator,
        items: (one, path) => toUser(one, path, frozen),
      },
    ]);
  },
);

async function frozenUsers(context: StreamContext): Promise<ReadonlySet<string>> {
  const rows = await readAll(context, "frozen users", soql`SELECT Id, UserId FROM UserLogin WHERE IsFrozen = true`);
  return new Set(rows.flatMap(({ UserId }) => textOf(UserId) ?? []));
}
