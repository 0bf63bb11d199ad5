import { BrokenRule, UnsupportedRule } from "./errors.ts";

/** What a field is compared by. */
export type Comparison =
  | "text"
  | "regex"
  | "cidr"
  | "exists"
  | "field"
  | "greater"
  | "greaterOrEqual"
  | "less"
  | "lessOrEqual";

export type DatePart = "minute" | "hour" | "day" | "week" | "month" | "year";

/** `base64offset|contains` and the like, understood. */
export interface Modifiers {
  comparison: Comparison;
  /** Steps that change the value, in the order they stand in. */
  transforms: Transform[];
  /** Where in the text the value has to be. */
  place: "whole" | "anywhere" | "start" | "end";
  all: boolean;
  cased: boolean;
  negated: boolean;
  regexFlags: { ignoreCase: boolean; multiline: boolean; dotAll: boolean };
  datePart: DatePart | null;
}

export type Transform = "base64" | "base64offset" | "utf16" | "utf16le" | "utf16be" | "windash" | "expand";

const transforms: Readonly<Record<string, Transform>> = {
  base64: "base64",
  base64offset: "base64offset",
  utf16: "utf16",
  utf16le: "utf16le",
  wide: "utf16le",
  utf16be: "utf16be",
  windash: "windash",
  expand: "expand",
};

const comparisons: Readonly<Record<string, Comparison>> = {
  re: "regex",
  cidr: "cidr",
  exists: "exists",
  fieldref: "field",
  gt: "greater",
  gte: "greaterOrEqual",
  lt: "less",
  lte: "lessOrEqual",
};

const places: Readonly<Record<string, Modifiers["place"]>> = {
  contains: "anywhere",
  startswith: "start",
  endswith: "end",
};

const dateParts: readonly string[] = ["minute", "hour", "day", "week", "month", "year"];

/**
 * Splits `field|contains|all`. The field is null for a search in the whole event. Throws UnsupportedRule for an unknown modifier and for
 * some that cannot go together.
 * Source: https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-appendix-modifiers.md
 */
export function parseKey(key: string): { field: string | null; modifiers: Modifiers } {
  const [field = "", ...names] = key.split("|").map((part) => part.trim());
  const modifiers: Modifiers = {
    comparison: "text",
    transforms: [],
    place: "whole",
    all: false,
    cased: false,
    negated: false,
    regexFlags: { ignoreCase: false, multiline: false, dotAll: false },
    datePart: null,
  };
  for (const name of names) apply(modifiers, name.toLowerCase(), key);
  check(modifiers, key);
  return { field: field === "" ? null : field, modifiers };
}

function apply(modifiers: Modifiers, name: string, key: string): void {
  const { regexFlags } = modifiers;
  const isRegex = modifiers.comparison === "regex";
  if (name === "") throw new BrokenRule(`"${key}" has an empty modifier`);
  else if (name === "all") modifiers.all = true;
  else if (name === "cased") modifiers.cased = true;
  else if (name === "neq") modifiers.negated = true;
  else if (isRegex && name === "i") regexFlags.ignoreCase = true;
  else if (isRegex && name === "m") regexFlags.multiline = true;
  else if (isRegex && name === "s") regexFlags.dotAll = true;
  else if (dateParts.includes(name)) modifiers.datePart = name as DatePart;
  else if (transforms[name]) modifiers.transforms.push(transforms[name]);
  else if (places[name]) {
    if (modifiers.place !== "whole") throw new UnsupportedRule(`"${key}" has two modifiers that place the value`);
    modifiers.place = places[name];
  } else if (comparisons[name]) {
    if (modifiers.comparison !== "text") throw new UnsupportedRule(`"${key}" has two modifiers that compare`);
    modifiers.comparison = comparisons[name];
  } else throw new UnsupportedRule(`the modifier "${name}" is not supported`);
}

function check({ comparison, transforms, place, datePart }: Modifiers, key: string): void {
  const changesText = transforms.some((transform) => transform !== "expand");
  if (comparison !== "text" && changesText)
    throw new UnsupportedRule(`"${key}" changes a value that is not compared as a text`);
  if (place !== "whole" && comparison !== "text" && comparison !== "field")
    throw new UnsupportedRule(`"${key}" places a value that is not compared as a text`);
  if (datePart !== null && (comparison === "regex" || comparison === "cidr" || comparison === "field"))
    throw new UnsupportedRule(`"${key}" compares a part of a date by something else than its number`);
}
