import type { PolicyKind } from "../../__generated__/policies.ts";
import { oneOf, textOf } from "../../shared/search.ts";

export const views = ["suppressions", "templates"] as const;
export const newKinds = ["ACTIVITY", "FILE", "OAUTH_APP"] as const;

export interface PoliciesSearch {
  view?: (typeof views)[number] | undefined;
}

export function policiesSearch(raw: Record<string, unknown>): PoliciesSearch {
  return { view: oneOf(raw.view, views) };
}

export interface NewPolicySearch {
  kind?: PolicyKind | undefined;
  /** JSON, as another page hands it over. */
  filter?: string | undefined;
  template?: string | undefined;
}

export function newPolicySearch(raw: Record<string, unknown>): NewPolicySearch {
  return { kind: oneOf(raw.kind, newKinds), filter: textOf(raw.filter), template: textOf(raw.template) };
}
