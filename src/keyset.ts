import type { Fragment, Sql } from "postgres";
import { InvalidInputError } from "#src/errors.ts";
import { epochOf } from "#src/instant.ts";
import { isStorable, maxExactCount, type Page, type PageArgs, pageOf, type Window, windowOf } from "#src/paging.ts";
import type { Reader } from "#src/reading.ts";
import { query, queryValues, raw, sql } from "#src/sql.ts";

/** A list that can be paged by key: for the root, or for many parents at once in one statement. */
export interface KeysetList {
  /** What is read of each row: columns by their names, or a reader, which reads no more than is wanted. */
  columns: Fragment | Reader<object>;
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
export async function rootPage<T>(client: Sql, list: KeysetList, args: PageArgs): Promise<Page<T>> {
  const window = windowFor(list, args);
  if (window.limit === 0) return { rows: [], hasNextPage: false, hasPreviousPage: window.from !== null };
  const { columns: reader } = list;
  const of = (columns: Fragment) =>
    sql`select ${columns} ${list.from} where ${list.where} ${place(list, window)} ${order(list, window)} ${limit(window)}`;
  if (!isReader(reader)) return pageOf([...(await query<T & object>(client, of(reader)))], window);
  const values = await queryValues(
    client,
    sql`select ${reader.outer} from (${of(reader.inner)}) r ${reader.joins} order by ${outerKey(list, window)}`,
  );
  return pageOf(reader.rows(values) as T[], window);
}

/** One page for each parent, all in one statement. */
export async function nestedPages<T>(
  client: Sql,
  list: KeysetList,
  args: PageArgs,
  parents: readonly Parent[],
): Promise<Page<T>[]> {
  const window = windowFor(list, args);
  if (window.limit === 0)
    return parents.map(() => ({ rows: [], hasNextPage: false, hasPreviousPage: window.from !== null }));
  const { columns } = list;
  const of = (some: Fragment) => sql`
    from ${parentRows(parents)} cross join lateral (
      select ${some} ${list.from} where ${list.onParent ?? raw("true")} and ${list.where} ${place(list, window)} ${order(list, window)} ${limit(window)}
    ) r`;
  const byParent = parents.map((): T[] => []);
  if (isReader(columns)) {
    const values = await queryValues(
      client,
      sql`select p.n::int, ${columns.outer} ${of(columns.inner)} ${columns.joins} order by p.n, ${outerKey(list, window)}`,
    );
    const rows = columns.rows(values, 1) as T[];
    for (let index = 0; index < rows.length; index++) byParent[(values[index]![0] as number) - 1]?.push(rows[index]!);
  } else {
    const rows = await query<{ parentNumber: number } & Record<string, unknown>>(
      client,
      sql`select p.n::int as "parentNumber", r.* ${of(columns)} order by p.n, ${outerKey(list, window)}`,
    );
    for (const { parentNumber, ...row } of rows) byParent[parentNumber - 1]?.push(row as T);
  }
  return byParent.map((own) => pageOf(own, window));
}

/** Exact up to 10,000, else null. */
export async function rootCount(client: Sql, list: KeysetList): Promise<number | null> {
  const [row] = await query<{ count: number }>(
    client,
    sql`select count(*)::int as count from (select ${list.from} where ${list.where} ${countLimit}) as counted`,
  );
  return row && row.count <= maxExactCount ? row.count : null;
}

export async function nestedCounts(
  client: Sql,
  list: KeysetList,
  parents: readonly Parent[],
): Promise<(number | null)[]> {
  const rows = await query<{ n: number; count: number }>(
    client,
    sql`select p.n::int as n, x.count from ${parentRows(parents)}
    cross join lateral (select count(*)::int as count from (select ${list.from} where ${list.onParent ?? raw("true")} and ${list.where} ${countLimit}) as counted) x`,
  );
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
    return list.keyTypes[index] === "timestamptz" ? epochOf(value as string) : (value as string | number);
  });
}

function isReader(columns: KeysetList["columns"]): columns is Reader<object> {
  return "rows" in columns;
}

// Sizes are written out: with a parameter in its place PostgreSQL expects a tenth of the table, and plans for that, anew each time.
const countLimit = raw(`limit ${maxExactCount + 1}`);

function limit(window: Window): Fragment {
  return raw(`limit ${Math.trunc(window.limit) + 1}`);
}

function parentRows(parents: readonly Parent[]): Fragment {
  return sql`unnest(${parents.map((parent) => parent.instanceId)}::int[], ${parents.map((parent) => parent.externalId)}::text[]) with ordinality as p(instance_id, external_id, n)`;
}

function windowFor(list: KeysetList, args: PageArgs): Window {
  return windowOf(
    args,
    list.keyTypes.map((type) => (type === "text" ? "string" : "number")),
  );
}

function place(list: KeysetList, window: Window): Fragment {
  if (!window.from) return sql``;
  const columns = list.key.reduce((all, one) => sql`${all}, ${one}`);
  const values = window.from
    .map((value, index) => bound(value, list.keyTypes[index] as string))
    .reduce((all, one) => sql`${all}, ${one}`);
  return list.descending !== window.backwards
    ? sql`and (${columns}) < (${values})`
    : sql`and (${columns}) > (${values})`;
}

/** A part of a cursor as a parameter. Cursors come back from clients, so anything may stand in them. */
function bound(value: string | number, type: string): Fragment {
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

function order(list: KeysetList, window: Window): Fragment {
  const descending = list.descending !== window.backwards;
  return sql`order by ${list.key.map((column) => (descending ? sql`${column} desc` : column)).reduce((all, one) => sql`${all}, ${one}`)}`;
}

/** The order again, over the rows that were cut to size. */
function outerKey(list: KeysetList, window: Window): Fragment {
  const descending = list.descending !== window.backwards;
  return raw(list.keyNames.map((name) => `r."${name}"${descending ? " desc" : ""}`).join(", "));
}
