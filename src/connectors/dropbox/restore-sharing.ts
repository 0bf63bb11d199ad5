import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, listOf } from "#src/connector-kit/record.ts";
import type { Sharer } from "./access.ts";
import type { Link } from "./links.ts";
import { type SharedItem, type StoredLink, type StoredPerson, wholeSecond } from "./shared-item.ts";

/** Gives back the links and people that an action had noted. True when something was missing or different. */
export async function restoreSharing(context: Context, item: SharedItem, before: Json): Promise<boolean> {
  const links = listOf(before.links) as StoredLink[];
  const people = listOf(before.people) as StoredPerson[];
  if (links.length + people.length === 0) return false;
  const now = await item.state();
  let changed = false;
  for (const person of people) {
    if (now.people.some((one) => isSame(one, person))) continue;
    await item.addPerson(person);
    changed = true;
  }
  for (const link of links) {
    const present = now.links.find(({ madeBy }) => madeBy === link.madeBy);
    const did = present ? await change(item, present, link) : await create(context, item, link);
    changed ||= did;
  }
  return changed;
}

function isSame(one: Sharer, { email, accountId }: StoredPerson): boolean {
  return email === null ? one.accountId === accountId : one.email?.toLowerCase() === email.toLowerCase();
}

/** Nobody knows the password that a link had: without it, it would be more open than it was. One that has ended meanwhile stays ended. */
async function create(context: Context, item: SharedItem, link: StoredLink): Promise<boolean> {
  const hasEnded = link.expiresAt !== null && new Date(link.expiresAt) <= context.now();
  if (link.password || hasEnded) return false;
  await item.createLink(link);
  return true;
}

async function change(item: SharedItem, present: Link, { audience, expiresAt }: StoredLink): Promise<boolean> {
  const ends = present.expiresAt?.toISOString() ?? null;
  if (present.stated === audience && ends === expiresAt) return false;
  const settings = {
    audience: { ".tag": audience },
    ...(expiresAt === null ? {} : { expires: wholeSecond(new Date(expiresAt)) }),
  };
  await item.changeLink(present, settings, expiresAt === null && ends !== null ? { remove_expiration: true } : {});
  return true;
}
