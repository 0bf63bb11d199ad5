/**
 * The house: which room stands on which floor, from the ground up. A room imports rooms on lower floors, never one beside it or above it.
 * docs/architecture.md has the drawing.
 */
export interface Floor {
  /** Folders (ending in `/`) and single files; the longest that fits owns a file. */
  rooms: readonly string[];
  /** Packages that these rooms may not import. */
  without?: RegExp;
}

const database = /^(drizzle-orm|drizzle-kit|postgres|pg|pg-boss)(\/|$)/;
const graphql = /^(graphql|graphql-.*|@pothos\/.*|@graphql-.*|dataloader)(\/|$)/;
const databaseOrGraphql = new RegExp(`${database.source}|${graphql.source}`);

export const floors: readonly Floor[] = [
  { rooms: ["src/errors.ts"], without: databaseOrGraphql },
  { rooms: ["src/platform/"], without: databaseOrGraphql },
  { rooms: ["src/platform/http/", "src/platform/mail/"], without: databaseOrGraphql },
  { rooms: ["src/connector-kit/", "src/inspection/"], without: databaseOrGraphql },
  { rooms: ["src/connectors/"], without: databaseOrGraphql },
  { rooms: ["db/driver/"], without: graphql },
  { rooms: ["src/platform/postgres/", "src/config.ts", "db/"], without: graphql },
  { rooms: ["src/platform/queue.ts"], without: graphql },
  { rooms: ["src/core.ts"], without: graphql },
  { rooms: ["src/query/"], without: graphql },
  { rooms: ["src/access/"], without: graphql },
  { rooms: ["src/realtime/"], without: graphql },
  { rooms: ["src/instances/"], without: graphql },
  { rooms: ["src/inventory/identities/", "src/inventory/enrichment/"], without: graphql },
  { rooms: ["src/inventory/users/", "src/inventory/ip-ranges/"], without: graphql },
  { rooms: ["src/inventory/activities/", "src/inventory/files/", "src/inventory/oauth-apps/"], without: graphql },
  {
    rooms: ["src/detection/alerts/", "src/detection/rules/", "src/detection/inspection/", "src/posture/"],
    without: graphql,
  },
  { rooms: ["src/detection/sigma/"], without: graphql },
  { rooms: ["src/detection/policies/"], without: graphql },
  { rooms: ["src/detection/anomalies/"], without: graphql },
  { rooms: ["src/ingest/"], without: graphql },
  { rooms: ["src/ingest/scan/", "src/ingest/webhooks/", "src/ingest/import/"], without: graphql },
  { rooms: ["src/response/governance/", "src/response/destinations/"], without: graphql },
  { rooms: ["src/response/evaluation/", "src/response/restore/"], without: graphql },
  // Two entry points to the domain that meet in the queue and the log only.
  { rooms: ["schema/", "jobs/"] },
  { rooms: ["src/server/execute/"], without: database },
  { rooms: ["src/server/"] },
  { rooms: ["src/gateway.ts"] },
  { rooms: ["src/app.ts"] },
  { rooms: ["src/cli/"] },
  { rooms: ["src/main.ts"] },
];

/** The floor and room of a file; null for files that belong to no floor (sandbox, web, tests, scripts). */
export function placeOf(file: string): { floor: number; room: string } | null {
  let found: { floor: number; room: string } | null = null;
  for (const [floor, { rooms }] of floors.entries()) {
    for (const room of rooms) {
      const isHere = room.endsWith("/") ? file.startsWith(room) : file === room;
      if (isHere && room.length > (found?.room.length ?? 0)) found = { floor, room };
    }
  }
  return found;
}
