import type { Fragment, Sql } from "postgres";
import { InvalidInputError } from "#src/errors.ts";
import { isStorable, maxExactCount, type Page, type PageArgs, pageOf, type Window, windowOf } from "#src/paging.ts";

/** A list that can be paged by key: for the root, or for many parents at once in one statement. */
export interface KeysetList {
  columns: Fragment;
  from: Fragment;
  where: Fragment;
  /** The columns that order the list, unique together. */
  key: readonly Fragment[];
  keyTypes: readonly ("int" | "bigint" | "text" | "timestamptz")[];
  /** The same columns as named in `columns`. */
  keyNames: readonly string[];
  descending: boolean;
  /** Ties a row to a parent row `p(instance_id, external_id)`. */
  onParent?: Fragment;
}

/** What a nested list hangs on: an instance alone, or one of its records. */
export interface Parent {
  instanceId: number;
  externalId: string | null;
}

/** One page of the whole list. */
export async function rootPage<T>(sql: Sql, list: KeysetList, args: PageArgs): Promise<Page<T>> {
  const window = windowFor(list, args);
  if (window.limit === 0) return { rows: [], hasNextPage: false, hasPreviousPage: window.from !== null };
  const rows = await sql<
    (T & object)[]
  >`select ${list.columns} ${list.from} where ${list.where} ${place(sql, list, window)} ${order(sql, list, window)} limit ${window.limit + 1}`;
  return pageOf([...rows] as T[], window);
}

/** One page for each parent, all in one statement. */
export async function nestedPages<T>(
  sql: Sql,
  list: KeysetList,
  args: PageArgs,
  parents: readonly Parent[],
): Promise<Page<T>[]> {
  const window = windowFor(list, args);
  if (window.limit === 0)
    return parents.map(() => ({ rows: [], hasNextPage: false, hasPreviousPage: window.from !== null }));
  const rows = await sql<({ parentNumber: number } & Record<string, unknown>)[]>`
    select p.n::int as "parentNumber", x.* from ${parentRows(sql, parents)}
    cross join lateral (
      select ${list.columns} ${list.from} where ${list.onParent ?? sql`true`} and ${list.where} ${place(sql, list, window)} ${order(sql, list, window)} limit ${window.limit + 1}
    ) x order by p.n, ${outerOrder(sql, list, window)}`;
  const byParent = parents.map((): T[] => []);
  for (const { parentNumber, ...row } of rows) byParent[parentNumber - 1]?.push(row as T);
  return byParent.map((own) => pageOf(own, window));
}

/** Exact up to 10,000, else null. */
export async function rootCount(sql: Sql, list: KeysetList): Promise<number | null> {
  const [row] = await sql<
    { count: number }[]
  >`select count(*)::int as count from (select ${list.from} where ${list.where} limit ${maxExactCount + 1}) as counted`;
  return row && row.count <= maxExactCount ? row.count : null;
}

export async function nestedCounts(sql: Sql, list: KeysetList, parents: readonly Parent[]): Promise<(number | null)[]> {
  const rows = await sql<{ n: number; count: number }[]>`
    select p.n::int as n, x.count from ${parentRows(sql, parents)}
    cross join lateral (select count(*)::int as count from (select ${list.from} where ${list.onParent ?? sql`true`} and ${list.where} limit ${maxExactCount + 1}) as counted) x`;
  const counts = new Map(rows.map((row) => [row.n, row.count]));
  return parents.map((_, index) => {
    const count = counts.get(index + 1) ?? 0;
    return count <= maxExactCount ? count : null;
  });
}

/** The key of a row as its cursor holds it: instants as epoch milliseconds. */
export function keyOf(list: Pick<KeysetList, "keyNames" | "keyTypes">, row: object): (string | number)[] {
  return list.keyNames.map((name, index) => {
    const value = (row as Record<string, unknown>)[name];
    return list.keyTypes[index] === "timestamptz" ? Date.parse(value as string) : (value as string | number);
  });
}

function parentRows(sql: Sql, parents: readonly Parent[]): Fragment {
  return sql`unnest(${parents.map((parent) => parent.instanceId)}::int[], ${parents.map((parent) => parent.externalId)}::text[]) with ordinality as p(instance_id, external_id, n)`;
}

function windowFor(list: KeysetList, args: PageArgs): Window {
  return windowOf(
    args,
    list.keyTypes.map((type) => (type === "text" ? "string" : "number")),
  );
}

function place(sql: Sql, list: KeysetList, window: Window): Fragment {
  if (!window.from) return sql``;
  const columns = list.key.reduce((all, one) => sql`${all}, ${one}`);
  const values = window.from
    .map((value, index) => bound(sql, value, list.keyTypes[index] as string))
    .reduce((all, one) => sql`${all}, ${one}`);
  return list.descending !== window.backwards
    ? sql`and (${columns}) < (${values})`
    : sql`and (${columns}) > (${values})`;
}

/** A part of a cursor as a parameter. Cursors come back from clients, so anything may stand in them. */
function bound(sql: Sql, value: string | number, type: string): Fragment {
  switch (type) {
    case "int":
      if (Math.abs(value as number) > 2_147_483_647) throw notACursor();
      return sql`${value}::int`;
    case "bigint":
      return sql`${value}::bigint`;
    case "timestamptz": {
      const instant = new Date(value as number);
      if (!isStorable(instant)) throw notACursor();
      return sql`${instant.toISOString()}::timestamptz`;
    }
    default:
      if ((value as string).includes("\0")) throw notACursor();
      return sql`${value}::text`;
  }
}

function notACursor(): InvalidInputError {
  return new InvalidInputError("This is not a cursor of this list.", ["after"]);
}

function order(sql: Sql, list: KeysetList, window: Window): Fragment {
  const descending = list.descending !== window.backwards;
  return sql`order by ${list.key.map((column) => (descending ? sql`${column} desc` : column)).reduce((all, one) => sql`${all}, ${one}`)}`;
}

function outerOrder(sql: Sql, list: KeysetList, window: Window): Fragment {
  const descending = list.descending !== window.backwards;
  return list.keyNames
    .map((name) => (descending ? sql`x.${sql(name)} desc` : sql`x.${sql(name)}`))
    .reduce((all, one) => sql`${all}, ${one}`);
}
