import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { policyListing } from "../api.ts";
import { GroupMembers } from "../group-members.ts";
import { memberByEmail } from "../members.ts";
import { toPolicy } from "../policies.ts";

/** The groups that hold roles, each with all who are in it, those of nested groups included. */
export const groups: StreamFunction<"GROUPS"> = (context, cursor) => {
  const named = new Set<string>();
  const reader = new GroupMembers(context);
  return stages<GroupItem>(context, cursor, [
    {
      ...policyListing(context),
      items: async (record, path) => {
        const items: GroupItem[] = [];
        for (const { kind, id, email } of toPolicy(record, path).bindings.flatMap(({ members }) => members)) {
          if (kind !== "group" || email === null || named.has(id)) continue;
          named.add(id);
          const { raw, emails } = await reader.of(email);
          items.push({ kind: "group", externalId: id, name: email, raw });
          for (const address of emails) items.push({ kind: "member", groupId: id, userId: memberByEmail(address).id });
        }
        return items;
      },
    },
  ]);
};
