import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { type Placeholders, parseSigma, type SigmaRule } from "#src/detection/sigma/index.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { blankActivity } from "../../support/activity-row.ts";

/** An activity as the evaluator gives it to rules; `row` overrides what the mapping would have made of the event. */
export function activity(
  raw: unknown,
  row: Partial<ActivityRow> = {},
  connectorSlug = "okta",
  occurredAtMs = Date.parse("2026-11-18T07:42:19Z"),
): EvaluatedActivity {
  const whole: ActivityRow = {
    ...blankActivity,
    occurredAt: new Date(occurredAtMs).toISOString(),
    externalId: "e-1",
    ingestedAt: "2026-11-18 07:42:20+00",
    eventType: "test",
    description: "Mira did something.",
    ...row,
  };
  return { row: whole, occurredAtMs, connectorSlug, raw: () => raw };
}

/** A rule for Okta around a detection, given with the indent of `detection:`. */
export function ruleText(detection: string, head = ""): string {
  const indented = detection
    .trim()
    .split("\n")
    .map((line) => `  ${line}`);
  return `title: A rule\n${head}logsource:\n  product: okta\n  service: okta\ndetection:\n${indented.join("\n")}\n`;
}

/** The only rule of a file; fails with the reason when it is skipped. */
export function ruleOf(yaml: string, placeholders?: Placeholders): SigmaRule {
  const { rules, skipped } = parseSigma(yaml, placeholders);
  if (rules.length !== 1)
    throw new Error(`${rules.length} rules; skipped: ${skipped.map(({ reason }) => reason).join("; ")}`);
  return rules[0]!;
}

/** Whether one line of a selection, such as `name|contains: mira`, matches an event. */
export function matches(line: string, raw: unknown, row: Partial<ActivityRow> = {}): boolean {
  const lines = line
    .split("\n")
    .map((one) => `  ${one}`)
    .join("\n");
  return ruleOf(ruleText(`selection:\n${lines}\ncondition: selection`)).matches(activity(raw, row));
}

/** Why the only rule of a file is skipped. */
export function reasonOf(yaml: string): string {
  const { rules, skipped } = parseSigma(yaml);
  if (rules.length !== 0 || skipped.length !== 1) throw new Error(`${rules.length} rules, ${skipped.length} skipped`);
  return skipped[0]!.reason;
}
