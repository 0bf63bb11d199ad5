/** Values as the Table API writes them: all of them texts, empty where there is none. */
import { needInstant, textOf } from "#src/connector-kit/record.ts";
import { readInstant } from "#src/platform/instant.ts";

const stored = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** `2026-05-02 07:51:26`, in UTC. */
export function instantAt(value: unknown): Date | null {
  const text = textOf(value);
  return text !== null && stored.test(text) ? readInstant(`${text.replace(" ", "T")}Z`) : null;
}

export function needInstantAt(value: unknown, path: string): Date {
  return instantAt(value) ?? needInstant(value, path);
}

export const isTrue = (value: unknown): boolean => value === "true" || value === true || value === "1";

/** 32 hexadecimal digits: an id, or a session. */
export const isId = (text: string): boolean => /^[0-9a-f]{32}$/i.test(text);
