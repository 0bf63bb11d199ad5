// Events that a rule is about, made from the rule: for each way to choose one value of each list, and one search of each `1 of`.
import { existsSync, readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import type { EvaluatedActivity } from "../src/detection/rules/evaluated.ts";

type Fields = Map<string, unknown>;

/** As another program would read the rule: what its searches name becomes an event; searches called filters are left out. */
export function madeEvents(rule: string, connectorSlug: string): EvaluatedActivity[] {
  const detection = parseAllDocuments(rule)[0]?.toJS()?.detection ?? {};
  const { condition, timeframe, ...searches } = detection as Record<string, unknown>;
  const all = Object.entries(searches).map(([, search]) => fieldsOf(search));
  const positive = Object.entries(searches).filter(([name]) => !/^(filter|_)/.test(name));
  const options = positive.map(([, search]) => fieldsOf(search));
  const together = merged(options.map((some) => some[0] ?? new Map()));
  const alone = options.flat();
  const firstOfEach = options.flatMap((some, index) =>
    some.map((fields) =>
      merged([fields, ...options.filter((_, other) => other !== index).map((others) => others[0]!)]),
    ),
  );
  const apart = [together, ...alone, ...firstOfEach, ...pairs(options.flat()), joined(options), joined(all), new Map()];
  return apart.map((fields) => activityOf(fields, connectorSlug));
}

function pairs(fields: Fields[]): Fields[] {
  return fields.flatMap((one) => fields.map((other) => merged([one, other])));
}

/** Texts for one field one after the other, as those who look for parts of it want them. */
function joined(options: Fields[][]): Fields {
  const all = new Map<string, unknown>();
  for (const fields of options.map((some) => some[0] ?? new Map()))
    for (const [field, value] of fields) all.set(field, all.has(field) ? `${all.get(field)} ${value}` : value);
  return all;
}

function merged(parts: Fields[]): Fields {
  return new Map(parts.flatMap((part) => [...part]));
}

function fieldsOf(search: unknown): Fields[] {
  if (Array.isArray(search)) return search.flatMap(fieldsOf);
  if (typeof search !== "object" || search === null) return [new Map([["message", String(search)]])];
  let made: Fields[] = [new Map()];
  const parts = new Map<string, { start: string; middle: string; end: string }>();
  for (const [key, value] of Object.entries(search)) {
    const [field = "", ...modifiers] = key.split("|");
    const [first] = Array.isArray(value) ? value : [value];
    const has = (name: string) => modifiers.includes(name);
    if (has("contains") || has("startswith") || has("endswith")) {
      const part = parts.get(field) ?? { start: "", middle: "", end: "" };
      const text = unescaped(has("all") && Array.isArray(value) ? value.join(" ") : first);
      if (has("startswith")) part.start = text;
      else if (has("endswith")) part.end = text;
      else part.middle += text;
      parts.set(field, part);
      made = made.map((fields) => new Map(fields).set(field, part.start + part.middle + part.end));
    } else if (value === null) continue;
    else if (has("re"))
      made = made.map((fields) => new Map(fields).set(field, "arn:aws:sts::1:assumed-role/aws:ec2/i-1"));
    else if (!has("fieldref")) made = made.map((fields) => new Map(fields).set(field, unescaped(first)));
  }
  return made;
}

function unescaped(value: unknown): string {
  return String(value)
    .replace(/(?<!\\)[*?]/g, "x")
    .replace(/\\([*?\\])/g, "$1");
}

function activityOf(fields: Fields, connectorSlug: string): EvaluatedActivity {
  const raw: Record<string, unknown> = {};
  for (const [field, value] of fields) {
    if (field === "ConsentContext.IsAdminConsent") raw.targetResources = consented(field, String(value));
    else place(raw, shaped(field, connectorSlug), value);
  }
  const outcome = /fail/i.test(String(fields.get("Status") ?? fields.get("status"))) ? "FAILURE" : "SUCCESS";
  const row = { outcome, eventType: String(fields.get("eventType") ?? ""), description: "", ipTags: [] };
  return { row: row as unknown as ActivityRow, occurredAtMs: 0, connectorSlug, raw: () => raw };
}

const shapes = new Map<string, Readonly<Record<string, string>>>();

/** Where the app has what rules call by another name: as its API answers (`log-shape.json` among its tests), not as our mapping says. */
function shapeOf(connectorSlug: string): Readonly<Record<string, string>> {
  const known = shapes.get(connectorSlug);
  if (known) return known;
  const file = new URL(`../test/connectors/${connectorSlug}/log-shape.json`, import.meta.url);
  const shape = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  shapes.set(connectorSlug, shape);
  return shape;
}

function shaped(field: string, connectorSlug: string): string {
  return shapeOf(connectorSlug)[field] ?? field.replace(/^data\./, "");
}

/** Directory audits keep old and new values as JSON in a text. */
function consented(displayName: string, value: string) {
  return [{ modifiedProperties: [{ displayName, oldValue: "[]", newValue: JSON.stringify(value) }] }];
}

function place(raw: Record<string, unknown>, field: string, value: unknown): void {
  const keys = field.split(".");
  let node = raw;
  for (const key of keys.slice(0, -1)) {
    if (typeof node[key] !== "object" || node[key] === null) node[key] = {};
    node = node[key] as Record<string, unknown>;
  }
  node[keys[keys.length - 1]!] = value;
}
