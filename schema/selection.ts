import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from "graphql";
import type { Reading, Table } from "#src/query/reading.ts";

/** The fields that are selected below a field, by name, whatever aliases, conditions and types they stand under. */
export interface Selected extends ReadonlyMap<string, Selected> {}

type Info = Pick<GraphQLResolveInfo, "fieldNodes" | "fragments">;

/** Documents are kept, so their nodes come again with every request. */
const known = new WeakMap<FieldNode, { nodes: readonly FieldNode[]; selected: Selected }>();

export function selectedBelow({ fieldNodes, fragments }: Info): Selected {
  const first = fieldNodes[0]!;
  const found = known.get(first);
  if (found && sameNodes(found.nodes, fieldNodes)) return found.selected;
  const selected = new Map<string, Map<string, never>>();
  for (const { selectionSet } of fieldNodes) if (selectionSet) collect(selectionSet, fragments, selected);
  known.set(first, { nodes: fieldNodes, selected });
  return selected;
}

function sameNodes(left: readonly FieldNode[], right: readonly FieldNode[]): boolean {
  return left.length === right.length && left.every((node, index) => node === right[index]);
}

interface Growing extends Map<string, Growing> {}

function collect({ selections }: SelectionSetNode, fragments: Info["fragments"], into: Growing): void {
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) {
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
      if (fragment) collect(fragment.selectionSet, fragments, into);
      continue;
    }
    const below = into.get(selection.name.value) ?? new Map<string, never>();
    into.set(selection.name.value, below);
    if (selection.selectionSet) collect(selection.selectionSet, fragments, below);
  }
}

/** What the fields of a type read of its row. */
export interface RowFields {
  // biome-ignore lint/suspicious/noExplicitAny: a table of any row
  table: Table<any>;
  /** Columns of the fields that are not called like a column. A field that is neither reads everything. */
  fields: Readonly<Record<string, readonly string[]>>;
  /** Fields that are a row which can be read with this one. */
  toOne: Readonly<Record<string, () => RowFields>>;
}

const readings = new WeakMap<Selected, Map<RowFields, Reading>>();

/** What to read of rows of which this is selected. The same for the same selection. */
export function readingOf(row: RowFields, selected: Selected): Reading {
  const ofSelected = readings.get(selected) ?? new Map<RowFields, Reading>();
  readings.set(selected, ofSelected);
  const reading = ofSelected.get(row) ?? makeReading(row, selected);
  ofSelected.set(row, reading);
  return reading;
}

function makeReading({ table, fields, toOne }: RowFields, selected: Selected): Reading {
  const columns = new Set<string>();
  const related = new Map<string, ReadonlySet<string>>();
  for (const [name, below] of selected) {
    if (name === "__typename") continue;
    if (Object.hasOwn(toOne, name)) {
      const of = toOne[name]!();
      for (const column of table.toOne[name]!.by) columns.add(column);
      const reading = readingOf(of, below);
      // What is worked out would be so for every row that points here: then the row is loaded, once.
      if (reading === "all" || [...reading.columns].some((column) => of.table.extra?.[column])) continue;
      // Rows that these point at in turn are loaded: their keys are read.
      const own = [...reading.toOne.keys()].flatMap((further) => of.table.toOne[further]!.by);
      related.set(name, new Set([...reading.columns, ...own]));
    } else if (Object.hasOwn(fields, name)) for (const column of fields[name]!) columns.add(column);
    else if (Object.hasOwn(table.columns, name)) columns.add(name);
    else return "all";
  }
  const name = JSON.stringify([[...columns].sort(), [...related].map(([one, some]) => [one, [...some].sort()]).sort()]);
  return { columns, toOne: related, name };
}

const nodesSelected = new WeakMap<Selected, Selected>();

/** What to read of the rows of a connection, by what is selected of its nodes, with edges or without. */
export function nodeReading(row: RowFields, info: Info): Reading {
  const selected = selectedBelow(info);
  let nodes = nodesSelected.get(selected);
  if (!nodes) {
    const merged: Growing = new Map();
    for (const one of [selected.get("nodes"), selected.get("edges")?.get("node")]) if (one) merge(one, merged);
    nodes = merged;
    nodesSelected.set(selected, nodes);
  }
  return readingOf(row, nodes);
}

function merge(from: Selected, into: Growing): void {
  for (const [name, below] of from) {
    const target = into.get(name) ?? new Map<string, never>();
    into.set(name, target);
    merge(below, target);
  }
}

/** For the names of nested lists: the same for readings that are equal. */
export function nameOf(reading: Reading): string {
  return reading === "all" ? "all" : reading.name;
}
