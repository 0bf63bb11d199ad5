import { InvalidInputError } from "#src/errors.ts";

const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const longestMs = 10 * 366 * units.d;

/**
 * When both conditions hold: from an instant, and within the last `30m`, `24h`, `7d` or `2w`. `now`: when that period ends; null for filters
 * that are kept. Throws InvalidInputError.
 */
export function beginningOf(
  from: Date | null | undefined,
  period: string | null | undefined,
  now: Date | null,
  field: string[],
): Date | null {
  if (period == null) return from ?? null;
  if (!now) throw new InvalidInputError("A filter that is kept has no period that ends now.", field);
  const start = startOf(period, now, field);
  return from && from > start ? from : start;
}

function startOf(period: string, now: Date, field: string[]): Date {
  const [, number, unit] = /^(\d{1,6})([mhdw])$/.exec(period.trim()) ?? [];
  const ms = Number(number) * units[unit as keyof typeof units];
  if (!(ms > 0 && ms <= longestMs))
    throw new InvalidInputError("A period is a number and a unit, at most ten years: 30m, 24h, 7d or 2w.", field);
  return new Date(now.getTime() - ms);
}
