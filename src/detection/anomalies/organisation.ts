import type { Sql } from "postgres";
import { placeName } from "./account.ts";
import { dayOf, latenessMs, monthDays } from "./baseline.ts";
import { detection, levels } from "./catalogue.ts";
import { type Fact, kinds, levelOf, natures } from "./fact.ts";

type Kind = "address" | "place" | "country";

/** So many accounts on so many days of the last month: an attacker who is in with a handful of accounts does not become part of the baseline. */
const commonAccounts = 5;
const commonDays = 5;

/** A value of one instance. */
interface Value {
  instanceId: number;
  kind: Kind;
  value: string;
}

/**
 * What is counted for the whole organisation: on each day, how many accounts signed in from a country, a town, a risky address. Only days that are over
 * are looked at, and what counts for a day is whether an account did it, so that the order of arrival does not matter.
 */
export function customsOf(fact: Fact): [Kind, string][] {
  if (!(fact.kinds & kinds.signIn)) return [];
  const found: [Kind, string][] = [];
  const nature = fact.nature ?? 0;
  if (fact.address && nature & (natures.anonymous | natures.threat)) found.push(["address", fact.address]);
  if (fact.country && !(nature & natures.anonymous)) found.push(["country", fact.country], ["place", placeName(fact)]);
  return found;
}

/** What may be asked while the fact is judged. */
export function askedBy(fact: Fact): [Kind, string][] {
  if (!(fact.kinds & kinds.signIn)) return [];
  const low =
    levelOf(fact, detection["impossible-travel"]) === levels.LOW ||
    levelOf(fact, detection["infrequent-country"]) === levels.LOW;
  return customsOf(fact).filter(([kind]) => kind === "address" || low);
}

/** Days on which at least `commonAccounts` accounts did it. */
export class Customs {
  readonly #days = new Map<string, number[]>();

  add(instanceId: number, kind: Kind, value: string, day: number): void {
    const key = `${instanceId}/${kind}/${value}`;
    const days = this.#days.get(key);
    if (days) days.push(day);
    else this.#days.set(key, [day]);
  }

  has(instanceId: number, kind: Kind, value: string, t: number): boolean {
    const today = dayOf(t - latenessMs);
    const days = this.#days.get(`${instanceId}/${kind}/${value}`) ?? [];
    return days.filter((day) => day < today && day >= today - monthDays).length >= commonDays;
  }
}

export async function loadCustoms(sql: Sql, asked: readonly Value[]): Promise<Customs> {
  const customs = new Customs();
  if (asked.length === 0) return customs;
  const rows = await sql<{ instanceId: number; kind: Kind; value: string; day: number }[]>`
    select d.instance_id as "instanceId", d.kind, d.value, d.day from customs d
    join (select distinct * from unnest(${asked.map((one) => one.instanceId)}::int[], ${asked.map((one) => one.kind)}::text[],
      ${asked.map((one) => one.value)}::text[]) as k(instance_id, kind, value)) k using (instance_id, kind, value)
    where d.accounts >= ${commonAccounts}`;
  for (const row of rows) customs.add(row.instanceId, row.kind, row.value, row.day);
  return customs;
}

/** One account more for each. Many do the same on a day: they are added up before they are sent. */
export async function countCustoms(sql: Sql, done: readonly (Value & { day: number })[]): Promise<void> {
  if (done.length === 0) return;
  const sums = new Map<string, Value & { day: number; accounts: number }>();
  for (const one of done) {
    const key = `${one.instanceId}/${one.day}/${one.kind}/${one.value}`;
    const sum = sums.get(key);
    if (sum) sum.accounts++;
    else sums.set(key, { ...one, accounts: 1 });
  }
  const rows = [...sums.values()];
  await sql`
    insert into customs as c (instance_id, kind, value, day, accounts)
    select * from unnest(${rows.map((one) => one.instanceId)}::int[], ${rows.map((one) => one.kind)}::text[],
      ${rows.map((one) => one.value)}::text[], ${rows.map((one) => one.day)}::int[], ${rows.map((one) => one.accounts)}::int[])
      as k(instance_id, kind, value, day, accounts)
    order by instance_id, kind, value, day
    on conflict (instance_id, kind, value, day) do update set accounts = c.accounts + excluded.accounts`;
}
