import { type AppTemplates, repeated } from "#src/connector-kit/policy-template.ts";

const failure = { category: "LOG_ON", eventType: "LOG_IN_FAILED", outcome: "FAILURE" } as const;

export const templates: AppTemplates = {
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["LOG_IN", "LOG_IN_FAILED"],
      examples: [
        {
          name: "nine failures and a success",
          events: [
            ...repeated(9, 10, failure),
            { category: "LOG_ON", eventType: "LOG_IN", outcome: "SUCCESS", at: 95 },
          ],
          alerts: 1,
        },
        { name: "ten failures in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
  },
};
