import type { LogSource } from "#src/connector-kit/log-source.ts";

/** Rules name the fields of CloudTrail records as they are; `status` is in none, and means the outcome. */
export const logSources: readonly LogSource[] = [
  {
    product: "aws",
    services: ["cloudtrail", null],
    eventNameField: "eventName",
    fields: { status: ["status", "gatehouse.outcome"] },
  },
];
