import type { Check } from "#src/connector-kit/contract/checks.ts";
import { identityChecks } from "./identity.ts";
import { keyChecks } from "./keys.ts";
import { loggingChecks } from "./logging.ts";
import { networkChecks } from "./network.ts";
import { organizationChecks } from "./organization.ts";
import { publicChecks } from "./public.ts";

export const checks: readonly Check[] = [
  ...identityChecks,
  ...keyChecks,
  ...loggingChecks,
  ...publicChecks,
  ...networkChecks,
  ...organizationChecks,
];
