import { type Account, placeName } from "./account.ts";
import { dayMs, daysBefore, hourMs, learningMs } from "./baseline.ts";
import { detection, levels } from "./catalogue.ts";
import { bordering } from "./countries.ts";
import { distanceKm } from "./distance.ts";
import { occur } from "./episode.ts";
import { type Fact, levelOf, natures } from "./fact.ts";
import { iso, whereOf } from "./sign-in.ts";
import type { AccountState, Explanation, Place } from "./state.ts";

/** As fast as an airliner. */
const thresholdKmh = 900;
/** Less may be an error of the address database. */
const minimumKm = 250;
/** Clocks of one app agree to about this. */
const shortestMs = 60_000;
/** On so many days of the last month, and a town is usual for the account. */
const usualDays = 5;
const maxPlaces = 16;
const maxTrips = 10;
const of = detection["impossible-travel"];

interface Trip {
  from: Place;
  km: number;
  kmh: number;
  rule: string | null;
}

/**
 * Sign-ins from two places in less time than the way takes. Compared with every place of the last day and not only with the last one: so
 * a sign-in that comes late, from between the two, takes nothing back.
 */
export function impossibleTravel(state: AccountState, fact: Fact, account: Account): void {
  if (!fact.country) return;
  if (levelOf(fact, of) !== levels.off) {
    const trips = state.recentPlaces.flatMap((from) => tripFrom(state, from, fact, account) ?? []);
    const alarming = trips.filter((trip) => trip.rule === null);
    const trip = fastest(alarming) ?? fastest(trips);
    if (trip) tell(state, fact, trip);
  }
  visit(state.recentPlaces, fact);
}

function tripFrom(state: AccountState, from: Place, fact: Fact, account: Account): Trip | null {
  if (from.country === fact.country || from.address === fact.address) return null;
  const ms = Math.abs(fact.t - from.t);
  if (ms > dayMs) return null;
  const km = distanceKm(from, fact);
  if (km === null || km < minimumKm) return null;
  const kmh = km / (Math.max(ms, shortestMs) / hourMs);
  if (kmh <= thresholdKmh) return null;
  return { from, km, kmh, rule: ruleFor(state, from, fact, account) };
}

function ruleFor(state: AccountState, from: Place, fact: Fact, account: Account): string | null {
  const level = levelOf(fact, of);
  const either = (from.nature ?? 0) | (fact.nature ?? 0);
  const both = (from.nature ?? 0) & (fact.nature ?? 0);
  if (bordering(from.country!, fact.country!)) return "bordering-country";
  if (either & natures.anonymous) return "anonymous-address";
  if (both & natures.safe && level !== levels.HIGH) return "both-sides-safe";
  if (either & natures.vpn) return "vpn-address";
  if (either & natures.cloud) return "cloud-address";
  if (state.located === null || fact.t < state.located + learningMs) return "learning";
  if (level === levels.HIGH) return null;
  const ends = [placeName(from), placeName(fact)];
  const usual = ends.map((name) => daysBefore(state.places[name], fact.t) >= usualDays);
  if (usual.every(Boolean)) return "usual-place";
  if (level === levels.LOW && ends.every((name, end) => usual[end] || account.isCommon("place", name, fact.t)))
    return "common-place";
  return null;
}

function fastest(trips: readonly Trip[]): Trip | undefined {
  return trips.reduce<Trip | undefined>((best, trip) => (best && best.kmh >= trip.kmh ? best : trip), undefined);
}

function tell(state: AccountState, fact: Fact, { from, km, kmh, rule }: Trip): void {
  const trip = {
    from: endOf(from),
    to: endOf(fact),
    distanceKm: Math.round(km),
    minutes: Math.round(Math.abs(fact.t - from.t) / 60_000),
    speedKmh: Math.round(kmh),
  };
  occur(state, fact, {
    of,
    rule,
    with: () => [[from.t, from.id]],
    explain: (before) => {
      const trips = (before?.trips ?? []) as Explanation[];
      return {
        trips: trips.length < maxTrips ? [...trips, trip] : trips,
        fastestKmh: Math.max((before?.fastestKmh as number) ?? 0, trip.speedKmh),
        thresholdKmh,
        usualPlaces: before?.usualPlaces ?? usualPlaces(state, fact.t),
        learningUntil: before?.learningUntil ?? (state.located === null ? null : iso(state.located + learningMs)),
      };
    },
  });
}

function endOf(place: Place): Explanation {
  return { ...whereOf(place), ipAddress: place.address ?? null, at: iso(place.t), exact: place.at !== undefined };
}

function usualPlaces(state: AccountState, t: number): Explanation[] {
  return Object.entries(state.places)
    .map(([name, days]) => ({ name, days: daysBefore(days, t) }))
    .filter(({ days }) => days >= usualDays)
    .sort((a, b) => b.days - a.days || (a.name < b.name ? -1 : 1))
    .slice(0, maxTrips)
    .map(({ name, days }) => {
      const [country, ...city] = name.split("/");
      return { country, city: city.join("/") || null, days };
    });
}

/** The last visit of each place; a place by a safe address and one by another are two, since they are judged apart. */
function visit(places: Place[], fact: Fact): void {
  const same = places.findIndex(
    (place) => place.country === fact.country && place.city === fact.city && (place.nature ?? 0) === (fact.nature ?? 0),
  );
  if (same >= 0) {
    if (places[same]!.t > fact.t) return;
    places.splice(same, 1);
  }
  const { t, id, address, nature, country, city, isp, at } = fact;
  places.push({ t, id, address, nature, country, city, isp, at });
  if (places.length > maxPlaces) places.shift();
}
