import { rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { type DeliveryOptions, deliveryDefaults, workDestination } from "./deliver.ts";

/** Longest wait between looks when nobody wakes it, and the shortest. */
const pollMs = 1000;
const shortestMs = 200;

/**
 * Works on all destinations that have something to do, each by itself, so that one that waits delays no other. Any number of processes may
 * run it. `wake` is for a log notification. The returned `stop` cuts what is on its way; it is sent again by the next worker.
 */
export function runDestinations(
  core: Core,
  options: Partial<DeliveryOptions> = {},
): { wake(): void; stop(): Promise<void> } {
  const settings = { ...deliveryDefaults, ...options };
  const shutdown = new AbortController();
  const working = new Map<number, Promise<void>>();
  let woken = false;
  /** Ends the pause, if it is one that may end. */
  let resume = () => {};

  async function sweep(): Promise<void> {
    for (const id of await destinationsWithWork(core, settings)) {
      if (working.has(id)) continue;
      const work = workDestination(core, id, settings, shutdown.signal)
        .catch((error: unknown) => {
          if (!shutdown.signal.aborted)
            core.log.error({ err: error, destination: id }, "processing a destination failed");
        })
        .finally(() => working.delete(id));
      working.set(id, work);
    }
  }

  const pause = (ms: number, mayBeWoken: boolean) =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        shutdown.signal.removeEventListener("abort", end);
        resume = () => {};
        resolve();
      };
      const timer = setTimeout(end, ms);
      shutdown.signal.addEventListener("abort", end);
      if (mayBeWoken) resume = end;
      if (shutdown.signal.aborted || (mayBeWoken && woken)) end();
    });

  const loop = (async () => {
    while (!shutdown.signal.aborted) {
      woken = false;
      await sweep().catch((error: unknown) =>
        core.log.warn({ err: error }, "the search for pending destinations failed"),
      );
      await pause(shortestMs, false);
      await pause(pollMs - shortestMs, true);
    }
  })();

  return {
    wake() {
      woken = true;
      resume();
    },
    async stop() {
      shutdown.abort();
      await loop;
      await Promise.all(working.values());
    },
  };
}

/** Whose oldest delivery is due, or who has none waiting and is behind the log; not those another process works on. */
async function destinationsWithWork(core: Core, { digestMs }: DeliveryOptions): Promise<number[]> {
  const now = core.now();
  const rows = await rawSql(core.db)<{ id: number }[]>`
    select d.id from destinations d
    left join lateral (select next_attempt_at from deliveries v where v.destination_id = d.id and v.status = 'PENDING' order by v.id limit 1) head on true
    where d.enabled and (d.leased_until is null or d.leased_until < now())
      and case when exists (select from deliveries v where v.destination_id = d.id and v.status = 'PENDING')
        then head.next_attempt_at is null or head.next_attempt_at <= ${now.toISOString()}::timestamptz
        else (d.kind <> 'EMAIL' or d.last_delivered_at is null or d.last_delivered_at <= ${new Date(now.getTime() - digestMs).toISOString()}::timestamptz)
          and exists (select from log_consumers c where c.name = 'destination/' || d.id and c.position < (select max(position) from activity_log)) end
    order by d.id`;
  return rows.map(({ id }) => id);
}
