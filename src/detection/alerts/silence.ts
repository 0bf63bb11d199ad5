import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { everySecondsOf } from "#src/instances/cadence.ts";
import { epochOf } from "#src/platform/instant.ts";
import { announceAlerts, type Finding, raiseAlerts } from "./raise.ts";

const hourMs = 60 * 60_000;
/** Not read for so many periods of the stream, and at least an hour: then an alert is raised. */
const missedPeriods = 5;
const minUnreadMs = hourMs;
/** Read, and nothing found for twice the longest silence of the last four weeks, and at least six hours. */
const baselineDays = 28;
const timesUsual = 2;
const minEmptyMs = 6 * hourMs;
/** A stream with records in fewer hours than this, or over fewer days, has no baseline. */
const minBusyHours = 20;
const minBaselineMs = 3 * 24 * hourMs;

const keyPrefix = "system/silent/";

interface StreamState {
  instanceId: number;
  name: string;
  connectorSlug: string;
  status: string;
  stream: ScanStream;
  /** Empty for a stream without parts. */
  part: string;
  isFeed: boolean;
  silentSince: string | null;
  lastSuccessAt: string | null;
  lastItemAt: string | null;
  connectedAt: string | null;
  firstScanCompletedAt: string | null;
  consecutiveFailures: number;
  throttledUntil: string | null;
}

interface Silence {
  state: StreamState;
  since: number;
  /** Longest silence that is usual here, when nothing was found; null: it could not be looked. */
  usualMs: number | null;
}

/**
 * Looks for streams that are not read, and for those that are read and find nothing for much longer than their baseline: what runs without
 * an error and sees nothing would otherwise look like peace. Seen twice in a row it is an alert, one for each silence; the alert is closed
 * when the stream has records again. Twice, since after a restart everything is a little late.
 */
export async function checkSilence(core: Pick<Core, "db" | "now">): Promise<void> {
  const now = core.now();
  const sql = rawSql(core.db);
  const states = await readStates(sql);
  const silences: Silence[] = [];
  for (const state of states) {
    const silence = unread(state, now) ?? (isLastHeard(state, states) ? await empty(sql, state, now) : null);
    if (silence) silences.push(silence);
  }
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await noteSilences(rawSql(tx), states, silences);
    const findings = await unreported(
      rawSql(tx),
      silences
        .filter(({ state, since }) => state.silentSince !== null && epochOf(state.silentSince) === since)
        .map((silence) => findingOf(silence, now)),
    );
    const raised = await raiseAlerts(tx, findings, now);
    const closed = await closeEnded(rawSql(tx), silences, now);
    await announceAlerts(tx, [...raised, ...closed]);
  });
}

function readStates(sql: Sql): Promise<StreamState[]> {
  return sql<StreamState[]>`
    select s.instance_id as "instanceId", i.name, i.connector_slug as "connectorSlug", i.status, s.stream, s.part, s.is_feed as "isFeed", s.silent_since as "silentSince",
      s.last_success_at as "lastSuccessAt", s.last_item_at as "lastItemAt", i.connected_at as "connectedAt", s.first_scan_completed_at as "firstScanCompletedAt",
      s.consecutive_failures as "consecutiveFailures", s.throttled_until as "throttledUntil"
    from streams s join instances i on i.id = s.instance_id where i.status = 'CONNECTED' and s.disabled_reason is null
    order by s.instance_id, s.stream, s.part`;
}

/** Nobody could look. A long listing that is on its way shows by its items. */
function unread(state: StreamState, now: Date): Silence | null {
  const everySeconds = everySecondsOf(connectorBySlug(state.connectorSlug)?.manifest, state);
  const signs = [state.lastSuccessAt, state.stream === "ACTIVITIES" ? null : state.lastItemAt];
  const known = signs.filter((sign) => sign !== null).map(epochOf);
  if (known.length === 0 && state.connectedAt) known.push(epochOf(state.connectedAt));
  if (known.length === 0) return null;
  const since = Math.max(...known);
  const patience = Math.max(minUnreadMs, missedPeriods * everySeconds * 1000);
  return now.getTime() - since > patience ? { state, since, usualMs: null } : null;
}

/** Activities do not tell of which part they are: what is usual is that of the whole, and so is how long nothing came. */
function isLastHeard(state: StreamState, states: readonly StreamState[]): boolean {
  const { lastItemAt } = state;
  if (state.part === "" || lastItemAt === null) return true;
  const others = states.filter(({ instanceId, stream }) => instanceId === state.instanceId && stream === state.stream);
  return others.every((other) => other.lastItemAt === null || epochOf(other.lastItemAt) <= epochOf(lastItemAt));
}

/** It is looked, and nothing is there. Only a log is expected to go on. */
async function empty(sql: Sql, state: StreamState, now: Date): Promise<Silence | null> {
  if (state.stream !== "ACTIVITIES" || state.lastItemAt === null || state.firstScanCompletedAt === null) return null;
  const since = epochOf(state.lastItemAt);
  if (now.getTime() - since < minEmptyMs) return null;
  const usualMs = await longestUsualSilence(sql, state.instanceId, since);
  if (usualMs === null || now.getTime() - since < Math.max(minEmptyMs, timesUsual * usualMs)) return null;
  return { state, since, usualMs };
}

