/** What an account usually does. All of it looks at event time, and leaves out what is too recent for late activities to be in already. */

export const hourMs = 60 * 60_000;
export const dayMs = 24 * hourMs;
/** Activities may come so much later than younger ones of their account and still be put in their place. */
export const latenessMs = 2 * hourMs;
/** Nothing new alarms in the first days of an account. */
export const learningMs = 7 * dayMs;
/** What is compared with. */
export const monthDays = 30;
/** What explanations list, beyond that. */
export const rememberedMs = 3 * monthDays * dayMs;

export const dayOf = (t: number) => Math.floor(t / dayMs);

/** Since when something has been done again and again without a break of a month, and when last. */
export type Habit = [since: number, last: number];

/** Whether it was part of the baseline at `t` already. Not within the first two hours: else an activity that comes late could invalidate another's finding. */
export function isHabit(habit: Habit | undefined, t: number): boolean {
  if (!habit) return false;
  const [since, last] = habit;
  // Of what came too late to be put in its place only the order is unknown.
  if (since > t) return true;
  return since <= t - latenessMs && t - last <= monthDays * dayMs;
}

export function practise(habits: Record<string, Habit>, name: string, t: number, most: number): void {
  const habit = habits[name];
  if (habit) {
    if (t - habit[1] > monthDays * dayMs) habit[0] = t;
    habit[1] = Math.max(habit[1], t);
    return;
  }
  habits[name] = [t, t];
  const names = Object.keys(habits);
  if (names.length > most) delete habits[names.reduce((old, one) => (habits[one]![1] < habits[old]![1] ? one : old))];
}

/** Days on which something was done: the last of them, and a bit for each of the 31 days up to it. */
export type Days = [last: number, bits: number];

export function markDay(all: Record<string, Days>, name: string, day: number, most: number): void {
  const days = all[name];
  if (!days) {
    all[name] = [day, 1];
    const names = Object.keys(all);
    if (names.length > most) delete all[names.reduce((old, one) => (all[one]![0] < all[old]![0] ? one : old))];
  } else if (day > days[0]) {
    const passed = day - days[0];
    all[name] = [day, (passed > monthDays ? 0 : (days[1] << passed) & 0x7fffffff) | 1];
  } else if (days[0] - day <= monthDays) days[1] |= 1 << (days[0] - day);
}

/** On how many of the thirty days before that of `t` it was done. */
export function daysBefore(days: Days | undefined, t: number): number {
  if (!days) return 0;
  const today = dayOf(t - latenessMs);
  let count = 0;
  for (let back = 0; back <= monthDays; back++) {
    const day = days[0] - back;
    if (days[1] & (1 << back) && day < today && day >= today - monthDays) count++;
  }
  return count;
}

/** How many times within one hour something was done, at most, on each day. */
export type Peaks = Record<number, number>;

export function notePeak(peaks: Peaks, day: number, count: number): void {
  if (!(peaks[day]! >= count)) peaks[day] = count;
}

/**
 * What is much for the account on a busy day: nine tenths of the days of the last month were no busier. So one bad day among them does not
 * count, and what has become usual does.
 */
export function busyDay(peaks: Peaks, t: number): { peak: number; days: number } {
  const today = dayOf(t - latenessMs);
  const counts: number[] = [];
  for (const [day, count] of Object.entries(peaks))
    if (Number(day) < today && Number(day) >= today - monthDays) counts.push(count);
  counts.sort((a, b) => a - b);
  return { peak: counts[Math.ceil(counts.length * 0.9) - 1] ?? 0, days: counts.length };
}

export function forgetPeaks(peaks: Peaks, before: number): void {
  for (const day of Object.keys(peaks)) if (Number(day) < before) delete peaks[Number(day)];
}
