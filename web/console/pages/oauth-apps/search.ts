import type { OAuthAppFilter, OAuthAppState, PermissionLevel } from "../../__generated__/oauth-apps.ts";
import { someOf, textOf, textsOf } from "../../shared/search.ts";

export const levels = ["HIGH", "MEDIUM", "LOW"] as const;
export const states = ["UNDETERMINED", "APPROVED", "BANNED"] as const;

export interface OAuthAppSearch {
  search?: string | undefined;
  level?: PermissionLevel[] | undefined;
  state?: OAuthAppState[] | undefined;
  instance?: string[] | undefined;
  open?: string | undefined;
}

export function oauthAppSearch(raw: Record<string, unknown>): OAuthAppSearch {
  return {
    search: textOf(raw.search),
    level: someOf(raw.level, levels),
    state: someOf(raw.state, states),
    instance: textsOf(raw.instance),
    open: textOf(raw.open),
  };
}

export function filterOf({ search, level, state, instance }: OAuthAppSearch): OAuthAppFilter {
  return {
    ...(search && { search }),
    ...(level && { permissionLevels: level }),
    ...(state && { states: state }),
    ...(instance && { instanceIds: instance }),
  };
}
