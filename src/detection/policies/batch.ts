import type { Sql } from "postgres";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { type ActivityRow, activityTable } from "#src/inventory/activities/row.ts";
import { epochOf } from "#src/platform/instant.ts";
import { readerOf } from "#src/query/reading.ts";
import { queryValues, sql } from "#src/query/sql.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";

/** An activity and its place in the log. */
export interface LoggedActivity extends EvaluatedActivity {
  position: number;
}

/**
 * The activities of some batches of the log, in its order, in one statement. Those that retention or a purge removed meanwhile are missing.
 * Without `readsRaw` events are not read and cannot be asked for.
 */
export async function loadActivities(
  client: Sql,
  entries: readonly LogEntry[],
  readsRaw: boolean,
): Promise<LoggedActivity[]> {
  const positions = entries.filter(({ externalIds }) => externalIds.length > 0).map(({ position }) => position);
  if (positions.length === 0) return [];
  const reader = readerOf(activityTable, "all");
  // Lists of values: objects to be taken apart again would be half the work. Keys are taken from the log, not sent back to it.
  const values = await queryValues(
    client,
    sql`select l.position, i.connector_slug, ${readsRaw ? sql`a.raw::text` : sql`null`}, ${reader.inner}
    from activity_log l
    cross join lateral unnest(l.occurred_ats, l.external_ids) with ordinality as k(occurred_at, external_id, n)
    join activities a on a.instance_id = l.instance_id and a.occurred_at = k.occurred_at and a.external_id = k.external_id
    join instances i on i.id = a.instance_id
    where l.position = any(${positions}::bigint[]) order by l.position, k.n`,
  );
  return reader
    .rows(values, 3)
    .map((row, index) =>
      evaluated(row, values[index]![1] as string, values[index]![2] as string | null, Number(values[index]![0])),
    );
}

/** A class, since there are thousands a second: functions of their own cost more than most rules. */
class Logged implements LoggedActivity {
  readonly row: ActivityRow;
  readonly occurredAtMs: number;
  readonly connectorSlug: string;
  readonly position: number;
  readonly #rawText: string | null;
  #raw: { event: unknown } | null = null;

  constructor(row: ActivityRow, connectorSlug: string, rawText: string | null, position: number) {
    this.row = row;
    this.occurredAtMs = epochOf(row.occurredAt);
    this.connectorSlug = connectorSlug;
    this.position = position;
    this.#rawText = rawText;
  }

  raw(): unknown {
    if (this.#rawText === null) throw new Error("the event was not read");
    this.#raw ??= { event: JSON.parse(this.#rawText) };
    return this.#raw.event;
  }
}

export function evaluated(
  row: ActivityRow,
  connectorSlug: string,
  rawText: string | null,
  position: number,
): LoggedActivity {
  return new Logged(row, connectorSlug, rawText, position);
}
