import type { FieldSource, LogSource } from "#src/connector-kit/log-source.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";

/** All values of a field in an event: leaves as they are, objects and lists whole. Empty: the field is not there. */
export type FieldReader = (activity: EvaluatedActivity) => unknown[];

/** Fields of the activity as Gatehouse has it, beside those of the event: `gatehouse.country`. */
const normalised: Readonly<Record<string, (activity: EvaluatedActivity) => unknown>> = {
  actorname: ({ row }) => row.actorName,
  category: ({ row }) => row.category,
  city: ({ row }) => row.city,
  connector: ({ connectorSlug }) => connectorSlug,
  country: ({ row }) => row.country,
  description: ({ row }) => row.description,
  eventtype: ({ row }) => row.eventType,
  impersonated: ({ row }) => row.impersonated,
  instance: ({ row }) => row.instanceId,
  interactive: ({ row }) => row.interactive,
  ipaddress: ({ row }) => row.ipAddress,
  ipcategory: ({ row }) => row.ipCategory,
  iptags: ({ row }) => row.ipTags,
  isp: ({ row }) => row.isp,
  occurredat: ({ occurredAtMs }) => new Date(occurredAtMs).toISOString(),
  outcome: ({ row }) => row.outcome,
  sessionid: ({ row }) => row.sessionId,
  useragent: ({ row }) => row.userAgent,
  userid: ({ row }) => row.userId,
};
const normalisedPrefix = "gatehouse.";

/** Names that rules for any product use. */
const common: Readonly<Record<string, readonly FieldSource[]>> = {
  src_ip: ["src_ip", "gatehouse.ipAddress"],
  src_country: ["src_country", "gatehouse.country"],
};

/** How a field of a rule is read from the events of one log. */
export function fieldReader(field: string, source: LogSource): FieldReader {
  const name = withoutPrefix(field, source.rulePrefixes ?? []);
  const listed = source.fields?.[name.toLowerCase()] ?? common[name.toLowerCase()];
  const places = listed ?? [name, ...(source.eventPrefixes ?? []).map((prefix) => prefix + name)];
  const readers = places.map(placeReader);
  if (readers.length === 1) return readers[0]!;
  return (activity) => readers.flatMap((read) => read(activity));
}

function placeReader(place: FieldSource): FieldReader {
  const { path, as } = typeof place === "string" ? { path: place, as: undefined } : place;
  const read = pathReader(path);
  if (!as) return read;
  return (activity) =>
    read(activity).flatMap((value) => {
      const text = typeof value === "string" || typeof value === "number" ? as(String(value)) : null;
      return text === null ? [] : [text];
    });
}

function pathReader(path: string): FieldReader {
  if (path.toLowerCase().startsWith(normalisedPrefix)) {
    const read = normalised[path.slice(normalisedPrefix.length).toLowerCase()];
    if (!read) return () => [];
    return (activity) => {
      const value = read(activity);
      return Array.isArray(value) ? value : [value];
    };
  }
  const segments = path.split(".");
  return (activity) => {
    const found: unknown[] = [];
    collect(activity.raw(), segments, 0, found);
    return found;
  };
}

/** Whether rules may name such a field. */
export function isKnownNormalised(field: string): boolean {
  const lower = field.toLowerCase();
  return !lower.startsWith(normalisedPrefix) || lower.slice(normalisedPrefix.length) in normalised;
}

function withoutPrefix(field: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((one) => field.toLowerCase().startsWith(one.toLowerCase()));
  return prefix === undefined ? field : field.slice(prefix.length);
}

/**
 * Steps down: into each element of a list; into a key, also one with dots in it that takes several segments, with any case when none has the
 * same; and into lists of named values (`[{ "name": "SETTING", "value": "x" }]`) as if they were objects.
 */
function collect(node: unknown, segments: readonly string[], at: number, found: unknown[]): void {
  if (at === segments.length) {
    if (Array.isArray(node)) collectElements(node, found);
    else found.push(node);
    return;
  }
  if (Array.isArray(node)) {
    for (const element of node) collect(element, segments, at, found);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const before = found.length;
  for (let to = at + 1; to <= segments.length; to++) {
    const key = keyIn(node, to === at + 1 ? segments[at]! : segments.slice(at, to).join("."));
    if (key !== null) collect((node as Record<string, unknown>)[key], segments, to, found);
  }
  if (found.length === before) collectNamed(node as Record<string, unknown>, segments.slice(at).join("."), found);
}

/** The list as a whole too: some rules look into its text, or ask for an empty one. */
function collectElements(list: readonly unknown[], found: unknown[]): void {
  for (const element of list) if (!Array.isArray(element)) found.push(element);
  found.push(list);
}

function keyIn(node: object, name: string): string | null {
  if (Object.hasOwn(node, name)) return name;
  const lower = name.toLowerCase();
  for (const key of Object.keys(node)) if (key.length === name.length && key.toLowerCase() === lower) return key;
  return null;
}

const nameKeys = ["name", "Name", "key", "displayName"];
const valueKeys = ["value", "Value", "newValue", "NewValue", "boolValue", "intValue", "multiValue", "multiIntValue"];

function collectNamed(node: Record<string, unknown>, name: string, found: unknown[]): void {
  if (!nameKeys.some((key) => typeof node[key] === "string" && sameName(node[key] as string, name))) return;
  for (const key of valueKeys) {
    const value = node[key];
    if (value === undefined) continue;
    if (Array.isArray(value)) collectElements(value, found);
    else found.push(value);
  }
}

const sameName = (one: string, other: string) =>
  one.length === other.length && one.toLowerCase() === other.toLowerCase();

/** What of a value is compared as text: scalars as they are written, objects and lists as JSON, and JSON inside them as it is meant. */
export function textsOf(value: unknown): string[] {
  if (typeof value === "string") return value.length > 1 && value[0] === '"' ? [value, ...unquoted(value)] : [value];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  const texts = [JSON.stringify(value)];
  collectJson(value, texts);
  return texts;
}

/** Texts that hold JSON: what they say is hidden behind backslashes in the text of the whole. */
function collectJson(value: unknown, texts: string[]): void {
  if (typeof value === "string") {
    if (value[0] === "{" || value[0] === "[") texts.push(value);
  } else if (typeof value === "object" && value !== null)
    for (const part of Object.values(value)) collectJson(part, texts);
}

function unquoted(value: string): string[] {
  if (!value.endsWith('"')) return [];
  const inner = value.slice(1, -1);
  return inner.includes('"') ? [] : [inner];
}

/** All text of an event, for keywords: its text, and each text in it. */
export function eventTexts(activity: EvaluatedActivity): string[] {
  const known = searched.get(activity);
  if (known) return known;
  const raw = activity.raw();
  const texts = [JSON.stringify(raw) ?? "", activity.row.description];
  const visit = (value: unknown) => {
    if (typeof value === "string") texts.push(value);
    else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) visit(part);
  };
  visit(raw);
  searched.set(activity, texts);
  return texts;
}
/** Many rules may search one event. */
const searched = new WeakMap<EvaluatedActivity, string[]>();
