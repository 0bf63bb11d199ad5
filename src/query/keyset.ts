import type { Fragment, Sql } from "postgres";
import { heavily } from "#db/shares.ts";
import { InvalidInputError } from "#src/errors.ts";
import { epochOf } from "#src/platform/instant.ts";
import { isStorable, maxExactCount, type Page, type PageArgs, pageOf, type Window, windowOf } from "./paging.ts";
import type { Reader } from "./reading.ts";
import { query, queryValues, raw, sql } from "./sql.ts";

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
  /**
   * Orders the first of the key NULLS LAST, or NULLS FIRST where it ascends. It is never null, so the order is the same, but only indexes made for it give it. The
   * planner thinks little of walking through all instances to find the rows of one, or of a kind that is rare.
   */
  nullsLast?: boolean;
  /** Conditions that no index leads to. */
  tried?: Tried | undefined;
  /** Ties a row to a parent row `p(instance_id, external_id)`. */
  onParent?: Fragment;
}

/**
 * Rows that `where` gives are tried one by one, so many at most: a page costs the same however many there are. One that ends there is
 * not full and has more, from where the walk ended. Only for lists with a reader.
 */
export interface Tried {
  condition: Fragment;
  /** The condition searches in texts: trying a row takes many times as long. */
  isSlow: boolean;
  /** Of the table in `from`. */
  alias: string;
  /** For a page. The parents of a nested list share it, down to a least share. */
  most: number;
  maxForCount: number;
}

/** What a nested list hangs on: an instance alone, or one of its records. */
export interface Parent {
  instanceId: number;
  externalId: string | null;
}

/** One page of the whole list. */
export async function rootPage<T>(pool: Sql, list: KeysetList, args: PageArgs): Promise<Page<T>> {
  const client = clientFor(pool, list);
  const window = windowFor(list, args);
  if (window.limit === 0) return { rows: [], hasNextPage: false, hasPreviousPage: window.from !== null };
  const { columns: reader } = list;
  if (!isReader(reader))
    return pageOf([...(await query<T & object>(client, rowsOf(list, window, reader, raw("true"))))], window);
  const read = (rows: Fragment, marks: Fragment) =>
    queryValues(
      client,
      sql`select ${reader.outer} ${marks} from (${rows}) r ${reader.joins} order by ${outerKey(list, window)}`,
    );
  if (list.tried) {
    const values = await read(soonFound(list, list.tried, window, reader.inner), raw(""));
    if (values.length > window.limit) return pageOf(reader.rows(values) as T[], window);
  }
  const values = await read(rowsOf(list, window, reader.inner, raw("true")), marks(list));
  return readPage<T>(list, window, reader, values, 0);
}

/** One page for each parent, all in one statement. */
export async function nestedPages<T>(
  pool: Sql,
  list: KeysetList,
  args: PageArgs,
  parents: readonly Parent[],
): Promise<Page<T>[]> {
  const client = clientFor(pool, list);
  const window = windowFor(list, args);
  if (window.limit === 0)
    return parents.map(() => ({ rows: [], hasNextPage: false, hasPreviousPage: window.from !== null }));
  const { columns } = list;
  const of = (some: Fragment) =>
    sql`from ${parentRows(parents)} cross join lateral (${rowsOf(list, window, some, list.onParent ?? raw("true"), parents.length)}) r`;
  if (isReader(columns)) {
    const values = await queryValues(
      client,
      sql`select p.n::int, ${columns.outer} ${marks(list)} ${of(columns.inner)} ${columns.joins} order by p.n, ${outerKey(list, window)}`,
    );
    const byParent = parents.map((): unknown[][] => []);
    for (const one of values) byParent[(one[0] as number) - 1]?.push(one);
    return byParent.map((own) => readPage<T>(list, window, columns, own, 1));
  }
  const rows = await query<{ parentNumber: number } & Record<string, unknown>>(
    client,
    sql`select p.n::int as "parentNumber", r.* ${of(columns)} order by p.n, ${outerKey(list, window)}`,
  );
  const byParent = parents.map((): T[] => []);
  for (const { parentNumber, ...row } of rows) byParent[parentNumber - 1]?.push(row as T);
  return byParent.map((own) => pageOf(own, window));
}

function clientFor(pool: Sql, { tried }: KeysetList): Sql {
  return tried?.isSlow ? heavily(pool) : pool;
}

/** Exact up to 10,000, else null; null as well when more rows than `maxForCount` would have to be tried. */
export async function rootCount(client: Sql, list: KeysetList): Promise<number | null> {
  const [row] = await query<{ count: number }>(heavily(client), counted(list, raw("true")));
  return row && row.count <= maxExactCount ? row.count : null;
}

