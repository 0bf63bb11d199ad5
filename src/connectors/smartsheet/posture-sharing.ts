import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, type Json, needId, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { listing } from "./api.ts";
import { maxNames, type Person } from "./posture-people.ts";
import { readAll } from "./read-all.ts";

/** Each takes one or two calls of the 300 a minute. */
const maxItems = 100;

/** What the checks see of sharing, of the first items of each kind that the account can open. Lists are names, at most 50. */
export interface SharingFacts {
  looked: number;
  /** Published to anybody who has the link. */
  published: string[];
  /** Shared with people outside. */
  outside: string[];
  /** With people outside who may share it further. */
  outsideSharers: string[];
}

const kinds = [
  { type: "sheet", url: "/sheets", canPublish: true },
  { type: "report", url: "/reports", canPublish: true },
  { type: "sight", url: "/sights", canPublish: true },
  { type: "workspace", url: "/workspaces", canPublish: false },
] as const;

/** Source: https://developers.smartsheet.com/api/smartsheet/openapi/sharing */
export async function sharingFacts(context: Context, people: readonly Person[]): Promise<SharingFacts> {
  const inside = new Set(people.filter((person) => !person.isOutside).map(({ email }) => email));
  const facts: SharingFacts = { looked: 0, published: [], outside: [], outsideSharers: [] };
  for (const { type, url, canPublish } of kinds)
    for (const item of await readAll(context, listing(url), needObject, maxItems)) {
      context.signal.throwIfAborted();
      const id = needId(item.id, "data.id");
      const name = `${type === "sight" ? "dashboard" : type} ${textOf(item.name) ?? id}`;
      const outside = (await sharesOf(context, type, id)).filter((share) => isOutsideShare(share, inside));
      facts.looked += 1;
      if (outside.length > 0) add(facts.outside, name);
      if (outside.some(({ accessLevel }) => /SHARE|ADMIN|OWNER/.test(String(accessLevel))))
        add(facts.outsideSharers, name);
      if (canPublish && isOpen((await context.http.get(`${url}/${encodeURIComponent(id)}/publish`)).body))
        add(facts.published, name);
    }
  return facts;
}

async function sharesOf({ http }: Context, assetType: string, assetId: string): Promise<Json[]> {
  const shares: Json[] = [];
  let lastKey: string | null = null;
  do {
    const query = { assetType, assetId, maxItems: 100, ...(lastKey === null ? {} : { lastKey }) };
    const body = needObject((await http.get("/shares", { query })).body, "$");
    shares.push(...needList(body.items, "items").map(objectOf));
    lastKey = idOf(body.lastKey) === lastKey ? null : idOf(body.lastKey);
  } while (lastKey !== null);
  return shares;
}

function isOutsideShare({ type, email }: Json, inside: ReadonlySet<string>): boolean {
  const address = textOf(email)?.toLowerCase();
  return type === "USER" && address !== undefined && !inside.has(address);
}

/** Each way of publishing that is on, and open to all. */
function isOpen(body: unknown): boolean {
  const state = objectOf(body);
  const isOn = (flag: string) => state[flag] === true;
  const toAll = (whom: unknown) => whom === undefined || whom === "ALL";
  return (
    isOn("readOnlyLiteEnabled") ||
    isOn("icalEnabled") ||
    (isOn("readOnlyFullEnabled") && toAll(state.readOnlyFullAccessibleBy)) ||
    (isOn("readWriteEnabled") && toAll(state.readWriteAccessibleBy))
  );
}

function add(names: string[], name: string): void {
  if (names.length < maxNames) names.push(name);
}
