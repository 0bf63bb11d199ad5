import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { cleanText } from "#src/platform/text.ts";
import { canonicalAddress } from "./address.ts";
import { builtInFacts, type Location } from "./locate.ts";
import { userAgentTags as tagsOf } from "./user-agent.ts";

export type IpCategory = "ADMINISTRATIVE" | "CLOUD_PROVIDER" | "CORPORATE" | "RISKY" | "VPN" | "OTHER";

/** What an admin defined for an address. Null: nothing, so the built-in data applies. */
export interface OwnWord {
  category: IpCategory;
  tags: readonly string[];
  country: string | null;
  city: string | null;
  isp: string | null;
}

export interface WhereFrom {
  country: string | null;
  city: string | null;
  isp: string | null;
}

/** What is found out of an activity's address and user agent. */
export interface ActivityFacts extends WhereFrom {
  ipCategory: IpCategory;
  ipTags: readonly string[];
  userAgentTags: readonly string[];
  /** What the own range's words stand in place of; null when they replace nothing. */
  replacedPlace: WhereFrom | null;
}

const risky = new Set(["anonymous-proxy", "botnet", "malware-cc", "tor"]);

/** What kind of address the tags make it. */
export function categoryOf(tags: readonly string[]): IpCategory {
  if (tags.some((tag) => risky.has(tag))) return "RISKY";
  if (tags.includes("vpn")) return "VPN";
  return tags.includes("cloud") ? "CLOUD_PROVIDER" : "OTHER";
}

/** An admin's word on an address is the only one: its own tags are all there are. */
export function tagsAndCategory(address: string, own: OwnWord | null): Pick<ActivityFacts, "ipCategory" | "ipTags"> {
  if (own) return { ipCategory: own.category, ipTags: own.tags };
  const { tags } = builtInFacts(address);
  return { ipCategory: categoryOf(tags), ipTags: tags };
}

/** What the app states comes first; a found city only goes with the country it is in. */
export function foundPlace(said: WhereFrom, found: Location | null): WhereFrom {
  const country = said.country ?? found?.country ?? null;
  return {
    country,
    city: said.city ?? (found && found.country === country ? found.city : null),
    isp: said.isp ?? found?.isp ?? null,
  };
}

/** Whether an own range defines a place: then it replaces what was there. */
export function replacesPlace(own: OwnWord | null): own is OwnWord {
  return own !== null && (own.country !== null || own.city !== null || own.isp !== null);
}

/** An own country takes the city of another with it. */
export function ownPlace(own: OwnWord, place: WhereFrom): WhereFrom {
  const sameCountry = own.country === null || own.country === place.country;
  return {
    country: own.country ?? place.country,
    city: own.city ?? (sameCountry ? place.city : null),
    isp: own.isp ?? place.isp,
  };
}

/** The address of an activity as it is stored: in its one spelling; where an app sends something else in its place, that. */
export function storedAddress({ ipAddress }: Pick<ActivityRecord, "ipAddress">): string | null {
  const text = cleanText(ipAddress, 64);
  return text && (canonicalAddress(text) ?? text);
}

/** All of it for a record as it comes in. */
export function activityFacts(record: ActivityRecord, ownWord: (address: string) => OwnWord | null): ActivityFacts {
  const said = {
    country: cleanText(record.country, 2),
    city: cleanText(record.city, 200),
    isp: cleanText(record.isp, 200),
  };
  // As they are stored: a client may send a megabyte.
  const userAgent = cleanText(record.userAgent, 1000);
  const userAgentTags = userAgent ? tagsOf(userAgent, record.occurredAt) : [];
  const address = storedAddress(record);
  if (!address) return { ...said, ipCategory: "OTHER", ipTags: [], userAgentTags, replacedPlace: null };
  const own = ownWord(address);
  const place = foundPlace(said, builtInFacts(address).location);
  const replaces = replacesPlace(own);
  return {
    ...tagsAndCategory(address, own),
    ...(replaces ? ownPlace(own, place) : place),
    userAgentTags,
    replacedPlace: replaces ? place : null,
  };
}
