import { BlockList, isIP } from "node:net";
import { canonicalAddress } from "#src/inventory/enrichment/address.ts";
import { readInstant } from "#src/platform/instant.ts";
import { base64, base64Offsets, type Encoded, utf16, windowsDashes } from "./encode.ts";
import { BrokenRule, UnsupportedRule } from "./errors.ts";
import { expressionTest } from "./expression.ts";
import { textsOf } from "./fields.ts";
import type { DatePart, Modifiers, Transform } from "./modifiers.ts";
import { anyText, plainOf, type TextTest, type Token, textTest, tokensOf } from "./pattern.ts";

/** A value in a rule. */
export type Scalar = string | number | boolean | null;

/** True or false where a rule must have one of them; pySigma's loader reads YAML 1.1, where `yes` and `off` are such too. Else null. */
export function flagOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return null;
  if (/^(yes|Yes|YES|on|On|ON)$/.test(value)) return true;
  return /^(no|No|NO|off|Off|OFF)$/.test(value) ? false : null;
}

/** Whether one value of an event is what a rule asks for. */
export type ValueTest = (value: unknown) => boolean;

/** What placeholders stand for, by name in small letters. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

/** One value of a rule, compiled: its test on a value of an event. Not for null, `exists` and `fieldref`, which ask for more than values. */
export function valueTest(scalar: Exclude<Scalar, null>, modifiers: Modifiers, placeholders: Placeholders): ValueTest {
  const { comparison, datePart } = modifiers;
  if (datePart !== null) return dateTest(scalar, datePart, comparison);
  if (comparison === "regex") {
    const tests = expanded(textOf(scalar, "re"), modifiers, placeholders).map((source) =>
      expressionTest(source, { ...modifiers.regexFlags }),
    );
    return textual((text) => tests.some((test) => test(text)));
  }
  if (comparison === "cidr") {
    const tests = expanded(textOf(scalar, "cidr"), modifiers, placeholders).map(cidrTest);
    return textual((text) => tests.some((test) => test(text)));
  }
  if (comparison === "text") return textual(textTestOf(scalar, modifiers, placeholders));
  const test = numberTest(scalar, comparison);
  return (value) => (typeof value === "number" || typeof value === "string") && test(numberOf(value));
}

/** The texts a value of a rule stands for, as one test on a text of an event. */
export function textTestOf(scalar: Exclude<Scalar, null>, modifiers: Modifiers, placeholders: Placeholders): TextTest {
  const tests: TextTest[] = [];
  for (const text of expanded(String(scalar), modifiers, placeholders)) {
    for (const tokens of patternsOf(text, modifiers)) tests.push(textTest(tokens, modifiers.cased));
    if (tests.length > maxVariants) throw new UnsupportedRule("one value stands for too many");
  }
  return tests.length === 1 ? tests[0]! : (text) => tests.some((test) => test(text));
}

/**
 * The plain texts a value has to equal, one of them, or null when wildcards or encodings make it more than that. An address is also looked
 * for in the spelling by which Gatehouse stores it.
 */
export function exactTexts(scalar: Scalar, modifiers: Modifiers): string[] | null {
  const { comparison, place, negated, cased, datePart } = modifiers;
  if (scalar === null || comparison !== "text" || place !== "whole" || negated || cased || datePart) return null;
  if (modifiers.transforms.length > 0) return null;
  const plain = plainOf(tokensOf(String(scalar)));
  if (plain === null) return null;
  const address = canonicalAddress(plain);
  return address === null || address === plain ? [plain] : [plain, address];
}

function textual(test: TextTest): ValueTest {
  return (value) => (typeof value === "string" && value[0] !== '"' ? test(value) : textsOf(value).some(test));
}

function patternsOf(text: string, { transforms, place }: Modifiers): Token[][] {
  const changes = transforms.filter((transform) => transform !== "expand");
  const variants = changes.length === 0 ? [tokensOf(text)] : transformed(text, changes).map((one) => [one]);
  // What an encoded text shows is never all of the text around it.
  const open = place === "whole" && transforms.includes("base64offset") ? "anywhere" : place;
  return variants.map((tokens) => [
    ...(open === "anywhere" || open === "end" ? [anyText] : []),
    ...tokens,
    ...(open === "anywhere" || open === "start" ? [anyText] : []),
  ]) as Token[][];
}

