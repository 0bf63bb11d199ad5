import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { manifest } from "../manifest.ts";
import { toUser, userFields } from "../map-people.ts";
import { byId, table } from "../tables.ts";

/** Everybody with an account: people, customers, and accounts of integrations. */
export const users = naming<"USERS">(manifest.streams.USERS.scopes, (context, cursor) =>
  stages<UserRecord>(context, cursor, [
    { name: "users", first: table("sys_user", { fields: userFields }), page: byId, items: toUser },
  ]),
);
