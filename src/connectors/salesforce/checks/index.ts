import type { Check } from "#src/connector-kit/contract/checks.ts";
import { baselineChecks } from "./baseline.ts";
import { orgChecks } from "./org.ts";

export const checks: readonly Check[] = [...orgChecks, ...baselineChecks];
