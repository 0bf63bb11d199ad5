import { countryOf } from "./countries.ts";

const earthRadiusKm = 6371;

/** A point, or a country when nothing nearer is known. */
export interface Somewhere {
  country?: string;
  at?: [number, number];
}

/**
 * Kilometres between two places over the ground; null when one of them is unknown. A place of which only the country is known may be anywhere
 * in it: its radius is taken off, so that the answer is rather too short.
 */
export function distanceKm(from: Somewhere, to: Somewhere): number | null {
  const one = circleOf(from);
  const other = circleOf(to);
  if (!one || !other) return null;
  const radian = Math.PI / 180;
  const half =
    Math.sin(((other.latitude - one.latitude) * radian) / 2) ** 2 +
    Math.cos(one.latitude * radian) *
      Math.cos(other.latitude * radian) *
      Math.sin(((other.longitude - one.longitude) * radian) / 2) ** 2;
  const km = 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(half)));
  return Math.max(0, km - one.radiusKm - other.radiusKm);
}

function circleOf({ country, at }: Somewhere): { latitude: number; longitude: number; radiusKm: number } | null {
  if (at) return { latitude: at[0], longitude: at[1], radiusKm: 0 };
  return country ? countryOf(country) : null;
}
