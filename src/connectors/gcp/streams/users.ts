import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { needObject, needText, readEach, textOf } from "#src/connector-kit/record.ts";
import { assetListing, type Organization, policyListing, readOrganization } from "../api.ts";
import { GroupMembers } from "../group-members.ts";
import { isAccount, memberByEmail, memberOf, toPrincipal } from "../members.ts";
import { toPolicy } from "../policies.ts";

/**
 * The organization's service accounts, then everybody else who holds a role: people, service accounts of others, identities of pools, by
 * themselves or through a group. Google Cloud has no directory: who holds nothing is nobody here. Each is named once in a run.
 */
export const users: StreamFunction<"USERS"> = (context, cursor) => {
  const named = new Set<string>();
  const groups = new GroupMembers(context);
  let organization: Promise<Organization> | undefined;
  /** A run that goes on has not named those of the pages before; policies must not overwrite what is known of them. */
  let accountsNamed: Promise<void> | undefined = cursor === null ? Promise.resolve() : undefined;
  const nameAccounts = async () => {
    for await (const { records, path } of walkPages(context, accounts))
      for (const account of readEach(records, path, toServiceAccount))
        if ("externalId" in account) named.add(account.externalId);
  };
  const accounts = assetListing(context, "service accounts", "iam.googleapis.com/ServiceAccount");
  return stages<UserRecord>(context, cursor, [
    {
      ...accounts,
      items: (record, path) => {
        const account = toServiceAccount(record, path);
        named.add(account.externalId);
        return account;
      },
    },
    {
      ...policyListing(context),
      items: async (record, path) => {
        accountsNamed ??= nameAccounts();
        await accountsNamed;
        const members = toPolicy(record, path).bindings.flatMap((binding) => binding.members);
        const found = members.filter(isAccount);
        for (const { kind, email } of members)
          if (kind === "group" && email)
            for (const address of await groups.emailsIfReadable(email)) found.push(memberByEmail(address));
        const fresh = found.filter(({ id }) => !named.has(id) && named.add(id));
        organization ??= readOrganization(context);
        const { domain } = await organization;
        return fresh.map((member) => toPrincipal(member, domain));
      },
    },
  ]);
};

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts#ServiceAccount */
export function toServiceAccount(value: unknown, path: string): UserRecord {
  const asset = needObject(value, path);
  const account = needObject(needObject(asset.resource, `${path}.resource`).data, `${path}.resource.data`);
  const email = needText(account.email, `${path}.resource.data.email`).toLowerCase();
  return {
    externalId: memberOf(`serviceAccount:${email}`).id,
    login: email,
    email,
    displayName: textOf(account.displayName) ?? email,
    status: account.disabled === true ? "SUSPENDED" : "ACTIVE",
    type: "SERVICE",
    isExternal: false,
    raw: account,
  };
}
