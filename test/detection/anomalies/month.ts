import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { blankActivity } from "../../support/activity-row.ts";
import { type Random, random } from "../../support/random.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
export const start = Date.UTC(2026, 8, 1);
export const days = 30;
const people = 100;

interface Town {
  country: string;
  city: string;
  at: [latitude: number, longitude: number];
}

const towns: Town[] = [
  { country: "DE", city: "Berlin", at: [52.52, 13.4] },
  { country: "FR", city: "Paris", at: [48.86, 2.35] },
  { country: "GB", city: "London", at: [51.51, -0.13] },
  { country: "US", city: "New York", at: [40.71, -74.01] },
  { country: "IN", city: "Pune", at: [18.52, 73.86] },
];
const abroad: Town[] = [
  { country: "BR", city: "São Paulo", at: [-23.55, -46.63] },
  { country: "JP", city: "Tokyo", at: [35.68, 139.69] },
  { country: "ZA", city: "Cape Town", at: [-33.92, 18.42] },
  { country: "PL", city: "Warsaw", at: [52.23, 21.01] },
  { country: "AU", city: "Sydney", at: [-33.87, 151.21] },
];
const vpn: Town = { country: "NL", city: "Amsterdam", at: [52.37, 4.9] };

/** Coordinates of an address of the month: its second and third numbers name the town. */
export function locate(address: string) {
  const [, kind, town] = address.split(".").map(Number);
  const place = kind === 3 ? vpn : (kind === 2 ? abroad : towns)[town!];
  if (!place || !kind || kind > 3) return null;
  return { country: place.country, latitude: place.at[0], longitude: place.at[1] };
}

export interface Month {
  /** In order of event time. */
  activities: EvaluatedActivity[];
  /** External ids of the accounts; each person has one in either instance. */
  users: string[];
  /** This person is removed by the directory, and goes on in the other app. */
  terminated: { user: string; at: number };
}

/**
 * What a hundred people do in a month in two apps: office hours, a trip now and then with the time it takes, some on the company's VPN, mistyped passwords,
 * administrators and support staff with their habits; and what attackers do with some of their accounts. The same seed gives the same month.
 */
export function generateMonth(directory: number, app: number, seed: number): Month {
  const chance = random(seed);
  const activities: EvaluatedActivity[] = [];
  const users = Array.from({ length: people }, (_, n) => `u${n}`);
  const terminated = { user: "u42", at: start + 20 * dayMs };
  const add: Add = (instanceId, user, t, other) => {
    // Instants of the database have milliseconds.
    const occurredAtMs = Math.floor(t);
    const row = { ...blank, instanceId, userId: user, externalId: `e${activities.length}`, ...other };
    row.occurredAt = new Date(occurredAtMs).toISOString();
    row.ingestedAt = row.occurredAt;
    activities.push({ row, occurredAtMs, connectorSlug: "okta", raw: () => ({}) });
  };
  for (const [n, user] of users.entries()) {
    const until = user === terminated.user ? terminated.at : Number.POSITIVE_INFINITY;
    live(chance, n, user, directory, app, until, add);
  }
  for (let n = 0; n < 30; n++) add(app, terminated.user, terminated.at + dayMs + n * 2 * hourMs, work);
  attack(chance, directory, app, add);
  activities.sort((a, b) => a.occurredAtMs - b.occurredAtMs);
  return { activities, users, terminated };
}

type Add = (instanceId: number, user: string, t: number, other: Partial<ActivityRow>) => void;

const blank: ActivityRow = { ...blankActivity, eventType: "file.read" };
const work = {};
const signIn = { category: "LOG_ON", eventType: "user.session.start" };
const failure = { ...signIn, outcome: "FAILURE" };

function from(kind: "home" | "abroad" | "vpn", town: number, host: number): Partial<ActivityRow> {
  const { country, city } = kind === "home" ? towns[town]! : kind === "abroad" ? abroad[town]! : vpn;
  const part = { home: 1, abroad: 2, vpn: 3 }[kind];
  return {
    ipAddress: `10.${part}.${town}.${host % 250}`,
    country,
    city,
    ...(kind === "vpn" ? { ipCategory: "VPN" } : {}),
  };
}

