import type { Check } from "#src/connector-kit/contract/checks.ts";
import { accessChecks } from "./access.ts";
import { defenderChecks } from "./defender.ts";
import { identityChecks } from "./identity.ts";
import { loggingChecks } from "./logging.ts";
import { networkChecks } from "./network.ts";
import { storageChecks } from "./storage.ts";
import { vaultChecks } from "./vaults.ts";

export const checks: readonly Check[] = [
  ...identityChecks,
  ...accessChecks,
  ...loggingChecks,
  ...defenderChecks,
  ...storageChecks,
  ...networkChecks,
  ...vaultChecks,
];
