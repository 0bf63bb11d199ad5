import {
  type Days,
  dayMs,
  dayOf,
  forgetPeaks,
  type Habit,
  hourMs,
  monthDays,
  type Peaks,
  rememberedMs,
} from "./baseline.ts";
import { type Detection, detection } from "./catalogue.ts";
import type { Fact } from "./fact.ts";

/**
 * What happens again within a day is the same episode. The length is counted from its start and not from its last, so that an activity that
 * comes late can make it start earlier or be longer, and never joins two into one.
 */
export const episodeMs = dayMs;

export type Explanation = Record<string, unknown>;

/** One episode of an account: an alert, or a finding that a rule suppressed. */
export interface Episode {
  of: Detection;
  /** What it is about when an account can have several at a time: a country. */
  subject: string;
  /** The rule that suppresses it; null if it raises an alert. */
  rule: string | null;
  start: number;
  startId: string;
  last: number;
  count: number;
  evidence: [number, string][];
  explanation: Explanation;
}

/**
 * A person who left and is still active is one episode however long it goes on: its subject is the instant of the termination. Its alert is
 * raised again only if it was resolved and more has happened since.
 */
export function isEndless({ of, subject }: Pick<Episode, "of" | "subject">): boolean {
  return of === detection["terminated-user-activity"] && subject !== "";
}

export function lastsMs(episode: Pick<Episode, "of" | "subject">): number {
  return isEndless(episode) ? Number.POSITIVE_INFINITY : episodeMs;
}

/** Where a sign-in came from, while a trip from there may be impossible. */
export type Place = Pick<Fact, "t" | "id" | "address" | "nature" | "country" | "city" | "isp" | "at">;

/** What was done within the last hour: instant, activity, and what it was. */
export type Recent = [t: number, id: string, what?: string];

export interface Rate {
  recent: Recent[];
  peaks: Peaks;
}

/** What is known of one account. Stored as JSON; all of it is a function of what the account did, in order of event time. */
export interface AccountState {
  /** The first thing that was seen of it; learning starts there. */
  first: number | null;
  /** The first sign-in from a known country. */
  located: number | null;
  /** Everything up to here is in, in order: later ones that are older are judged by what is known now. */
  through: number;
  countries: Record<string, Habit>;
  /** `DE/Berlin` and the days of sign-ins there. */
  places: Record<string, Days>;
  recentPlaces: Place[];
  failures: Rate;
  admin: Rate;
  /** Event types of administrative activities. */
  adminEvents: Record<string, Habit>;
  impersonations: Rate;
  /** One entry, `*`: acting for others at all. */
  impersonating: Record<string, Habit>;
  episodes: Episode[];
}

export function newState(): AccountState {
  return {
    first: null,
    located: null,
    through: Number.MIN_SAFE_INTEGER,
    countries: {},
    places: {},
    recentPlaces: [],
    failures: { recent: [], peaks: {} },
    admin: { recent: [], peaks: {} },
    adminEvents: {},
    impersonations: { recent: [], peaks: {} },
    impersonating: {},
    episodes: [],
  };
}

/** Forgets what nothing after `through` will ask for; returns the episodes that are over. */
export function forget(state: AccountState): Episode[] {
  const { through } = state;
  const isOver = (episode: Episode) => episode.start + lastsMs(episode) <= through;
  const over = state.episodes.filter(isOver);
  state.episodes = state.episodes.filter((episode) => !isOver(episode));
  state.recentPlaces = state.recentPlaces.filter((place) => place.t > through - dayMs);
  for (const rate of [state.failures, state.admin, state.impersonations]) {
    rate.recent = rate.recent.filter(([t]) => t > through - hourMs);
    forgetPeaks(rate.peaks, dayOf(through) - monthDays - 1);
  }
  for (const habits of [state.countries, state.adminEvents, state.impersonating])
    for (const [name, [, last]] of Object.entries(habits)) if (last < through - rememberedMs) delete habits[name];
  for (const [name, [last]] of Object.entries(state.places))
    if (last < dayOf(through) - monthDays - 1) delete state.places[name];
  return over;
}
