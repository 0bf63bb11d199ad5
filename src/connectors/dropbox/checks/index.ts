import type { Check } from "#src/connector-kit/contract/checks.ts";
import { accountChecks } from "./accounts.ts";
import { sharingChecks } from "./sharing.ts";

export const checks: readonly Check[] = [...accountChecks, ...sharingChecks];
