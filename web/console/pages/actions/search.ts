import type { GovernanceActionFilter, GovernanceActionStatus } from "../../__generated__/actions.ts";
import { someOf, textOf, textsOf } from "../../shared/search.ts";

export const actionStatuses = [
  "AWAITING_APPROVAL",
  "QUEUED",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "REVERTED",
  "CANCELLED",
] as const;

export interface ActionSearch {
  status?: GovernanceActionStatus[] | undefined;
  instance?: string[] | undefined;
  user?: string[] | undefined;
  open?: string | undefined;
}

export function actionSearch(raw: Record<string, unknown>): ActionSearch {
  return {
    status: someOf(raw.status, actionStatuses),
    instance: textsOf(raw.instance),
    user: textsOf(raw.user),
    open: textOf(raw.open),
  };
}

export function filterOf({ status, instance, user }: ActionSearch): GovernanceActionFilter {
  return { ...(status && { status }), ...(instance && { instanceIds: instance }), ...(user && { userIds: user }) };
}
