import type { Check } from "#src/connector-kit/contract/checks.ts";
import { peopleChecks } from "./people.ts";
import { sharingChecks } from "./sharing.ts";
import { signInChecks } from "./sign-in.ts";

export const checks: readonly Check[] = [...signInChecks, ...sharingChecks, ...peopleChecks];
