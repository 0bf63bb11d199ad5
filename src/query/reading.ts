import type { Fragment } from "postgres";
import { raw } from "./sql.ts";

/** A table as rows of it are read: for each property its column, or SQL for the table's alias. */
export interface Table<Row> {
  from: string;
  alias: string;
  columns: Readonly<Record<Exclude<keyof Row & string, Related>, Column>>;
  /** What is worked out for a row when it is asked for, and is no part of `all`. */
  extra?: Readonly<Record<string, Column>>;
  /** Read always: they tell rows apart. */
  key: readonly string[];
  /** Rows that a row points at, at most one each; read with it they become its property of that name. */
  toOne: Readonly<Record<string, ToOne>>;
}

type Column = string | ((alias: string) => string);

/** Properties that a row has only when they were asked for: the rows it points at, and what is worked out. */
type Related = "user" | "instance" | "identity" | "userCount";

export interface ToOne {
  /** Unlike the others of the table. */
  alias: string;
  // biome-ignore lint/suspicious/noExplicitAny: a table of any row
  table: Table<any>;
  /** The condition; `r` is the row that points, with its properties as columns. */
  on: string;
  /** Properties of the row that points, which the condition names. */
  by: readonly string[];
}

/** What of a row is wanted: its properties, and of the rows it points at theirs. `all`: every property and nothing else. */
export type Reading =
  | "all"
  | {
      columns: ReadonlySet<string>;
      toOne: ReadonlyMap<string, ReadonlySet<string>>;
      /** Equal readings have equal names. */
      name: string;
    };

/**
 * How a reading is written and its rows made. The rows of a page are cut to size first, then `joins` are looked up for them:
 * `select <outer> from (select <inner> from … limit …) r <joins>`.
 */
export interface Reader<Row> {
  inner: Fragment;
  outer: Fragment;
  joins: Fragment;
  /** From lists of values that have the columns of `outer` from `offset` on. */
  rows(values: readonly unknown[][], offset?: number): Row[];
}

const whole = new WeakMap<object, Reader<never>>();
const known = new WeakMap<object, WeakMap<object, Reader<never>>>();

export function readerOf<Row extends object>(table: Table<Row>, reading: Reading): Reader<Row> {
  if (reading === "all") {
    const reader =
      whole.get(table) ??
      makeReader(table, { columns: new Set(Object.keys(table.columns)), toOne: new Map(), name: "all" });
    whole.set(table, reader as Reader<never>);
    return reader as Reader<Row>;
  }
  const ofTable = known.get(table) ?? new WeakMap<object, Reader<never>>();
  known.set(table, ofTable);
  const reader = ofTable.get(reading) ?? makeReader(table, reading);
  ofTable.set(reading, reader as Reader<never>);
  return reader as Reader<Row>;
}

function makeReader<Row extends object>(table: Table<Row>, reading: Exclude<Reading, "all">): Reader<Row> {
  const relations = [...reading.toOne].map(([name, columns]) => ({ name, columns, ...table.toOne[name]! }));
  const own = columnsOf(table, [...reading.columns, ...relations.flatMap(({ by }) => by)]);
  const outer = own.map((column) => `r."${column}"`);
  const joins: string[] = [];
  const joined = relations.map(({ name, columns, alias, table: target, on }) => {
    const names = columnsOf(target, columns);
    const start = outer.length;
    outer.push(...names.map((column) => columnSql(target, alias, column)));
    joins.push(`left join ${target.from} ${alias} on ${on}`);
    return { name, names, start, shared: target.key.length === 1 };
  });

  function rows(lists: readonly unknown[][], offset = 0): Row[] {
    const made: Record<string, unknown>[] = new Array(lists.length);
    for (let index = 0; index < lists.length; index++) made[index] = rowOf(lists[index]!, own, offset);
    for (const { name, names, start, shared } of joined) {
      // Key columns come first: null there means that there is no such row.
      const seen = new Map<unknown, unknown>();
      for (let index = 0; index < lists.length; index++) {
        const values = lists[index]!;
        const key = values[offset + start];
        let row: unknown = key === null ? null : seen.get(key);
        if (row === undefined) {
          row = rowOf(values, names, offset + start);
          if (shared) seen.set(key, row);
        }
        made[index]![name] = row;
      }
    }
    return made as Row[];
  }

  return {
    inner: raw(own.map((column) => `${columnSql(table, table.alias, column)} as "${column}"`).join(", ")),
    outer: raw(outer.join(", ")),
    joins: raw(joins.join(" ")),
    rows,
  };
}

function columnSql(table: Table<never>, alias: string, name: string): string {
  const column = (table.columns as Readonly<Record<string, Column>>)[name] ?? table.extra![name]!;
  return typeof column === "string" ? `${alias}.${column}` : column(alias);
}

/** Key columns first, each once. */
function columnsOf(table: Pick<Table<never>, "key">, wanted: Iterable<string>): string[] {
  return [...new Set([...table.key, ...[...wanted].sort()])];
}

function rowOf(values: readonly unknown[], names: readonly string[], start: number): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index++) row[names[index]!] = values[start + index];
  return row;
}
