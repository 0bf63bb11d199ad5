import { ProviderResponseError } from "#src/errors.ts";
import { readInstant } from "#src/platform/instant.ts";
import type { UnreadableItem } from "./contract/records.ts";

/** Reading JSON of a provider: what we need throws with its path when it is not there, what is nice to have is tolerated. */
export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function needObject(value: unknown, path: string): Json {
  if (isObject(value)) return value;
  throw changed(path, "an object", value);
}

export function needList(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw changed(path, "a list", value);
}

export function needText(value: unknown, path: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw changed(path, "a text", value);
}

/** Ids are numbers at some providers, texts at others: ours are texts. */
export function needId(value: unknown, path: string): string {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return needText(value, path);
}

/** ISO 8601 text, or epoch milliseconds. */
export function needInstant(value: unknown, path: string): Date {
  const instant = instantOf(value);
  if (instant) return instant;
  if (typeof value !== "string" && typeof value !== "number") throw changed(path, "an instant", value);
  throw new ProviderResponseError(`Expected an instant at ${path}, found ${JSON.stringify(value).slice(0, 80)}.`, path);
}

/** Null for empty texts as well: providers use both. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Null for 0, which providers send for "nobody". */
export function idOf(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value !== 0 ? String(value) : null;
  return textOf(value);
}

export function instantOf(value: unknown): Date | null {
  if (typeof value === "string") return readInstant(value);
  if (typeof value !== "number") return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** From this many records on, a page of which none can be read is no run of odd records but a changed shape. */
const enoughForAShape = 3;

/**
 * Maps the records of one page, one by one: to an item, to several, or to none (an empty list). One that throws ProviderResponseError is
 * set aside with its path, so that it does not hold up the others. Throws that error when the page has three records or more and none can be
 * read: then the shape has changed. `path` is where the list stands: `value`, or an empty text for a bare list.
 */
export function readEach<T extends object>(
  records: readonly unknown[],
  path: string,
  map: (record: unknown, path: string) => T | readonly T[],
): (T | UnreadableItem)[] {
  const aside = new SetAside(records.length);
  const items = records.flatMap((raw, index) => {
    try {
      return map(raw, `${path}[${index}]`);
    } catch (error) {
      return aside.item(error, raw);
    }
  });
  aside.checkShape();
  return items;
}

/** As `readEach`, for records that take calls of their own. One after the other: the rate limit is one for all. */
export async function readEachInTurn<T extends object>(
  records: readonly unknown[],
  path: string,
  map: (record: unknown, path: string) => T | readonly T[] | Promise<T | readonly T[]>,
): Promise<(T | UnreadableItem)[]> {
  const aside = new SetAside(records.length);
  const items: (T | UnreadableItem)[] = [];
  for (const [index, raw] of records.entries()) {
    try {
      const mapped = await map(raw, `${path}[${index}]`);
      if (Array.isArray(mapped)) items.push(...(mapped as readonly T[]));
      else items.push(mapped as T);
    } catch (error) {
      items.push(aside.item(error, raw));
    }
  }
  aside.checkShape();
  return items;
}

/** Whether an item of a page was set aside. */
export function isUnreadable(item: object): item is UnreadableItem {
  return "kind" in item && item.kind === "unreadable";
}

class SetAside {
  readonly #records: number;
  #first: ProviderResponseError | null = null;
  #count = 0;

  constructor(records: number) {
    this.#records = records;
  }

  item(error: unknown, raw: unknown): UnreadableItem {
    if (!(error instanceof ProviderResponseError)) throw error;
    this.#first ??= error;
    this.#count += 1;
    return { kind: "unreadable", path: error.path, reason: error.message, raw };
  }

  checkShape(): void {
    if (this.#first !== null && this.#count === this.#records && this.#records >= enoughForAShape) throw this.#first;
  }
}

/** What stands at a path of names: `response_metadata.next_cursor`. Undefined when it leads nowhere; the value itself for an empty path. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === "") return value;
  return path.split(".").reduce((inner: unknown, name) => (isObject(inner) ? inner[name] : undefined), value);
}

function changed(path: string, expected: string, value: unknown): ProviderResponseError {
  const found =
    value === null ? "null" : value === undefined ? "nothing" : Array.isArray(value) ? "a list" : `${typeof value}`;
  return new ProviderResponseError(`Expected ${expected} at ${path}, found ${found}.`, path);
}
