import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { idOf, needId, needText, textOf } from "#src/connector-kit/record.ts";
import { accountOf, itemsOf, nextOf, orgPath, readCursor, storedPath } from "./api.ts";

/** Small teams are stored together: a page for each would be a transaction for each. */
const enoughItems = 500;

/** In a page of teams: the team being read, and the next page of its members. */
interface Place {
  teams: string;
  team: string | null;
  members: string | null;
}

/**
 * Teams and who is in them, members of child teams included.
 * Cursor: the page of teams, the team in it, and the page of its members.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/teams/members
 */
export async function* groups(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<GroupItem>, void, void> {
  const org = orgPath(context);
  let place: Place =
    cursor === null ? { teams: `${org}/teams?per_page=100`, team: null, members: null } : readPlace(cursor, org);
  let items: GroupItem[] = [];
  for (;;) {
    const page = await context.http.get(place.teams);
    const teams = itemsOf(page.body).map((raw, index) => ({
      raw,
      id: needId(raw.id, `[${index}].id`),
      slug: needText(raw.slug, `[${index}].slug`),
      name: textOf(raw.name) ?? needText(raw.slug, `[${index}].slug`),
    }));
    // A team that was deleted meanwhile: the page is read from its start.
    const start = Math.max(
      0,
      teams.findIndex(({ id }) => id === place.team),
    );
    for (const [offset, { raw, id, slug, name }] of teams.slice(start).entries()) {
      const resumed = offset === 0 && place.team === id ? place.members : null;
      if (!resumed) items.push({ kind: "group", externalId: id, name, raw });
      let url: string | null = resumed ?? `${org}/teams/${encodeURIComponent(slug)}/members?role=all&per_page=100`;
      while (url) {
        const members = await context.http.get(url);
        for (const [index, one] of itemsOf(members.body).entries()) {
          items.push({ kind: "member", groupId: id, userId: accountOf(one, `[${index}]`).id });
        }
        url = nextOf(members);
        if (url && items.length >= enoughItems) {
          yield { items, cursor: JSON.stringify({ ...place, team: id, members: url }) };
          items = [];
        }
      }
      const following = teams[start + offset + 1];
      if (following && items.length >= enoughItems) {
        yield { items, cursor: JSON.stringify({ ...place, team: following.id, members: null }) };
        items = [];
      }
    }
    const next = nextOf(page);
    yield { items, cursor: next === null ? null : JSON.stringify({ teams: next, team: null, members: null }) };
    if (next === null) return;
    items = [];
    place = { teams: next, team: null, members: null };
  }
}

function readPlace(cursor: string, org: string): Place {
  const stored = readCursor(cursor);
  return {
    teams: storedPath(stored.teams, [org]),
    team: idOf(stored.team),
    members: stored.members === null ? null : storedPath(stored.members, [org]),
  };
}
