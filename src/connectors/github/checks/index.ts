import type { Check } from "#src/connector-kit/contract/checks.ts";
import { codeChecks } from "./code.ts";
import { membersChecks } from "./members.ts";
import { repositoriesChecks } from "./repositories.ts";

export const checks: readonly Check[] = [...membersChecks, ...repositoriesChecks, ...codeChecks];
