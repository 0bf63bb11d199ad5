import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { membershipOf, membersOf } from "./api.ts";

/** What a row of a cabinet's membership may give; each includes those after it. */
export const rights = [
  { right: "administer", verb: "Administer", isAdmin: true },
  { right: "share", verb: "Share in", isAdmin: false },
  { right: "edit", verb: "Edit in", isAdmin: false },
  { right: "view", verb: "View in", isAdmin: false },
] as const;

export interface Holder {
  right: string;
  userId: string;
}

export const isGroup = (principal: string): boolean => principal.startsWith("UG-");

/** Neither a person nor a group: a cabinet or a repository. */
const isContainer = (principal: string): boolean => /^(NG|CA)-/.test(principal);

/** Who holds which right in a cabinet, the largest of each person. Members of a group are read once for all cabinets. */
export async function holdersIn(context: Context, cabinetId: string, known: Map<string, string[]>): Promise<Holder[]> {
  const held = new Map<string, number>();
  for (const row of (await membershipOf(context, cabinetId)).map(objectOf)) {
    const principal = textOf(row.principal);
    const place = rights.findIndex(({ right }) => row[right] === true);
    if (principal === null || isContainer(principal) || place < 0 || row.noAccess === true) continue;
    for (const userId of isGroup(principal) ? await membersIn(context, principal, known) : [principal])
      held.set(userId, Math.min(place, held.get(userId) ?? place));
  }
  return [...held].map(([userId, place]) => ({ right: rights[place]?.right ?? "", userId }));
}

export async function membersIn(context: Context, groupId: string, known: Map<string, string[]>): Promise<string[]> {
  const found = known.get(groupId);
  if (found) return found;
  const members: string[] = [];
  for await (const { records } of walkPages(context, membersOf(groupId)))
    members.push(...records.map((one, index) => needId(needObject(one, `$[${index}]`).id, `$[${index}].id`)));
  known.set(groupId, members);
  return members;
}

/** The app's account may see cabinets of other repositories. */
export const isOfRepository = ({ repositoryId }: Json, { settings }: Context): boolean =>
  textOf(repositoryId) === null || repositoryId === settings.repositoryId;
