import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { idOf, needId, needList, needObject, needText, valueAt } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { type Account, accountsOf, accountUrl, membersOf, ofEach } from "../api.ts";
import { isTrue } from "../map-people.ts";
import { inAccount } from "./groups.ts";

/** Permission profiles of each account, its administrators, and who has which. */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(["signature"], (context, cursor) => {
  const accounts = accountsOf(context);
  const named = (name: string, account: Account) => (accounts.length > 1 ? `${name} (${account.name})` : name);
  return stages<PrivilegeItem>(
    context,
    cursor,
    ofEach(accounts, (account) => [
      {
        name: `profiles of ${account.id}`,
        first: accountUrl(account, "/permission_profiles"),
        page: allAtOnce,
        before: [
          {
            kind: "privilege" as const,
            externalId: administratorOf(account),
            name: named("Account administrator", account),
            isAdmin: true,
          },
        ],
        items: (one: unknown, path: string) => {
          const profile = needObject(one, path);
          return {
            kind: "privilege" as const,
            externalId: inAccount(account, profile.permissionProfileId, `${path}.permissionProfileId`),
            name: named(needText(profile.permissionProfileName, `${path}.permissionProfileName`), account),
            isAdmin: isTrue(valueAt(profile, "settings.allowAccountManagement")),
          };
        },
      },
      { ...membersOf(account), items: (one: unknown, path: string) => toHolders(account, one, path) },
    ]),
  );
});

const administratorOf = ({ id }: Account) => `${id}/administrator`;

const allAtOnce: Pager = async (context, first) => {
  const { body } = await context.http.get(typeof first === "string" ? first : first.url);
  const path = "permissionProfiles";
  return { records: needList(needObject(body, "$")[path], path), path, next: null, body };
};

function toHolders(account: Account, value: unknown, path: string): PrivilegeItem[] {
  const user = needObject(value, path);
  const userId = needId(user.userId, `${path}.userId`);
  const profile = idOf(user.permissionProfileId);
  const held = [
    ...(profile === null ? [] : [inAccount(account, profile, `${path}.permissionProfileId`)]),
    ...(isTrue(user.isAdmin) ? [administratorOf(account)] : []),
  ];
  return held.map((privilegeId) => ({ kind: "holder", privilegeId, userId }));
}
