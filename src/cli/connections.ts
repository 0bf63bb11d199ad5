import { setTimeout as sleep } from "node:timers/promises";
import { type Db, rawSql } from "#db/client.ts";

/** PostgreSQL has too few connections left for this process. */
export class TooFewConnectionsError extends Error {
  override readonly name = "TooFewConnectionsError";
}

/** What a process opens at once when it starts, and the most it ever has; docs/scaling.md has them too. */
const needs = {
  gateway: { least: 12, most: 29 },
  worker: { least: 10, most: 19 },
};

/** A process that ends just now, or a job of the database, may give some back. */
const patienceMs = 10_000;

/**
 * Looks before anything is started whether there are enough connections: with too few of them some parts would work and others wait without end.
 * Throws TooFewConnectionsError.
 */
export async function needConnections(db: Db, parts: { gateway: boolean }): Promise<void> {
  const { least, most } = parts.gateway ? needs.gateway : needs.worker;
  const patienceEndsAt = performance.now() + patienceMs;
  for (;;) {
    const [row] = await rawSql(db)<{ allowed: number; used: number }[]>`
      select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true), '0')::int as allowed,
        (select count(*)::int from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()) as used`;
    const { allowed, used } = row!;
    if (allowed - used >= least) return;
    if (performance.now() > patienceEndsAt) {
      throw new TooFewConnectionsError(
        `PostgreSQL allows ${allowed} connections, and ${used} are in use: ${Math.max(0, allowed - used)} are left. This process needs ${least} to start and has up to ${most} when it is busy. ` +
          "Raise max_connections of PostgreSQL, or run fewer processes.",
      );
    }
    await sleep(500);
  }
}
