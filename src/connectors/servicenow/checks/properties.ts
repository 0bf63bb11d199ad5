import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import { objectOf } from "#src/connector-kit/record.ts";
import { platformRows } from "./platform.ts";
import type { PropertyRow, Wanted } from "./property-row.ts";
import { signInRows } from "./sign-in.ts";

const rows = [...signInRows, ...platformRows];

/** What the posture stream reads. */
export const propertyNames: readonly string[] = rows.map(([, name]) => name);

export const propertyChecks: readonly Check[] = rows.map(toCheck);

function toCheck([slug, name, wanted, fallback, severity, maxPoints, title, description]: PropertyRow): Check {
  return {
    slug: `servicenow-${slug}`,
    ...{ title, description, severity, maxPoints },
    remediation: `Type \`sys_properties.list\` into the navigator, and set \`${name}\` to ${wordsFor(wanted)}.`,
    benchmark: `ServiceNow Instance Security Hardening: ${name}`,
    needs: ["properties"],
    evaluate(snapshot): CheckResult {
      const stored = objectOf(snapshot.get("properties"))[name];
      const value = typeof stored === "string" && (stored !== "" || wanted === "empty") ? stored : fallback;
      return {
        result: holds(wanted, value) ? "pass" : "fail",
        evidence: { property: name, value, ...(stored === undefined ? { isDefault: true } : {}) },
      };
    },
    examples: { pass: { properties: { [name]: goodOf(wanted) } }, fail: { properties: { [name]: badOf(wanted) } } },
  };
}

function holds(wanted: Wanted, value: string): boolean {
  if (wanted === "empty") return value.trim() === "";
  if (typeof wanted === "string") return value.trim().toLowerCase() === wanted;
  const number = Number(value);
  return !Number.isNaN(number) && number >= (wanted.from ?? 0) && number <= wanted.to;
}

function wordsFor(wanted: Wanted): string {
  if (wanted === "empty") return "nothing";
  if (typeof wanted === "string") return `\`${wanted}\``;
  return wanted.from === undefined || wanted.from === wanted.to ? `\`${wanted.to}\`` : `${wanted.from} to ${wanted.to}`;
}

function goodOf(wanted: Wanted): string {
  return wanted === "empty" ? "" : typeof wanted === "string" ? wanted : String(wanted.to);
}

function badOf(wanted: Wanted): string {
  if (wanted === "true" || wanted === "false") return wanted === "true" ? "false" : "true";
  return wanted === "deny" ? "allow" : wanted === "empty" ? "0123456789abcdef" : String(wanted.to + 1);
}
