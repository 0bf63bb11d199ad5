import { createHash } from "node:crypto";
import type { ActivityRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { isObject, type Json } from "#src/connector-kit/record.ts";

/** One row of either log, with the hash of what identifies it: neither log has ids. */
export interface Row {
  at: Date;
  key: string;
  raw: Json;
  record: (externalId: string) => ActivityRecord[];
}

/**
 * Sorted by time, each with its id. Rows equal in all that identifies them get running numbers, the same ones whenever
 * the rows of one instant are mapped together, as they are in any window.
 */
export function numbered(rows: Row[]): ActivityRecord[] {
  const sorted = rows.toSorted(
    (a, b) =>
      a.at.getTime() - b.at.getTime() || compare(a.key, b.key) || compare(JSON.stringify(a.raw), JSON.stringify(b.raw)),
  );
  const seen = new Map<string, number>();
  return sorted.flatMap((row) => {
    const number = (seen.get(row.key) ?? 0) + 1;
    seen.set(row.key, number);
    return row.record(number === 1 ? row.key : `${row.key}-${number}`);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function hashOf(parts: readonly unknown[]): string {
  const text = parts.map((part) => (part === null || part === undefined ? "" : String(part))).join("|");
  return createHash("sha256").update(text).digest("hex");
}

/** An account as the logs name it. */
export interface Named {
  login: string;
  /** Null when the log gives the user name alone. */
  name: string | null;
  /** For whom the account acted, as a proxy; null for itself. */
  onBehalfOf: string | null;
}

/** `mholt`, `mholt / Mira Holt`, `mholt / Mira Holt on behalf of Ana Ruiz`: which one depends on the report. */
export function namedIn(text: string): Named {
  const [own = "", behalf] = text.split(/ on behalf of /i);
  const [, login, name] = /^(.+?) \/ (.+)$/.exec(own) ?? [];
  return {
    login: (login ?? own).trim(),
    name: name?.trim() ?? null,
    onBehalfOf: behalf === undefined ? null : (/ \/ (.+)$/.exec(behalf)?.[1] ?? behalf).trim(),
  };
}

export function actorOf({ login, name }: Pick<Named, "login" | "name">): ActorRecord {
  return {
    login,
    email: login.includes("@") ? login : null,
    name: name ?? login,
    // Integration system users are named so by Workday's own convention.
    ...(/^isu[_-]/i.test(login) ? { type: "SERVICE" as const } : {}),
  };
}

/** Null when it is not stated, which is not the same as no. */
export function isTrue(value: unknown): boolean | null {
  const text = scalarOf(value)?.toLowerCase();
  if (text === "1" || text === "true" || text === "yes") return true;
  return text === "0" || text === "false" || text === "no" ? false : null;
}

/**
 * A text, or what converters from XML make of one: a number (a user name of digits), a boolean, an element with
 * attributes. Null for empty texts and everything else.
 */
export function scalarOf(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  return isObject(value) && "#text" in value ? scalarOf(value["#text"]) : null;
}

/** A list, or the one element that a converter from XML wrote instead of it. */
export function listOrOne(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === null || value === undefined || value === "" ? [] : [value];
}

/** Fields of a row by name, however it is spelled: `Sign-on_Time` is `Sign_on_Time` once it went through a database. */
export class Fields {
  readonly #values = new Map<string, unknown>();

  constructor(row: Json) {
    for (const [name, value] of Object.entries(row)) this.#values.set(plain(name), value);
  }

  /** The first of several names of one thing that has a value. */
  text(...names: readonly string[]): string | null {
    for (const name of names) {
      const value = scalarOf(this.#values.get(plain(name)));
      if (value !== null) return value;
    }
    return null;
  }

  flag(...names: readonly string[]): boolean | null {
    for (const name of names) {
      const value = isTrue(this.#values.get(plain(name)));
      if (value !== null) return value;
    }
    return null;
  }
}

function plain(name: string): string {
  return name
    .replace(/^\w+:/, "")
    .replace(/[^a-zA-Z0-9]/g, "")
    .toLowerCase();
}
