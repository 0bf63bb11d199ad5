import { type AppTemplates, repeated } from "#src/connector-kit/policy-template.ts";

const failure = { category: "LOG_ON", eventType: "LOGIN_AUDIT.Failed Attempt", outcome: "FAILURE" } as const;
const download = { category: "USER", eventType: "FILE_AUDIT.Download", outcome: "SUCCESS" } as const;

export const templates: AppTemplates = {
  own: [
    {
      slug: "egnyte-mass-download",
      name: "Many downloads by one account",
      description: "One account downloaded files 100 times within 10 minutes.",
      severity: "HIGH",
      filter: { eventTypes: ["FILE_AUDIT.Download"], hasUser: true },
      threshold: { count: 100, windowSeconds: 600, sameUser: true, sameInstance: true },
      mitreTechniques: ["T1530"],
      examples: [
        { name: "a hundred within ten minutes", events: repeated(100, 5, download), alerts: 1 },
        { name: "fifty", events: repeated(50, 5, download), alerts: 0 },
      ],
    },
  ],
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["LOGIN_AUDIT.Login", "LOGIN_AUDIT.Failed Attempt"],
      examples: [
        {
          name: "nine failures and a success",
          events: [
            ...repeated(9, 10, failure),
            { category: "LOG_ON", eventType: "LOGIN_AUDIT.Login", outcome: "SUCCESS", at: 95 },
          ],
          alerts: 1,
        },
        { name: "ten failures in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
  },
};
