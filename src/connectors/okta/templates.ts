import { type AppTemplates, repeated } from "#src/connector-kit/policy-template.ts";

const grant = { category: "ADMIN", eventType: "user.account.privilege.grant", outcome: "SUCCESS" } as const;
const reset = { category: "ADMIN", eventType: "user.account.reset_password", outcome: "SUCCESS" } as const;
const failure = { category: "LOG_ON", eventType: "user.session.start", outcome: "FAILURE" } as const;

export const templates: AppTemplates = {
  own: [
    {
      slug: "repeated-password-resets",
      name: "Many password resets by one admin",
      description: "One account reset passwords 5 times within 10 minutes.",
      severity: "MEDIUM",
      filter: { categories: ["ADMIN"], eventTypes: ["user.account.reset_password", "user.account.expire_password"] },
      threshold: { count: 5, windowSeconds: 600, sameUser: true, sameInstance: true },
      mitreTechniques: ["T1098", "T1531"],
      examples: [
        { name: "five resets in five minutes", events: repeated(5, 60, reset), alerts: 1 },
        { name: "four resets", events: repeated(4, 60, reset), alerts: 0 },
        { name: "five resets in a day", events: repeated(5, 5 * 3600, reset), alerts: 0 },
      ],
    },
  ],
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["user.session.start"],
      examples: [
        {
          name: "nine failures and a success",
          events: [...repeated(9, 10, failure), { ...failure, at: 95, outcome: "SUCCESS" }],
          alerts: 1,
        },
        { name: "ten tries in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
    "admin-rights-granted": {
      eventTypes: ["user.account.privilege.grant", "group.privilege.grant", "iam.resourceset.bindings.add"],
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
    "second-factor-weakened": {
      eventTypes: ["user.mfa.factor.reset_all", "user.mfa.factor.deactivate", "user.mfa.attempt_bypass"],
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
  },
};
