import type { LogSource } from "#src/connector-kit/log-source.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import type { Condition } from "./condition.ts";
import { BrokenRule, UnsupportedRule } from "./errors.ts";
import { expressionTest } from "./expression.ts";
import { eventTexts, type FieldReader, fieldReader, isKnownNormalised, textsOf } from "./fields.ts";
import { type Modifiers, parseKey } from "./modifiers.ts";
import type { TextTest } from "./pattern.ts";
import { exactTexts, flagOf, type Placeholders, type Scalar, textTestOf, valueTest } from "./values.ts";

export type Test = (activity: EvaluatedActivity) => boolean;

/** A search identifier, read: alternatives, each a list of things that must all hold. */
export type Search = readonly Alternative[];
export type Alternative = readonly Item[];

/** One line of a search: a field and its values; the field is null for a search in the whole event. */
export interface Item {
  field: string | null;
  modifiers: Modifiers;
  values: readonly Scalar[];
}

const maxValues = 10_000;
/** Each may stand for hundreds. */
const maxDashed = 100;

/** Reads what stands under one search identifier. Throws BrokenRule and UnsupportedRule. */
export function readSearch(name: string, value: unknown): Search {
  if (isMap(value)) return [readMap(name, value)];
  if (!Array.isArray(value)) {
    if (isScalar(value) && value !== null) return [[keyword([value])]];
    throw new BrokenRule(`"${name}" is empty`);
  }
  if (value.length === 0) throw new BrokenRule(`"${name}" is empty`);
  const keywords = value.filter((one): one is Scalar => isScalar(one) && one !== null);
  const maps = value.filter(isMap);
  if (keywords.length + maps.length < value.length) throw new BrokenRule(`"${name}" has a list in a list, or nothing`);
  return [...(keywords.length > 0 ? [[keyword(keywords)]] : []), ...maps.map((map) => readMap(name, map))];
}

function readMap(name: string, map: Record<string, unknown>): Alternative {
  const entries = Object.entries(map);
  if (entries.length === 0) throw new BrokenRule(`"${name}" is empty`);
  return entries.map(([key, value]) => {
    const { field, modifiers } = parseKey(key);
    if (field !== null && !isKnownNormalised(field)) throw new UnsupportedRule(`there is no field "${field}"`);
    const values = Array.isArray(value) ? value : [value];
    if (values.length === 0) throw new BrokenRule(`"${name}" has no value for "${key}"`);
    if (values.length > maxValues) throw new UnsupportedRule(`"${name}" has more than ${maxValues} values`);
    if (modifiers.transforms.includes("windash") && values.length > maxDashed)
      throw new UnsupportedRule(`"${name}" has more than ${maxDashed} values with \`windash\``);
    if (!values.every(isScalar)) throw new BrokenRule(`"${name}" has something else than a value for "${key}"`);
    return { field, modifiers, values };
  });
}

const noModifiers = parseKey("").modifiers;
const keyword = (values: readonly Scalar[]): Item => ({ field: null, modifiers: noModifiers, values });

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** All searches and the condition over them as one test on the events of one log. */
export function compileDetection(
  searches: ReadonlyMap<string, Search>,
  condition: Condition,
  source: LogSource,
  placeholders: Placeholders,
): Test {
  const tests = new Map<string, Test>();
  for (const [name, search] of searches) tests.set(name, searchTest(search, source, placeholders));
  return conditionTest(condition, tests);
}

function conditionTest(condition: Condition, searches: ReadonlyMap<string, Test>): Test {
  if (condition.kind === "search") return searches.get(condition.name)!;
  if (condition.kind === "not") {
    const inner = conditionTest(condition.of, searches);
    return (activity) => !inner(activity);
  }
  const tests = condition.of.map((one) => conditionTest(one, searches));
  if (condition.kind === "and") return every(tests);
  if (condition.kind === "or") return some(tests);
  const { count } = condition;
  return (activity) => tests.filter((test) => test(activity)).length >= count;
}

function searchTest(search: Search, source: LogSource, placeholders: Placeholders): Test {
  return some(search.map((items) => every(items.map((item) => itemTest(item, source, placeholders)))));
}

const every = (tests: readonly Test[]): Test =>
  tests.length === 1 ? tests[0]! : (activity) => tests.every((test) => test(activity));
const some = (tests: readonly Test[]): Test =>
  tests.length === 1 ? tests[0]! : (activity) => tests.some((test) => test(activity));

function itemTest(item: Item, source: LogSource, placeholders: Placeholders): Test {
  const { field, modifiers } = item;
  const test = field === null ? keywordTest(item, placeholders) : fieldTest(field, item, source, placeholders);
  return modifiers.negated ? (activity) => !test(activity) : test;
}

