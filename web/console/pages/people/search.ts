import type { AccountType, UserFilter, UserStatus } from "../../__generated__/people.ts";
import { oneOf, someOf, textOf, textsOf } from "../../shared/search.ts";

export const userStatuses = ["ACTIVE", "SUSPENDED", "DISABLED", "INVITED", "DELETED", "UNKNOWN"] as const;
export const accountTypes = ["HUMAN", "SERVICE", "UNKNOWN"] as const;
export const kinds = ["ADMIN", "EXTERNAL", "DORMANT"] as const;
export type Kind = (typeof kinds)[number];

export interface PeopleSearch {
  /** `leavers`: the people that a directory reports as having left. Default: accounts. */
  view?: "leavers" | undefined;
  search?: string | undefined;
  status?: UserStatus[] | undefined;
  type?: AccountType[] | undefined;
  kind?: Kind[] | undefined;
  instance?: string[] | undefined;
  open?: string | undefined;
}

export function peopleSearch(raw: Record<string, unknown>): PeopleSearch {
  return {
    view: oneOf(raw.view, ["leavers"]),
    search: textOf(raw.search),
    status: someOf(raw.status, userStatuses),
    type: someOf(raw.type, accountTypes),
    kind: someOf(raw.kind, kinds),
    instance: textsOf(raw.instance),
    open: textOf(raw.open),
  };
}

const dormantMs = 90 * 86_400_000;

/** `now` to the day, so that the filter stays the same for that long. */
export function filterOf({ search, status, type, kind, instance }: PeopleSearch, now: number): UserFilter {
  return {
    ...(search && { search }),
    ...(status && { status }),
    ...(type && { types: type }),
    ...(instance && { instanceIds: instance }),
    ...(kind?.includes("ADMIN") && { isAdmin: true }),
    ...(kind?.includes("EXTERNAL") && { isExternal: true }),
    ...(kind?.includes("DORMANT") && {
      lastSeenBefore: new Date(Math.floor((now - dormantMs) / 86_400_000) * 86_400_000).toISOString(),
    }),
  };
}
