import { StreamCursorError } from "#src/errors.ts";
import { instantOf, isObject, type Json, textOf } from "./record.ts";

/** A clock of another machine may be this much ahead. */
const clockToleranceMs = 10 * 60_000;

/**
 * What a cursor is of: its form with a number that grows when the form changes (`listing1`), and where it matters what it belongs to
 * (`/orgs/acme/audit-log`).
 */
export interface CursorKind {
  form: string;
  of?: string | undefined;
}

/** A position as text: JSON with its form. Instants become ISO 8601 texts, read back with `instantOf`. */
export function writeCursor({ form, of }: CursorKind, place: object): string {
  return JSON.stringify({ form, ...(of === undefined ? {} : { of }), ...place });
}

/**
 * Reads what `writeCursor` wrote. Throws StreamCursorError for a text of another form or owner, one of a former version of the
 * connector included: the engine then starts a listing over, and a log an hour before the last event that is stored, and records the gap until that has
 * been read. Answering "from the beginning" here instead would silently read the whole retroactive period again.
 */
export function readCursor({ form, of }: CursorKind, cursor: string): Json {
  let stored: unknown = null;
  try {
    stored = JSON.parse(cursor);
  } catch {
    // Refused below, as anything else that is no cursor of ours.
  }
  if (!isObject(stored) || stored.form !== form) throw new StreamCursorError("The stored position cannot be read.");
  if (of !== undefined && stored.of !== of)
    throw new StreamCursorError("The stored position belongs to something else.");
  return stored;
}

/** A stored instant; null where there is none. Throws StreamCursorError for one in the future: a clock was wrong when it was written. */
export function storedInstant(value: unknown, now: Date): Date | null {
  const at = instantOf(value);
  if (at !== null && at.getTime() > now.getTime() + clockToleranceMs)
    throw new StreamCursorError("The stored position lies in the future: was the clock wrong?");
  return at;
}

/** As `storedInstant`, for an instant that a cursor of this form always has. */
export function needStoredInstant(value: unknown, now: Date): Date {
  const at = storedInstant(value, now);
  if (at === null) throw new StreamCursorError("The stored position cannot be read.");
  return at;
}

/** A path or URL that is written out, or an expression that a path without its query matches. */
export type Base = string | RegExp;

/** Whether a path, or a URL, lies below one of these: it can then lead nowhere else, whatever dots and escapes it holds. Case does not matter. */
export function isBelow(path: string, bases: readonly Base[]): boolean {
  const target = parse(path);
  if (target === null) return false;
  return bases.some((base) => {
    if (base instanceof RegExp) return target.origin === relative && base.test(target.pathname);
    const known = parse(base);
    if (known === null || known.origin !== target.origin) return false;
    const [start, whole] = [known.pathname.toLowerCase().replace(/\/$/, ""), target.pathname.toLowerCase()];
    return whole.startsWith(start) && /^(\/|$)/.test(whole.slice(start.length));
  });
}

/** A stored path below one of these. Throws StreamCursorError. */
export function storedPath(value: unknown, bases: readonly Base[]): string {
  const path = textOf(value);
  if (path !== null && isBelow(path, bases)) return path;
  throw new StreamCursorError("The stored position belongs to something else.");
}

/** The origin that relative paths share here. */
const relative = "https://relative.invalid";

/** Null for what is no URL, and for a path that starts like the name of a host. */
function parse(path: string): URL | null {
  return /^[/\\]{2}|^\\/.test(path) ? null : URL.parse(path, relative);
}
