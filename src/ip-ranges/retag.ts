import { isDeepStrictEqual } from "node:util";
import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { parseAddress, parseNetwork } from "#src/enrichment/address.ts";
import {
  type ActivityFacts,
  foundPlace,
  type OwnWord,
  ownPlace,
  replacesPlace,
  tagsAndCategory,
  type WhereFrom,
} from "#src/enrichment/facts.ts";
import { locate } from "#src/enrichment/locate.ts";
import { NetworkMap } from "#src/enrichment/network-map.ts";
import { rangesNow } from "./snapshot.ts";

/** Activities looked at in one transaction: a change of ranges waits for it to end. */
const batch = 5_000;

interface Key {
  occurred_at: string;
  instance_id: number;
  external_id: string;
}
type Facts = Omit<ActivityFacts, "userAgentTags">;
type Row = Key & Facts & { ip_address: string | null };

/**
 * Tells stored activities of changed networks what the ranges say now, or what is known without one. A batch and how far it came
 * commit together: killed anywhere, the next run goes on from there, and looking at an activity again changes nothing.
 */
export async function retagActivities(core: Core, retagId: number, signal: AbortSignal): Promise<void> {
  for (let more = true; more; ) {
    signal.throwIfAborted();
    more = await core.db.transaction((tx) => retagBatch(rawSql(tx as unknown as Db), retagId));
  }
}

/** False when there was nothing left; then the change is carried out and forgotten. */
async function retagBatch(sql: Sql, retagId: number): Promise<boolean> {
  const ranges = await rangesNow(sql);
  // The row is locked: of two workers that believe the job to be theirs, the second goes on where the first has come to.
  const [retag] = await sql<{ cidrs: string[]; place: Key | null }[]>`
    select cidrs::text[] as cidrs, case when occurred_at is not null then
      json_build_object('occurred_at', occurred_at::text, 'instance_id', instance_id, 'external_id', external_id) end as place
    from ip_range_retags where id = ${retagId} for update`;
  if (!retag) return false;
  const rows = await rowsAfter(sql, retag.place);
  const touched = new NetworkMap(retag.cidrs.map((cidr) => ({ network: parseNetwork(cidr), value: true })));
  const changed = rows.flatMap((row) => {
    const address = row.ip_address === null ? null : parseAddress(row.ip_address);
    if (!address || !touched.get(address)) return [];
    const { occurred_at, instance_id, external_id, ip_address, ...before } = row;
    const facts = factsNow(row, ranges.of(ip_address!));
    return isDeepStrictEqual(before, facts) ? [] : [{ occurred_at, instance_id, external_id, ...facts }];
  });
  if (changed.length > 0) await writeFacts(sql, changed);
  const last = rows.at(-1);
  if (!last) await sql`delete from ip_range_retags where id = ${retagId}`;
  else
    await sql`
      update ip_range_retags set occurred_at = ${last.occurred_at}::text::timestamptz, instance_id = ${last.instance_id}, external_id = ${last.external_id}
      where id = ${retagId}`;
  return last !== undefined;
}

async function rowsAfter(sql: Sql, place: Key | null): Promise<Row[]> {
  // The first condition is for the partitions: a comparison of rows leaves none out.
  const after =
    place === null
      ? sql`true`
      : sql`a.occurred_at >= ${place.occurred_at}::text::timestamptz and (a.occurred_at, a.instance_id, a.external_id)
          > (${place.occurred_at}::text::timestamptz, ${place.instance_id}::int, ${place.external_id}::text)`;
  return sql<Row[]>`
    select a.occurred_at, a.instance_id, a.external_id, a.ip_address, a.ip_category as "ipCategory", a.ip_tags as "ipTags",
      a.country, a.city, a.isp, a.replaced_place as "replacedPlace"
    from activities a where ${after} order by a.occurred_at nulls first, a.instance_id, a.external_id limit ${batch}`;
}

function factsNow(row: Row, own: OwnWord | null): Facts {
  const said: WhereFrom = row.replacedPlace ?? { country: row.country, city: row.city, isp: row.isp };
  const place = foundPlace(said, locate(row.ip_address!));
  const replaces = replacesPlace(own);
  return {
    ...tagsAndCategory(row.ip_address!, own),
    ...(replaces ? ownPlace(own, place) : place),
    replacedPlace: replaces ? place : null,
  };
}

async function writeFacts(sql: Sql, changed: readonly (Key & Facts)[]): Promise<void> {
  await sql`
    update activities a set ip_category = f."ipCategory", ip_tags = f."ipTags", country = f.country, city = f.city, isp = f.isp, replaced_place = f."replacedPlace"
    from json_to_recordset(${JSON.stringify(changed)}::text::json) as f(occurred_at timestamptz, instance_id integer, external_id text, "ipCategory" text,
      "ipTags" text[], country text, city text, isp text, "replacedPlace" jsonb)
    where (a.instance_id, a.occurred_at, a.external_id) = (f.instance_id, f.occurred_at, f.external_id)`;
}
