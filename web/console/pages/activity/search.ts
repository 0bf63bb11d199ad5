import type {
  ActivityAction,
  ActivityCategory,
  ActivityFilter,
  ActivityOutcome,
  IpCategory,
} from "../../__generated__/activity.ts";
import { oneOf, someOf, textOf, textsOf } from "../../shared/search.ts";

export const categories = ["LOG_ON", "USER", "ADMIN"] as const;
export const outcomes = ["SUCCESS", "FAILURE", "UNKNOWN"] as const;
export const actions = [
  ...([
    "SIGN_IN",
    "SIGN_OUT",
    "CREATE",
    "READ",
    "UPDATE",
    "DELETE",
    "DOWNLOAD",
    "UPLOAD",
    "COPY",
    "MOVE",
    "RESTORE",
  ] as const),
  ...([
    "SHARE",
    "UNSHARE",
    "GRANT",
    "REVOKE",
    "ENABLE",
    "DISABLE",
    "RESET_CREDENTIAL",
    "EXECUTE",
    "DENY",
    "OTHER",
  ] as const),
] as const;
export const ipCategories = ["CORPORATE", "ADMINISTRATIVE", "CLOUD_PROVIDER", "VPN", "RISKY", "OTHER"] as const;
export const ranges = { "1h": 3_600_000, "24h": 86_400_000, "7d": 7 * 86_400_000, "30d": 30 * 86_400_000 } as const;
export type Range = keyof typeof ranges;

export interface ActivitySearch {
  search?: string | undefined;
  category?: ActivityCategory[] | undefined;
  action?: ActivityAction[] | undefined;
  outcome?: ActivityOutcome[] | undefined;
  instance?: string[] | undefined;
  ipCategory?: IpCategory[] | undefined;
  country?: string[] | undefined;
  type?: string[] | undefined;
  actor?: string | undefined;
  ip?: string[] | undefined;
  user?: string[] | undefined;
  policy?: string[] | undefined;
  /** Back from now. Default: 24h. */
  range?: Range | undefined;
  /** Instead of `range`; an end switches the live tail off. */
  from?: string | undefined;
  to?: string | undefined;
  column?: string[] | undefined;
  open?: string | undefined;
}

export function activitySearch(raw: Record<string, unknown>): ActivitySearch {
  return {
    search: textOf(raw.search),
    category: someOf(raw.category, categories),
    action: someOf(raw.action, actions),
    outcome: someOf(raw.outcome, outcomes),
    instance: textsOf(raw.instance),
    ipCategory: someOf(raw.ipCategory, ipCategories),
    country: textsOf(raw.country)?.map((code) => code.toUpperCase()),
    type: textsOf(raw.type),
    actor: textOf(raw.actor),
    ip: textsOf(raw.ip),
    user: textsOf(raw.user),
    policy: textsOf(raw.policy),
    range: oneOf(raw.range, Object.keys(ranges) as Range[]),
    from: instantOf(raw.from),
    to: instantOf(raw.to),
    column: textsOf(raw.column),
    open: textOf(raw.open),
  };
}

/** The conditions without a period: those of the live tail, and of a policy made from them. */
export function conditionsOf(search: ActivitySearch): ActivityFilter {
  const { category, outcome, instance, ipCategory, country, type, actor, ip, user, search: text } = search;
  return {
    ...(text && { search: text }),
    ...(category && { categories: category }),
    ...(search.action && { actions: search.action }),
    ...(outcome && { outcomes: outcome }),
    ...(instance && { instanceIds: instance }),
    ...(ipCategory && { ipCategories: ipCategory }),
    ...(country && { countries: country }),
    ...(type && { eventTypes: type }),
    ...(actor && { actor }),
    ...(ip && { ipAddresses: ip }),
    ...(user && { userIds: user }),
  };
}

/** The period that is shown; `to` is null as long as it goes on. */
export function periodOf(
  { range = "24h", from, to }: ActivitySearch,
  now: number,
): { from: string; to: string | null } {
  if (from) return { from, to: to ?? null };
  // To the minute: the same for that long, so that an answer is found in the cache.
  return { from: new Date(Math.floor((now - ranges[range]) / 60_000) * 60_000).toISOString(), to: null };
}

function instantOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined;
}
