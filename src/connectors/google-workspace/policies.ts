/** Settings of the organisation as the Policy API shows them, reduced to what holds for whom. */
import { type Json, listOf, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { settingDefaults } from "./policy-defaults.ts";

/** The value of a setting for an organisational unit (`/Sales`, the root is `/`) or a group (`groups/03dy6vkm1ggoys8`). */
export interface Scoped {
  target: string;
  value: Json;
}

/** By type, without the prefix `settings/`: `security.password`. */
export type Policies = Readonly<Record<string, readonly Scoped[]>>;

/** Rules are lists: several of one type hold at once. */
export const isRule = (type: string): boolean => type.startsWith("rule.");

interface Policy {
  type: string;
  target: string;
  order: number;
  value: Json;
}

/**
 * Of several policies for one target the one with the highest order decides, field by field; an organisational unit has the rest from the one
 * above it, a group from the root, and the root from Google's defaults. What depends on a licence counts for everybody of its target.
 * Source: https://cloud.google.com/identity/docs/concepts/policy-api-concepts
 */
export function reduce(records: readonly Json[], paths: ReadonlyMap<string, string>): Policies {
  const policies = records.map((one, index) => toPolicy(one, `policies[${index}]`, paths)).sort(byOrder);
  const types = new Set([...policies.map(({ type }) => type), ...Object.keys(settingDefaults)]);
  return Object.fromEntries([...types].map((type) => [type, valuesOf(type, policies)]));
}

function toPolicy(record: Json, path: string, paths: ReadonlyMap<string, string>): Policy {
  const setting = needObject(record.setting, `${path}.setting`);
  const { orgUnit, group, sortOrder } = objectOf(record.policyQuery);
  const unit = textOf(orgUnit)?.replace(/^orgUnits\//, "") ?? "";
  return {
    type: needText(setting.type, `${path}.setting.type`).replace(/^settings\//, ""),
    target: textOf(group) ?? paths.get(unit) ?? (unit === "" ? "/" : `orgUnits/${unit}`),
    order: typeof sortOrder === "number" ? sortOrder : 0,
    value: objectOf(setting.value),
  };
}

/** A parent before its children, the root first. */
function byOrder(one: Policy, other: Policy): number {
  return depthOf(one.target) - depthOf(other.target) || one.order - other.order;
}

function depthOf(target: string): number {
  return target === "/" ? 0 : target.split("/").length;
}

function valuesOf(type: string, policies: readonly Policy[]): Scoped[] {
  const own = policies.filter((policy) => policy.type === type);
  if (isRule(type)) return own.map(({ target, value }) => ({ target, value }));
  const defaults = settingDefaults[type];
  const found = new Map<string, Json>(defaults ? [["/", { ...defaults }]] : []);
  for (const { target, value } of own) found.set(target, { ...(found.get(target) ?? above(found, target)), ...value });
  return [...found].map(([target, value]) => ({ target, value }));
}

/** The value of the nearest unit above; for a group, that of the root. */
function above(found: ReadonlyMap<string, Json>, target: string): Json {
  for (let path = target; path.startsWith("/") && path !== "/"; ) {
    path = path.slice(0, path.lastIndexOf("/")) || "/";
    const value = found.get(path);
    if (value) return value;
  }
  return found.get("/") ?? {};
}

/** The value in effect for a target, which has none of its own perhaps. */
export function effective(policies: Policies, type: string, target: string): Json {
  const found = new Map(listOf(policies[type]).map((one) => [(one as Scoped).target, (one as Scoped).value]));
  return found.get(target) ?? above(found, target);
}
