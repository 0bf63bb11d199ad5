/**
 * The house: which room stands on which floor. A room imports rooms on lower floors, never beside it or above it; the order of this list is the
 * order of the floors, from the ground up. docs/architecture.md has the drawing.
 */
export interface Floor {
  /** Folders (ending in `/`) and single files. A folder of more than one room lists them all. */
  rooms: readonly string[];
  /** Packages that the rooms of this floor may not import. */
  without?: RegExp;
}

const database = /^(drizzle-orm|drizzle-kit|postgres|pg|pg-boss)(\/|$)/;
const graphql = /^(graphql|graphql-.*|@pothos\/.*|@graphql-.*|dataloader)(\/|$)/;
const databaseOrGraphql = new RegExp(`${database.source}|${graphql.source}`);

export const floors: readonly Floor[] = [
  { rooms: ["src/errors.ts"], without: databaseOrGraphql },
  { rooms: ["src/platform/"], without: graphql },
  {
    rooms: ["src/platform/http/", "src/platform/mail/"],
    without: databaseOrGraphql,
  },
  { rooms: ["src/platform/postgres/", "src/config.ts"], without: graphql },
  { rooms: ["db/"], without: graphql },
  { rooms: ["src/platform/queue.ts"], without: graphql },
  { rooms: ["src/connector-kit/"], without: databaseOrGraphql },
  // Families of connectors and the connectors themselves: see `whyWrongConnector`.
  { rooms: ["src/connectors/"], without: databaseOrGraphql },
  { rooms: ["src/core.ts"], without: graphql },
  { rooms: ["src/access/", "src/query/"], without: graphql },
  { rooms: ["src/realtime/"], without: graphql },
  { rooms: ["src/instances/"], without: graphql },
  { rooms: ["src/inventory/identities/", "src/inventory/enrichment/"], without: graphql },
  { rooms: ["src/inventory/users/", "src/inventory/ip-ranges/"], without: graphql },
  { rooms: ["src/inventory/activities/", "src/inventory/oauth-apps/"], without: graphql },
  { rooms: ["src/detection/alerts/", "src/detection/rules/", "src/posture/"], without: graphql },
  { rooms: ["src/detection/sigma/"], without: graphql },
  { rooms: ["src/detection/policies/"], without: graphql },
  { rooms: ["src/detection/anomalies/"], without: graphql },
  { rooms: ["src/ingest/"], without: graphql },
  { rooms: ["src/ingest/scan/", "src/ingest/webhooks/", "src/ingest/import/"], without: graphql },
  { rooms: ["src/response/governance/", "src/response/destinations/"], without: graphql },
  { rooms: ["src/response/evaluation/"], without: graphql },
  { rooms: ["jobs/"], without: graphql },
  { rooms: ["src/server/execute/"], without: database },
  { rooms: ["schema/"] },
  { rooms: ["src/server/"] },
  { rooms: ["src/app.ts"] },
  { rooms: ["src/cli/"] },
  { rooms: ["src/main.ts"] },
];
