import type { Check } from "#src/connector-kit/contract/checks.ts";
import { peopleChecks } from "./people.ts";
import { sharingChecks } from "./sharing.ts";

export const checks: readonly Check[] = [...peopleChecks, ...sharingChecks];
