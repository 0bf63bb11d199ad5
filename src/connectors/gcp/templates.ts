import type { AppTemplates } from "#src/connector-kit/policy-template.ts";

const setPolicy = { category: "ADMIN", eventType: "SetIamPolicy", outcome: "SUCCESS" } as const;
const keyTypes = ["google.iam.admin.v1.CreateServiceAccountKey", "google.iam.admin.v1.UploadServiceAccountKey"];
const loggingTypes = [
  "google.logging.v2.ConfigServiceV2.DeleteSink",
  "google.logging.v2.ConfigServiceV2.UpdateSink",
  "google.logging.v2.ConfigServiceV2.DeleteBucket",
  "google.logging.v2.LoggingServiceV2.DeleteLog",
];

export const templates: AppTemplates = {
  own: [
    {
      slug: "service-account-key-created",
      name: "A key of a service account was made",
      description: "A person created or uploaded a key that works from anywhere, without a second factor.",
      severity: "MEDIUM",
      filter: { eventTypes: keyTypes, outcomes: ["SUCCESS"] },
      threshold: null,
      mitreTechniques: ["T1098.001"],
      examples: [
        {
          name: "a key",
          events: [{ at: 0, category: "ADMIN", eventType: keyTypes[0] as string, outcome: "SUCCESS" }],
          alerts: 1,
        },
        {
          name: "a key that was refused",
          events: [{ at: 0, category: "ADMIN", eventType: keyTypes[0] as string, outcome: "FAILURE" }],
          alerts: 0,
        },
      ],
    },
    {
      slug: "audit-log-routing-changed",
      name: "The routing or keeping of logs was changed",
      description: "A person changed or deleted a log sink, a log bucket or a log.",
      severity: "HIGH",
      filter: { eventTypes: loggingTypes, outcomes: ["SUCCESS"] },
      threshold: null,
      mitreTechniques: ["T1562.008"],
      examples: [
        {
          name: "a sink deleted",
          events: [{ at: 0, category: "ADMIN", eventType: loggingTypes[0] as string, outcome: "SUCCESS" }],
          alerts: 1,
        },
        {
          name: "a sink created",
          events: [
            { at: 0, category: "ADMIN", eventType: "google.logging.v2.ConfigServiceV2.CreateSink", outcome: "SUCCESS" },
          ],
          alerts: 0,
        },
      ],
    },
  ],
  events: {
    "admin-rights-granted": {
      eventTypes: [
        "SetIamPolicy",
        "google.iam.admin.v1.CreateRole",
        "google.iam.admin.v1.UpdateRole",
        "InsertProjectOwnershipInvite",
      ],
      examples: [
        { name: "a policy set", events: [{ ...setPolicy, at: 0 }], alerts: 1 },
        { name: "a policy that was refused", events: [{ ...setPolicy, at: 0, outcome: "FAILURE" }], alerts: 0 },
      ],
    },
  },
};
