import type { AppTemplates, RuleExample } from "#src/connector-kit/policy-template.ts";

const success = { outcome: "SUCCESS" } as const;
const examples = (eventType: string, other: string): RuleExample[] => [
  { name: "it happens", events: [{ at: 0, category: "ADMIN", eventType, ...success }], alerts: 1 },
  { name: "something else", events: [{ at: 0, category: "ADMIN", eventType: other, ...success }], alerts: 0 },
  { name: "it is refused", events: [{ at: 0, category: "ADMIN", eventType, outcome: "FAILURE" }], alerts: 0 },
];

export const templates: AppTemplates = {
  own: [
    {
      slug: "cloud-trail-stopped",
      name: "Logging of an AWS account was stopped or narrowed",
      description: "A trail was stopped, deleted or changed, or the detector or recorder of a region switched off.",
      severity: "HIGH",
      filter: {
        eventTypes: [
          "StopLogging",
          "DeleteTrail",
          "UpdateTrail",
          "PutEventSelectors",
          "DeleteDetector",
          "StopConfigurationRecorder",
        ],
        outcomes: ["SUCCESS"],
      },
      threshold: null,
      mitreTechniques: ["T1562.008"],
      examples: examples("StopLogging", "StartLogging"),
    },
    {
      slug: "bucket-access-changed",
      name: "The public access settings of a bucket were removed",
      description: "The public access settings of an S3 bucket or of the account were deleted.",
      severity: "HIGH",
      filter: {
        eventTypes: ["DeleteBucketPublicAccessBlock", "DeleteAccountPublicAccessBlock"],
        outcomes: ["SUCCESS"],
      },
      threshold: null,
      mitreTechniques: ["T1530"],
      examples: examples("DeleteBucketPublicAccessBlock", "PutBucketPublicAccessBlock"),
    },
  ],
  events: {
    "admin-rights-granted": {
      eventTypes: [
        "AttachUserPolicy",
        "PutUserPolicy",
        "AddUserToGroup",
        "AttachGroupPolicy",
        "AttachRolePolicy",
        "PutRolePolicy",
      ],
      examples: examples("AttachUserPolicy", "ListUsers").slice(0, 2),
    },
  },
};
