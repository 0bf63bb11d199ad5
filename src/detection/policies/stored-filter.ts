import { activityActions } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityFilter } from "#src/inventory/activities/filter.ts";
import { addressesOf } from "#src/inventory/enrichment/address.ts";
import type { RelativeFileFilter } from "#src/inventory/files/filter.ts";
import type { OAuthAppFilter } from "#src/inventory/oauth-apps/list.ts";
import { accountKeys, identityKeys, instanceKeys } from "#src/query/ids.ts";
import type { Problems } from "./problems.ts";
import { flag, instant, list, type Read, text } from "./read.ts";

/** A filter as clients send it and policies keep it: public ids, instants as RFC 3339 texts. */
export type StoredFilter = Readonly<Record<string, unknown>>;

const maxDepth = 4;

/** How each condition is read. What is not here cannot stand in a policy. */
const conditions: Record<keyof ActivityFilter, Read> = {
  instanceIds: list((ids, field) => instanceKeys(ids, field)),
  connectorSlugs: list(),
  categories: list(null, ["LOG_ON", "USER", "ADMIN"]),
  actions: list(null, activityActions),
  eventTypes: list(),
  userIds: list((ids, field) => accountKeys("User", ids, field)),
  groupIds: list((ids, field) => accountKeys("Group", ids, field)),
  identityIds: list((ids, field) => identityKeys(ids, field)),
  isAdmin: flag,
  actor: text,
  ipAddresses: list((addresses, field) => addressesOf(addresses, field)),
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

/** How each condition on apps is read. */
const appConditions: Record<keyof OAuthAppFilter, Read> = {
  instanceIds: list((ids, field) => instanceKeys(ids, field)),
  permissionLevels: list(null, ["LOW", "MEDIUM", "HIGH"]),
  states: list(null, ["UNDETERMINED", "APPROVED", "BANNED"]),
  scopes: list(),
  minUsers: (value, field, problems) => {
    if (Number.isInteger(value) && (value as number) > 0) return value;
    problems.add("Must be at least 1.", field);
  },
  search: text,
};

/** How each condition on files is read. */
const fileConditions: Record<keyof RelativeFileFilter, Read> = {
  instanceIds: list((ids, field) => instanceKeys(ids, field)),
  sharing: list(null, ["PRIVATE", "INTERNAL", "EXTERNAL", "PUBLIC"]),
  ownerIds: list((ids, field) => accountKeys("User", ids, field)),
  collaboratorDomains: list(),
  extensions: list(),
  mimeTypes: list(),
  labels: list(),
  isFolder: flag,
  trashed: flag,
  quarantined: flag,
  removed: (_, field, problems) => void problems.add("A policy is about files that exist; leave `removed` out.", field),
  modifiedFrom: instant,
  modifiedTo: instant,
  unmodifiedForDays: (value, field, problems) => {
    if (Number.isInteger(value)) return value;
    problems.add("Must be a number of days.", field);
  },
  path: text,
  search: text,
  not: (value, field, problems, depth) => readFileFilter(value, field, problems, depth + 1),
};

/** Decodes a filter over files, as readFilter does for activities. */
export function readFileFilter(value: unknown, field: string[], problems: Problems, depth = 0): RelativeFileFilter {
  if (depth > maxDepth) {
    problems.add(`\`not\` may be nested ${maxDepth} deep.`, field);
    return {};
  }
  const filter = readConditions<RelativeFileFilter>(fileConditions, value, field, problems, depth);
  if (depth > 0 && Object.keys(filter).length === 0)
    problems.add("An empty `not` excludes everything; name what to exclude.", field);
  return filter;
}

/** Decodes a filter over apps, as readFilter does for activities. */
export function readAppFilter(value: unknown, field: string[], problems: Problems): OAuthAppFilter {
  return readConditions<OAuthAppFilter>(appConditions, value, field, problems, 0);
}

/** Decodes a filter. What is wrong with its form goes to `problems`, with its path; the rest is read all the same. */
export function readFilter(value: unknown, field: string[], problems: Problems, depth = 0): ActivityFilter {
  if (depth > maxDepth) {
    problems.add(`\`not\` may be nested ${maxDepth} deep.`, field);
    return {};
  }
  const filter = readConditions<ActivityFilter>(conditions, value, field, problems, depth);
  if (depth > 0 && isEverything(filter))
    problems.add("An empty `not` excludes everything; name what to exclude.", field);
  return filter;
}

/** Whether every activity passes a filter, as readFilter reads it: `involvement` modifies conditions on accounts, and is none itself. */
export function isEverything(filter: ActivityFilter): boolean {
  return Object.keys(filter).every((name) => name === "involvement");
}

function readConditions<Filter extends object>(
  readers: Readonly<Record<keyof Filter, Read>>,
  value: unknown,
  field: string[],
  problems: Problems,
  depth: number,
): Filter {
  const filter: Partial<Record<keyof Filter, unknown>> = {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.add("A filter is an object of conditions.", field);
    return filter as Filter;
  }
  for (const [name, given] of Object.entries(value)) {
    if (given == null) continue;
    const path = [...field, name];
    if (Object.hasOwn(readers, name))
      filter[name as keyof Filter] = readers[name as keyof Filter](given, path, problems, depth);
    else problems.add(`There is no condition "${name.slice(0, 60)}".`, path);
  }
  return filter as Filter;
}

/** As it is kept: without what was left out, instants as texts. */
export function storedForm(filter: object): StoredFilter {
  return JSON.parse(JSON.stringify(filter, (_, value) => value ?? undefined)) as StoredFilter;
}
