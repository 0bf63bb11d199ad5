import type { Check } from "#src/connector-kit/contract/checks.ts";
import { accountChecks } from "./account.ts";
import { credentialChecks } from "./credentials.ts";
import { loggingChecks } from "./logging.ts";
import { permissionChecks } from "./permissions.ts";
import { storageChecks } from "./storage.ts";

export const checks: readonly Check[] = [
  ...accountChecks,
  ...credentialChecks,
  ...permissionChecks,
  ...storageChecks,
  ...loggingChecks,
];