/** By the hour: a look at an index for each hour of four weeks, whatever the size of the tenant. Null: no baseline yet. */
async function longestUsualSilence(sql: Sql, instanceId: number, until: number): Promise<number | null> {
  const from = new Date(until - baselineDays * 24 * hourMs).toISOString();
  const rows = await sql<{ hour: number }[]>`
    select (extract(epoch from h) / 3600)::float8 as hour
    from generate_series(${from}::timestamptz, ${new Date(until).toISOString()}::timestamptz, interval '1 hour') h
    where exists (select from activities a where a.instance_id = ${instanceId} and a.occurred_at >= h and a.occurred_at < h + interval '1 hour')
    order by 1`;
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last || rows.length < minBusyHours || (last.hour - first.hour) * hourMs < minBaselineMs) return null;
  const gaps = rows.slice(1).map(({ hour }, n) => hour - rows[n]!.hour);
  return Math.max(...gaps) * hourMs;
}

async function noteSilences(sql: Sql, states: readonly StreamState[], silences: readonly Silence[]): Promise<void> {
  const found = new Map(silences.map(({ state, since }) => [state, since]));
  for (const state of states) {
    const since = found.get(state) ?? null;
    if (since === (state.silentSince === null ? null : epochOf(state.silentSince))) continue;
    await sql`
      update streams set silent_since = ${since === null ? null : new Date(since).toISOString()}::timestamptz
      where instance_id = ${state.instanceId} and stream = ${state.stream} and part = ${state.part}`;
  }
  // A stream that is no longer to be read is not silent.
  await sql`
    update streams s set silent_since = null from instances i
    where i.id = s.instance_id and s.silent_since is not null and (i.status <> 'CONNECTED' or s.disabled_reason is not null)`;
}

/** Those without an alert, whatever became of it. */
async function unreported(sql: Sql, findings: readonly Finding[]): Promise<Finding[]> {
  const rows = await sql<{ instanceId: number; dedupKey: string }[]>`
    select instance_id as "instanceId", dedup_key as "dedupKey" from alerts
    where (instance_id, dedup_key) in (select * from unnest(${findings.map((one) => one.instanceId)}::int[], ${findings.map((one) => one.dedupKey)}::text[]))`;
  const reported = new Set(rows.map(({ instanceId, dedupKey }) => `${instanceId} ${dedupKey}`));
  return findings.filter(({ instanceId, dedupKey }) => !reported.has(`${instanceId} ${dedupKey}`));
}

/** An instance whose connection broke is as silent as before. */
async function closeEnded(
  sql: Sql,
  silences: readonly Silence[],
  now: Date,
): Promise<{ instanceId: number; id: number }[]> {
  const rows = await sql<{ instanceId: number; id: string }[]>`
    update alerts a set status = 'TRUE_POSITIVE', updated_at = ${now.toISOString()}::timestamptz,
      resolution = coalesce(a.resolution, case when i.status = 'CONNECTED' then 'The stream has records again.' else 'The stream is no longer read.' end)
    from instances i
    where i.id = a.instance_id and a.status in ('OPEN', 'IN_PROGRESS') and a.kind = 'SYSTEM' and a.dedup_key like ${`${keyPrefix}%`} and i.status <> 'ERROR'
      and (a.instance_id, a.dedup_key) not in
        (select * from unnest(${silences.map(({ state }) => state.instanceId)}::int[], ${silences.map(keyOf)}::text[]))
    returning a.instance_id as "instanceId", a.id`;
  return rows.map(({ instanceId, id }) => ({ instanceId, id: Number(id) }));
}

function keyOf({ state, since }: Silence): string {
  return `${keyPrefix}${state.stream}${state.part === "" ? "" : `/${state.part}`}/${new Date(since).toISOString()}`;
}

function findingOf(silence: Silence, now: Date): Finding {
  const { state, since, usualMs } = silence;
  const hours = Math.floor((now.getTime() - since) / hourMs);
  const span = hours >= 48 ? `${Math.floor(hours / 24)} days` : `${hours} hour${hours === 1 ? "" : "s"}`;
  const what = `${state.stream.toLowerCase().replaceAll("_", " ")}${state.part === "" ? "" : ` of ${state.part}`}`;
  const facts = {
    stream: state.stream,
    ...(state.part === "" ? {} : { part: state.part }),
    silentSince: new Date(since).toISOString(),
    lastSuccessAt: state.lastSuccessAt && new Date(epochOf(state.lastSuccessAt)).toISOString(),
  };
  return {
    instanceId: state.instanceId,
    kind: "SYSTEM",
    policyId: null,
    severity: usualMs === null ? "HIGH" : "MEDIUM",
    title:
      usualMs === null
        ? `"${state.name}" has not been read for ${span}: ${what}`
        : `"${state.name}" is read without an error and has had no activity for ${span}`,
    explanation:
      usualMs === null
        ? {
            ...facts,
            consecutiveFailures: state.consecutiveFailures,
            throttledUntil: state.throttledUntil && new Date(epochOf(state.throttledUntil)).toISOString(),
            effect: "What happened since then is not known here.",
          }
        : {
            ...facts,
            longestUsualSilenceHours: Math.round(usualMs / hourMs),
            remedy:
              "Look in the app whether anything happened. If so, check the credential's rights and the app's logging.",
          },
    evidence: [],
    dedupKey: keyOf(silence),
    occurredAt: now,
  };
}
