import { type AppTemplates, repeated, type TemplateFacts } from "#src/connector-kit/policy-template.ts";

const failure = { category: "LOG_ON", eventType: "FAILED_LOGIN", outcome: "FAILURE" } as const;
const download = { category: "USER", eventType: "DOWNLOAD", outcome: "SUCCESS" } as const;
const deletion = { ...download, eventType: "DELETE" } as const;
const role = { category: "ADMIN", eventType: "CHANGE_ADMIN_ROLE", outcome: "SUCCESS" } as const;

const own: readonly TemplateFacts[] = [
  {
    slug: "box-mass-download",
    name: "Mass download from Box",
    description: "One account downloaded more than 50 files within a minute.",
    severity: "HIGH",
    filter: { eventTypes: ["DOWNLOAD"], hasUser: true },
    threshold: { count: 51, windowSeconds: 60, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1530"],
    examples: [
      { name: "51 files within a minute", events: repeated(51, 1, download), alerts: 1 },
      { name: "50 files within a minute", events: repeated(50, 1, download), alerts: 0 },
    ],
  },
  {
    slug: "box-mass-deletion",
    name: "Mass deletion in Box",
    description: "One account deleted 30 files or folders within five minutes.",
    severity: "HIGH",
    filter: { eventTypes: ["DELETE"], hasUser: true },
    threshold: { count: 30, windowSeconds: 300, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1485"],
    examples: [
      { name: "30 files in five minutes", events: repeated(30, 10, deletion), alerts: 1 },
      { name: "30 files in an hour", events: repeated(30, 120, deletion), alerts: 0 },
    ],
  },
  {
    slug: "box-threat-found",
    name: "Box found a threat",
    description: "Shield raised an alert, or a file was marked as malicious.",
    severity: "HIGH",
    filter: { eventTypes: ["SHIELD_ALERT", "FILE_MARKED_MALICIOUS", "AI_SECURITY_DETECTION"] },
    threshold: null,
    mitreTechniques: ["T1204.002"],
    examples: [
      { name: "an alert of Shield", events: [{ ...download, eventType: "SHIELD_ALERT", at: 0 }], alerts: 1 },
      { name: "an upload", events: [{ ...download, eventType: "UPLOAD", at: 0 }], alerts: 0 },
    ],
  },
];

export const templates: AppTemplates = {
  own,
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["LOGIN", "FAILED_LOGIN"],
      examples: [
        {
          name: "nine failures and a success",
          events: [...repeated(9, 10, failure), { category: "LOG_ON", eventType: "LOGIN", outcome: "SUCCESS", at: 95 }],
          alerts: 1,
        },
        { name: "ten failures in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
    "admin-rights-granted": {
      eventTypes: ["CHANGE_ADMIN_ROLE", "GROUP_ADMIN_CREATED"],
      examples: [
        { name: "a co-admin is made", events: [{ ...role, at: 0 }], alerts: 1 },
        { name: "an account is edited", events: [{ ...role, eventType: "EDIT_USER", at: 0 }], alerts: 0 },
      ],
    },
    "second-factor-weakened": {
      eventTypes: ["DISABLE_MULTI_FACTOR_AUTH"],
      examples: [
        {
          name: "two-step verification switched off",
          events: [{ ...role, eventType: "DISABLE_MULTI_FACTOR_AUTH", at: 0 }],
          alerts: 1,
        },
        {
          name: "two-step verification switched on",
          events: [{ ...role, eventType: "ENABLE_MULTI_FACTOR_AUTH", at: 0 }],
          alerts: 0,
        },
      ],
    },
  },
};
