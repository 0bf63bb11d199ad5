import type { Account } from "./account.ts";
import { busyDay, dayOf, hourMs, isHabit, learningMs, monthDays, notePeak, practise } from "./baseline.ts";
import { type Detection, detection, type Level, levels } from "./catalogue.ts";
import { added, occur } from "./episode.ts";
import { type Fact, kinds, levelOf } from "./fact.ts";
import { iso, whereOf } from "./sign-in.ts";
import type { AccountState, Explanation, Rate } from "./state.ts";

/** So many activities of an hour are looked at one by one: more is much for anybody. */
const mostRecent = 200;
const mostEvents = 200;

/** More than so many within an hour, whatever is usual; more than so many times what a busy day of the account has. By level. */
const failures = { least: [0, 20, 10, 5], times: [0, 4, 3, 2] };
const admin = { least: [0, 60, 30, 15], times: [0, 4, 3, 2] };
const impersonations = { least: [0, 40, 20, 10], times: [0, 4, 3, 2] };
/** So many kinds of administrative activities within an hour that the account has not done for a month. */
const newAdminEvents = [0, 8, 4, 2];
/** So often within an hour by an account that has not acted for others for a month. */
const firstImpersonations = [0, 5, 1, 1];

type Limits = typeof failures;

/** Failed sign-ins within an hour, beyond what is usual for the account. */
export function failedLogins(state: AccountState, fact: Fact): void {
  const of = detection["multiple-failed-logins"];
  const failed = (fact.kinds & kinds.failedSignIn) !== 0;
  const count = failed ? join(state.failures, fact) : 0;
  const much = failed ? muchFor(state.failures, failures, count, fact, of) : null;
  if (much)
    occur(state, fact, {
      of,
      rule: learningRule(state, fact),
      with: () => keysOf(state.failures.recent),
      explain: (before) => ({
        ...rateOf(before, count, much),
        addresses: added(before?.addresses, { ipAddress: fact.address ?? null, ...whereOf(fact) }, (a) => a.ipAddress),
        ...learned(state),
      }),
    });
  notePeak(state.failures.peaks, dayOf(fact.t), count);
}

/** Administrative activities within an hour that are too many for the account, or of several kinds that are new to it. */
export function unusualAdmin(state: AccountState, fact: Fact): void {
  const of = detection["unusual-admin-activity"];
  const level = levelOf(fact, of);
  const event = fact.event ?? "";
  const isNew = !isHabit(state.adminEvents[event], fact.t);
  const count = join(state.admin, fact, isNew ? event : undefined);
  if (level !== levels.off) {
    const much = muchFor(state.admin, admin, count, fact, of);
    const rare = isNew ? [...new Set(state.admin.recent.flatMap(([, , what]) => what ?? []))].sort() : [];
    const isRare = rare.length >= newAdminEvents[level]!;
    if (much || isRare)
      occur(state, fact, {
        of,
        rule: learningRule(state, fact),
        with: () => keysOf(state.admin.recent.filter(([, , what]) => much || what !== undefined)),
        explain: (before) => ({
          ...rateOf(before, count, much ?? limitFor(state.admin, admin, fact.t, level)),
          rareEventTypes: rare.reduce(
            (list, one) => added(list, one, String, 20),
            (before?.rareEventTypes ?? []) as string[],
          ),
          rareThreshold: newAdminEvents[level],
          ...learned(state),
        }),
      });
  }
  practise(state.adminEvents, event, fact.t, mostEvents);
  notePeak(state.admin.peaks, dayOf(fact.t), count);
}

/** Acting on behalf of others: for the first time in a month, or far more than usual. */
export function unusualImpersonation(state: AccountState, fact: Fact, account: Account): void {
  const of = detection["unusual-impersonated-activity"];
  const level = levelOf(fact, of);
  const usual = isHabit(state.impersonating["*"], fact.t);
  const count = join(state.impersonations, fact);
  if (level !== levels.off) {
    const much = muchFor(state.impersonations, impersonations, count, fact, of);
    const isNew = !usual && count >= firstImpersonations[level]!;
    if (much || isNew)
      occur(state, fact, {
        of,
        rule: account.isService ? "service-account" : learningRule(state, fact),
        with: () => keysOf(state.impersonations.recent),
        explain: (before) => ({
          ...rateOf(before, count, much ?? limitFor(state.impersonations, impersonations, fact.t, level)),
          newToAccount: before?.newToAccount === true || isNew,
          eventTypes: added(before?.eventTypes, fact.event ?? "", String),
          ...learned(state),
        }),
      });
  }
  practise(state.impersonating, "*", fact.t, 1);
  notePeak(state.impersonations.peaks, dayOf(fact.t), count);
}

/** Puts it among those of the last hour and returns how many they are. One that comes too late is counted with them, not kept. */
function join(rate: Rate, fact: Fact, what?: string): number {
  const newest = rate.recent.at(-1)?.[0] ?? fact.t;
  if (newest > fact.t) return 1 + rate.recent.filter(([t]) => t > fact.t - hourMs && t <= fact.t).length;
  rate.recent = rate.recent.filter(([t]) => t > fact.t - hourMs);
  rate.recent.push(what === undefined ? [fact.t, fact.id] : [fact.t, fact.id, what]);
  if (rate.recent.length > mostRecent) rate.recent.shift();
  return rate.recent.length;
}

interface Much {
  threshold: number;
  peak: number;
  days: number;
}

/** Null while the count is no more than what may be. */
function muchFor(rate: Rate, limits: Limits, count: number, fact: Fact, of: Detection): Much | null {
  const level = levelOf(fact, of);
  // Most are few: no need to look at the month for them.
  if (level === levels.off || count <= limits.least[level]!) return null;
  const limit = limitFor(rate, limits, fact.t, level);
  return count > limit.threshold ? limit : null;
}

function limitFor(rate: Rate, limits: Limits, t: number, level: Level): Much {
  const { peak, days } = busyDay(rate.peaks, t);
  return {
    threshold: Math.min(mostRecent - 1, Math.max(limits.least[level]!, limits.times[level]! * peak)),
    peak,
    days,
  };
}

function rateOf(before: Explanation | null, count: number, { threshold, peak, days }: Much): Explanation {
  return {
    mostWithinAnHour: Math.max((before?.mostWithinAnHour as number) ?? 0, count),
    threshold: before?.threshold ?? threshold,
    baseline: before?.baseline ?? { withinAnHourOnABusyDay: peak, days, comparedWithDays: monthDays },
  };
}

function keysOf(recent: readonly (readonly [number, string, string?])[]): [number, string][] {
  return recent.map(([t, id]) => [t, id]);
}

function learningRule(state: AccountState, fact: Fact): string | null {
  return fact.t < state.first! + learningMs ? "learning" : null;
}

function learned(state: AccountState): Explanation {
  return { learningUntil: iso(state.first! + learningMs) };
}
