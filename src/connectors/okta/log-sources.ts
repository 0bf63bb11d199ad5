import type { LogSource } from "#src/connector-kit/log-source.ts";

/** Rules name the fields of the System Log as they are. */
export const logSources: readonly LogSource[] = [
  { product: "okta", services: ["okta", "system", null], eventTypeField: "eventType" },
];
