import type { LogSource } from "#src/connector-kit/log-source.ts";

/** Rules name the fields of the audit log as they are. */
export const logSources: readonly LogSource[] = [
  { product: "github", services: ["audit", null], eventTypeField: "action" },
];
