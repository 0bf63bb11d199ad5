import type { AlertFilter, AlertStatus, Severity } from "../../__generated__/alerts.ts";
import { severities } from "../../shared/options.ts";
import { someOf, textOf, textsOf } from "../../shared/search.ts";

export const alertStatuses = ["OPEN", "IN_PROGRESS", "TRUE_POSITIVE", "BENIGN", "FALSE_POSITIVE"] as const;

export interface AlertSearch {
  status?: AlertStatus[] | undefined;
  severity?: Severity[] | undefined;
  instance?: string[] | undefined;
  policy?: string[] | undefined;
  user?: string[] | undefined;
  search?: string | undefined;
  /** The alert in the drawer. */
  open?: string | undefined;
}

export function alertSearch(raw: Record<string, unknown>): AlertSearch {
  return {
    status: someOf(raw.status, alertStatuses),
    severity: someOf(raw.severity, severities),
    instance: textsOf(raw.instance),
    policy: textsOf(raw.policy),
    user: textsOf(raw.user),
    search: textOf(raw.search),
    open: textOf(raw.open),
  };
}

/** Without a status, those that wait for a person. */
export function filterOf({ status, severity, instance, policy, user, search }: AlertSearch): AlertFilter {
  return {
    status: status ?? ["OPEN", "IN_PROGRESS"],
    ...(severity && { severity }),
    ...(instance && { instanceIds: instance }),
    ...(policy && { policyIds: policy }),
    ...(user && { userIds: user }),
    ...(search && { search }),
  };
}
