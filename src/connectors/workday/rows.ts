import type { ActorRecord } from "#src/connector-kit/contract/records.ts";
import { isObject, type Json } from "#src/connector-kit/record.ts";

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

  /** Null when it is not stated, which is not the same as no. */
  flag(name: string): boolean | null {
    const text = this.text(name)?.toLowerCase() ?? "";
    if (["1", "true", "yes"].includes(text)) return true;
    return ["0", "false", "no"].includes(text) ? false : null;
  }
}

function plain(name: string): string {
  return name
    .replace(/^\w+:/, "")
    .replace(/[^a-zA-Z0-9]/g, "")
    .toLowerCase();
}
