import type { Sql } from "postgres";
import { type ActivityRow, activityTable } from "#src/activities/row.ts";
import { epochOf } from "#src/instant.ts";
import { readerOf } from "#src/reading.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";
import { queryValues, sql } from "#src/sql.ts";
import type { EvaluatedActivity } from "./evaluated.ts";

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
  const positions = entries.flatMap((entry) => entry.externalIds.map(() => entry.position));
  if (positions.length === 0) return [];
  const instances = entries.flatMap((entry) => entry.externalIds.map(() => entry.instanceId));
  const occurredAts = entries.flatMap((entry) => entry.occurredAts);
  const externalIds = entries.flatMap((entry) => entry.externalIds);
  const reader = readerOf(activityTable, "all");
  // Lists of values: objects to be taken apart again would be half the work.
  const values = await queryValues(
    client,
    sql`select k.position, i.connector_slug, ${readsRaw ? sql`a.raw::text` : sql`null`}, ${reader.inner}
    from unnest(${positions}::bigint[], ${instances}::int[], ${occurredAts}::text[]::timestamptz[], ${externalIds}::text[])
      with ordinality as k(position, instance_id, occurred_at, external_id, n)
    join activities a on a.instance_id = k.instance_id and a.occurred_at = k.occurred_at and a.external_id = k.external_id
    join instances i on i.id = a.instance_id
    order by k.n`,
  );
  return reader
    .rows(values, 3)
    .map((row, index) =>
      evaluated(row, values[index]![1] as string, values[index]![2] as string | null, Number(values[index]![0])),
    );
}

export function evaluated(
  row: ActivityRow,
  connectorSlug: string,
  rawText: string | null,
  position: number,
): LoggedActivity {
  let raw: unknown;
  let isParsed = false;
  return {
    row,
    occurredAtMs: epochOf(row.occurredAt),
    connectorSlug,
    position,
    raw() {
      if (rawText === null) throw new Error("the event was not read");
      if (!isParsed) raw = JSON.parse(rawText);
      isParsed = true;
      return raw;
    },
  };
}
