import { type AppTemplates, repeated } from "#src/connector-kit/policy-template.ts";

const failure = { category: "LOG_ON", eventType: "Login.Login", outcome: "FAILURE" } as const;
const deletion = { category: "USER", eventType: "Envelope.Deleted", outcome: "SUCCESS" } as const;

export const templates: AppTemplates = {
  own: [
    {
      slug: "docusign-many-envelopes-removed",
      name: "Many envelopes deleted or purged in DocuSign",
      description: "One person deleted, voided or purged 10 envelopes within 10 minutes.",
      severity: "MEDIUM",
      filter: { categories: ["USER"], eventTypes: ["Envelope.Deleted", "Envelope.Voided", "Envelope.Purged"] },
      threshold: { count: 10, windowSeconds: 600, sameUser: true, sameInstance: true },
      mitreTechniques: ["T1485"],
      examples: [
        { name: "ten deletions in five minutes", events: repeated(10, 30, deletion), alerts: 1 },
        { name: "nine deletions", events: repeated(9, 30, deletion), alerts: 0 },
      ],
    },
    {
      slug: "docusign-monitor-alert",
      name: "DocuSign Monitor raised an alert",
      description:
        "DocuSign's own rules found something: failed sign-ins of many people, addresses outside the allowed ranges.",
      severity: "MEDIUM",
      filter: {
        eventTypes: ["Alert.TooManyLoginFailures", "Alert.IpAddressOutsideAllowedRanges", "Alert.SameSenderAndSigner"],
      },
      threshold: null,
      mitreTechniques: ["T1078"],
      examples: [
        {
          name: "failed sign-ins",
          events: [{ at: 0, category: "ADMIN", eventType: "Alert.TooManyLoginFailures", outcome: "SUCCESS" }],
          alerts: 1,
        },
        { name: "one deletion", events: [{ at: 0, ...deletion }], alerts: 0 },
      ],
    },
  ],
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["Login.Login"],
      examples: [
        {
          name: "nine failures and a success",
          events: [...repeated(9, 10, failure), { ...failure, at: 95, outcome: "SUCCESS" }],
          alerts: 1,
        },
        { name: "ten failures in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
  },
};
