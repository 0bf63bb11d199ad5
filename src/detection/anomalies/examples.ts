import type { ActivityRow } from "#src/inventory/activities/row.ts";
import type { Slug } from "./catalogue.ts";

/** Things of one account, and what a detection makes of them. One test runs them all (test/detection/anomalies/examples.test.ts). */
export interface Example {
  /** A sentence about the account. */
  that: string;
  of: Slug;
  /** Fires; is suppressed by the named rule; or is no finding. */
  is: "alert" | { quiet: string } | "nothing";
  sensitivity?: "LOW" | "MEDIUM" | "HIGH";
  activities: readonly ExampleActivity[];
  /** Of the person, in a directory. */
  terminatedAt?: string;
  isService?: boolean;
  /** Addresses, towns and countries that many accounts of the organisation use. */
  common?: readonly string[];
}

export type ExampleActivity = { at: string } & Partial<ActivityRow>;

const berlin = { ipAddress: "203.0.113.10", country: "DE", city: "Berlin" };
const newYork = { ipAddress: "198.51.100.7", country: "US", city: "New York" };
const warsaw = { ipAddress: "192.0.2.44", country: "PL", city: "Warsaw" };
const signIn = { category: "LOG_ON", eventType: "user.session.start", outcome: "SUCCESS", interactive: true };
const failure = { ...signIn, outcome: "FAILURE" };
const grant = { category: "ADMIN", eventType: "user.role.grant", outcome: "SUCCESS" };
const impersonation = { category: "USER", eventType: "file.read", outcome: "SUCCESS", impersonated: true };

/** Where the addresses are; of others only the country is known. */
export const coordinates: Readonly<Record<string, [latitude: number, longitude: number]>> = {
  [berlin.ipAddress]: [52.52, 13.4],
  [newYork.ipAddress]: [40.71, -74.01],
  [warsaw.ipAddress]: [52.23, 21.01],
};

/** One each morning, from 1 March on. */
function mornings(days: number, activity: Partial<ActivityRow>): ExampleActivity[] {
  return Array.from({ length: days }, (_, n) => ({
    at: new Date(Date.UTC(2026, 2, 1 + n, 8)).toISOString(),
    ...activity,
  }));
}

/** So many in a row, a minute apart. */
function burst(at: string, count: number, activity: (n: number) => Partial<ActivityRow>): ExampleActivity[] {
  return Array.from({ length: count }, (_, n) => ({
    at: new Date(Date.parse(at) + n * 60_000).toISOString(),
    ...activity(n),
  }));
}

const home = mornings(14, { ...signIn, ...berlin });

