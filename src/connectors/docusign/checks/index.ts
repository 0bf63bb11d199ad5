import type { Check } from "#src/connector-kit/contract/checks.ts";
import { peopleChecks } from "./people.ts";
import { settingChecks } from "./settings.ts";

export const checks: readonly Check[] = [...peopleChecks, ...settingChecks];
