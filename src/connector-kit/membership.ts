import type { UnreadableItem } from "./contract/records.ts";
import type { StreamContext, StreamPage } from "./contract/streams.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { type Listing, PageWalk, storedPlace, type WalkPlace } from "./page-walk.ts";
import { readEach, textOf } from "./record.ts";

/** One group as it was listed. */
export interface ListedGroup<T extends object> {
  /** The provider's id: a resumed reading finds the group by it. */
  id: string;
  /** What it becomes, before its members. */
  items: readonly T[];
  /** Where its members are listed; null: it has none to list. */
  members: Omit<Listing, "name"> | null;
}

export interface Membership<T extends object> {
  groups: Listing & { group: (record: unknown, path: string) => ListedGroup<T> };
  /** Maps one member of a group. */
  member: (record: unknown, path: string, groupId: string) => T | readonly T[];
}

/** Small groups are stored together: a page for each would be a transaction for each. */
const enoughItems = 500;

const kind = { form: "membership1" };

/** A page of groups; the group in it that is being read; the place among its members. */
interface Place {
  groups: WalkPlace | null;
  group: string | null;
  members: WalkPlace | null;
}

/**
 * Groups and their members, or anything else that is listed with what it holds: roles with holders, folders with collaborators.
 * About 500 items a page. Cursor: the page of groups, the group in it, and the place among its members; null after the last.
 * A group that was deleted meanwhile does not matter: its page is then read from its start.
 * Throws as `stages` does.
 */
export async function* membership<T extends object>(
  context: StreamContext,
  cursor: string | null,
  { groups, member }: Membership<T>,
): AsyncGenerator<StreamPage<T | UnreadableItem>, void, void> {
  let resumed: Place | null = cursor === null ? null : readPlace(cursor);
  const walk = new PageWalk(context, groups, resumed?.groups);
  let items: (T | UnreadableItem)[] = [];
  while (!walk.done) {
    const here: WalkPlace | null = walk.place.at === null ? null : walk.place;
    const at = (group: string, members: WalkPlace | null) => writeCursor(kind, { groups: here, group, members });
    const page = await walk.next();
    const listed = readEach(page.records, page.path, groups.group);
    const found = listed.findIndex((one) => "id" in one && one.id === resumed?.group);
    for (const [index, group] of listed.entries()) {
      if (index < found) continue;
      if (!("id" in group)) {
        items.push(group);
        continue;
      }
      const members = index === found ? (resumed?.members ?? null) : null;
      if (members === null) {
        if (items.length >= enoughItems) {
          yield { items, cursor: at(group.id, null) };
          items = [];
        }
        items.push(...group.items);
      }
      const inGroup = group.members && new PageWalk(context, { ...group.members, name: groups.name }, members);
      while (inGroup && !inGroup.done) {
        const people = await inGroup.next();
        items.push(...readEach(people.records, people.path, (one, path) => member(one, path, group.id)));
        if (!inGroup.done && items.length >= enoughItems) {
          yield { items, cursor: at(group.id, inGroup.place) };
          items = [];
        }
      }
    }
    resumed = null;
    yield { items, cursor: walk.done ? null : writeCursor(kind, { groups: walk.place, group: null, members: null }) };
    items = [];
  }
}

function readPlace(cursor: string): Place {
  const stored = readCursor(kind, cursor);
  const place = (value: unknown) => (value === null ? null : storedPlace(value));
  return { groups: place(stored.groups), group: textOf(stored.group), members: place(stored.members) };
}
