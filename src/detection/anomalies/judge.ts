import { hash } from "node:crypto";
import type { Account } from "./account.ts";
import { latenessMs } from "./baseline.ts";
import { type Detection, slugs } from "./catalogue.ts";
import { type Fact, isBefore } from "./fact.ts";
import type { Episode } from "./state.ts";
import { type AccountState, forget, isEndless, lastsMs, newState } from "./state.ts";
import { step } from "./step.ts";

/** So many activities may come late and still be put in their place; of an account with more, the oldest are final. */
const mostPending = 2000;

/** What is stored of an account. */
export interface Stored {
  /** AccountState as JSON: all that is older than two hours before the newest. */
  settled: string;
  /** The rest, in order. */
  pending: Fact[];
  /** What was reported of the episodes that can still change. */
  shown: Shown[];
}

/** An episode as it was last reported. */
export interface Shown {
  key: string;
  digest: string;
  of: Detection;
  subject: string;
  rule: string | null;
  start: number;
  startId: string;
}

/** What is to be reported now: new and changed episodes, and retracted ones. */
export interface Judgement {
  stored: Stored;
  changed: { episode: Episode; key: string; before: Shown | null }[];
  untrue: Shown[];
}

/**
 * Puts new facts of an account among those that may still get late company, and judges these again in their order. So what is reported
 * depends on what happened, and not on when or in which order it arrived.
 */
export function judge(
  stored: Stored | null,
  arrived: readonly Fact[],
  account: Account,
  toldOf: (of: Detection) => boolean,
): Judgement {
  const settled = stateOf(stored);
  const { waiting, late } = merge(stored?.pending ?? [], arrived, settled.through);
  for (const fact of late) step(settled, fact, account);
  const settling = settle(settled, waiting, account);
  let settledText = stored?.settled ?? nothing;
  let past: Episode[] = [];
  if (settling > 0 || late.length > 0) {
    past = forget(settled);
    settledText = JSON.stringify(settled);
  }
  // What is settled is written down: from here on the same object is how the account stands now.
  const live = settled;
  const pending = settling > 0 ? waiting.slice(settling) : waiting;
  for (const fact of pending) step(live, fact, account);
  const news = compare(stored?.shown ?? [], live, past, toldOf);
  return {
    stored: { settled: settledText, pending, shown: news.shown },
    changed: news.changed,
    untrue: news.untrue,
  };
}

/** Of most accounts that are seen for the first time. */
const nothing = JSON.stringify(newState());

function stateOf(stored: Stored | null): AccountState {
  return stored && stored.settled !== nothing ? (JSON.parse(stored.settled) as AccountState) : newState();
}

/** In order, each once; what is older than what is settled apart. */
function merge(pending: Fact[], arrived: readonly Fact[], through: number): { waiting: Fact[]; late: Fact[] } {
  const order = (a: Fact, b: Fact) => (isBefore(a, b) ? -1 : 1);
  const late = arrived.filter((fact) => fact.t <= through).sort(order);
  const known = new Set(pending.map(({ t, id }) => `${t}/${id}`));
  const more = arrived.filter(({ t, id }) => t > through && !known.has(`${t}/${id}`));
  return { waiting: [...pending, ...more].sort(order), late };
}

/** Takes in what is old enough; returns how many. */
function settle(settled: AccountState, waiting: readonly Fact[], account: Account): number {
  const newest = waiting.at(-1);
  if (!newest) return 0;
  let count = Math.max(0, waiting.length - mostPending);
  while (waiting[count]!.t <= newest.t - latenessMs) count++;
  for (const fact of waiting.slice(0, count)) {
    step(settled, fact, account);
    settled.through = fact.t;
  }
  return count;
}

function compare(
  told: readonly Shown[],
  { episodes, through }: AccountState,
  past: readonly Episode[],
  toldOf: (of: Detection) => boolean,
): { shown: Shown[]; changed: Judgement["changed"]; untrue: Shown[] } {
  const before = new Map(told.map((one) => [one.key, one]));
  const shown: Shown[] = [];
  const changed: Judgement["changed"] = [];
  for (const episode of [...past, ...episodes]) {
    const key = keyOf(episode);
    const old = before.get(key);
    before.delete(key);
    const digest = hash("md5", JSON.stringify(episode), "base64url");
    if (!toldOf(episode.of) || old?.digest === digest) {
      if (old) shown.push(old);
      continue;
    }
    const { of, subject, rule, start, startId } = episode;
    shown.push({ key, digest, of, subject, rule, start, startId });
    changed.push({ episode, key, before: old ?? null });
  }
  // Whatever is missing now is past, or a late activity made it begin earlier, or it is not true.
  const missing = [...before.values()].filter((one) => one.start + lastsMs(one) > through);
  const untrue: Shown[] = [];
  for (const old of missing) {
    if (!toldOf(old.of)) {
      shown.push(old);
      continue;
    }
    const moved = changed.find(
      ({ before: taken, episode }) => taken === null && groupOf(episode) === groupOf(old) && old.start > episode.start,
    );
    if (moved) moved.before = old;
    else untrue.push(old);
  }
  return { shown, changed, untrue };
}

function groupOf({ of, subject, rule }: Pick<Shown, "of" | "subject" | "rule">): string {
  return `${of}/${subject}/${rule}`;
}

/** Of all that may be reported about an account. */
function keyOf(episode: Episode): string {
  const { of, subject, rule, start, startId } = episode;
  const story = `${slugs[of]}${subject && `/${subject}`}`;
  const base = isEndless(episode) ? story : `${story}/${new Date(start).toISOString()}`;
  return rule === null ? base : `${base}/${startId}/${rule}`;
}