function transformed(text: string, changes: readonly Transform[]): string[] {
  const tokens = tokensOf(text);
  const plain = plainOf(tokens);
  if (plain === null) {
    if (changes.every((change) => change === "windash"))
      throw new UnsupportedRule("`windash` with a wildcard is not supported");
    throw new UnsupportedRule("a value with wildcards cannot be encoded");
  }
  let current: Encoded[] = [{ text: plain, encoding: "utf8" }];
  for (const change of changes) current = current.flatMap((one) => changed(one, change));
  return current.map((one) => one.text);
}

function changed(one: Encoded, change: Transform): Encoded[] {
  if (change === "windash") return windowsDashes(one.text).map((text) => ({ ...one, text }));
  if (change === "base64") return [{ text: base64(one), encoding: "utf8" }];
  if (change === "base64offset") return base64Offsets(one).map((text) => ({ text, encoding: "utf8" as const }));
  return [utf16(one.text, change === "utf16be" ? "be" : "le", change === "utf16")];
}

/** Placeholders (`%name%`) replaced by what they stand for; `\%` is a percent sign. Without the modifier the text itself. */
function expanded(text: string, { transforms }: Modifiers, placeholders: Placeholders): string[] {
  if (!transforms.includes("expand")) return [text];
  let variants = [""];
  for (const [part, name] of text.matchAll(/\\%|%([^%\\\s]+)%|[^%\\]+|[\s\S]/g)) {
    const values = name === undefined ? [part === "\\%" ? "%" : part] : placeholders.get(name.toLowerCase());
    if (!values) throw new UnsupportedRule(`the placeholder %${name}% is not defined`);
    variants = variants.flatMap((variant) => values.map((value) => variant + value));
    if (variants.length > maxVariants) throw new UnsupportedRule("placeholders stand for too many values");
  }
  return variants;
}
const maxVariants = 5_000;

function textOf(scalar: Scalar, modifier: string): string {
  if (typeof scalar === "string" || typeof scalar === "number") return String(scalar);
  throw new BrokenRule(`the value of \`${modifier}\` must be a text`);
}

function cidrTest(range: string): TextTest {
  const [address = "", bits, ...more] = range.trim().split("/");
  const version = isIP(address);
  const size = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits);
  if (version === 0 || more.length > 0 || !/^\d*$/.test(bits ?? "") || size > (version === 6 ? 128 : 32) || bits === "")
    throw new BrokenRule(`"${range}" is not a range of addresses`);
  const list = new BlockList();
  list.addSubnet(address, size, version === 6 ? "ipv6" : "ipv4");
  return (text) => {
    const found = isIP(text);
    return found !== 0 && list.check(text, found === 6 ? "ipv6" : "ipv4");
  };
}

type Order = "greater" | "greaterOrEqual" | "less" | "lessOrEqual";

function numberTest(scalar: Scalar, comparison: string): (number: number) => boolean {
  const limit = typeof scalar === "number" || typeof scalar === "string" ? numberOf(scalar) : Number.NaN;
  if (Number.isNaN(limit)) throw new BrokenRule(`"${String(scalar)}" is not a number to compare with`);
  const tests: Record<Order, (number: number) => boolean> = {
    greater: (number) => number > limit,
    greaterOrEqual: (number) => number >= limit,
    less: (number) => number < limit,
    lessOrEqual: (number) => number <= limit,
  };
  return tests[comparison as Order] ?? ((number) => number === limit);
}

function numberOf(value: string | number): number {
  return typeof value === "number" ? value : value.trim() === "" ? Number.NaN : Number(value);
}

/** Parts of instants as they are written, in UTC: time zones are not converted, as the specification requires. */
function dateTest(scalar: Scalar, part: DatePart, comparison: string): ValueTest {
  const test = numberTest(scalar, comparison);
  return (value) => {
    if (typeof value !== "number" && typeof value !== "string") return false;
    // Without a zone it would be read in this machine's.
    const date =
      typeof value === "number" ? new Date(value) : readInstant(/T[\d:.]+$/.test(value) ? `${value}Z` : value);
    return date !== null && !Number.isNaN(date.getTime()) && test(partOf(date, part));
  };
}

function partOf(date: Date, part: DatePart): number {
  if (part === "minute") return date.getUTCMinutes();
  if (part === "hour") return date.getUTCHours();
  if (part === "day") return date.getUTCDate();
  if (part === "month") return date.getUTCMonth() + 1;
  if (part === "year") return date.getUTCFullYear();
  return isoWeek(date);
}

/** The week that has this week's Thursday counts in that Thursday's year. */
function isoWeek(date: Date): number {
  const day = 86_400_000;
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  const thursday = new Date(midnight + (4 - (date.getUTCDay() || 7)) * day);
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * day)) + 1;
}
