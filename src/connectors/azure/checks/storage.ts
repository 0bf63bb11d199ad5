import type { Check } from "#src/connector-kit/contract/checks.ts";
import { objectOf } from "#src/connector-kit/record.ts";
import { cis, resourceCheck } from "./judge.ts";

const key = "storageAccounts";

export const storageChecks: readonly Check[] = [
  resourceCheck({
    key,
    slug: "azure-storage-anonymous-access",
    title: "Allow no anonymous access to blobs",
    description: "No container of a storage account can be opened to everyone on the internet.",
    remediation: "Storage account → **Configuration** → *Allow Blob anonymous access*: **Disabled**.",
    severity: "HIGH",
    maxPoints: 8,
    benchmark: cis("4.17"),
    good: ({ allowBlobPublicAccess }) => allowBlobPublicAccess === false,
    shown: ["allowBlobPublicAccess"],
    examples: { pass: { allowBlobPublicAccess: false }, fail: { allowBlobPublicAccess: true } },
  }),
  resourceCheck({
    key,
    slug: "azure-storage-network",
    title: "Open storage accounts to chosen networks only",
    description:
      "Requests from other networks than those listed are refused, or the account has no public address at all.",
    remediation:
      "Storage account → **Networking** → *Public network access*: **Disabled**, or *Enabled from selected networks*.",
    severity: "MEDIUM",
    maxPoints: 5,
    benchmark: cis("4.6", "4.7"),
    good: ({ publicNetworkAccess, networkAcls }) =>
      publicNetworkAccess === "Disabled" || objectOf(networkAcls).defaultAction === "Deny",
    shown: ["publicNetworkAccess"],
    examples: { pass: { networkAcls: { defaultAction: "Deny" } }, fail: { networkAcls: { defaultAction: "Allow" } } },
  }),
  resourceCheck({
    key,
    slug: "azure-storage-secure-transfer",
    title: "Require encrypted connections to storage accounts",
    description: "Requests over plain HTTP are refused.",
    remediation: "Storage account → **Configuration** → *Secure transfer required*: **Enabled**.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("4.1"),
    good: ({ supportsHttpsTrafficOnly }) => supportsHttpsTrafficOnly === true,
    shown: [],
    examples: { pass: { supportsHttpsTrafficOnly: true }, fail: { supportsHttpsTrafficOnly: false } },
  }),
  resourceCheck({
    key,
    slug: "azure-storage-tls",
    title: "Require TLS 1.2 of clients of storage accounts",
    description: "Older versions of TLS have known weaknesses.",
    remediation: "Storage account → **Configuration** → *Minimum TLS version*: **Version 1.2**.",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("4.15"),
    good: ({ minimumTlsVersion }) => /^TLS1_[23]$/.test(String(minimumTlsVersion)),
    shown: ["minimumTlsVersion"],
    examples: { pass: { minimumTlsVersion: "TLS1_2" }, fail: { minimumTlsVersion: "TLS1_0" } },
  }),
  resourceCheck({
    key,
    slug: "azure-storage-shared-key",
    title: "Switch off access by account key",
    description: "An account key opens everything in the account and names nobody; Microsoft Entra ID is used instead.",
    remediation:
      "Storage account → **Configuration** → *Allow storage account key access*: **Disabled**, once no client uses keys.",
    severity: "MEDIUM",
    maxPoints: 4,
    good: ({ allowSharedKeyAccess }) => allowSharedKeyAccess === false,
    shown: [],
    examples: { pass: { allowSharedKeyAccess: false }, fail: {} },
  }),
  resourceCheck({
    key,
    slug: "azure-storage-cross-tenant-replication",
    title: "Replicate no data to other tenants",
    description: "A replication policy could copy every new blob to an account of another organisation.",
    remediation:
      "Storage account → **Object replication** → **Advanced settings**: clear *Allow cross-tenant replication*.",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("4.16"),
    good: ({ allowCrossTenantReplication }) => allowCrossTenantReplication !== true,
    shown: [],
    examples: { pass: { allowCrossTenantReplication: false }, fail: { allowCrossTenantReplication: true } },
  }),
];
