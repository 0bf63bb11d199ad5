import { sql } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import { type ScanStream, scanStreams } from "#src/connector-kit/contract/kinds.ts";
import type { Settings, StreamFact } from "#src/connector-kit/contract/manifest.ts";
import type { StreamPart } from "#src/connector-kit/contract/streams.ts";
import { durationMs, latestFirstStartMs, scopeRetryMs } from "./cadence.ts";
import type { ListedParts } from "./parts.ts";
import { startWaiting } from "./start-waiting.ts";

/** What decides which streams an instance has, and which of them are on. */
export interface Reach {
  settings: Settings;
  components: readonly string[];
  missingScopes: readonly string[];
  parts: ListedParts;
}

/** `opened`: the instance was connected or enabled. `tested`: its scopes were looked at. `listed`: its parts alone were. */
export type Occasion = "opened" | "tested" | "listed";

type Row = typeof tables.streams.$inferInsert;
/** Rows of one statement: PostgreSQL takes 65,535 parameters. */
const chunk = 1000;

export function reachOf(
  connection: { settings: Settings; components: readonly string[] },
  test: Pick<ConnectionTest, "missingScopes"> & { parts: ListedParts },
): Reach {
  const { settings, components } = connection;
  return { settings, components, missingScopes: test.missingScopes, parts: test.parts };
}

/**
 * A row for each stream, or part of one, that these settings allow and the app has; those that were read before go on where they
 * stopped. What is no longer named is no longer read: its row goes, and its scans end, which are returned to be announced. The caller
 * holds the instance's lock.
 */
export async function placeStreams(
  tx: Db,
  connector: Connector,
  instanceId: number,
  reach: Reach,
  now: Date,
  occasion: Occasion,
): Promise<{ endedScans: number[]; changed: boolean }> {
  const rows = await wantedRows(tx, connector, instanceId, reach, now);
  const before = await tx.$count(tables.streams, sql`${tables.streams.instanceId} = ${instanceId}`);
  for (let from = 0; from < rows.length; from += chunk) {
    await tx
      .insert(tables.streams)
      .values(rows.slice(from, from + chunk))
      .onConflictDoUpdate({
        target: [tables.streams.instanceId, tables.streams.stream, tables.streams.part],
        set: {
          label: sql`excluded.label`,
          scopes: sql`excluded.scopes`,
          categories: sql`excluded.categories`,
          isFeed: sql`excluded.is_feed`,
          ...changesOn(occasion, now),
        },
      });
  }
  const after = await tx.$count(tables.streams, sql`${tables.streams.instanceId} = ${instanceId}`);
  const { endedScans, removed } = await removeOthers(tx, instanceId, rows, now);
  await startWaiting(rawSql(tx), instanceId, now);
  return { endedScans, changed: after > before || removed > 0 };
}

function changesOn(occasion: Occasion, now: Date): Record<string, unknown> {
  const { streams } = tables;
  const at = sql`${now.toISOString()}::timestamptz`;
  if (occasion === "listed") return {};
  if (occasion === "opened")
    return {
      disabledReason: sql`excluded.disabled_reason`,
      consecutiveFailures: 0,
      throttledUntil: null,
      nextRunAt: sql`case when excluded.disabled_reason is null and ${streams.firstScanCompletedAt} is not null then ${at} else excluded.next_run_at end`,
    };
  // A stream that is off already keeps its reason and the time of its next look; one that is on keeps its turn.
  return {
    disabledReason: sql`case when excluded.disabled_reason is null then null else coalesce(${streams.disabledReason}, excluded.disabled_reason) end`,
    nextRunAt: sql`case when excluded.disabled_reason is null and ${streams.disabledReason} is not null then ${at}
      when excluded.disabled_reason is not null and ${streams.disabledReason} is null then excluded.next_run_at else ${streams.nextRunAt} end`,
  };
}

async function wantedRows(tx: Db, connector: Connector, instanceId: number, reach: Reach, now: Date): Promise<Row[]> {
  const rows: Row[] = [];
  const missing = new Set(reach.missingScopes);
  for (const stream of scanStreams) {
    const fact = connector.manifest.streams[stream];
    if (!fact || fact.when?.(reach.settings, reach.components) === false) continue;
    const add = (part: StreamPart | null, refused: string | null, nextRunAt?: null) => {
      const lacking = [...fact.scopes, ...(part?.scopes ?? [])].filter((scope) => missing.has(scope));
      const disabledReason = refused ?? (lacking.length > 0 ? `Missing: ${[...new Set(lacking)].join(", ")}.` : null);
      const later = disabledReason === null ? latestFirstStartMs[stream] : scopeRetryMs;
      rows.push({
        instanceId,
        stream,
        part: part?.name ?? "",
        label: part?.label ?? null,
        scopes: [...(part?.scopes ?? [])],
        categories: part?.categories ? [...part.categories] : null,
        isFeed: part?.feed ?? false,
        fromAt: new Date(now.getTime() - backMs(fact)),
        nextRunAt: nextRunAt === null || later === undefined ? null : new Date(now.getTime() + later),
        disabledReason,
      });
    };
    const listed = connector.parts?.[stream] ? (reach.parts.get(stream) ?? []) : null;
    if (listed === null) add(null, null);
    else if (!("refused" in listed)) for (const part of listed) add(part, null);
    else {
      const known = await knownParts(tx, instanceId, stream);
      for (const part of known) add(part, listed.refused);
      // Nothing to read before its parts are known: the row holds the reason, and waits for the next listing.
      if (known.length === 0) add(null, listed.refused, null);
    }
  }
  return rows;
}

/** How far before connecting a stream is read. */
function backMs(fact: StreamFact): number {
  return fact.retroactivePeriod && fact.backlog !== false ? durationMs(fact.retroactivePeriod) : 0;
}

async function knownParts(tx: Db, instanceId: number, stream: ScanStream): Promise<StreamPart[]> {
  const rows = await rawSql(tx)<
    { name: string; label: string | null; scopes: string[]; categories: string[] | null; feed: boolean }[]
  >`
    select part as name, label, scopes, categories, is_feed as feed from streams where instance_id = ${instanceId} and stream = ${stream} and part <> ''`;
  return rows.map(
    ({ name, label, scopes, categories, feed }) =>
      ({ name, scopes, feed, ...(label ? { label } : {}), ...(categories ? { categories } : {}) }) as StreamPart,
  );
}

async function removeOthers(
  tx: Db,
  instanceId: number,
  kept: readonly Row[],
  now: Date,
): Promise<{ endedScans: number[]; removed: number }> {
  const client = rawSql(tx);
  const key = client`select * from unnest(${kept.map(({ stream }) => stream)}::text[], ${kept.map(({ part }) => part ?? "")}::text[])`;
  const { count } = await client`
    delete from streams where instance_id = ${instanceId} and (stream, part) not in (${key})`;
  if (count === 0) return { endedScans: [], removed: 0 };
  const ended = await client<{ id: string }[]>`
    update scans set status = 'CANCELLED', finished_at = ${now.toISOString()}::timestamptz, throttled_until = null, next_run_at = null,
      error = 'This is no longer read.'
    where instance_id = ${instanceId} and status in ('QUEUED', 'RUNNING', 'THROTTLED') and (stream, part) not in (${key}) returning id`;
  return { endedScans: ended.map(({ id }) => Number(id)), removed: count };
}
