import type { Sql } from "postgres";
import { dayOf, monthDays, rememberedMs } from "./baseline.ts";
import type { Fact } from "./fact.ts";
import type { Shown, Stored } from "./judge.ts";

export interface AccountKey {
  instanceId: number;
  userId: string;
}

export interface LoadedAccount extends AccountKey {
  /** Null: nothing was seen of it yet. */
  stored: Stored | null;
  /** `<day>/<kind>/<value>`: what was counted for the organisation. */
  counted: string[];
  isService: boolean;
  name: string;
  instanceName: string;
}

/** In one statement, in the order of the keys. */
export async function loadAccounts(sql: Sql, keys: readonly AccountKey[]): Promise<LoadedAccount[]> {
  const rows = await sql<
    {
      settled: string | null;
      pending: string;
      shown: string;
      counted: string;
      isService: boolean;
      name: string;
      instanceName: string;
    }[]
  >`
    select d.settled::text as settled, d.pending::text as pending, d.shown::text as shown, d.counted::text as counted,
      coalesce(u.type = 'SERVICE', false) as "isService", coalesce(u.display_name, u.login, u.email, k.user_id) as name, i.name as "instanceName"
    from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.userId)}::text[]) with ordinality as k(instance_id, user_id, n)
    left join detection_states d on d.instance_id = k.instance_id and d.user_id = k.user_id
    left join users u on u.instance_id = k.instance_id and u.external_id = k.user_id
    join instances i on i.id = k.instance_id
    order by k.n`;
  return rows.map(({ settled, pending, shown, counted, ...account }, index) => ({
    ...keys[index]!,
    ...account,
    stored:
      settled === null
        ? null
        : { settled, pending: JSON.parse(pending) as Fact[], shown: JSON.parse(shown) as Shown[] },
    counted: settled === null ? [] : (JSON.parse(counted) as string[]),
  }));
}

/** In one statement. The texts are JSON already: put together as they are they need no escaping. */
export async function storeAccounts(
  sql: Sql,
  accounts: readonly (AccountKey & { stored: Stored; counted: readonly string[]; newest: number })[],
): Promise<void> {
  const rows = accounts.map(
    ({ instanceId, userId, stored, counted, newest }) =>
      `{"instance_id":${instanceId},"user_id":${JSON.stringify(userId)},"settled":${stored.settled},"pending":${JSON.stringify(stored.pending)},"shown":${JSON.stringify(stored.shown)},"counted":${JSON.stringify(counted)},"newest":${newest}}`,
  );
  await sql`
    insert into detection_states as d (instance_id, user_id, settled, pending, shown, counted, newest)
    select * from json_to_recordset(${`[${rows.join()}]`}::text::json)
      as k(instance_id int, user_id text, settled json, pending json, shown json, counted json, newest bigint)
    on conflict (instance_id, user_id) do update set
      settled = excluded.settled, pending = excluded.pending, shown = excluded.shown, counted = excluded.counted, newest = excluded.newest`;
}

export interface Termination {
  at: number;
  directory: string;
  directoryId: number | null;
}

/** Accounts among these whose person a directory has let go, by `<instance>/<user>`. Next to nothing while there is no such person. */
export async function loadTerminations(sql: Sql, keys: readonly AccountKey[]): Promise<Map<string, Termination>> {
  const rows = await sql<(AccountKey & { at: string; directory: string | null; directoryId: number | null })[]>`
    select u.instance_id as "instanceId", u.external_id as "userId", d.terminated_at as at, i.name as directory, i.id as "directoryId"
    from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.userId)}::text[]) as k(instance_id, user_id)
    join users u on u.instance_id = k.instance_id and u.external_id = k.user_id
    join identities d on d.id = u.identity_id and d.terminated_at is not null
    left join instances i on i.id = d.terminated_instance_id
    where exists (select from identities where terminated_at is not null)`;
  return new Map(
    rows.map(({ instanceId, userId, at, directory, directoryId }) => [
      `${instanceId}/${userId}`,
      { at: Date.parse(at), directory: directory ?? "its directory", directoryId },
    ]),
  );
}

/** Accounts that did nothing for so long that nothing they did before counts any more, and baselines of days that are no longer read. */
export async function forgetOldStates(sql: Sql, now: Date): Promise<void> {
  await sql`delete from detection_states where newest < ${now.getTime() - rememberedMs}`;
  await sql`delete from customs where day < ${dayOf(now.getTime()) - 2 * monthDays}`;
}
