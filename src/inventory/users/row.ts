import { type InstanceRow, instanceTable } from "#src/instances/row.ts";
import { type IdentityRow, identityTable } from "#src/inventory/identities/row.ts";
import type { Table } from "#src/query/reading.ts";

export interface UserRow {
  instanceId: number;
  externalId: string;
  login: string | null;
  email: string | null;
  displayName: string | null;
  status: string;
  isAdmin: boolean;
  isExternal: boolean;
  type: string;
  lastSeenAt: string | null;
  lastSignInAt: string | null;
  identityId: number | null;
  identityManual: boolean;
  createdAt: string;
  /** The instance and the person, when they were read with it. */
  instance?: InstanceRow | null;
  identity?: IdentityRow | null;
}

export const userTable: Table<UserRow> = {
  from: "users",
  alias: "u",
  columns: {
    instanceId: "instance_id",
    externalId: "external_id",
    login: "login",
    email: "email",
    displayName: "display_name",
    status: "status",
    isAdmin: "is_admin",
    isExternal: "is_external",
    type: "type",
    lastSeenAt: "last_seen_at",
    lastSignInAt: "last_sign_in_at",
    identityId: "identity_id",
    identityManual: "identity_manual",
    createdAt: "created_at",
  },
  key: ["instanceId", "externalId"],
  // Who sees an account sees its instance, and the person behind it.
  toOne: {
    instance: { alias: "i", table: instanceTable, on: `i.id = r."instanceId"`, by: [] },
    identity: { alias: "d", table: identityTable, on: `d.id = r."identityId"`, by: ["identityId"] },
  },
};
