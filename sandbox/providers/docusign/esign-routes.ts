import { guarded } from "../../kit/api.ts";
import { type Listing, listingOf, offsetPage, sizeOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { iso, ok } from "./answers.ts";
import { type DocusignCall, type DocusignRoute, withAccount } from "./calls.ts";
import {
  type Account,
  createdOf,
  isAdministrator,
  lastLoginOf,
  numberOfProfile,
  profileOf,
  profilesOf,
} from "./people.ts";

const at = "/restapi/v2.1/accounts/:account";

/** https://developers.docusign.com/docs/esign-rest-api/reference/ */
export const esignRoutes: DocusignRoute[] = [
  guarded("GET", `${at}/users`, "signature", withAccount(listUsers)),
  guarded("GET", `${at}/groups`, "signature", withAccount(listGroups)),
  guarded(
    "GET",
    `${at}/permission_profiles`,
    "signature",
    withAccount(({ tenant }, account) =>
      ok({ permissionProfiles: shape(tenant, "privileges", profilesOf(account), ["permissionProfileId"]) }),
    ),
  ),
  guarded(
    "GET",
    `${at}/settings`,
    "signature",
    withAccount(({ tenant }, { index }) => ok(tenant.settings[index]?.settings)),
  ),
  guarded(
    "GET",
    `${at}/settings/password_rules`,
    "signature",
    withAccount(({ tenant }, { index }) => ok(tenant.settings[index]?.passwordRules)),
  ),
  guarded(
    "GET",
    `${at}/connect`,
    "signature",
    withAccount((_, { index }) => {
      const urlToPublishTo = "https://erp.example/docusign?key=7f3a";
      const one = { connectId: "90210", configurationType: "custom", name: "ERP", urlToPublishTo, includeHMAC: "true" };
      return ok({ configurations: index === 0 ? [one] : [], totalRecords: index === 0 ? "1" : "0" });
    }),
  ),
];

/** Statuses by the names of the two APIs. */
const names = { active: "Active", activation_sent: "ActivationSent", disabled: "Disabled", closed: "Closed" } as const;

function listUsers(call: DocusignCall, account: Account): SandboxResponse {
  const { people, memberships } = call.tenant;
  const statuses = call.request.query.get("status")?.split(",");
  const listing: Listing<number> = {
    count: people.count,
    at(person) {
      if (!people.exists(person) || !memberships.accountsOf(person).includes(account)) return undefined;
      const status = names[memberships.status(person, account)];
      return !statuses || statuses.includes(status) ? person : undefined;
    },
  };
  return page(call, "users", listing, (person) => userRecord(call, account, person), ["userId", "userStatus"]);
}

function listGroups(call: DocusignCall, account: Account): SandboxResponse {
  const { groups } = call.tenant;
  const own = Array.from({ length: groups.count }, (_, group) => group).filter((group) => group % 2 === account.index);
  return page(call, "groups", listingOf(own), (group) => groups.record(group), ["groupId"]);
}

/** Counts are texts, and an empty list is left out. */
function page(
  { tenant, request }: DocusignCall,
  list: string,
  listing: Listing<number>,
  write: (record: number) => object,
  required: string[],
): SandboxResponse {
  const size = sizeOf(request, "count", { usual: 100, max: 100 }, tenant);
  const { records, offset, total } = offsetPage(request, "start_position", listing, size);
  const end = offset + records.length;
  const next = new URLSearchParams({ start_position: String(end), count: String(size) });
  return ok({
    ...(records.length > 0 && { [list]: shape(tenant, list, records.map(write), required) }),
    ...{
      resultSetSize: String(records.length),
      startPosition: String(offset),
      endPosition: String(Math.max(0, end - 1)),
    },
    totalSetSize: String(total),
    ...(end < total && { nextUri: `${request.path.replace("/restapi/v2.1", "")}?${next}` }),
  });
}

function userRecord({ tenant }: DocusignCall, account: Account, person: number): Record<string, unknown> {
  const { people, groups, memberships, options } = tenant;
  const { first, last, name } = people.person(person);
  const status = names[memberships.status(person, account)];
  const groupList = Array.from({ length: groups.count }, (_, group) => group)
    .filter((group) => group % 2 === account.index && groups.has(group, person))
    .map((group) => groups.record(group));
  return {
    ...{ userName: name, userId: people.idOf(person), userType: "CompanyUser", userStatus: status },
    isAdmin: isAdministrator(person) ? "True" : "False",
    ...{ email: people.emailOf(person), firstName: first, lastName: last },
    createdDateTime: iso(createdOf(people, options, person)),
    ...(status === "ActivationSent" ? {} : { lastLogin: iso(lastLoginOf(people, options, person)) }),
    loginStatus: status === "Active" ? "not_logged_in" : "locked_out",
    ...profileOf(account, numberOfProfile(person)),
    groupList,
  };
}
