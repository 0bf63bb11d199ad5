import type { Context } from "#src/connector-kit/contract/context.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { clients, employees, readUser } from "../api.ts";
import { manifest } from "../manifest.ts";
import { toUser } from "../map-users.ts";

/** Employees, then clients, with a call for each: the lists have neither state nor roles. */
export const users: StreamFunction<"USERS"> = naming(manifest.streams.USERS.scopes, (context, cursor) => {
  const items = (one: unknown, path: string) => detailed(context, one, path);
  return stages<UserRecord>(context, cursor, [
    { ...employees, items },
    { ...clients, items },
  ]);
});

/** One that was deleted meanwhile is none. */
async function detailed(context: Context, value: unknown, path: string): Promise<UserRecord[]> {
  const id = needText(needObject(value, path).Id, `${path}.Id`);
  try {
    return [toUser(await readUser(context, id), path)];
  } catch (error) {
    if (error instanceof ProviderNotFoundError) return [];
    throw error;
  }
}
