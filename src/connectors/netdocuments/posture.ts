import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Listing, walkPages } from "#src/connector-kit/page-walk.ts";
import { instantOf, type Json, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { cabinets, membershipOf } from "./api.ts";
import { isRegistered } from "./map.ts";
import { holdersIn, isGroup, isOfRepository } from "./rights.ts";

const dayMs = 86_400_000;
const maxNames = 50;
export const staleDays = 90;
export const [fewestAdmins, mostAdmins] = [2, 5];

export interface Counted {
  count: number;
  /** At most 50. */
  names: string[];
}
export interface PeopleFacts {
  members: number;
  externals: number;
  staleExternals: Counted;
  staleMembers: Counted;
  /** Who has never registered. NetDocuments does not say since when they are invited. */
  invited: Counted;
}
export interface GroupFacts {
  groups: number;
  hidden: Counted;
}
export interface CabinetFacts {
  cabinets: number;
  /** Cabinets with too few or too many administrators. */
  oddAdmins: Counted;
  /** Cabinets in which a group from outside may edit, share or administer. */
  outsideEditors: Counted;
  /** Cabinets whose new documents are open to a group from outside. */
  outsideDefaults: Counted;
}

export async function readList(context: Context, listing: Listing): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records } of walkPages(context, listing))
    all.push(...records.map((one, index) => needObject(one, `$[${index}]`)));
  return all;
}

export function peopleFacts(people: readonly Json[], now: Date): PeopleFacts {
  const registered = people.filter(isRegistered);
  const isStale = ({ lastLogin }: Json) => {
    const at = instantOf(lastLogin);
    return at === null || now.getTime() - at.getTime() > staleDays * dayMs;
  };
  const stale = registered.filter(isStale);
  return {
    members: people.filter(({ external }) => external !== true).length,
    externals: people.filter(({ external }) => external === true).length,
    staleExternals: counted(stale.filter(({ external }) => external === true).map(labelOf)),
    staleMembers: counted(stale.filter(({ external }) => external !== true).map(labelOf)),
    invited: counted(people.filter((one) => !isRegistered(one)).map(labelOf)),
  };
}

export function groupFacts(groups: readonly Json[]): GroupFacts {
  const hidden = groups.filter((group) => group.hidden === true || group.hideMembership === true);
  return { groups: groups.length, hidden: counted(hidden.map(labelOf)) };
}

export async function cabinetFacts(context: Context, groups: readonly Json[]): Promise<CabinetFacts> {
  const outside = new Set(groups.filter(({ external }) => external === true).map(({ id }) => String(id)));
  const known = new Map<string, string[]>();
  const found = { oddAdmins: [] as string[], outsideEditors: [] as string[], outsideDefaults: [] as string[] };
  const own = (await readList(context, cabinets)).filter((cabinet) => isOfRepository(cabinet, context));
  for (const cabinet of own) {
    const id = String(cabinet.id);
    const name = labelOf(cabinet);
    const admins = (await holdersIn(context, id, known)).filter(({ right }) => right === "administer").length;
    if (admins < fewestAdmins || admins > mostAdmins) found.oddAdmins.push(name);
    const rows = (await membershipOf(context, id)).map(objectOf);
    const ofOutside = rows.filter(({ principal }) => isGroup(String(principal)) && outside.has(String(principal)));
    if (ofOutside.some(({ edit, share, administer }) => edit === true || share === true || administer === true))
      found.outsideEditors.push(name);
    if (ofOutside.some(({ cabDefault, noAccess }) => cabDefault === true && noAccess !== true))
      found.outsideDefaults.push(name);
  }
  return {
    cabinets: own.length,
    oddAdmins: counted(found.oddAdmins),
    outsideEditors: counted(found.outsideEditors),
    outsideDefaults: counted(found.outsideDefaults),
  };
}

const labelOf = (one: Json): string =>
  textOf(one.email) ?? textOf(one.name) ?? textOf(one.displayName) ?? String(one.id);

const counted = (names: readonly string[]): Counted => ({
  count: names.length,
  names: names.toSorted().slice(0, maxNames),
});
