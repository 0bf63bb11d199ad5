import type { Check } from "#src/connector-kit/contract/checks.ts";
import { propertyChecks } from "./properties.ts";
import { recordChecks } from "./records.ts";

export const checks: readonly Check[] = [...propertyChecks, ...recordChecks];
