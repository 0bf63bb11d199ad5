import type { Check } from "#src/connector-kit/contract/checks.ts";
import { exposureChecks } from "./exposure.ts";
import { identityChecks } from "./identity.ts";
import { loggingChecks } from "./logging.ts";
import { organizationChecks } from "./organization.ts";

export const checks: readonly Check[] = [...identityChecks, ...loggingChecks, ...exposureChecks, ...organizationChecks];
