import type { ActivityRecord, GroupItem, PrivilegeItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { isObject, type Json, needId, needText, textOf } from "#src/connector-kit/record.ts";
import { ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import { graphPage, scimUsers } from "./api.ts";
import { mapFormerMember, mapUser } from "./map.ts";

export { posture } from "./posture.ts";

const former = "former:";

/**
 * People by SCIM, 100 a page, then former members as deleted (where the integration may see them).
 * Cursor: the next `startIndex`, or `former:` and the Graph cursor; null after the last page.
 */
export async function* users(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<UserRecord>, void, void> {
  if (cursor === null || !cursor.startsWith(former)) {
    const start = Number(cursor ?? 1);
    if (!Number.isSafeInteger(start) || start < 1)
      throw new StreamCursorError("The stored position in the list of Workplace members cannot be read.");
    for (let next: number | null = start; next !== null; ) {
      context.signal.throwIfAborted();
      const page = await scimUsers(context, next);
      next = page.next;
      yield {
        items: page.resources.map((user, position) => mapUser(user, `Resources[${position}]`)),
        cursor: next === null ? former : String(next),
        total: page.total,
      };
    }
  }
  for (let after = cursor?.startsWith(former) ? cursor.slice(former.length) || null : null; ; ) {
    context.signal.throwIfAborted();
    const page = await formerMembers(context, after);
    after = page.after;
    yield {
      items: page.data.map((member, position) => mapFormerMember(member, `data[${position}]`)),
      cursor: after === null ? null : former + after,
    };
    if (after === null) return;
  }
}

async function formerMembers(context: StreamContext, after: string | null) {
  try {
    return await graphPage(context, "/community/former_members", "id,name,email", after);
  } catch (error) {
    // An account missing from a whole listing counts as deleted anyway.
    if (error instanceof ProviderScopeError) return { data: [], after: null };
    throw error;
  }
}

/** Place in the walk over groups: the page of groups, how many of it are done, and the page of members in the next one. */
interface GroupPlace {
  page: string | null;
  done: number;
  members: string | null;
}

/** Groups, 100 a page, and each one's members, 100 a page. Cursor: a GroupPlace as JSON; null after the last. */
export async function* groups(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<GroupItem>, void, void> {
  let place: GroupPlace | null = cursor === null ? { page: null, done: 0, members: null } : parsePlace(cursor);
  let announce = cursor === null;
  while (place) {
    context.signal.throwIfAborted();
    const { data, after } = await graphPage(context, "/community/groups", "id,name,privacy,archived", place.page);
    const ids = data.map((group, position) => needId(group.id, `data[${position}].id`));
    if (announce) yield { items: data.map(groupItem), cursor: JSON.stringify(place) };
    for (let done: number = place.done; done < ids.length; done++) {
      for await (const { people, next } of membersOf(context, ids[done] as string, place.members)) {
        place = next === null ? { ...place, done: done + 1, members: null } : { ...place, members: next };
        yield { items: people, cursor: JSON.stringify(place) };
      }
    }
    place = after === null ? null : { page: after, done: 0, members: null };
    announce = true;
  }
  yield { items: [], cursor: null };
}

function groupItem(raw: Json, position: number): GroupItem {
  const path = `data[${position}]`;
  return { kind: "group", externalId: needId(raw.id, `${path}.id`), name: needText(raw.name, `${path}.name`), raw };
}

async function* membersOf(
  context: StreamContext,
  groupId: string,
  from: string | null,
): AsyncGenerator<{ people: GroupItem[]; next: string | null }, void, void> {
  for (let at = from; ; ) {
    const { data, after } = await graphPage(context, `/${groupId}/members`, "id", at);
    const people = data.map((person, position): GroupItem => {
      return { kind: "member", groupId, userId: needId(person.id, `data[${position}].id`) };
    });
    yield { people, next: after };
    if (after === null) return;
    at = after;
  }
}

function parsePlace(cursor: string): GroupPlace {
  let stored: unknown = null;
  try {
    stored = JSON.parse(cursor);
  } catch {
    // Refused below, as anything else that is no place.
  }
  if (!isObject(stored) || typeof stored.done !== "number")
    throw new StreamCursorError("The stored position in the list of Workplace groups cannot be read.");
  return { page: textOf(stored.page), done: stored.done, members: textOf(stored.members) };
}

const administrator = "community-admin";

/** Workplace names its administrators, not their roles. */
export async function* privileges(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<PrivilegeItem>, void, void> {
  if (cursor === null)
    yield {
      items: [{ kind: "privilege", externalId: administrator, name: "Community administrator", isAdmin: true }],
      cursor: "",
    };
  for (let after = cursor || null; ; ) {
    context.signal.throwIfAborted();
    const page = await graphPage(context, "/community/admins", "id,name", after);
    after = page.after;
    yield {
      items: page.data.map((person, position) => ({
        kind: "holder" as const,
        privilegeId: administrator,
        userId: needId(person.id, `data[${position}].id`),
      })),
      cursor: after,
    };
    if (after === null) return;
  }
}

/** Workplace has no call that reads its security log: activities come by webhook, and there is never anything to catch up with. */
export async function* activities(): AsyncGenerator<StreamPage<ActivityRecord>, void, void> {
  yield { items: [], cursor: null };
}