/** Keywords are looked for anywhere in the event. */
function keywordTest({ modifiers, values }: Item, placeholders: Placeholders): Test {
  const { comparison, all } = modifiers;
  if (comparison !== "text" && comparison !== "regex")
    throw new UnsupportedRule("a search in the whole event can only look for texts");
  const tests = values.map((value): TextTest => {
    if (value === null) throw new BrokenRule("a keyword is empty");
    if (comparison === "regex") return expressionTest(String(value), modifiers.regexFlags);
    return textTestOf(value, { ...modifiers, place: "anywhere" }, placeholders);
  });
  const found = (activity: EvaluatedActivity) => (test: TextTest) => eventTexts(activity).some(test);
  return all ? (activity) => tests.every(found(activity)) : (activity) => tests.some(found(activity));
}

function fieldTest(field: string, item: Item, source: LogSource, placeholders: Placeholders): Test {
  const read = fieldReader(field, source);
  const { comparison, all } = item.modifiers;
  if (comparison === "exists") return existsTest(field, read, item.values);
  if (comparison === "field") return fieldReferenceTest(read, item, source);
  const exact = all ? null : setTest(read, item);
  if (exact) return exact;
  const tests = item.values.map((value): Test => {
    if (value === null) return (activity) => read(activity).every((one) => one === null || one === undefined);
    const test = valueTest(value, item.modifiers, placeholders);
    return (activity) => read(activity).some(test);
  });
  return all ? every(tests) : some(tests);
}

/** Many plain values are looked up, not tried one by one. */
function setTest(read: FieldReader, { values, modifiers }: Item): Test | null {
  const texts = values.map((value) => exactTexts(value, modifiers));
  if (texts.some((one) => one === null)) return null;
  const wanted = new Set(texts.flatMap((one) => one!).map((text) => text.toLowerCase()));
  return (activity) => read(activity).some((value) => textsOf(value).some((text) => wanted.has(text.toLowerCase())));
}

function existsTest(field: string, read: FieldReader, values: readonly Scalar[]): Test {
  const wanted = values.length === 1 ? flagOf(values[0]) : null;
  if (wanted === null) throw new BrokenRule(`"${field}|exists" must be true or false`);
  return (activity) => read(activity).length > 0 === wanted;
}

function fieldReferenceTest(read: FieldReader, { values, modifiers }: Item, source: LogSource): Test {
  const { place, cased, all } = modifiers;
  const tests = values.map((value): Test => {
    if (typeof value !== "string" || value === "") throw new BrokenRule("the value of `fieldref` must name a field");
    const other = fieldReader(value, source);
    const fold = (text: string) => (cased ? text : text.toLowerCase());
    return (activity) => {
      const texts = other(activity).flatMap(textsOf).map(fold);
      return read(activity).some((one) => textsOf(one).some((text) => texts.some((part) => fits(fold(text), part))));
    };
  });
  function fits(text: string, part: string): boolean {
    if (place === "anywhere") return text.includes(part);
    if (place === "start") return text.startsWith(part);
    return place === "end" ? text.endsWith(part) : text === part;
  }
  return all ? every(tests) : some(tests);
}

/** What a field has in all events that can match: one of these, in small letters. Null when there is no telling. */
export function valuesOf(
  field: string,
  searches: ReadonlyMap<string, Search>,
  condition: Condition,
): ReadonlySet<string> | null {
  const ofItems = (items: Alternative): ReadonlySet<string> | null => {
    for (const { field: name, modifiers, values } of items) {
      if (name?.toLowerCase() !== field.toLowerCase()) continue;
      const texts = values.map((value) => exactTexts(value, modifiers));
      if (texts.every((one) => one !== null)) return new Set(texts.flat().map((text) => text!.toLowerCase()));
    }
    return null;
  };
  const union = (sets: readonly (ReadonlySet<string> | null)[]) =>
    sets.some((set) => set === null) ? null : new Set(sets.flatMap((set) => [...set!]));
  const visit = (one: Condition): ReadonlySet<string> | null => {
    if (one.kind === "search") return union(searches.get(one.name)!.map(ofItems));
    if (one.kind === "not") return null;
    const sets = one.of.map(visit);
    if (one.kind === "and") return sets.filter((set) => set !== null).sort((a, b) => a.size - b.size)[0] ?? null;
    return union(sets);
  };
  return visit(condition);
}

/** An event of another log of the same app is not looked at. */
export function logTest(source: LogSource): Test | null {
  if (!source.notWith?.length) return null;
  const readers = source.notWith.map((path) => fieldReader(path, { product: source.product, services: [] }));
  return (activity) => !readers.some((read) => read(activity).length > 0);
}
