import type { LogSource } from "#src/connector-kit/log-source.ts";

/** Rules are written for the audit log of Bitbucket Data Center; the organization's has its actions elsewhere. */
export const logSources: readonly LogSource[] = [
  {
    product: "bitbucket",
    services: ["audit", null],
    fields: { "audittype.action": ["auditType.action", "attributes.action"] },
  },
  { product: "atlassian", services: ["audit", null], eventPrefixes: ["attributes."] },
];
