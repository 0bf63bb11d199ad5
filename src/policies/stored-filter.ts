import { isIP } from "node:net";
import type { ActivityFilter } from "#src/activities/filter.ts";
import { accountKeys, instanceKeys } from "#src/ids.ts";
import { isStorable } from "#src/paging.ts";
import type { Problems } from "./problems.ts";

/** A filter as clients send it and policies keep it: public ids, instants as RFC 3339 texts. */
export type StoredFilter = Readonly<Record<string, unknown>>;

const maxValues = 1000;
const maxText = 500;
const maxDepth = 4;

type Read = (value: unknown, field: string[], problems: Problems, depth: number) => unknown;

/** How each condition is read. What is not here cannot stand in a policy. */
const conditions: Record<keyof ActivityFilter, Read> = {
  instanceIds: list((ids, field) => instanceKeys(ids, field)),
  connectorSlugs: list(),
  categories: list(null, ["LOG_ON", "USER", "ADMIN"]),
  eventTypes: list(),
  userIds: list((ids, field) => accountKeys("User", ids, field)),
  groupIds: list((ids, field) => accountKeys("Group", ids, field)),
  actor: text,
  ipAddresses: list((addresses, field, problems) => {
    for (const address of addresses)
      if (isIP(address) === 0) problems.add(`"${address.slice(0, 60)}" is not an IP address.`, field);
    return addresses;
  }),
  countries: list((countries, field, problems) => {
    for (const country of countries)
      if (!/^[a-z]{2}$/i.test(country))
        problems.add(`"${country.slice(0, 60)}" is not a country code of two letters.`, field);
    return countries;
  }),
  ipCategories: list(null, ["ADMINISTRATIVE", "CLOUD_PROVIDER", "CORPORATE", "RISKY", "VPN", "OTHER"]),
  outcomes: list(null, ["SUCCESS", "FAILURE", "UNKNOWN"]),
  impersonated: flag,
  interactive: flag,
  hasUser: flag,
  occurredFrom: instant,
  occurredTo: instant,
  ingestedFrom: instant,
  ingestedTo: instant,
  ids: (_, field, problems) =>
    void problems.add("A rule speaks of activities to come; these ids name past ones.", field),
  policyIds: (_, field, problems) => void problems.add("A rule cannot depend on what other policies match.", field),
  userDomains: list(),
  involvement: (value, field, problems) => {
    if (["ACTOR", "TARGET", "ANY"].includes(value as string)) return value;
    problems.add("Must be ACTOR, TARGET or ANY.", field);
  },
  target: text,
  ipTags: list(),
  userAgentTags: list(),
  isps: list(),
  userAgent: text,
  search: text,
  not: (value, field, problems, depth) => readFilter(value, field, problems, depth + 1),
};

/** Decodes a filter. What is wrong with its form goes to `problems`, with its path; the rest is read all the same. */
export function readFilter(value: unknown, field: string[], problems: Problems, depth = 0): ActivityFilter {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.add("A filter is an object of conditions.", field);
    return {};
  }
  if (depth > maxDepth) {
    problems.add(`\`not\` may be nested ${maxDepth} deep.`, field);
    return {};
  }
  const filter: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    if (given == null) continue;
    const path = [...field, name];
    if (!Object.hasOwn(conditions, name)) problems.add(`There is no condition "${name.slice(0, 60)}".`, path);
    else filter[name] = conditions[name as keyof ActivityFilter](given, path, problems, depth);
  }
  if (depth > 0 && Object.keys(filter).length === 0)
    problems.add("An empty `not` excludes everything; name what to exclude.", field);
  return filter as ActivityFilter;
}

/** As it is kept: without what was left out, instants as texts. */
export function storedForm(filter: object): StoredFilter {
  return JSON.parse(JSON.stringify(filter, (_, value) => value ?? undefined)) as StoredFilter;
}

function list(
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

function text(value: unknown, field: string[], problems: Problems): unknown {
  if (isText(value) && (value as string).length <= maxText) return value;
  problems.add(`Must be a text of 1 to ${maxText} characters.`, field);
}

function flag(value: unknown, field: string[], problems: Problems): unknown {
  if (typeof value === "boolean") return value;
  problems.add("Must be true or false.", field);
}

function instant(value: unknown, field: string[], problems: Problems): unknown {
  const date = new Date(value as string | Date);
  const looksRight = value instanceof Date || (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value));
  if (looksRight && !Number.isNaN(date.getTime()) && isStorable(date)) return date;
  problems.add("Must be an instant, as in 2026-11-18T07:42:19Z.", field);
}
