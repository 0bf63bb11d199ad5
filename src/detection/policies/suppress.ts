import type { Sql } from "postgres";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { postgresJson } from "#src/platform/text.ts";
import type { CompiledSuppression } from "./compile.ts";

/** What is muted in one batch, as of one instant; counts what it hit. */
export class Suppressor {
  readonly #byPolicy: ReadonlyMap<number, readonly CompiledSuppression[]>;
  readonly #now: Date;
  readonly #hits = new Map<number, number>();
  readonly #findings: Record<string, unknown>[] = [];

  constructor(byPolicy: ReadonlyMap<number, readonly CompiledSuppression[]>, now: Date) {
    this.#byPolicy = byPolicy;
    this.#now = now;
  }

  /** The suppression that covers an activity for a policy; null for none. */
  covering = (policyId: number, activity: EvaluatedActivity): number | null =>
    this.#byPolicy
      .get(policyId)
      ?.find(({ expiresAt, matches }) => (expiresAt === null || expiresAt > this.#now) && matches(activity))?.id ??
    null;

  /** The same, and counts it as a hit. */
  muted = (policyId: number, activity: EvaluatedActivity): number | null => {
    const id = this.covering(policyId, activity);
    if (id !== null) this.#hits.set(id, (this.#hits.get(id) ?? 0) + 1);
    return id;
  };

  /** Keeps on record what would have been found. */
  note(policyId: number, { row }: EvaluatedActivity, suppressionId: number): void {
    this.#findings.push({
      instance_id: row.instanceId,
      occurred_at: row.occurredAt,
      external_id: row.externalId,
      policy_id: policyId,
      rule: `suppression/${suppressionId}`,
      explanation: { eventType: row.eventType, description: row.description, ipAddress: row.ipAddress },
    });
  }

  /** Writes findings and hits, in the consumer's transaction. */
  async record(sql: Sql): Promise<void> {
    if (this.#findings.length > 0)
      await sql`
        insert into suppressed_findings (instance_id, occurred_at, external_id, policy_id, rule, explanation)
        select * from json_to_recordset(${postgresJson(this.#findings)}::text::json)
          as r(instance_id int, occurred_at timestamptz, external_id text, policy_id int, rule text, explanation jsonb)
        on conflict do nothing`;
    await addHits(sql, this.#hits);
  }
}

/** Counts what suppressions muted, by their ids. */
export async function addHits(sql: Sql, hits: ReadonlyMap<number, number>): Promise<void> {
  if (hits.size === 0) return;
  await sql`
    update suppressions s set hits = s.hits + r.hits
    from unnest(${[...hits.keys()]}::int[], ${[...hits.values()]}::int[]) as r(id, hits) where s.id = r.id`;
}
