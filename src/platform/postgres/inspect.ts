import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { MAJOR_VERSION } from "./binaries.ts";
import { probe, urlOf } from "./probe.ts";
import { findServer } from "./server.ts";
import { readState } from "./state.ts";

/** How the PostgreSQL of a data directory stands. */
export type EmbeddedState =
  | { state: "absent" }
  | { state: "stopped"; cluster: string }
  | { state: "running"; url: string }
  | { state: "broken"; problem: string };

/** Looks without touching anything: makes, starts and locks nothing. Throws EmbeddedPostgresError for files of another user. */
export async function inspectEmbedded(dataDirectory: string): Promise<EmbeddedState> {
  const entry = join(dataDirectory, "postgres");
  if (!existsSync(entry)) return { state: "absent" };
  const cluster = realpathSync(entry);
  const server = findServer(cluster);
  if (server) {
    const known = readState(dataDirectory);
    if (server.status !== "ready")
      return {
        state: "broken",
        problem: `PostgreSQL (process ${server.pid}) is ${server.status}. Try again in a moment.`,
      };
    const answer = known ? await probe(cluster, server.port, known.password) : "refused";
    if (known && answer === "ours")
      return { state: "running", url: urlOf({ port: server.port, password: known.password }) };
    return {
      state: "broken",
      problem: `A PostgreSQL (process ${server.pid}) runs on ${cluster}, but does not take our password (${answer}). Stop it with \`kill -INT ${server.pid}\` and start Gatehouse.`,
    };
  }
  const version = readVersion(cluster);
  if (version === null)
    return { state: "broken", problem: `${cluster} is not a PostgreSQL data directory, or belongs to another user.` };
  if (version !== String(MAJOR_VERSION)) {
    return {
      state: "broken",
      problem: `${cluster} was made by PostgreSQL ${version}, and this Gatehouse runs PostgreSQL ${MAJOR_VERSION}: dump and restore it, or set DATABASE_URL.`,
    };
  }
  return { state: "stopped", cluster };
}

function readVersion(cluster: string): string | null {
  try {
    return readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  } catch {
    return null;
  }
}
