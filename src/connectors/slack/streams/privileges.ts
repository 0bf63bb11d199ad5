import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needId, needObject } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { people } from "../api.ts";
import { manifest } from "../manifest.ts";

/** By the flag of an account, the highest first: an owner has that of an admin as well. */
const kinds = [
  ["is_primary_owner", "primary-owner", "Primary Org Owner", true],
  ["is_owner", "owner", "Org Owner", true],
  ["is_admin", "admin", "Org Admin", true],
  ["is_ultra_restricted", "single-channel-guest", "Single-channel guest", false],
  ["is_restricted", "multi-channel-guest", "Multi-channel guest", false],
] as const;

const listed: readonly PrivilegeItem[] = kinds.map(([, externalId, name, isAdmin]) => ({
  ...{ kind: "privilege", externalId, name, isAdmin },
}));

/** Who is deactivated holds nothing. */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(manifest.streams.PRIVILEGES.scopes, (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [{ ...people(true), before: listed, items: toHolder }]),
);

function toHolder(value: unknown, path: string): PrivilegeItem[] {
  const account = needObject(value, path);
  const userId = needId(account.id, `${path}.id`);
  const kind = kinds.find(([flag]) => account[flag] === true);
  return kind ? [{ kind: "holder", privilegeId: kind[1], userId }] : [];
}
