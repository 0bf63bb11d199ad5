import { type Db, rawSql } from "#db/client.ts";
import type { InstanceStatus } from "#db/tables/instances.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { GatehouseError } from "#src/errors.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { hasPlausibleTime } from "#src/inventory/activities/plausible.ts";
import { ensurePartitions, forgetPartitions, storeActivities } from "#src/inventory/activities/store.ts";
import { storedAddress } from "#src/inventory/enrichment/facts.ts";
import { publish } from "#src/realtime/publish.ts";
import { type Found, readArchive } from "./archive.ts";

/** What an import cannot go on after; the message is for the person who started it. */
export class ImportError extends Error {
  override readonly name = "ImportError";
}

/** What a piece of the archive came to. */
export interface Mapped {
  /** Provider events read; one may tell of several activities. */
  events: number;
  records: ActivityRecord[];
  problems: { line: number; message: string }[];
}

/** Consecutive events of one instant that are mapped together, at most. */
const longestInstant = 1000;

/** Maps an archive as a scan maps pages, in its order, a few events at a time. Problems are reported, and the rest goes on. */
export async function* mapArchive(
  connector: Connector,
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Mapped, void, void> {
  let instant = new Instant(connector);
  const nothing = (): Mapped => ({ events: 0, records: [], problems: [] });
  let broken: { error: unknown } | null = null;
  try {
    for await (const values of readArchive(input)) {
      const mapped = nothing();
      for (const found of values) {
        const { records, problems } = mapValue(connector, found);
        mapped.problems.push(...problems);
        if (records.length === 0 || !("value" in found)) continue;
        if (!instant.takes(records)) {
          instant.flush(mapped);
          instant = new Instant(connector);
        }
        instant.add(found.value, records);
      }
      yield mapped;
    }
  } catch (error) {
    broken = { error };
  }
  const last = nothing();
  instant.flush(last);
  yield last;
  if (broken) throw broken.error;
}

/**
 * Where an app gives its events no ids, they are numbered among the equal ones of their instant. An archive of one event a line
 * takes those apart: neighbours that came to the same id are mapped again, together.
 */
class Instant {
  readonly #connector: Connector;
  #values: unknown[] = [];
  #records: ActivityRecord[] = [];

  constructor(connector: Connector) {
    this.#connector = connector;
  }

  takes(records: readonly ActivityRecord[]): boolean {
    const at = this.#records[0]?.occurredAt.getTime();
    return at === undefined || (at === records[0]?.occurredAt.getTime() && this.#values.length < longestInstant);
  }

  add(value: unknown, records: readonly ActivityRecord[]): void {
    this.#values.push(value);
    for (const record of records) this.#records.push(record);
  }

  flush(into: Mapped): void {
    const records = this.#settled();
    into.events += new Set(records.map((record) => record.raw)).size;
    for (const record of records) into.records.push(record);
  }

  #settled(): ActivityRecord[] {
    const ids = new Set(this.#records.map((record) => record.externalId));
    if (this.#values.length === 1 || ids.size === this.#records.length) return this.#records;
    const together = attempt(this.#connector, this.#values);
    return "records" in together && together.records.length === this.#records.length ? together.records : this.#records;
  }
}

function mapValue(connector: Connector, found: Found): { records: ActivityRecord[]; problems: Mapped["problems"] } {
  const { line } = found;
  if ("problem" in found) return { records: [], problems: [{ line, message: found.problem }] };
  const whole = attempt(connector, found.value);
  if ("records" in whole) return { records: whole.records, problems: [] };
  const page = pageOf(found.value);
  const alone = page?.items.map((item) => attempt(connector, page.wrap([item]))) ?? [];
  const good = page?.items.filter((_, index) => "records" in (alone[index] as Attempt)) ?? [];
  // Not a page with bad events in it, but something else altogether.
  if (!page || good.length === 0) return { records: [], problems: [{ line, message: whole.problem }] };
  const problems = alone.flatMap((one, index) =>
    "problem" in one
      ? [
          {
            line,
            message: `${page.name}[${index}]: ${one.problem.replace(`${page.name}[0]`, `${page.name}[${index}]`)}`,
          },
        ]
      : [],
  );
  const rest = attempt(connector, page.wrap(good));
  return "records" in rest
    ? { records: rest.records, problems }
    : { records: [], problems: [{ line, message: rest.problem }] };
}

/** A page of a provider's API: an object around one list. */
function pageOf(value: unknown): { name: string; items: unknown[]; wrap: (items: unknown[]) => unknown } | null {
  if (typeof value !== "object" || value === null) return null;
  const lists = Object.entries(value).filter(([, list]) => Array.isArray(list));
  const [name, items] = lists[0] ?? [];
  if (lists.length !== 1 || name === undefined) return null;
  return { name, items: items as unknown[], wrap: (some) => ({ ...value, [name]: some }) };
}

type Attempt = { records: ActivityRecord[] } | { problem: string };

function attempt(connector: Connector, value: unknown): Attempt {
  try {
    const records = connector.mapEvent?.(value) ?? [];
    const odd = records.find((record) => !hasPlausibleTime(record));
    return odd ? { problem: `Its time cannot be right: ${odd.occurredAt.toISOString()}.` } : { records };
  } catch (error) {
    // Anything but an error of ours is a bug of the mapping; this event is reported, and the others are still imported.
    return { problem: error instanceof GatehouseError ? error.message : `The mapping failed on it: ${error}.` };
  }
}

/**
 * Stores mapped activities of an archive as a scan stores a page: records and log in one transaction. Returns how many were new.
 * Any instance but a disconnected one takes them: an archive needs no connection. Throws ImportError.
 */
export async function storeImported(db: Db, instanceId: number, records: readonly ActivityRecord[]): Promise<number> {
  try {
    return await storeBatch(db, instanceId, records);
  } catch (error) {
    if (sqlState(error) !== NO_PARTITION) throw error;
    // Past retention: upkeep has just removed the month. It will remove these as well, in its time.
    forgetPartitions();
    return storeBatch(db, instanceId, records);
  }
}

async function storeBatch(db: Db, instanceId: number, records: readonly ActivityRecord[]): Promise<number> {
  if (records.length === 0) return 0;
  await ensurePartitions(
    rawSql(db),
    records.map((record) => record.occurredAt),
  );
  return db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql = rawSql(tx);
    await lockInstance(tx, instanceId);
    const [instance] = await sql<
      { status: InstanceStatus }[]
    >`select status from instances where id = ${instanceId} for share`;
    if (instance?.status !== "DISCONNECTED" && instance) {
      const stored = await storeActivities(sql, instanceId, records);
      const last = stored.lastOccurredAt?.toISOString() ?? null;
      await sql`
        update instances set last_activity_at = ${last}::timestamptz
        where id = ${instanceId} and (last_activity_at is null or last_activity_at < ${last}::timestamptz)`;
      const { occurredAts, externalIds } = stored;
      if (externalIds.length > 0) await publish(tx, "activities", { instanceId, occurredAts, externalIds });
      return externalIds.length;
    }
    throw new ImportError("The instance was disconnected meanwhile.");
  });
}

const NO_PARTITION = "23514";

function sqlState(error: unknown): unknown {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return code ?? cause?.code;
}

/** Whether retention would remove an activity at its next run: whole months go. */
export function isPastRetention(record: ActivityRecord, retentionDays: number, now: Date): boolean {
  const at = record.occurredAt;
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) <= now.getTime() - retentionDays * 24 * 60 * 60_000;
}

/** One line of JSON for people and programs: every field, always in this order, instants in ISO 8601. */
export function printActivity(record: ActivityRecord): string {
  const { actor } = record;
  return JSON.stringify({
    externalId: record.externalId,
    category: record.category,
    eventType: record.eventType,
    description: record.description,
    occurredAt: record.occurredAt.toISOString(),
    actor: actor && {
      externalId: actor.externalId ?? null,
      login: actor.login ?? null,
      email: actor.email ?? null,
      name: actor.name ?? null,
      type: actor.type ?? "UNKNOWN",
      isAccount: actor.isAccount ?? true,
    },
    outcome: record.outcome,
    impersonated: record.impersonated ?? false,
    interactive: record.interactive ?? null,
    sessionId: record.sessionId ?? null,
    ipAddress: storedAddress(record),
    country: record.country ?? null,
    city: record.city ?? null,
    isp: record.isp ?? null,
    userAgent: record.userAgent ?? null,
    targets: record.targets.map(({ type, id, name }) => ({ type, id: id ?? null, name: name ?? null })),
    unmapped: record.unmapped ?? false,
    raw: record.raw,
  });
}
