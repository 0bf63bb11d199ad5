import { readInstant } from "#src/platform/instant.ts";
import { isStorable } from "#src/query/paging.ts";
import type { Problems } from "./problems.ts";

/** Reads one condition of a filter; what is wrong with it goes to `problems`, and nothing is returned. */
export type Read = (value: unknown, field: string[], problems: Problems, depth: number) => unknown;

const maxValues = 1000;
const maxText = 500;

export function list(
  decode: ((values: string[], field: string[], problems: Problems) => unknown) | null = null,
  allowed: readonly string[] | null = null,
): Read {
  return (value, field, problems) => {
    if (!Array.isArray(value)) return void problems.add("Must be a list.", field);
    if (value.length === 0) return void problems.add("An empty list matches nothing; leave it out instead.", field);
    if (value.length > maxValues) return void problems.add(`At most ${maxValues} values.`, field);
    const values = value.map((one) => (typeof one === "number" ? String(one) : one));
    if (!values.every((one): one is string => isText(one)))
      return void problems.add(`Values must be texts of 1 to ${maxText} characters.`, field);
    const unknown = allowed ? values.find((one) => !allowed.includes(one)) : undefined;
    if (unknown !== undefined)
      return void problems.add(`"${unknown.slice(0, 60)}" is none of ${allowed?.join(", ")}.`, field);
    return decode ? problems.check(() => decode(values, field, problems)) : values;
  };
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "" && value.length <= 4 * maxText && !value.includes("\u0000");
}

export function text(value: unknown, field: string[], problems: Problems): unknown {
  if (isText(value) && (value as string).length <= maxText) return value;
  problems.add(`Must be a text of 1 to ${maxText} characters.`, field);
}

export function flag(value: unknown, field: string[], problems: Problems): unknown {
  if (typeof value === "boolean") return value;
  problems.add("Must be true or false.", field);
}

export function instant(value: unknown, field: string[], problems: Problems): unknown {
  const text = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? value : null;
  const date = value instanceof Date ? value : text && readInstant(text);
  if (date && isStorable(date)) return date;
  problems.add("Must be an instant, as in 2026-11-18T07:42:19Z.", field);
}
