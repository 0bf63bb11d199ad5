import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf } from "#src/connector-kit/record.ts";
import { named, noneFound } from "./check.ts";
import {
  blocks,
  examplePolicy,
  forAllApps,
  forAllUsers,
  grantsOnlyWith,
  holds,
  policyCheck,
} from "./conditional-access.ts";

const place = "Microsoft Entra admin center → **Protection** → **Conditional Access**";
const block = { operator: "OR", builtInControls: ["block"] };

/** What Microsoft Entra ID Protection finds (licence P2), and what follows from it. */
export const riskChecks: readonly Check[] = [
  policyCheck({
    slug: "office365-risky-users-blocked",
    title: "Block users at high risk",
    description: "Microsoft has seen the person's password, or their account in other hands.",
    remediation: `${place}: for all users, condition *User risk* high, block.`,
    severity: "HIGH",
    maxPoints: 8,
    ...named({ scuba: "MS.AAD.2.1v1" }),
    wanted: [forAllUsers, forAllApps, holds("conditions.userRiskLevels", "high"), blocks],
    example: examplePolicy({ userRiskLevels: ["high"] }, block),
  }),
  policyCheck({
    slug: "office365-user-risk-policy",
    title: "Make users at high risk change their password",
    description: "Or block them until the account has been examined.",
    remediation: `${place}: for all users, condition *User risk* high, *Require password change* with multifactor authentication.`,
    severity: "HIGH",
    maxPoints: 6,
    ...named({ cis: "5.2.2.6" }),
    wanted: [
      forAllUsers,
      forAllApps,
      holds("conditions.userRiskLevels", "high"),
      grantsOnlyWith("passwordChange", "block"),
    ],
    example: examplePolicy(
      { userRiskLevels: ["high"] },
      { operator: "AND", builtInControls: ["mfa", "passwordChange"] },
    ),
  }),
  policyCheck({
    slug: "office365-risky-sign-ins-blocked",
    title: "Block sign-ins of high risk",
    description: "Microsoft is all but certain that it is not the owner of the account who signs in.",
    remediation: `${place}: for all users, condition *Sign-in risk* high, block.`,
    severity: "HIGH",
    maxPoints: 8,
    ...named({ scuba: "MS.AAD.2.3v1" }),
    wanted: [forAllUsers, forAllApps, holds("conditions.signInRiskLevels", "high"), blocks],
    example: examplePolicy({ signInRiskLevels: ["high"] }, block),
  }),
  policyCheck({
    slug: "office365-sign-in-risk-policy",
    title: "Require multifactor authentication of risky sign-ins",
    description: "A sign-in of medium or high risk needs more than a password, or is blocked.",
    remediation: `${place}: for all users, condition *Sign-in risk* high and medium, require multifactor authentication.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "5.2.2.7" }),
    wanted: [
      forAllUsers,
      forAllApps,
      holds("conditions.signInRiskLevels", "high", "medium"),
      grantsOnlyWith("mfa", "block"),
    ],
    example: examplePolicy({ signInRiskLevels: ["high", "medium"] }, { operator: "OR", builtInControls: ["mfa"] }),
  }),
  policyCheck({
    slug: "office365-medium-risk-blocked",
    title: "Block sign-ins of medium and high risk",
    description: "The strictest setting: people prove themselves again before a risky sign-in goes on.",
    remediation: `${place}: for all users, condition *Sign-in risk* high and medium, block.`,
    severity: "LOW",
    maxPoints: 3,
    ...named({ cis: "5.2.2.8" }),
    wanted: [forAllUsers, forAllApps, holds("conditions.signInRiskLevels", "high", "medium"), blocks],
    example: examplePolicy({ signInRiskLevels: ["high", "medium"] }, block),
  }),
  noneFound({
    slug: "office365-users-at-risk",
    title: "Leave no account at high risk",
    description: "Microsoft reports these accounts as very likely compromised, and nobody has answered it.",
    remediation:
      "Microsoft Entra admin center → **Protection** → **Risky users**: make them change their password, or dismiss the risk after looking.",
    severity: "HIGH",
    maxPoints: 8,
    key: "riskyUsers",
    found: ({ names }) => listOf(names),
    examples: { pass: { names: [] }, fail: { names: ["mara.lind@fabrikam.example"] } },
  }),
];
