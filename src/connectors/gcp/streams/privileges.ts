import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { policyListing } from "../api.ts";
import { GroupMembers } from "../group-members.ts";
import { isAccount, memberByEmail } from "../members.ts";
import { makesAdmin, toPolicy } from "../policies.ts";
import { labelOf } from "../resources.ts";

/**
 * Who holds which role on which resource: themselves, or through a group whose members may be read. Inherited roles stand where they
 * were granted. A role that holds under a condition is held.
 */
export const privileges: StreamFunction<"PRIVILEGES"> = (context, cursor) => {
  const groups = new GroupMembers(context);
  return stages<PrivilegeItem>(context, cursor, [
    {
      ...policyListing(context),
      items: async (record, path) => {
        const { resource, bindings } = toPolicy(record, path);
        const items: PrivilegeItem[] = [];
        const held = new Set<string>();
        for (const { role, members } of bindings) {
          const privilegeId = `${role} ${resource}`;
          const name = `${role} on ${labelOf(resource)}`;
          items.push({ kind: "privilege", externalId: privilegeId, name, isAdmin: makesAdmin(role, resource) });
          const holders = members.filter(isAccount).map(({ id }) => id);
          for (const { kind, email } of members)
            if (kind === "group" && email)
              holders.push(...(await groups.emailsIfReadable(email)).map((address) => memberByEmail(address).id));
          for (const userId of holders) {
            if (held.has(`${userId} ${privilegeId}`)) continue;
            held.add(`${userId} ${privilegeId}`);
            items.push({ kind: "holder", privilegeId, userId });
          }
        }
        return items;
      },
    },
  ]);
};
