import type { Sql } from "postgres";
import type { ActivityRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { cleanText } from "#src/platform/text.ts";

/**
 * Which account each record's actor is: by id, else by sign-in name or e-mail among the known accounts of the instance.
 * An actor with an id is always an account (see noteActors), one with a name only when exactly that name is known.
 */
export async function knownActors(
  sql: Sql,
  instanceId: number,
  records: readonly ActivityRecord[],
): Promise<Map<ActivityRecord, string>> {
  const accounts = await accountsOf(
    sql,
    instanceId,
    records.flatMap(({ actor }) => actor ?? []),
  );
  const found = new Map<ActivityRecord, string>();
  for (const record of records) {
    const id = record.actor ? accounts.get(record.actor) : undefined;
    if (id) found.set(record, id);
  }
  return found;
}

/** The same for actors alone. */
export async function accountsOf(
  sql: Sql,
  instanceId: number,
  actors: readonly ActorRecord[],
): Promise<Map<ActorRecord, string>> {
  const names = new Set<string>();
  for (const actor of actors) if (!accountId(actor)) for (const name of namesOf(actor)) names.add(name);
  const byName = new Map<string, string>();
  if (names.size > 0) {
    const wanted = [...names];
    const rows = await sql<{ external_id: string; login: string | null; email: string | null }[]>`
      select external_id, lower(login) as login, lower(email) as email from users
      where instance_id = ${instanceId} and (lower(login) = any(${wanted}) or lower(email) = any(${wanted}))
      order by listed, external_id`;
    for (const row of rows) if (row.email) byName.set(row.email, row.external_id);
    for (const row of rows) if (row.login) byName.set(row.login, row.external_id);
  }
  const found = new Map<ActorRecord, string>();
  for (const actor of actors) {
    const id =
      accountId(actor) ??
      namesOf(actor)
        .map((name) => byName.get(name))
        .find((known) => known !== undefined);
    if (id) found.set(actor, id);
  }
  return found;
}

/** When an account was last seen in some records. Instants in ISO 8601. */
interface Seen {
  actor: ActorRecord;
  at: string;
  signedInAt: string | null;
}

/**
 * Makes accounts for actors seen for the first time, and moves `last_seen_at` and `last_sign_in_at` on. The caller holds the
 * instance's lock: nobody else makes accounts of it meanwhile.
 */
export async function noteActors(
  sql: Sql,
  instanceId: number,
  records: readonly ActivityRecord[],
  actors: ReadonlyMap<ActivityRecord, string>,
): Promise<void> {
  const seen = seenIn(records, actors);
  if (seen.size === 0) return;
  const ids = [...seen.keys()];
  const ats = [...seen.values()].map(({ at }) => at);
  const signedInAts = [...seen.values()].map(({ signedInAt }) => signedInAt);
  // Nearly always every actor is known and was seen later than before; an upsert would lock each row before it writes it.
  const { count } = await sql`
    update users u set last_seen_at = greatest(u.last_seen_at, r.at), last_sign_in_at = greatest(u.last_sign_in_at, r.signed_in_at)
    from unnest(${ids}::text[], ${ats}::text[]::timestamptz[], ${signedInAts}::text[]::timestamptz[]) as r(external_id, at, signed_in_at)
    where u.instance_id = ${instanceId} and u.external_id = r.external_id
      and (u.last_seen_at is null or u.last_seen_at < r.at or u.last_sign_in_at < r.signed_in_at
        or (u.last_sign_in_at is null and r.signed_in_at is not null))`;
  if (count === seen.size) return;
  const rows = await sql<{ id: string }[]>`
    select id from unnest(${ids}::text[]) as r(id)
    where not exists (select from users u where u.instance_id = ${instanceId} and u.external_id = r.id)`;
  if (rows.length > 0) await addActors(sql, instanceId, new Map(rows.map(({ id }) => [id, seen.get(id) as Seen])));
}

function seenIn(records: readonly ActivityRecord[], actors: ReadonlyMap<ActivityRecord, string>): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const record of records) {
    const id = actors.get(record);
    if (!id || !record.actor) continue;
    const at = record.occurredAt.toISOString();
    const signedInAt =
      record.category === "LOG_ON" && record.outcome === "SUCCESS" && record.interactive !== false ? at : null;
    const before = seen.get(id);
    if (before) {
      if (at > before.at) before.at = at;
      if (signedInAt && (!before.signedInAt || signedInAt > before.signedInAt)) before.signedInAt = signedInAt;
    } else {
      seen.set(id, { actor: record.actor, at, signedInAt });
    }
  }
  return seen;
}

async function addActors(sql: Sql, instanceId: number, seen: ReadonlyMap<string, Seen>): Promise<void> {
  const all = [...seen.values()];
  await sql`
    insert into users (instance_id, external_id, login, email, display_name, status, type, last_seen_at, last_sign_in_at, listed)
    select ${instanceId}, r.external_id, r.login, r.email, r.display_name, 'UNKNOWN', r.type, r.at, r.signed_in_at, false
    from unnest(${[...seen.keys()]}::text[], ${all.map(({ actor }) => cleanText(actor.login, 320))}::text[],
      ${all.map(({ actor }) => cleanText(actor.email, 320))}::text[], ${all.map(({ actor }) => cleanText(actor.name, 500))}::text[],
      ${all.map(({ actor }) => actor.type ?? "UNKNOWN")}::text[], ${all.map(({ at }) => at)}::text[]::timestamptz[],
      ${all.map(({ signedInAt }) => signedInAt)}::text[]::timestamptz[])
      as r(external_id, login, email, display_name, type, at, signed_in_at)`;
}

function accountId(actor: ActorRecord): string | null {
  return actor.isAccount === false ? null : (cleanText(actor.externalId, 500) ?? null);
}

function namesOf(actor: ActorRecord): string[] {
  if (actor.isAccount === false) return [];
  return [actor.login, actor.email].flatMap((name) => cleanText(name, 320)?.toLowerCase() ?? []);
}
