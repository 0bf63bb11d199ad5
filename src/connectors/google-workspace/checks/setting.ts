import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { type Json, objectOf } from "#src/connector-kit/record.ts";
import { effective, type Policies, type Scoped } from "../policies.ts";

export interface SettingCheck extends Omit<Check, "needs" | "evaluate" | "examples" | "benchmark"> {
  /** Number in CISA's baselines: `GMAIL.1.1v1`. Not all have one. */
  scuba?: string;
  /** Number in the CIS benchmark. */
  cis?: string;
  /** As the Policy API calls it: `gmail.mail_delegation`. */
  setting: string;
  /** The fields that decide; one that Google does not show proves nothing. */
  fields: readonly string[];
  /** The app that the setting is of: where it is off, the setting does not matter. */
  app?: string;
  /** Gets the value; null: it cannot be judged. */
  passes: (value: Json) => boolean | null;
  examples: { pass: Json; fail: Json };
}

/** Of CISA's Secure Cloud Business Applications baselines, and the CIS Google Workspace Foundations Benchmark. */
export function benchmarkOf({ scuba, cis }: Pick<SettingCheck, "scuba" | "cis">): string | undefined {
  const numbers = [scuba && `CISA SCuBA GWS.${scuba}`, cis && `CIS Google Workspace Foundations 1.3.0: ${cis}`];
  return numbers.filter(Boolean).join("; ") || undefined;
}

/** A check of one setting, for all organisational units and groups that have a value of their own. */
export function settingCheck(facts: SettingCheck): Check {
  const { scuba, cis, setting, fields, app, passes, examples, ...about } = facts;
  const benchmark = benchmarkOf(facts);
  const example = (value: Json) => ({ policies: { [setting]: [{ target: "/", value }] } });
  return {
    ...about,
    ...(benchmark ? { benchmark } : {}),
    needs: ["policies"],
    evaluate: (snapshot) => judge(snapshot, facts),
    examples: { pass: example(examples.pass), fail: example(examples.fail) },
  };
}

function judge(snapshot: PostureSnapshot, { setting, fields, app, passes }: SettingCheck): CheckResult {
  const policies = objectOf(snapshot.get("policies")) as Policies;
  const isOff = (target: string) =>
    app !== undefined && /^disabled$/i.test(String(effective(policies, `${app}.service_status`, target).serviceState));
  const all = policies[setting] ?? [];
  const inUse = all.filter(({ target }) => !isOff(target));
  if (app !== undefined && isOff("/") && inUse.length === 0)
    return { result: "pass", evidence: { [`${app}.service_status`]: "DISABLED" } };
  const judged = inUse.map((one) => ({ one, passed: hasAll(one, fields) ? passes(one.value) : null }));
  const failing = judged.filter(({ passed }) => passed === false).map(({ one }) => shown(one, fields));
  if (failing.length > 0) return { result: "fail", evidence: { setting, failing: failing.slice(0, 50) } };
  if (judged.some(({ passed }) => passed === null) || !knowsRoot(inUse, isOff("/")))
    return { result: "unknown", because: `The Policy API does not show ${fields.join(" and ")} of ${setting}.` };
  return { result: "pass", evidence: { setting, values: inUse.slice(0, 50).map((one) => shown(one, fields)) } };
}

/** Without the value of the root nothing is known of those who have none of their own. */
function knowsRoot(all: readonly Scoped[], isOffAtRoot: boolean): boolean {
  return isOffAtRoot || all.some(({ target }) => target === "/");
}

function hasAll({ value }: Scoped, fields: readonly string[]): boolean {
  return fields.every((field) => value[field] !== undefined && value[field] !== null);
}

function shown({ target, value }: Scoped, fields: readonly string[]): Json {
  return { target, ...Object.fromEntries(fields.map((field) => [field, value[field] ?? null])) };
}

/** `43200s` → 43200; null for what is no duration. */
export function secondsOf(value: unknown): number | null {
  const [, count, unit] = /^(\d+)(?:\.\d+)?([smhd])$/.exec(String(value)) ?? [];
  const length = { s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? ""];
  return count && length ? Number(count) * length : null;
}

type Facts = Omit<SettingCheck, "fields" | "passes" | "examples">;

/** A switch that has to be on or off. */
export function toggle(field: string, wanted: boolean, facts: Facts): SettingCheck {
  return {
    ...facts,
    fields: [field],
    passes: (value) => value[field] === wanted,
    examples: { pass: { [field]: wanted }, fail: { [field]: !wanted } },
  };
}

/** A choice of which only some values are good. */
export function choice(field: string, good: readonly string[], bad: string, facts: Facts): SettingCheck {
  return {
    ...facts,
    fields: [field],
    passes: (value) => good.includes(String(value[field])),
    examples: { pass: { [field]: good[0] }, fail: { [field]: bad } },
  };
}
