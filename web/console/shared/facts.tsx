import type { ReactNode } from "react";
import { Time } from "./time.tsx";
import { words } from "./words.ts";

/** Pairs of a label and a value; those without a value are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([label, value]) => (
          <div key={label} className="fact">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** An object of JSON as it can be read: figures of an alert, a filter, what an audit entry changed. */
export function JsonFacts({ value }: { value: unknown }) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return <JsonValue value={value} />;
  const entries = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  if (entries.length === 0) return <span className="muted">nothing</span>;
  return (
    <Facts
      facts={entries.map(
        ([name, each]) =>
          [words(name.replace(/([a-z])([A-Z])/g, "$1_$2")), <JsonValue key={name} value={each} />] as const,
      )}
    />
  );
}

function JsonValue({ value }: { value: unknown }): ReactNode {
  if (typeof value === "string")
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? <Time at={value} as="exact" /> : value;
  if (typeof value === "number") return new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 }).format(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value) && value.every((each) => typeof each !== "object" || each === null))
    return value.map(String).join(", ") || "none";
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value))
    return value.map((each, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the value does not change.
      <div key={index} className="fact-item">
        <JsonFacts value={each} />
      </div>
    ));
  return <JsonFacts value={value} />;
}

export function Json({ value }: { value: unknown }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by the keyboard.
    <pre className="json" tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
