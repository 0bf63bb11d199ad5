import type { GroupItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { membership } from "#src/connector-kit/membership.ts";
import { needId, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { accountOf, byNext, orgPath } from "../api.ts";

/**
 * Teams and who is in them, members of child teams included.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/teams/members
 */
export function groups(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<GroupItem | UnreadableItem>, void, void> {
  const teams = `${orgPath(context)}/teams`;
  return membership<GroupItem>(context, cursor, {
    groups: {
      name: "the teams",
      first: `${teams}?per_page=100`,
      page: byNext(),
      group(record, path) {
        const raw = needObject(record, path);
        const id = needId(raw.id, `${path}.id`);
        const slug = needText(raw.slug, `${path}.slug`);
        return {
          id,
          items: [{ kind: "group", externalId: id, name: textOf(raw.name) ?? slug, raw }],
          members: { first: `${teams}/${encodeURIComponent(slug)}/members?role=all&per_page=100`, page: byNext() },
        };
      },
    },
    member: (record, path, groupId) => ({ kind: "member", groupId, userId: accountOf(record, path).id }),
  });
}
