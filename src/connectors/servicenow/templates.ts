import { type AppTemplates, repeated, type TemplateFacts } from "#src/connector-kit/policy-template.ts";

const failure = { category: "LOG_ON", eventType: "login.failed", outcome: "FAILURE" } as const;
const success = { category: "LOG_ON", eventType: "login", outcome: "SUCCESS" } as const;
const grant = { category: "ADMIN", eventType: "sys_user_has_role.insert", outcome: "SUCCESS" } as const;
const impersonation = { category: "ADMIN", eventType: "impersonation.start", outcome: "SUCCESS" } as const;
const property = { category: "ADMIN", eventType: "sys_properties.update.value", outcome: "SUCCESS" } as const;
const exported = { category: "USER", eventType: "transaction.export.csv", outcome: "SUCCESS" } as const;

const exportTypes = ["csv", "xlsx", "pdf", "xml", "json"].map((format) => `transaction.export.${format}`);

const own: readonly TemplateFacts[] = [
  {
    slug: "servicenow-mass-export",
    name: "Mass export from ServiceNow",
    description: "One account exported ten lists within an hour.",
    severity: "HIGH",
    filter: { eventTypes: exportTypes, hasUser: true },
    threshold: { count: 10, windowSeconds: 3600, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1213"],
    examples: [
      { name: "ten lists within an hour", events: repeated(10, 60, exported), alerts: 1 },
      { name: "nine lists within an hour", events: repeated(9, 60, exported), alerts: 0 },
    ],
  },
  {
    slug: "servicenow-impersonation",
    name: "Acting as another user in ServiceNow",
    description: "An administrator began to act as another person.",
    severity: "MEDIUM",
    filter: { eventTypes: ["impersonation.start"] },
    threshold: null,
    mitreTechniques: ["T1078.004"],
    examples: [
      { name: "an administrator acts as a user", events: [{ ...impersonation, at: 0 }], alerts: 1 },
      { name: "a sign-in", events: [{ ...success, at: 0 }], alerts: 0 },
    ],
  },
  {
    slug: "servicenow-property-changed",
    name: "A system property of ServiceNow was changed",
    description: "The value of a system property was changed: many security settings are properties.",
    severity: "LOW",
    filter: { eventTypes: ["sys_properties.update.value"] },
    threshold: null,
    mitreTechniques: ["T1562"],
    examples: [
      { name: "a property was changed", events: [{ ...property, at: 0 }], alerts: 1 },
      { name: "a role was granted", events: [{ ...grant, at: 0 }], alerts: 0 },
    ],
  },
];

export const templates: AppTemplates = {
  own,
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["login", "login.failed"],
      examples: [
        {
          name: "nine failures and a success",
          events: [...repeated(9, 10, failure), { ...success, at: 95 }],
          alerts: 1,
        },
        { name: "ten failures in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
    "admin-rights-granted": {
      eventTypes: ["sys_user_has_role.insert"],
      examples: [
        { name: "a role granted", events: [{ ...grant, at: 0 }], alerts: 1 },
        { name: "a property changed", events: [{ ...property, at: 0 }], alerts: 0 },
      ],
    },
  },
};
