import type { Check } from "#src/connector-kit/contract/checks.ts";
import { type Json, valueAt } from "#src/connector-kit/record.ts";
import { active, judge, list, stig, within } from "./judge.ts";

type Facts = Pick<Check, "slug" | "title" | "description" | "severity" | "maxPoints" | "benchmark">;

interface PasswordRule extends Facts {
  steps: string;
  /** Of the settings of one policy. */
  good: (settings: Json) => boolean;
  /** What the evidence shows of them: a path. */
  shown: string;
  /** Settings that pass and that fail. */
  examples: { pass: Json; fail: Json };
}

/** Every active password policy meets the rule. */
function passwordCheck({ steps, good, shown, examples, ...facts }: PasswordRule): Check {
  const settingsOf = (policy: Json) => (valueAt(policy, "settings.password") ?? {}) as Json;
  const example = (password: Json) => ({
    passwordPolicies: [{ name: "Default Policy", status: "ACTIVE", settings: { password } }],
  });
  return {
    ...facts,
    remediation: `1. Admin Console → **Security** → **Authenticators** → *Password* → *Actions* → **Edit**.\n2. In each policy: ${steps}`,
    needs: ["passwordPolicies"],
    evaluate(snapshot) {
      const policies = active(list(snapshot, "passwordPolicies"));
      const bad = policies.filter((policy) => !good(settingsOf(policy)));
      const evidence = policies.map((policy) => ({
        policy: policy.name,
        value: valueAt(settingsOf(policy), shown) ?? null,
      }));
      return judge(policies, bad, evidence, "Okta lists no password policy.");
    },
    examples: { pass: example(examples.pass), fail: example(examples.fail) },
  };
}

/** One figure of each policy lies within a range. `examples`: one figure that does and one that does not. */
function figureCheck({
  path,
  range: [low, high],
  examples: [pass, fail],
  ...facts
}: Facts & { steps: string; path: string; range: [number, number]; examples: [number, number] }): Check {
  const [group = "", name = ""] = path.split(".");
  const example = (figure: number) => ({ [group]: { [name]: figure } });
  return passwordCheck({
    ...facts,
    good: (settings) => within(valueAt(settings, path), low, high),
    shown: path,
    examples: { pass: example(pass), fail: example(fail) },
  });
}

const complexity = (minSymbol: number, exclude: boolean) => ({
  complexity: { minLowerCase: 1, minUpperCase: 1, minNumber: 1, minSymbol, dictionary: { common: { exclude } } },
});

export const passwordChecks: readonly Check[] = [
  figureCheck({
    slug: "okta-password-length",
    title: "Ask for passwords of 15 characters",
    description: "Length is what makes guessing a password hopeless.",
    steps: "*Minimum length* 15.",
    severity: "MEDIUM",
    maxPoints: 5,
    benchmark: stig("V-273195"),
    path: "complexity.minLength",
    range: [15, 1000],
    examples: [15, 8],
  }),
  passwordCheck({
    slug: "okta-password-complexity",
    title: "Ask for mixed passwords and refuse common ones",
    description:
      "Passwords hold lower and upper case letters, a digit and a symbol, and are not among those everybody tries first.",
    steps: "tick lower case, upper case, number, symbol, and *Restrict use of common passwords*.",
    severity: "LOW",
    maxPoints: 3,
    good: (settings) =>
      ["minLowerCase", "minUpperCase", "minNumber", "minSymbol"].every((name) =>
        within(valueAt(settings, `complexity.${name}`), 1, 1000),
      ) && valueAt(settings, "complexity.dictionary.common.exclude") === true,
    shown: "complexity",
    examples: { pass: complexity(1, true), fail: complexity(0, false) },
  }),
  figureCheck({
    slug: "okta-password-history",
    title: "Do not let old passwords come back",
    description: "The last five passwords cannot be chosen again.",
    steps: "*Enforce password history for last* 5 passwords.",
    severity: "LOW",
    maxPoints: 2,
    path: "age.historyCount",
    range: [5, 1000],
    examples: [5, 0],
  }),
  figureCheck({
    slug: "okta-password-age",
    title: "Let passwords expire within 60 days",
    description:
      "The STIG asks for it; NIST SP 800-63B advises against regular changes. Dismiss this finding if you follow NIST.",
    steps: "*Password expires after* 60 days or less.",
    severity: "INFORMATIONAL",
    maxPoints: 1,
    benchmark: stig("V-273201"),
    path: "age.maxAgeDays",
    range: [1, 60],
    examples: [60, 0],
  }),
  figureCheck({
    slug: "okta-lockout",
    title: "Lock accounts after three failed attempts",
    description: "Guessing stops after at most three wrong passwords.",
    steps: "*Lock out user after* 3 unsuccessful attempts.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: stig("V-273189"),
    path: "lockout.maxAttempts",
    range: [1, 3],
    examples: [3, 10],
  }),
];
