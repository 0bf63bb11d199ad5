import type { Check } from "#src/connector-kit/contract/checks.ts";
import { objectOf } from "#src/connector-kit/record.ts";
import { cis, resourceCheck } from "./judge.ts";

export const vaultChecks: readonly Check[] = [
  resourceCheck({
    key: "keyVaults",
    slug: "azure-key-vault-recoverable",
    title: "Protect key vaults from being purged",
    description:
      "Keys and secrets that are deleted, by mistake or by an attacker, can be restored during the retention period.",
    remediation: "Key vault → **Properties** → *Purge protection*: **Enable**. It cannot be switched off again.",
    severity: "HIGH",
    maxPoints: 6,
    benchmark: cis("3.3.5"),
    // Soft delete is on for every vault since 2020 unless the property states otherwise.
    good: ({ enablePurgeProtection, enableSoftDelete }) => enablePurgeProtection === true && enableSoftDelete !== false,
    shown: ["enableSoftDelete", "enablePurgeProtection"],
    examples: { pass: { enablePurgeProtection: true, enableSoftDelete: true }, fail: { enableSoftDelete: true } },
  }),
  resourceCheck({
    key: "keyVaults",
    slug: "azure-key-vault-roles",
    title: "Govern key vaults by Azure roles",
    description:
      "Access policies of a vault are edited by those who manage the vault; roles are given by those who give roles.",
    remediation:
      "Key vault → **Access configuration** → *Azure role-based access control*, after the roles were given.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("3.3.6"),
    good: ({ enableRbacAuthorization }) => enableRbacAuthorization === true,
    shown: ["enableRbacAuthorization"],
    examples: { pass: { enableRbacAuthorization: true }, fail: { enableRbacAuthorization: false } },
  }),
  resourceCheck({
    key: "keyVaults",
    slug: "azure-key-vault-network",
    title: "Open key vaults to chosen networks only",
    description: "Requests from other networks than those listed are refused, even with a stolen credential.",
    remediation: "Key vault → **Networking**: *Disable public access*, or allow selected networks.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("3.3.7"),
    good: ({ publicNetworkAccess, networkAcls }) =>
      publicNetworkAccess === "Disabled" || objectOf(networkAcls).defaultAction === "Deny",
    shown: ["publicNetworkAccess"],
    examples: { pass: { publicNetworkAccess: "Disabled" }, fail: { publicNetworkAccess: "Enabled" } },
  }),
  resourceCheck({
    key: "sqlServers",
    slug: "azure-sql-public-access",
    title: "Keep SQL servers off the internet",
    description: "Databases are reached over private endpoints or chosen networks.",
    remediation: "SQL server → **Networking** → *Public network access*: **Disable**.",
    severity: "HIGH",
    maxPoints: 6,
    benchmark: cis("5.1.7"),
    good: ({ publicNetworkAccess }) => publicNetworkAccess === "Disabled",
    shown: ["publicNetworkAccess"],
    examples: { pass: { publicNetworkAccess: "Disabled" }, fail: { publicNetworkAccess: "Enabled" } },
  }),
  resourceCheck({
    key: "sqlServers",
    slug: "azure-sql-entra-administrator",
    title: "Give SQL servers an administrator of Microsoft Entra ID",
    description:
      "Without one, databases are administered with a shared password that no policy of the directory covers.",
    remediation:
      "SQL server → **Microsoft Entra ID** → *Set admin*, and tick *Support only Microsoft Entra authentication*.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("5.1.4"),
    good: ({ administrators }) => objectOf(administrators).administratorType === "ActiveDirectory",
    shown: [],
    examples: { pass: { administrators: { administratorType: "ActiveDirectory" } }, fail: {} },
  }),
  resourceCheck({
    key: "sqlServers",
    slug: "azure-sql-tls",
    title: "Require TLS 1.2 of clients of SQL servers",
    description: "Older versions of TLS have known weaknesses.",
    remediation: "SQL server → **Networking** → **Connectivity** → *Minimum TLS version*: **1.2**.",
    severity: "LOW",
    maxPoints: 2,
    good: ({ minimalTlsVersion }) => /^1\.[23]$/.test(String(minimalTlsVersion)),
    shown: ["minimalTlsVersion"],
    examples: { pass: { minimalTlsVersion: "1.2" }, fail: { minimalTlsVersion: "1.0" } },
  }),
];
