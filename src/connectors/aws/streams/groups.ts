import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";
import type { Xml } from "#src/connector-kit/xml.ts";
import { type Account, accountsOf } from "../api.ts";
import { allDetails, detailListing, groupNamesOf, type IamGroup, toGroup } from "../iam-details.ts";

/** The groups of each account, then its users with the groups that they are in: users name them, groups do not. */
export const groups: StreamFunction<"GROUPS"> = (context, cursor) => {
  const known = new Map<string, Promise<IamGroup[]>>();
  const groupsOf = (account: Account) => {
    const found = known.get(account.id) ?? allDetails(context, account, "Group", toGroup);
    known.set(account.id, found);
    return found;
  };
  return stages<GroupItem>(
    context,
    cursor,
    accountsOf(context).flatMap((account) => [
      {
        ...detailListing(context, account, "Group"),
        items: (record: unknown, path: string): GroupItem => {
          const { id, name, raw } = toGroup(record, path);
          return { kind: "group", externalId: id, name, raw: { account: account.id, ...raw } };
        },
      },
      {
        ...detailListing(context, account, "User"),
        items: async (record: unknown, path: string): Promise<GroupItem[]> => {
          const user = needObject(record, path) as Xml;
          const userId = needText(user.UserId, `${path}.UserId`);
          const names = groupNamesOf(user);
          if (names.length === 0) return [];
          const all = await groupsOf(account);
          return all
            .filter(({ name }) => names.includes(name))
            .map(({ id }) => ({ kind: "member", groupId: id, userId }));
        },
      },
    ]),
  );
};
