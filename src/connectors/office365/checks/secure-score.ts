import type { Check } from "#src/connector-kit/contract/checks.ts";
import { objectOf, textOf } from "#src/connector-kit/record.ts";
import { type About, unknown } from "./check.ts";

/** States that an administrator gave a control. Points are then awarded for a word, and nothing was observed. */
const decided: Readonly<Record<string, string>> = {
  thirdparty: "resolved by a third party",
  ignored: "an accepted risk",
  reviewed: "reviewed",
};

export interface ControlCheck extends About {
  /** Name of the control in Secure Score: `mdo_safelinksforemail`. */
  control: string;
}

/**
 * A setting that no call of Graph reads, judged by its control in Secure Score: Microsoft observes the setting and awards points, all of which
 * pass. A control without an entry is of a service that the tenant has not licensed.
 * Source: https://learn.microsoft.com/en-us/graph/api/resources/securescore
 */
export function controlCheck({ control, description, ...about }: ControlCheck): Check {
  const example = (score: number) => ({ secureScore: { controls: { [control]: { score, max: 5 } } } });
  return {
    ...about,
    description: `${description} Read from the Secure Score control ${control}, which Microsoft updates once a day.`,
    needs: ["secureScore"],
    evaluate(snapshot) {
      const { controls, at } = objectOf(snapshot.get("secureScore"));
      const { score, max, state } = objectOf(objectOf(controls)[control]);
      if (typeof score !== "number" || typeof max !== "number" || max <= 0)
        return unknown(
          `Secure Score does not rate ${control} in this tenant: the service is not licensed or not set up.`,
        );
      const word = decided[textOf(state)?.toLowerCase() ?? ""];
      if (word) return unknown(`An administrator has marked ${control} as ${word}: Microsoft observes nothing.`);
      const evidence = { control, score, max, at };
      return score >= max
        ? { result: "pass", evidence }
        : { result: "fail", share: Math.floor((100 * score) / max) / 100, evidence };
    },
    examples: { pass: example(5), fail: example(0) },
  };
}
