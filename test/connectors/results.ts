import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Live } from "./live.ts";

/** What is known of a tenant to one check: values by key. A key without a value is unreadable, if there is a reason. */
export function judge(check: Check, values: Readonly<Record<string, unknown>>, unreadable?: string): CheckResult {
  return check.evaluate({
    get: (key) => values[key],
    unreadable: (key) => (key in values ? null : (unreadable ?? null)),
  });
}

/** Posture as it is read now, and what the connector's checks answer to it, by slug. */
export async function resultsOf(live: Live) {
  const { items } = await live.read("POSTURE");
  const values: Record<string, unknown> = {};
  for (const item of items) if ("value" in item) values[item.key] = item.value;
  const results: Record<string, CheckResult> = {};
  for (const check of live.connector.checks) {
    const isUnread = check.needs.some((key) => !(key in values));
    results[check.slug] = isUnread ? { result: "unknown" } : judge(check, values);
  }
  const unreadable = Object.fromEntries(
    items.flatMap((item) => ("unreadable" in item ? [[item.key, item.unreadable]] : [])),
  );
  return { values, unreadable, results };
}