export const examples: readonly Example[] = [
  {
    that: "signs in through TOR",
    of: "anonymous-ip",
    is: "alert",
    activities: [
      ...home,
      { at: "2026-03-14T12:00Z", ...signIn, ipAddress: "192.0.2.1", ipTags: ["tor"], country: "RO" },
    ],
  },
  {
    that: "fails to sign in through TOR",
    of: "anonymous-ip",
    is: "nothing",
    activities: [...home, { at: "2026-03-14T12:00Z", ...failure, ipAddress: "192.0.2.1", ipTags: ["tor"] }],
  },
  {
    that: "has a token renewed through TOR",
    of: "anonymous-ip",
    is: "nothing",
    activities: [
      ...home,
      { at: "2026-03-14T12:00Z", ...signIn, interactive: false, ipAddress: "192.0.2.1", ipTags: ["tor"] },
    ],
  },
  {
    that: "signs in from an address called anonymous that the whole office uses",
    of: "anonymous-ip",
    is: { quiet: "common-address" },
    common: ["192.0.2.1"],
    activities: [...home, { at: "2026-03-14T12:00Z", ...signIn, ipAddress: "192.0.2.1", ipTags: ["anonymous-proxy"] }],
  },
  {
    that: "signs in from an address that a list calls a proxy and an admin corporate",
    of: "anonymous-ip",
    is: { quiet: "safe-address" },
    activities: [
      {
        at: "2026-03-14T12:00Z",
        ...signIn,
        ipAddress: "192.0.2.1",
        ipTags: ["anonymous-proxy"],
        ipCategory: "CORPORATE",
      },
    ],
  },
  {
    that: "signs in from a machine of a botnet",
    of: "suspicious-ip",
    is: "alert",
    activities: [...home, { at: "2026-03-14T12:00Z", ...signIn, ipAddress: "192.0.2.9", ipTags: ["botnet"] }],
  },
  {
    that: "signs in from a range that an admin called risky",
    of: "suspicious-ip",
    is: "alert",
    activities: [{ at: "2026-03-14T12:00Z", ...signIn, ipAddress: "192.0.2.9", ipCategory: "RISKY" }],
  },
  {
    that: "reads a file from a machine of a botnet",
    of: "suspicious-ip",
    is: "nothing",
    activities: [
      { at: "2026-03-14T12:00Z", category: "USER", outcome: "SUCCESS", ipAddress: "192.0.2.9", ipTags: ["botnet"] },
    ],
  },
  {
    that: "signs in from Brazil after two weeks in Germany",
    of: "infrequent-country",
    is: "alert",
    activities: [...home, { at: "2026-03-15T20:00Z", ...signIn, country: "BR", ipAddress: "192.0.2.3" }],
  },
  {
    that: "signs in from Brazil on the fifth day",
    of: "infrequent-country",
    is: { quiet: "learning" },
    activities: [...mornings(4, { ...signIn, ...berlin }), { at: "2026-03-05T20:00Z", ...signIn, country: "BR" }],
  },
  {
    that: "comes back to Brazil, of which was learnt on the first day, within a month",
    of: "infrequent-country",
    is: { quiet: "learning" },
    activities: [
      ...mornings(1, { ...signIn, country: "BR" }),
      ...mornings(20, { ...signIn, ...berlin }),
      { at: "2026-03-28T20:00Z", ...signIn, country: "BR" },
    ],
  },
  {
    that: "comes back to Brazil after two months",
    of: "infrequent-country",
    is: "alert",
    activities: [
      ...mornings(1, { ...signIn, country: "BR" }),
      ...mornings(60, { ...signIn, ...berlin }),
      { at: "2026-04-30T20:00Z", ...signIn, country: "BR" },
    ],
  },
  {
    that: "fails to sign in from Brazil",
    of: "infrequent-country",
    is: "nothing",
    activities: [...home, { at: "2026-03-15T20:00Z", ...failure, country: "BR" }],
  },
  {
    that: "is the first in Brazil, and many others are there, at low sensitivity",
    of: "infrequent-country",
    is: { quiet: "common-country" },
    sensitivity: "LOW",
    common: ["BR"],
    activities: [...home, { at: "2026-03-15T20:00Z", ...signIn, country: "BR" }],
  },
  {
    that: "signs in from the company's VPN in the Netherlands",
    of: "infrequent-country",
    is: { quiet: "safe-address" },
    activities: [
      ...home,
      { at: "2026-03-15T20:00Z", ...signIn, ipAddress: "192.0.2.5", country: "NL", ipCategory: "VPN" },
    ],
  },
  {
    that: "is in Berlin and an hour later in New York",
    of: "impossible-travel",
    is: "alert",
    activities: [
      ...home,
      { at: "2026-03-15T08:00Z", ...signIn, ...berlin },
      { at: "2026-03-15T09:00Z", ...signIn, ...newYork },
    ],
  },
  {
    that: "is in Berlin and ten hours later in New York",
    of: "impossible-travel",
    is: "nothing",
    activities: [
      ...home,
      { at: "2026-03-15T08:00Z", ...signIn, ...berlin },
      { at: "2026-03-15T18:00Z", ...signIn, ...newYork },
    ],
  },
  {
    that: "is in Berlin and fails to sign in from New York an hour later",
    of: "impossible-travel",
    is: "nothing",
    activities: [
      ...home,
      { at: "2026-03-15T08:00Z", ...signIn, ...berlin },
      { at: "2026-03-15T09:00Z", ...failure, ...newYork },
    ],
  },
  {
    that: "is in Poland ten minutes after Germany",
    of: "impossible-travel",
    is: { quiet: "bordering-country" },
    activities: [
      ...home,
      { at: "2026-03-15T08:00Z", ...signIn, ...berlin },
      { at: "2026-03-15T08:10Z", ...signIn, ...warsaw },
    ],
  },
  {
    that: "goes from the company's range in Berlin to the company's VPN in New York",
    of: "impossible-travel",
    is: { quiet: "both-sides-safe" },
    activities: [
      ...mornings(14, { ...signIn, ...berlin, ipCategory: "CORPORATE" }),
      { at: "2026-03-15T08:10Z", ...signIn, ...berlin, ipCategory: "CORPORATE" },
      { at: "2026-03-15T08:20Z", ...signIn, ...newYork, ipCategory: "VPN" },
    ],
  },
  {
    that: "goes from the company's range in Berlin to its VPN in New York, at high sensitivity",
    of: "impossible-travel",
    is: "alert",
    sensitivity: "HIGH",
    activities: [
      ...mornings(14, { ...signIn, ...berlin, ipCategory: "CORPORATE" }),
      { at: "2026-03-15T08:10Z", ...signIn, ...berlin, ipCategory: "CORPORATE" },
      { at: "2026-03-15T08:20Z", ...signIn, ...newYork, ipCategory: "VPN" },
    ],
  },
  {
    that: "goes from home in Berlin to the company's VPN in New York: one safe side is not enough",
    of: "impossible-travel",
    is: "alert",
    activities: [
      ...home,
      { at: "2026-03-15T08:10Z", ...signIn, ...berlin },
      { at: "2026-03-15T08:20Z", ...signIn, ...newYork, ipCategory: "VPN" },
    ],
  },
  {
    that: "works through a server of a cloud provider in New York",
    of: "impossible-travel",
    is: { quiet: "cloud-address" },
    activities: [
      ...home,
      { at: "2026-03-15T08:10Z", ...signIn, ...berlin },
      { at: "2026-03-15T08:20Z", ...signIn, ...newYork, ipTags: ["cloud"] },
    ],
  },
  {
    that: "goes back and forth between two homes by a proxy",
    of: "impossible-travel",
    is: { quiet: "usual-place" },
    activities: [
      ...mornings(14, { ...signIn, ...berlin }),
      ...mornings(14, { ...signIn, ...newYork }).map((one) => ({ ...one, at: one.at.replace("T08", "T20") })),
      { at: "2026-03-15T08:10Z", ...signIn, ...berlin },
      { at: "2026-03-15T08:20Z", ...signIn, ...newYork },
    ],
  },
  {
    that: "goes back and forth between two homes, at high sensitivity",
    of: "impossible-travel",
    is: "alert",
    sensitivity: "HIGH",
    activities: [
      ...mornings(14, { ...signIn, ...berlin }),
      ...mornings(14, { ...signIn, ...newYork }).map((one) => ({ ...one, at: one.at.replace("T08", "T20") })),
      { at: "2026-03-15T08:10Z", ...signIn, ...berlin },
      { at: "2026-03-15T08:20Z", ...signIn, ...newYork },
    ],
  },
  {
    that: "is where the New York office is, at low sensitivity",
    of: "impossible-travel",
    is: { quiet: "common-place" },
    sensitivity: "LOW",
    common: ["US/New York"],
    activities: [
      ...home,
      { at: "2026-03-15T08:10Z", ...signIn, ...berlin },
      { at: "2026-03-15T08:20Z", ...signIn, ...newYork },
    ],
  },
  {
    that: "is new, and in Berlin and New York within an hour",
    of: "impossible-travel",
    is: { quiet: "learning" },
    activities: [
      ...mornings(3, { ...signIn, ...berlin }),
      { at: "2026-03-04T08:10Z", ...signIn, ...berlin },
      { at: "2026-03-04T08:50Z", ...signIn, ...newYork },
    ],
  },
  {
    that: "reads files in one app a day after the directory removed the person",
    of: "terminated-user-activity",
    is: "alert",
    terminatedAt: "2026-03-10T00:00Z",
    activities: [{ at: "2026-03-11T10:00Z", category: "USER", eventType: "file_downloaded", outcome: "SUCCESS" }],
  },
  {
    that: "read files before the directory removed the person",
    of: "terminated-user-activity",
    is: "nothing",
    terminatedAt: "2026-03-10T00:00Z",
    activities: [{ at: "2026-03-09T10:00Z", category: "USER", eventType: "file_downloaded", outcome: "SUCCESS" }],
  },
  {
    that: "is refused after the directory removed the person",
    of: "terminated-user-activity",
    is: "nothing",
    terminatedAt: "2026-03-10T00:00Z",
    activities: [{ at: "2026-03-11T10:00Z", ...failure }],
  },
  {
    that: "fails to sign in eleven times within eleven minutes",
    of: "multiple-failed-logins",
    is: "alert",
    activities: [...home, ...burst("2026-03-15T08:00Z", 11, () => ({ ...failure, ...berlin }))],
  },
  {
    that: "fails to sign in ten times within ten minutes",
    of: "multiple-failed-logins",
    is: "nothing",
    activities: [...home, ...burst("2026-03-15T08:00Z", 10, () => ({ ...failure, ...berlin }))],
  },
  {
    that: "fails to sign in ten times within ten minutes, at high sensitivity",
    of: "multiple-failed-logins",
    is: "alert",
    sensitivity: "HIGH",
    activities: [...home, ...burst("2026-03-15T08:00Z", 10, () => ({ ...failure, ...berlin }))],
  },
  {
    that: "is a script with an old password that fails twelve times each morning",
    of: "multiple-failed-logins",
    is: "nothing",
    activities: Array.from({ length: 20 }, (_, n) => n + 1).flatMap((day) =>
      // Gradually in the first days, otherwise they would be reported as learning.
      burst(`2026-03-${String(day).padStart(2, "0")}T08:00Z`, day < 8 ? 9 : 12, () => ({ ...failure, ...berlin })),
    ),
  },
  {
    that: "fails to sign in thirty times on the third day",
    of: "multiple-failed-logins",
    is: { quiet: "learning" },
    activities: [
      ...mornings(3, { ...signIn, ...berlin }),
      ...burst("2026-03-03T10:00Z", 30, () => ({ ...failure, ...berlin })),
    ],
  },
  {
    that: "does four kinds of administrative things it has never done within ten minutes",
    of: "unusual-admin-activity",
    is: "alert",
    activities: [...home, ...burst("2026-03-15T08:00Z", 4, (n) => ({ ...grant, eventType: `admin.change.${n}` }))],
  },
  {
    that: "grants forty roles within forty minutes, and mostly grants one a day",
    of: "unusual-admin-activity",
    is: "alert",
    activities: [...mornings(14, grant), ...burst("2026-03-15T08:00Z", 40, () => grant)],
  },
  {
    that: "is the administrator who grants forty roles every day",
    of: "unusual-admin-activity",
    is: { quiet: "learning" },
    activities: Array.from({ length: 20 }, (_, n) => n + 1).flatMap((day) =>
      burst(`2026-03-${String(day).padStart(2, "0")}T08:00Z`, 40, () => grant),
    ),
  },
  {
    that: "grants one role it has never granted",
    of: "unusual-admin-activity",
    is: "nothing",
    activities: [...home, { at: "2026-03-15T08:00Z", ...grant }],
  },
  {
    that: "reads a file as another user for the first time",
    of: "unusual-impersonated-activity",
    is: "alert",
    activities: [...home, { at: "2026-03-15T08:00Z", ...impersonation }],
  },
  {
    that: "is support staff that acts for others every day",
    of: "unusual-impersonated-activity",
    is: { quiet: "learning" },
    activities: mornings(20, impersonation),
  },
  {
    that: "is a service that acts for others",
    of: "unusual-impersonated-activity",
    is: { quiet: "service-account" },
    isService: true,
    activities: [...home, ...burst("2026-03-15T08:00Z", 30, () => impersonation)],
  },
  {
    that: "reads a file as itself",
    of: "unusual-impersonated-activity",
    is: "nothing",
    activities: [...home, { at: "2026-03-15T08:00Z", ...impersonation, impersonated: false }],
  },
];
