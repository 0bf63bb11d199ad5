import { isDeepStrictEqual } from "node:util";
import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { parseAddress, parseNetwork } from "#src/inventory/enrichment/address.ts";
import {
  type ActivityFacts,
  foundPlace,
  type OwnWord,
  ownPlace,
  replacesPlace,
  tagsAndCategory,
  type WhereFrom,
} from "#src/inventory/enrichment/facts.ts";
import { locate } from "#src/inventory/enrichment/locate.ts";
import { NetworkMap } from "#src/inventory/enrichment/network-map.ts";
import { postgresJson } from "#src/platform/text.ts";
import { rangesNow } from "./snapshot.ts";

/** What is looked at in one transaction, so many of each at most: a change of ranges waits for it to end. */
const maxAddresses = 500;
const maxActivities = 5_000;

interface Key {
  occurred_at: string;
  instance_id: number;
  external_id: string;
}
type Facts = Omit<ActivityFacts, "userAgentTags">;
type Row = Key & Facts & { ip_address: string };

/**
 * Tags stored activities of changed networks by the ranges as they are now, or by the built-in data without one. A batch and how far it came
 * commit together: killed anywhere, the next run goes on from there, and looking at an activity again changes nothing.
 */
export async function retagActivities(core: Core, retagId: number, signal: AbortSignal): Promise<void> {
  for (let more = true; more; ) {
    signal.throwIfAborted();
    more = await core.db.transaction((tx) => retagBatch(rawSql(tx as unknown as Db), retagId));
  }
}

interface Retag {
  cidrs: string[];
  /** The last address that was looked at. */
  address: string | null;
  /** The last activity of it that was; null: all were. */
  place: Key | null;
}

/** False when there was nothing left; then the change is carried out and forgotten. */
async function retagBatch(sql: Sql, retagId: number): Promise<boolean> {
  const ranges = await rangesNow(sql);
  // The row is locked: of two workers that believe the job to be theirs, the second goes on where the first has come to.
  const [retag] = await sql<Retag[]>`
    select cidrs::text[] as cidrs, ip_address as address, case when occurred_at is not null then
      json_build_object('occurred_at', occurred_at::text, 'instance_id', instance_id, 'external_id', external_id) end as place
    from ip_range_retags where id = ${retagId} for update`;
  if (!retag) return false;
  const addresses = await addressesAfter(sql, retag.address);
  if (retag.place !== null) addresses.unshift(retag.address!);
  if (addresses.length === 0) {
    await sql`delete from ip_range_retags where id = ${retagId}`;
    return false;
  }
  const touched = new NetworkMap(retag.cidrs.map((cidr) => ({ network: parseNetwork(cidr), value: true })));
  const changed: (Key & Facts)[] = [];
  let { place } = retag;
  let left = maxActivities;
  let reached = addresses.at(-1)!;
  for (const text of addresses) {
    const address = parseAddress(text);
    if (!address || !touched.get(address)) continue;
    const rows = await rowsAfter(sql, text, place, left);
    changed.push(...changesOf(rows, ranges.of(text)));
    left -= rows.length;
    place = left === 0 ? rows.at(-1)! : null;
    if (left > 0) continue;
    reached = text;
    break;
  }
  if (changed.length > 0) await writeFacts(sql, changed);
  await sql`
    update ip_range_retags set ip_address = ${reached}, occurred_at = ${place?.occurred_at ?? null}::text::timestamptz,
      instance_id = ${place?.instance_id ?? null}::int, external_id = ${place?.external_id ?? null}::text
    where id = ${retagId}`;
  return true;
}

/** The next addresses there are activities of, each found by a look into the index. */
async function addressesAfter(sql: Sql, after: string | null): Promise<string[]> {
  const next = (than: ReturnType<Sql>) =>
    sql`select ip_address from activities where ip_address > ${than} order by ip_address limit 1`;
  const rows = await sql<{ ip_address: string }[]>`
    with recursive found as (
      (${next(sql`${after ?? ""}::text`)})
      union all
      select (${next(sql`f.ip_address`)}) from found f where f.ip_address is not null
    )
    select ip_address from found where ip_address is not null limit ${maxAddresses}`;
  return rows.map((row) => row.ip_address);
}

async function rowsAfter(sql: Sql, address: string, place: Key | null, limit: number): Promise<Row[]> {
  const after =
    place === null
      ? sql`true`
      : sql`a.occurred_at >= ${place.occurred_at}::text::timestamptz and (a.occurred_at, a.instance_id, a.external_id)
          > (${place.occurred_at}::text::timestamptz, ${place.instance_id}::int, ${place.external_id}::text)`;
  // No instant is null; the index has them first all the same.
  return sql<Row[]>`
    select a.occurred_at, a.instance_id, a.external_id, a.ip_address, a.ip_category as "ipCategory", a.ip_tags as "ipTags",
      a.country, a.city, a.isp, a.replaced_place as "replacedPlace"
    from activities a where a.ip_address = ${address} and ${after}
    order by a.occurred_at nulls first, a.instance_id, a.external_id limit ${limit}`;
}

function factsNow(row: Row, own: OwnWord | null): Facts {
  const said: WhereFrom = row.replacedPlace ?? { country: row.country, city: row.city, isp: row.isp };
  const place = foundPlace(said, locate(row.ip_address));
  const replaces = replacesPlace(own);
  return {
    ...tagsAndCategory(row.ip_address, own),
    ...(replaces ? ownPlace(own, place) : place),
    replacedPlace: replaces ? place : null,
  };
}

/** Those that are not so already. */
function changesOf(rows: readonly Row[], own: OwnWord | null): (Key & Facts)[] {
  return rows.flatMap((row) => {
    const { occurred_at, instance_id, external_id, ip_address, ...before } = row;
    const facts = factsNow(row, own);
    return isDeepStrictEqual(before, facts) ? [] : [{ occurred_at, instance_id, external_id, ...facts }];
  });
}

async function writeFacts(sql: Sql, changed: readonly (Key & Facts)[]): Promise<void> {
  await sql`
    update activities a set ip_category = f."ipCategory", ip_tags = f."ipTags", country = f.country, city = f.city, isp = f.isp, replaced_place = f."replacedPlace"
    from json_to_recordset(${postgresJson(changed)}::text::json) as f(occurred_at timestamptz, instance_id integer, external_id text, "ipCategory" text,
      "ipTags" text[], country text, city text, isp text, "replacedPlace" jsonb)
    where (a.instance_id, a.occurred_at, a.external_id) = (f.instance_id, f.occurred_at, f.external_id)`;
}
