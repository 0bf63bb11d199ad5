import { InvalidInputError } from "#src/errors.ts";

type Value = string | Date;

/**
 * Conditions of an encoded query. What stands in a value stays in it: `^` parts conditions and is doubled; a value with line breaks, one that is a
 * script (`javascript:…`, which the instance would run) and, in lists, one with a comma are refused with InvalidInputError.
 * Source: https://www.servicenow.com/docs/r/platform-user-interface/c_EncodedQueryStrings.html
 */
export const is = (field: string, value: Value): string => `${field}=${written(value)}`;
export const after = (field: string, value: Value): string => `${field}>${written(value)}`;
export const from = (field: string, value: Value): string => `${field}>=${written(value)}`;
export const upTo = (field: string, value: Value): string => `${field}<=${written(value)}`;
export const startsWith = (field: string, value: string): string => `${field}STARTSWITH${written(value)}`;
export const contains = (field: string, value: string): string => `${field}LIKE${written(value)}`;
export const isNot = (field: string, value: string): string => `${field}!=${written(value)}`;

export function oneOf(field: string, values: readonly string[]): string {
  if (values.some((value) => value.includes(","))) throw unusable();
  return `${field}IN${values.map(written).join(",")}`;
}

/** One of them holds: `^OR` binds to the condition before it, closer than `^`. */
export const either = (...conditions: readonly string[]): string => conditions.join("^OR");

/** The account that asks. */
export const isOurselves = (field: string): string => `${field}=javascript:gs.getUserID()`;

/** All of them hold, in this order. */
export function encodedQuery(conditions: readonly string[], orderBy: readonly string[] = []): string {
  return [...conditions, ...orderBy.map((field) => `ORDERBY${field}`)].join("^");
}

/** `2026-05-02 07:51:26`: whole seconds, and UTC for a user whose time zone is GMT. */
export function timeText(at: Date): string {
  return at.toISOString().slice(0, 19).replace("T", " ");
}

function written(value: Value): string {
  if (value instanceof Date) return timeText(value);
  if (/\p{Cc}/u.test(value) || /^\s*javascript:/i.test(value)) throw unusable();
  return value.replaceAll("^", "^^");
}

function unusable(): InvalidInputError {
  return new InvalidInputError("A value with line breaks, commas or a script cannot be asked for in ServiceNow.");
}
