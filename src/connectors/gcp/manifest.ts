import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "gcp",
  name: "Google Cloud Platform",
  description: "Audit logs of one Google Cloud organization. Its people come from the Google Workspace connection.",
  docs: "https://cloud.google.com/logging/docs/reference/v2/rest",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_JWT_BEARER",
  prerequisites: `
- You may grant roles on the **organization** and create a project.
- In a project of its own create a service account with a JSON key and enable the Cloud Logging, Resource Manager, IAM and Cloud Asset APIs there.
- On the organization grant it \`roles/logging.viewer\` (and \`roles/logging.privateLogViewer\` for data access logs), \`roles/cloudasset.viewer\`, \`roles/iam.securityReviewer\` and \`roles/browser\`.
- Connect **Google Workspace** as well: Google Cloud keeps no directory of people.
`.trim(),
  settings: {
    organizationId: { label: "Organization ID", pattern: /\d{6,20}/, example: "123456789012" },
    serviceAccountKey: { label: "Service account key", help: "The whole JSON file.", secret: true, multiline: true },
  },
  hosts: [
    "oauth2.googleapis.com",
    "logging.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "cloudasset.googleapis.com",
    "storage.googleapis.com",
  ],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: { note: "Through a Google Workspace connection." },
    LIST_GROUPS: { note: "Through a Google Workspace connection." },
    LIST_PRIVILEGES: { note: "Through a Google Workspace connection." },
    LOG_ON_ACTIVITY: { note: "Through a Google Workspace connection." },
    USER_ACTIVITY: {},
    ADMIN_ACTIVITY: {},
    USER_GOVERNANCE: { note: "Through a Google Workspace connection." },
    VIEW_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    REVOKE_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    DLP_BACKLOG_SCAN: { support: "NOT_APPLICABLE" },
    DLP_NEAR_REAL_TIME_SCAN: { support: "NOT_APPLICABLE" },
    SHARING_CONTROL: { support: "NOT_APPLICABLE" },
    FILE_GOVERNANCE: { support: "NOT_APPLICABLE" },
    SENSITIVITY_LABELS: { support: "NOT_APPLICABLE" },
  },
} as const satisfies Manifest;