export async function nestedCounts(
  client: Sql,
  list: KeysetList,
  parents: readonly Parent[],
): Promise<(number | null)[]> {
  const rows = await query<{ n: number; count: number }>(
    heavily(client),
    sql`select p.n::int as n, x.count from ${parentRows(parents)}
    cross join lateral (${counted(list, list.onParent ?? raw("true"))}) x`,
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

/** So many rows fill nearly every page. */
const maxSoon = 2048;

/** As `rowsOf`, for a page that is full within a few rows: a caller that does not ask where the walk ends saves a third of it. */
function soonFound(list: KeysetList, tried: Tried, window: Window, columns: Fragment): Fragment {
  const alias = raw(tried.alias);
  const ordered = order(list, window);
  return sql`select ${columns} from (select ${alias}.* ${list.from} where ${list.where} ${place(list, window)} ${ordered} limit ${raw(`${maxSoon}`)}) ${alias}
    where ${tried.condition} ${ordered} ${limit(window)}`;
}

/** Each of many parents has so many rows tried. */
const minShare = 2048;

/** The rows of a page and one more. Of rows that are tried those that match; where the walk ends its last one, whether it matches or not. */
function rowsOf(list: KeysetList, window: Window, columns: Fragment, onParent: Fragment, parents = 1): Fragment {
  const { tried } = list;
  const walk = sql`${list.from} where ${onParent} and ${list.where} ${place(list, window)} ${order(list, window)}`;
  if (!tried) return sql`select ${columns} ${walk} ${limit(window)}`;
  const { condition } = tried;
  const alias = raw(tried.alias);
  const share = Math.max(tried.most / parents, Math.min(tried.most, minShare));
  // A power of two, for the sake of few different texts.
  const most = raw(`${2 ** Math.floor(Math.log2(share))}`);
  return sql`select ${columns}, ${alias}."isMatch", ${alias}."walked" = ${most} as "isEnd"
    from (select ${alias}.*, (${condition}) is true as "isMatch", row_number() over () as "walked" ${walk} limit ${most}) ${alias}
    where ${alias}."isMatch" or ${alias}."walked" = ${most} ${order(list, window)} ${limit(window)}`;
}

/** Columns of `rowsOf` after those of the reader. */
function marks(list: KeysetList): Fragment {
  return raw(list.tried ? `, r."isMatch", r."isEnd"` : "");
}

function readPage<T>(
  list: KeysetList,
  window: Window,
  reader: Reader<object>,
  values: unknown[][],
  offset: number,
): Page<T> {
  const rows = reader.rows(values, offset);
  if (!list.tried) return pageOf(rows as T[], window);
  const matching = rows.filter((_, index) => values[index]!.at(-2) === true);
  const page = pageOf(matching as T[], window);
  const last = rows.at(-1);
  // In the order of the walk its end comes last. A full page needs no more of it.
  if (!last || values.at(-1)!.at(-1) !== true || matching.length > window.limit) return page;
  const end = keyOf(list, last);
  return window.backwards
    ? { ...page, hasPreviousPage: true, startKey: end }
    : { ...page, hasNextPage: true, endKey: end };
}

/** One row: how many there are, up to one more than is counted. */
function counted({ from, where, tried }: KeysetList, onParent: Fragment): Fragment {
  const rows = sql`${from} where ${onParent} and ${where}`;
  if (!tried) return sql`select count(*)::int as count from (select ${rows} ${countLimit}) as counted`;
  return sql`select case when count(*) > ${raw(`${tried.maxForCount}`)} then ${raw(`${maxExactCount + 1}`)} else count(*) filter (where "isMatch") end::int as count
    from (select (${tried.condition}) is true as "isMatch" ${rows} limit ${raw(`${tried.maxForCount + 1}`)}) as counted`;
}

function isReader(columns: KeysetList["columns"]): columns is Reader<object> {
  return "rows" in columns;
}

// Sizes are written out: with a parameter in its place PostgreSQL expects a tenth of the table, and plans for that, each time again.
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
  const direction = raw(descending ? " desc" : "");
  const [first, ...others] = list.key as [Fragment, ...Fragment[]];
  const nulls = raw(list.nullsLast ? ` nulls ${list.descending === window.backwards ? "first" : "last"}` : "");
  return sql`order by ${others.reduce((all, one) => sql`${all}, ${one}${direction}`, sql`${first}${direction}${nulls}`)}`;
}

/** The order again, over the rows that were cut to size. */
function outerKey(list: KeysetList, window: Window): Fragment {
  const descending = list.descending !== window.backwards;
  return raw(list.keyNames.map((name) => `r."${name}"${descending ? " desc" : ""}`).join(", "));
}
