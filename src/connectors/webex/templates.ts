import { type AppTemplates, repeated } from "#src/connector-kit/policy-template.ts";

const attempt = { category: "LOG_ON", eventType: "User Login Attempted" } as const;
const failure = { ...attempt, outcome: "FAILURE" } as const;
const role = { category: "ADMIN", eventType: "Role Was Assigned", outcome: "SUCCESS" } as const;
const download = { category: "USER", eventType: "files.created", outcome: "SUCCESS" } as const;

export const templates: AppTemplates = {
  own: [
    {
      slug: "webex-mass-download",
      name: "Mass download from Webex",
      description: "One account downloaded more than 50 files from spaces within five minutes.",
      severity: "HIGH",
      filter: { eventTypes: ["files.created", "files.updated"], hasUser: true },
      threshold: { count: 51, windowSeconds: 300, sameUser: true, sameInstance: true },
      mitreTechniques: ["T1530"],
      examples: [
        { name: "51 files in four minutes", events: repeated(51, 4, download), alerts: 1 },
        { name: "50 files in four minutes", events: repeated(50, 4, download), alerts: 0 },
      ],
    },
  ],
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["User Login Attempted"],
      examples: [
        {
          name: "nine failures and a success",
          events: [...repeated(9, 10, failure), { ...attempt, outcome: "SUCCESS", at: 95 }],
          alerts: 1,
        },
        { name: "ten failures in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
    "admin-rights-granted": {
      eventTypes: ["Role Was Assigned", "Role was assigned"],
      examples: [
        { name: "a role is given", events: [{ ...role, at: 0 }], alerts: 1 },
        { name: "an account is edited", events: [{ ...role, eventType: "User was updated", at: 0 }], alerts: 0 },
      ],
    },
  },
};
