import { rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { scopeRetryMs } from "#src/instances/cadence.ts";

/** No limit of an app that is waited for resets later than this. */
const longestThrottleMs = 25 * 60 * 60_000;
const spareMs = 15 * 60_000;

/**
 * A turn that lies further ahead than anything sets it was set while a clock was wrong: the machine's and the database's both, where they are
 * one. Such streams are read now. Returns how many there were.
 */
export async function recoverTurns(core: Core): Promise<number> {
  const turns = core.connectors.flatMap(({ manifest }) =>
    Object.entries(manifest.streams).map(([stream, { everySeconds }]) => ({
      slug: manifest.slug,
      stream,
      ms: Math.max(everySeconds * 1000, scopeRetryMs) + spareMs,
    })),
  );
  const now = core.now().toISOString();
  const rows = await rawSql(core.db)`
    update streams s set next_run_at = ${now}::timestamptz, throttled_until = null, version = s.version + 1
    from instances i, unnest(${turns.map(({ slug }) => slug)}::text[], ${turns.map(({ stream }) => stream)}::text[], ${turns.map(({ ms }) => ms)}::float8[])
      as t(slug, stream, ms)
    where i.id = s.instance_id and i.status = 'CONNECTED' and t.slug = i.connector_slug and t.stream = s.stream
      and s.next_run_at > ${now}::timestamptz + case when s.throttled_until is null then t.ms else ${longestThrottleMs}::float8 end * interval '1 millisecond'
    returning s.instance_id`;
  if (rows.length > 0)
    core.log.warn({ streams: rows.length }, "streams whose next turn was set by a wrong clock are read now");
  return rows.length;
}