function live(chance: Random, n: number, user: string, directory: number, app: number, until: number, add: Add): void {
  const home = n % towns.length;
  const usesVpn = n % 10 === 3;
  const tripAt = chance.chance(0.3) ? 10 + chance.whole(15) : -1;
  const trip = chance.whole(abroad.length);
  for (let day = 0; day < days; day++) {
    if (day % 7 > 4 && chance.chance(0.9)) continue;
    const onTrip = tripAt >= 0 && day > tripAt && day < tripAt + 4;
    const place = () => (onTrip ? from("abroad", trip, n) : from("home", home, n + chance.whole(3)));
    // On the day of the journey nobody works.
    if (day === tripAt || day === tripAt + 4) continue;
    const morning = start + day * dayMs + 7 * hourMs + chance.next() * 2 * hourMs;
    for (let session = 0; session < 2 + chance.whole(3); session++) {
      const t = morning + session * 2.5 * hourMs + chance.next() * hourMs;
      if (t > until) return;
      const viaVpn = usesVpn && session === 1 && !onTrip;
      const where = viaVpn ? from("vpn", 0, n) : place();
      const mistakes = chance.chance(0.15) ? 1 + chance.whole(3) : 0;
      for (let miss = 0; miss < mistakes; miss++)
        add(directory, user, t - (miss + 1) * 20_000, { ...failure, ...where });
      add(directory, user, t, { ...signIn, ...where });
      add(app, user, t + 30_000 + chance.next() * minuteMs, { ...signIn, ...where });
      add(app, user, t + hourMs, { ...signIn, ...where, interactive: false, ...from("abroad", 4, 9) });
      for (let file = 0; file < 5; file++) add(app, user, t + chance.next() * 2 * hourMs, { ...work, ...where });
      if (n % 20 === 0)
        for (let k = 0; k < 5 + chance.whole(20); k++)
          add(directory, user, t + chance.next() * hourMs, {
            ...where,
            category: "ADMIN",
            eventType: chance.pick(["user.create", "group.add", "app.assign"]),
          });
      if (n % 33 === 7) add(app, user, t + chance.next() * hourMs, { ...where, impersonated: true });
    }
  }
}

/** In the last weeks, with accounts of everybody else's habits. */
function attack(chance: Random, directory: number, app: number, add: Add): void {
  const at = () => start + (12 + chance.whole(17)) * dayMs + chance.next() * dayMs;
  for (let n = 0; n < 12; n++) {
    const t = at();
    add(directory, `u${chance.whole(people)}`, t, {
      ...signIn,
      ipAddress: `192.0.2.${n}`,
      ipTags: ["tor"],
      country: "RO",
    });
  }
  for (let n = 0; n < 8; n++)
    add(directory, `u${chance.whole(people)}`, at(), { ...signIn, ipAddress: `192.0.2.${50 + n}`, ipTags: ["botnet"] });
  for (let n = 0; n < 12; n++) {
    const user = `u${chance.whole(people)}`;
    const t = at();
    const town = chance.whole(abroad.length);
    // Several sign-ins close to each other, so that their order matters.
    for (let k = 0; k < 6; k++)
      add(directory, user, t + chance.next() * 3 * hourMs, { ...signIn, ...from(k % 2 ? "abroad" : "home", town, k) });
  }
  for (let n = 0; n < 10; n++) {
    const user = `u${chance.whole(people)}`;
    const t = at();
    for (let k = 0; k < 30 + chance.whole(200); k++)
      add(directory, user, t + chance.next() * 2 * hourMs, { ...failure, ...from("abroad", k % 5, k) });
  }
  for (let n = 0; n < 5; n++) {
    const t = at();
    for (let k = 0; k < 60; k++)
      add(directory, `u${n * 20}`, t + chance.next() * hourMs, {
        category: "ADMIN",
        eventType: `policy.change.${k % 6}`,
      });
  }
  for (let n = 0; n < 4; n++) add(app, `u${chance.whole(people)}`, at(), { impersonated: true });
}

/** As they come when each is up to an hour late. */
export function late(activities: readonly EvaluatedActivity[], seed: number): EvaluatedActivity[] {
  const chance = random(seed);
  return activities
    .map((activity) => ({ activity, arrival: activity.occurredAtMs + chance.next() * hourMs }))
    .sort((a, b) => a.arrival - b.arrival)
    .map(({ activity }) => activity);
}
