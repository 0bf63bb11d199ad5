import type { LogSource } from "#src/connector-kit/log-source.ts";

export const logSources: readonly LogSource[] = [
  { product: "onelogin", services: ["onelogin.events", "events", null], eventTypeField: "event_type_id" },
];
