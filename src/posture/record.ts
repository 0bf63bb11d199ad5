import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { publish } from "#src/realtime/publish.ts";

/** Puts changed recommendations into the log, which notes its position with them. */
export async function announceRecommendations(tx: Db, instanceId: number, slugs: readonly string[]): Promise<void> {
  await publish(tx, "recommendation", { instanceId, payload: { slugs: [...slugs] } });
}

/** What holds now: a decision counts until it expires, and never overrides what the check found to be completed or unknown. Over `recommendations r`. */
export const effectiveStatus = (sql: Sql): Fragment => sql`
  case when r.finding <> 'TO_ADDRESS' then r.finding
    when r.decision is not null and (r.status_expires_at is null or r.status_expires_at > now()) then r.decision else r.finding end`;

/** Points: by the data; full when solved elsewhere or otherwise (an admin's word); accepted risk and unread settings earn nothing. */
export const effectivePoints = (sql: Sql): Fragment => sql`
  case ${effectiveStatus(sql)} when 'THIRD_PARTY_RESOLVED' then r.max_points when 'ALTERNATE_MITIGATION' then r.max_points
    when 'NOT_EVALUATED' then 0 when 'RISK_ACCEPTED' then 0 else r.share * r.max_points end`;

/** Writes today's score of an instance; later changes of the day replace it. */
export async function noteScore(tx: Db, instanceId: number, now: Date): Promise<void> {
  const sql = rawSql(tx);
  await sql`
    insert into secure_scores (instance_id, day, points, max_points)
    select ${instanceId}, ${now.toISOString().slice(0, 10)}::text::date, coalesce(sum(${effectivePoints(sql)}), 0), coalesce(sum(r.max_points), 0)
    from recommendations r where r.instance_id = ${instanceId}
    on conflict (instance_id, day) do update set points = excluded.points, max_points = excluded.max_points`;
}
