import type { Check } from "#src/connector-kit/contract/checks.ts";
import { administratorChecks } from "./administrators.ts";
import { organizationChecks } from "./organization.ts";
import { passwordChecks } from "./passwords.ts";
import { signInChecks } from "./sign-in.ts";

export const checks: readonly Check[] = [
  ...signInChecks,
  ...passwordChecks,
  ...administratorChecks,
  ...organizationChecks,
];
