import type { RecommendationFilter, RecommendationStatus, Severity } from "../../__generated__/posture.ts";
import { severities } from "../../shared/options.ts";
import { someOf, textOf, textsOf } from "../../shared/search.ts";

export const statuses = [
  "TO_ADDRESS",
  "PLANNED",
  "RISK_ACCEPTED",
  "THIRD_PARTY_RESOLVED",
  "ALTERNATE_MITIGATION",
  "COMPLETED",
  "NOT_EVALUATED",
] as const;
/** What an admin may decide; the others follow from the check itself. */
export const decisions = [
  "PLANNED",
  "RISK_ACCEPTED",
  "THIRD_PARTY_RESOLVED",
  "ALTERNATE_MITIGATION",
  "TO_ADDRESS",
] as const;

export interface PostureSearch {
  status?: RecommendationStatus[] | undefined;
  severity?: Severity[] | undefined;
  instance?: string[] | undefined;
  open?: string | undefined;
}

export function postureSearch(raw: Record<string, unknown>): PostureSearch {
  return {
    status: someOf(raw.status, statuses),
    severity: someOf(raw.severity, severities),
    instance: textsOf(raw.instance),
    open: textOf(raw.open),
  };
}

export function filterOf({ status, severity, instance }: PostureSearch): RecommendationFilter {
  return {
    status: status ?? ["TO_ADDRESS", "PLANNED", "NOT_EVALUATED"],
    ...(severity && { severity }),
    ...(instance && { instanceIds: instance }),
  };
}
