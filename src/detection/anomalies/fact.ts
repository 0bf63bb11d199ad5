import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { type Detection, type Level, slugs } from "./catalogue.ts";

/** What an activity is to the detections: bits. */
export const kinds = { signIn: 1, failedSignIn: 2, admin: 4, impersonated: 8, terminated: 16 } as const;

/** What an address is: bits. */
export const natures = {
  /** Of the organisation itself, as an admin defined: corporate, administrative or its VPN. */
  safe: 1,
  /** Of a cloud provider, not of a person's place. */
  cloud: 2,
  /** Of a VPN, a web gateway or a satellite: its location is not that of its user. */
  vpn: 4,
  anonymous: 8,
  threat: 16,
} as const;

const natureOfTag: Readonly<Record<string, number>> = {
  cloud: natures.cloud,
  hosting: natures.cloud,
  microsoft: natures.cloud,
  vpn: natures.vpn,
  zscaler: natures.vpn,
  satellite: natures.vpn,
  "anonymous-proxy": natures.anonymous,
  tor: natures.anonymous,
  botnet: natures.threat,
  "darknet-scanner": natures.threat,
  "malware-cc": natures.threat,
};

/**
 * What the detections remember of an activity while late ones may still come before it. Short names: it is stored as JSON.
 * It holds how the policies stood when the activity came, so that a change of a policy never judges again what came before it.
 */
export interface Fact {
  /** Event time, epoch ms. */
  t: number;
  /** The app's id of the activity. */
  id: string;
  kinds: number;
  /** Levels of the policies: two bits each, by place in the catalogue. */
  levels: number;
  /** Suppressions that cover it, by detection. */
  muted?: Record<Detection, number>;
  address?: string;
  nature?: number;
  tags?: string[];
  country?: string;
  city?: string;
  isp?: string;
  /** Latitude and longitude, when they are known. */
  at?: [number, number];
  event?: string;
  /** When the person behind the account left, and the directory that reported it. */
  terminated?: { at: number; directory: string };
}

/** Coordinates and country of an address, where they can be determined. */
export type Locate = (
  address: string,
) => { country: string | null; latitude: number | null; longitude: number | null } | null;

/** Bits of what the activity is by itself; 0 for most. Only interactive sign-ins count: tokens are renewed from anywhere. */
export function kindsOf(row: ActivityRow): number {
  let found = 0;
  if (row.category === "LOG_ON" && row.interactive !== false) {
    if (row.outcome === "SUCCESS") found |= kinds.signIn;
    else if (row.outcome === "FAILURE") found |= kinds.failedSignIn;
  } else if (row.category === "ADMIN" && row.outcome !== "FAILURE") found |= kinds.admin;
  if (row.impersonated && row.outcome !== "FAILURE") found |= kinds.impersonated;
  return found;
}

export function factOf(row: ActivityRow, t: number, found: number, locate: Locate): Fact {
  const fact: Fact = { t, id: row.externalId, kinds: found, levels: 0 };
  if (row.ipAddress) {
    fact.address = row.ipAddress;
    const nature = natureOf(row);
    if (nature) fact.nature = nature;
    if (row.ipTags.length > 0) fact.tags = row.ipTags;
  }
  if (row.country) fact.country = row.country;
  if (row.city) fact.city = row.city;
  if (row.isp) fact.isp = row.isp;
  if (found & ~(kinds.signIn | kinds.failedSignIn)) fact.event = row.eventType;
  if (found & kinds.signIn && row.ipAddress) {
    const place = locate(row.ipAddress);
    // The country stated by the app or an admin takes precedence over that of the address database.
    if (place?.country && !fact.country) fact.country = place.country;
    if (place?.country === fact.country && place?.latitude != null && place.longitude != null)
      fact.at = [round(place.latitude), round(place.longitude)];
  }
  return fact;
}

function natureOf({ ipCategory, ipTags }: ActivityRow): number {
  let nature = 0;
  for (const tag of ipTags) nature |= natureOfTag[tag] ?? 0;
  if (ipCategory === "CORPORATE" || ipCategory === "ADMINISTRATIVE" || ipCategory === "VPN") nature |= natures.safe;
  else if (ipCategory === "CLOUD_PROVIDER") nature |= natures.cloud;
  else if (ipCategory === "RISKY" && !(nature & natures.anonymous)) nature |= natures.threat;
  return nature;
}

/** About a kilometre: as far as such databases can be trusted, and so that one place stays one place. */
function round(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}

export function levelOf(fact: Fact, of: Detection): Level {
  return ((fact.levels >> (of * 2)) & 3) as Level;
}

export function setLevel(fact: Fact, of: Detection, level: Level): void {
  fact.levels |= level << (of * 2);
}

/** Detections that may say something about an activity. */
export function concernedBy(found: number): Detection[] {
  const concerned = [];
  for (let of = 0; of < slugs.length; of++) if (kindsOfDetection[of]! & found) concerned.push(of);
  return concerned;
}

const kindsOfDetection = [
  kinds.signIn,
  kinds.signIn,
  kinds.signIn,
  kinds.signIn,
  kinds.terminated,
  kinds.failedSignIn,
  kinds.admin,
  kinds.impersonated,
];

export function isBefore(one: Fact, other: Fact): boolean {
  return one.t !== other.t ? one.t < other.t : one.id < other.id;
}
