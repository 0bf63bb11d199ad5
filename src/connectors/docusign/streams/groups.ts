import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { listOf, needId, needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { type Account, accountsOf, groupsOf, membersOf, ofEach } from "../api.ts";

/** Groups of each account; then its members, who name their groups: a call for each group would use up the hour's calls. */
export const groups: StreamFunction<"GROUPS"> = naming(["signature"], (context, cursor) =>
  stages<GroupItem>(
    context,
    cursor,
    ofEach(accountsOf(context), (account) => [
      { ...groupsOf(account), items: (one: unknown, path: string) => toGroup(account, one, path) },
      { ...membersOf(account), items: (one: unknown, path: string) => toMembers(account, one, path) },
    ]),
  ),
);

/** Numbers of groups and profiles are counted by region. */
export const inAccount = ({ id }: Account, number: unknown, path: string): string => `${id}/${needId(number, path)}`;

function toGroup(account: Account, value: unknown, path: string): GroupItem {
  const raw = needObject(value, path);
  return {
    kind: "group",
    externalId: inAccount(account, raw.groupId, `${path}.groupId`),
    name: needText(raw.groupName, `${path}.groupName`),
    raw,
  };
}

function toMembers(account: Account, value: unknown, path: string): GroupItem[] {
  const { userId, groupList } = needObject(value, path);
  const id = needId(userId, `${path}.userId`);
  return listOf(groupList).map((one, index) => {
    const place = `${path}.groupList[${index}]`;
    const groupId = inAccount(account, needObject(one, place).groupId, `${place}.groupId`);
    return { kind: "member", groupId, userId: id };
  });
}
