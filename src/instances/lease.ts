import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { ProviderUnavailableError } from "#src/errors.ts";

/** So long after its last sign of life a holder that died is followed by another. */
const leaseMs = 10_000;
const lookEveryMs = 100;

/**
 * Runs something that takes longer than a transaction should (a call to a provider), of all processes one at a time for each name. Holds no
 * connection meanwhile. A process that stood still for longer than ten seconds may have been followed by another: what `run` writes at its end
 * has to look whether it still fits. Throws ProviderUnavailableError when the lease does not come free within `waitMs` (default 40 s).
 */
export async function withLease<T>(
  core: Pick<Core, "db" | "log">,
  name: string,
  run: () => Promise<T>,
  waitMs = 40_000,
): Promise<T> {
  const sql = rawSql(core.db);
  const holder = randomUUID();
  const patienceEndsAt = performance.now() + waitMs;
  while (!(await take())) {
    if (performance.now() > patienceEndsAt)
      throw new ProviderUnavailableError(
        "The app has not answered an earlier call of this kind. Try again in a minute.",
      );
    await sleep(lookEveryMs * (1 + Math.random()));
  }
  const heartbeat = setInterval(() => {
    sql`update leases set until = now() + ${leaseMs} * interval '1 millisecond' where name = ${name} and holder = ${holder}`.catch(
      (error: unknown) => core.log.warn({ err: error, lease: name }, "a lease could not be prolonged"),
    );
  }, leaseMs / 3);
  try {
    return await run();
  } finally {
    clearInterval(heartbeat);
    await sql`delete from leases where name = ${name} and holder = ${holder}`.catch((error: unknown) =>
      core.log.warn({ err: error, lease: name }, "a lease was not given back; it ends by itself"),
    );
  }

  async function take(): Promise<boolean> {
    const rows = await sql`
      insert into leases (name, holder, until) values (${name}, ${holder}, now() + ${leaseMs} * interval '1 millisecond')
      on conflict (name) do update set holder = excluded.holder, until = excluded.until where leases.until < now() returning 1`;
    return rows.length > 0;
  }
}
