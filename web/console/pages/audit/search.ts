import type { AuditFilter } from "../../__generated__/audit.ts";
import { textOf, textsOf } from "../../shared/search.ts";

export interface AuditSearch {
  actor?: string[] | undefined;
  action?: string[] | undefined;
  open?: string | undefined;
}

export function auditSearch(raw: Record<string, unknown>): AuditSearch {
  return { actor: textsOf(raw.actor), action: textsOf(raw.action), open: textOf(raw.open) };
}

export function filterOf({ actor, action }: AuditSearch): AuditFilter {
  return { ...(actor && { actors: actor }), ...(action && { actions: action }) };
}
