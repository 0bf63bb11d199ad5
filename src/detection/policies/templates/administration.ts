import { type PolicyTemplate, repeated } from "./template.ts";

const grant = { category: "ADMIN", eventType: "user.account.privilege.grant", outcome: "SUCCESS" } as const;
const reset = { category: "ADMIN", eventType: "user.account.reset_password", outcome: "SUCCESS" } as const;

export const administrationTemplates: readonly PolicyTemplate[] = [
  {
    slug: "admin-from-non-corporate-ip",
    name: "Administration from outside",
    description:
      "An administrative action from an address that is not in one of your corporate, administrative or VPN ranges. Name your ranges first.",
    kind: "ACTIVITY",
    severity: "MEDIUM",
    connectorSlugs: ["github", "okta", "workday", "workplace"],
    filter: { categories: ["ADMIN"], ipCategories: ["OTHER", "RISKY", "CLOUD_PROVIDER"], hasUser: true },
    threshold: null,
    mitreTechniques: ["T1078.004"],
    examples: [
      { name: "a grant from a café", events: [{ ...grant, at: 0 }], alerts: 1 },
      { name: "a grant from the office", events: [{ ...grant, at: 0, ipCategory: "CORPORATE" }], alerts: 0 },
      { name: "a grant through the VPN", events: [{ ...grant, at: 0, ipCategory: "VPN" }], alerts: 0 },
      { name: "ordinary use from a café", events: [{ at: 0, category: "USER", eventType: "git.push" }], alerts: 0 },
      { name: "the app itself", events: [{ ...grant, at: 0, user: null }], alerts: 0 },
    ],
  },
  {
    slug: "admin-rights-granted",
    name: "Administrator rights granted",
    description: "An account or a group was given administrator rights.",
    kind: "ACTIVITY",
    severity: "MEDIUM",
    connectorSlugs: ["okta", "github"],
    filter: {
      eventTypes: [
        "user.account.privilege.grant",
        "group.privilege.grant",
        "iam.resourceset.bindings.add",
        "org.add_security_manager",
      ],
      not: { outcomes: ["FAILURE"] },
    },
    threshold: null,
    mitreTechniques: ["T1098"],
    examples: [
      { name: "a grant", events: [{ ...grant, at: 0 }], alerts: 1 },
      { name: "a grant that was refused", events: [{ ...grant, at: 0, outcome: "FAILURE" }], alerts: 0 },
      {
        name: "rights taken away",
        events: [{ ...grant, at: 0, eventType: "user.account.privilege.revoke" }],
        alerts: 0,
      },
    ],
  },
  {
    slug: "repeated-password-resets",
    name: "Many password resets by one admin",
    description: "One account reset passwords 5 times within 10 minutes.",
    kind: "ACTIVITY",
    severity: "MEDIUM",
    connectorSlugs: ["okta"],
    filter: { categories: ["ADMIN"], eventTypes: ["user.account.reset_password", "user.account.expire_password"] },
    threshold: { count: 5, windowSeconds: 600, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1098", "T1531"],
    examples: [
      { name: "five resets in five minutes", events: repeated(5, 60, reset), alerts: 1 },
      { name: "four resets", events: repeated(4, 60, reset), alerts: 0 },
      { name: "five resets in a day", events: repeated(5, 5 * 3600, reset), alerts: 0 },
    ],
  },
  {
    slug: "second-factor-weakened",
    name: "Second factor taken away",
    description: "Second factors of an account were reset or removed, or an organisation stopped requiring them.",
    kind: "ACTIVITY",
    severity: "HIGH",
    connectorSlugs: ["okta", "github"],
    filter: {
      eventTypes: [
        "user.mfa.factor.reset_all",
        "user.mfa.factor.deactivate",
        "user.mfa.attempt_bypass",
        "org.disable_two_factor_requirement",
        "two_factor_authentication.disabled",
      ],
      not: { outcomes: ["FAILURE"] },
    },
    threshold: null,
    mitreTechniques: ["T1556.006"],
    examples: [
      {
        name: "all factors reset",
        events: [{ at: 0, category: "ADMIN", eventType: "user.mfa.factor.reset_all" }],
        alerts: 1,
      },
      {
        name: "a factor added",
        events: [{ at: 0, category: "USER", eventType: "user.mfa.factor.activate" }],
        alerts: 0,
      },
    ],
  },
];
