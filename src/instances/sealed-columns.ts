/** A column that holds sealed values. All SQL is over one row of its table. */
export interface SealedColumn {
  table: string;
  column: string;
  /** Names the row. */
  key: string;
  /** What the value is bound to: the `aad` with which it was sealed. */
  place: string;
  /** Rows that still count; others are about to be deleted. */
  live?: string;
}

const columnsOf = (
  table: string,
  columns: readonly string[],
  rest: (column: string) => Omit<SealedColumn, "table" | "column">,
) => columns.map((column) => ({ table, column, ...rest(column) }));

/** Everything that is sealed, but for the seals of the audit log, which are kept as they were made. */
export const sealedColumns: readonly SealedColumn[] = [
  ...columnsOf("instances", ["secret_settings", "credential", "webhook_secret", "webhook_registration"], (column) => ({
    key: "id::text",
    place: `'instance/' || id || '/${column}'`,
  })),
  ...columnsOf("oauth_states", ["code_verifier", "pending", "authorization_url"], (column) => ({
    key: "state_hash",
    place: `'oauth_state/' || state_hash || '/${column}'`,
    live: "expires_at > now()",
  })),
  {
    table: "purpose_tokens",
    column: "credential",
    key: "instance_id || '/' || purpose",
    place: "'instance/' || instance_id || '/purpose/' || purpose",
    live: "coalesce(expires_at > now(), true)",
  },
  {
    table: "prepared_settings",
    column: "settings",
    key: "connector_slug || '/' || viewer_id",
    place: "'prepared/' || connector_slug || '/' || viewer_id",
    live: "expires_at > now()",
  },
  ...columnsOf("destinations", ["secret", "target"], (column) => ({
    key: "id::text",
    place: `'destination/' || id || '/${column}'`,
  })),
  {
    table: "unreadable_records",
    column: "raw",
    key: "instance_id || '/' || id",
    place: "'unreadable_record/' || instance_id || '/' || id || '/raw'",
  },
  { table: "detectors", column: "sealed_key", key: "slug", place: "'detector/' || slug || '/key'" },
];

/** SQL: whether a column of this name holds a sealed value; what stands in clear beside them (a destination's `tcp://…`) is none. */
export function isSealed(column: string): string {
  return `${column} ~ '^v1\\.[0-9a-f]{8}\\.'`;
}

/** One statement over all of them: `place`, `sealed`, and the id of the key as `key_id`. */
export const liveSecrets = sealedColumns
  .map(
    ({ table, column, place, live = "true" }) =>
      `select ${place} as place, ${column} as sealed, split_part(${column}, '.', 2) as key_id from ${table} where ${isSealed(column)} and ${live}`,
  )
  .join(" union all ");
