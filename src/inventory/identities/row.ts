import type { Table } from "#src/query/reading.ts";

export interface IdentityRow {
  id: number;
  email: string;
  terminatedAt: string | null;
  terminatedInstanceId: number | null;
}

export const identityTable: Table<IdentityRow> = {
  from: "identities",
  alias: "i",
  columns: {
    id: "id",
    email: "email",
    terminatedAt: "terminated_at",
    terminatedInstanceId: "terminated_instance_id",
  },
  key: ["id"],
  toOne: {},
};
