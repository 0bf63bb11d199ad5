import { ProviderResponseError } from "#src/errors.ts";
import { readInstant } from "#src/platform/instant.ts";

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

function changed(path: string, expected: string, value: unknown): ProviderResponseError {
  const found =
    value === null ? "null" : value === undefined ? "nothing" : Array.isArray(value) ? "a list" : `${typeof value}`;
  return new ProviderResponseError(`Expected ${expected} at ${path}, found ${found}.`, path);
}
