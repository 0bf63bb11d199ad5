import type { Sql } from "postgres";
import type { ActivityRecord, ActorRecord } from "#src/connectors/connector.ts";
import { cleanText, postgresJson } from "#src/text.ts";

/**
 * Which account each record's actor is: by id, else by sign-in name or e-mail among the known accounts of the instance.
 * An actor with an id is always an account (see noteActors), one with a name only when exactly that name is known.
 */
export async function knownActors(
  sql: Sql,
  instanceId: number,
  records: readonly ActivityRecord[],
): Promise<Map<ActivityRecord, string>> {
  const names = new Set<string>();
  for (const { actor } of records) if (actor && !accountId(actor)) for (const name of namesOf(actor)) names.add(name);
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
  const found = new Map<ActivityRecord, string>();
  for (const record of records) {
    if (!record.actor) continue;
    const id =
      accountId(record.actor) ??
      namesOf(record.actor)
        .map((name) => byName.get(name))
        .find((known) => known !== undefined);
    if (id) found.set(record, id);
  }
  return found;
}

/** Makes accounts for actors seen for the first time, and moves `last_seen_at` and `last_sign_in_at` on. */
export async function noteActors(
  sql: Sql,
  instanceId: number,
  records: readonly ActivityRecord[],
  actors: Map<ActivityRecord, string>,
): Promise<void> {
  const seen = new Map<
    string,
    {
      external_id: string;
      login: string | null;
      email: string | null;
      display_name: string | null;
      type: string;
      seen: string;
      signed_in: string | null;
    }
  >();
  for (const record of records) {
    const id = actors.get(record);
    if (!id || !record.actor) continue;
    const at = record.occurredAt.toISOString();
    const signIn =
      record.category === "LOG_ON" && record.outcome === "SUCCESS" && record.interactive !== false ? at : null;
    const before = seen.get(id);
    if (before) {
      if (at > before.seen) before.seen = at;
      if (signIn && (!before.signed_in || signIn > before.signed_in)) before.signed_in = signIn;
    } else {
      seen.set(id, {
        external_id: id,
        login: cleanText(record.actor.login, 320),
        email: cleanText(record.actor.email, 320),
        display_name: cleanText(record.actor.name, 500),
        type: record.actor.type ?? "UNKNOWN",
        seen: at,
        signed_in: signIn,
      });
    }
  }
  if (seen.size === 0) return;
  await sql`
    insert into users as u (instance_id, external_id, login, email, display_name, status, type, last_seen_at, last_sign_in_at, listed)
    select ${instanceId}, r.external_id, r.login, r.email, r.display_name, 'UNKNOWN', r.type, r.seen, r.signed_in, false
    from json_to_recordset(${postgresJson([...seen.values()])}::text::json)
      as r(external_id text, login text, email text, display_name text, type text, seen timestamptz, signed_in timestamptz)
    on conflict (instance_id, external_id) do update set
      last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at),
      last_sign_in_at = greatest(u.last_sign_in_at, excluded.last_sign_in_at)
    where u.last_seen_at is null or u.last_seen_at < excluded.last_seen_at or u.last_sign_in_at < excluded.last_sign_in_at
      or (u.last_sign_in_at is null and excluded.last_sign_in_at is not null)`;
}

function accountId(actor: ActorRecord): string | null {
  return actor.isAccount === false ? null : (cleanText(actor.externalId, 500) ?? null);
}

function namesOf(actor: ActorRecord): string[] {
  if (actor.isAccount === false) return [];
  return [actor.login, actor.email].flatMap((name) => cleanText(name, 320)?.toLowerCase() ?? []);
}
