import type { Check } from "#src/connector-kit/contract/checks.ts";
import { meetingChecks } from "./meetings.ts";
import { peopleChecks } from "./people.ts";

export const checks: readonly Check[] = [...meetingChecks, ...peopleChecks];
