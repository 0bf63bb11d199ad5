import type { SettingFact } from "#src/connector-kit/contract/manifest.ts";
import { cloudNames } from "./clouds.ts";

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** What an admin enters to sign an application in. */
export const appSettings = {
  tenantId: { label: "Directory (tenant) ID", pattern: uuid, example: "7d3c1b52-0f5e-4f0a-9c84-2b6f1f9a5e10" },
  clientId: { label: "Application (client) ID", pattern: uuid, example: "c0ffee00-1234-4abc-8def-0123456789ab" },
  clientSecret: {
    label: "Client secret",
    help: "The secret's value, not its ID. May be left out with a certificate.",
    required: false,
    secret: true,
  },
  certificate: {
    label: "Certificate with private key",
    help: "PEM of both, as uploaded to the application (without the key) under Certificates & secrets. Used instead of a secret.",
    required: false,
    secret: true,
    multiline: true,
  },
  consent: {
    label: "Admin consent",
    help: "browser: an administrator consents while connecting. given: it was given in the Microsoft Entra admin center.",
    options: ["browser", "given"],
    default: "browser",
  },
  cloud: { label: "Cloud", options: cloudNames, default: "global" },
} as const satisfies Record<string, SettingFact>;

/** Graph asks for both, because it looks up the licence itself: https://learn.microsoft.com/en-us/graph/api/signin-list#permissions */
export const auditScopes = ["AuditLog.Read.All", "Directory.Read.All"] as const;
