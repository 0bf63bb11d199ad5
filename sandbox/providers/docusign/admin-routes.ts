import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { type Listing, linkTo, offsetPage, sizeOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { iso, ok, refused } from "./answers.ts";
import { type DocusignCall, type DocusignRoute, ofOrganization, withUser } from "./calls.ts";
import { createdOf, isAdministrator, numberOfProfile, profileOf } from "./people.ts";

const at = "/Management/v2/organizations/:organization";

/** https://developers.docusign.com/docs/admin-api/reference/ */
export const adminRoutes: DocusignRoute[] = [
  guarded("GET", `${at}/users`, "user_read", ofOrganization(listUsers)),
  guarded("GET", `${at}/users/profile`, "user_read", ofOrganization(profileByEmail)),
  guarded("POST", `${at}/users/profiles`, "user_write", ofOrganization(updateProfiles)),
  guarded(
    "GET",
    "/Management/v2.1/organizations/:organization/users/:user/dsprofile",
    "user_read",
    withUser((call, person) => ok({ users: [profile(call, person)] })),
  ),
  guarded("DELETE", `${at}/users/:user/accounts`, "user_write", withUser(closeMemberships)),
  guarded("POST", `${at}/users/:user/memberships/:membership`, "user_write", withUser(openMembership)),
  guarded("GET", `${at}/identity_providers`, "identity_provider_read", ofOrganization(identityProviders)),
  guarded("GET", `${at}/reserved_domains`, "domain_read", ofOrganization(reservedDomains)),
];

const provider = "5d1e2f30-4a5b-4c6d-8e7f-901a2b3c4d5e";

function identityProviders({ now }: DocusignCall): SandboxResponse {
  const expires = new Date(now + 400 * 86_400_000).toISOString();
  const certificate = { id: provider, issuer: "CN=idp", thumbprint: "9F", expiration_date: expires, is_valid: true };
  const saml_20 = { issuer: "https://idp.example", settings: [], certificates: [certificate], attribute_mappings: [] };
  const one = { id: provider, friendly_name: "Okta", auto_provision_users: true, type: "saml_20", saml_20 };
  return ok({ identity_providers: [one] });
}

function reservedDomains({ tenant }: DocusignCall): SandboxResponse {
  const one = { id: provider, status: "active", host_name: tenant.people.domain, identity_provider_id: provider };
  return ok({ reserved_domains: [{ ...one, txt_token: "docusign=1", settings: [] }] });
}

/** One account at a time: without `account_id` or its like the API refuses. */
function listUsers({ tenant, request }: DocusignCall): SandboxResponse {
  const { people, memberships, options } = tenant;
  const { query } = request;
  const account = tenant.accounts.find(({ id }) => id === query.get("account_id"));
  if (!account)
    return refused(400, "invalid_request", "account_id, email or organization_reserved_domain_id is required.");
  const wanted = query.get("membership_status");
  const listing: Listing<number> = {
    count: people.count,
    at(person) {
      if (!people.exists(person) || !memberships.accountsOf(person).includes(account)) return undefined;
      return wanted === null || memberships.status(person, account) === wanted ? person : undefined;
    },
  };
  const size = sizeOf(request, "take", { usual: 20, max: 250 }, tenant);
  const { records, offset, total } = offsetPage(request, "start", listing, size);
  const users = records.map((person) => {
    const created = iso(createdOf(people, options, person));
    const { first, last, name } = people.person(person);
    return {
      ...{
        id: people.idOf(person),
        user_name: name,
        first_name: first,
        last_name: last,
        email: people.emailOf(person),
      },
      ...{ user_status: memberships.isClosed(person) ? "closed" : "active", created_on: created },
      membership_status: memberships.status(person, account),
      ...{
        membership_id: memberships.idOf(person, account),
        membership_created_on: created,
        is_managed_by_scim: false,
      },
    };
  });
  const end = offset + users.length;
  return ok({
    users: shape(tenant, "users", users, ["id", "user_status"]),
    paging: {
      ...{ result_set_size: users.length, result_set_start_position: offset, total_set_size: total },
      result_set_end_position: Math.max(0, end - 1),
      ...(end < total && { next: linkTo(request, { start: String(end), take: String(size) }) }),
    },
  });
}

function profileByEmail(call: DocusignCall): SandboxResponse {
  const person = call.tenant.people.find(call.request.query.get("email") ?? "");
  return ok({ users: person === undefined ? [] : [profile(call, person)] });
}

function profile({ tenant }: DocusignCall, person: number): Record<string, unknown> {
  const { people, memberships, options } = tenant;
  const { first, last, name } = people.person(person);
  const created = iso(createdOf(people, options, person));
  const accounts = memberships.accountsOf(person);
  return {
    ...{ id: people.idOf(person), site_id: accounts[0]?.siteId, user_name: name, first_name: first, last_name: last },
    ...{ user_status: memberships.isClosed(person) ? "closed" : "active", created_on: created },
    federated_status: "RemoveStatus",
    is_organization_admin: person === 0,
    ...{ require_two_step_verification: person !== 2, device_verification_enabled: false, is_managed_by_scim: false },
    memberships: accounts.map((account) => {
      const { permissionProfileId, permissionProfileName } = profileOf(account, numberOfProfile(person));
      return {
        ...{ id: memberships.idOf(person, account), email: people.emailOf(person), account_id: account.id },
        ...{ account_name: account.name, is_external_account: false, status: memberships.status(person, account) },
        permission_profile: { id: Number(permissionProfileId), name: permissionProfileName },
        ...{ created_on: created, groups: [], is_admin: isAdministrator(person) },
      };
    }),
    identities: [],
  };
}

function closeMemberships(call: DocusignCall, person: number): SandboxResponse {
  const { tenant, request } = call;
  const asked = jsonBody(request)?.accounts;
  if (!Array.isArray(asked)) return refused(400, "invalid_request", "accounts is required.");
  const accounts = asked.map(({ id }: { id: string }) => {
    const account = tenant.memberships.accountsOf(person).find((one) => one.id === id);
    if (!account)
      return { id, error_details: { error: "membership_not_found", error_description: "No such membership." } };
    tenant.memberships.close(person, account);
    tenant.append({
      actor: tenant.userId(),
      type: "Account.UserClosed",
      data: { AffectedUserId: tenant.people.idOf(person) },
    });
    return { id };
  });
  return ok({ success: accounts.every((one) => !("error_details" in one)), accounts });
}

function openMembership(call: DocusignCall, person: number): SandboxResponse {
  const { tenant, request, parameters, now } = call;
  const { memberships, people } = tenant;
  const account = memberships.accountsOf(person).find((one) => memberships.idOf(person, one) === parameters.membership);
  if (!account) return refused(404, "membership_not_found", "No such membership.");
  if (jsonBody(request)?.site_id !== memberships.accountsOf(person)[0]?.siteId)
    return refused(400, "invalid_request", "site_id is not the user's.");
  memberships.open(person, account, now);
  tenant.append({
    actor: tenant.userId(),
    type: "Account.UserActivated",
    data: { AffectedUserId: people.idOf(person) },
  });
  return ok({ status: "active" });
}

function updateProfiles({ tenant, request }: DocusignCall): SandboxResponse {
  const asked = jsonBody(request)?.users;
  if (!Array.isArray(asked)) return refused(400, "invalid_request", "users is required.");
  const users = asked.map(({ id, site_id }: { id: string; site_id: number }) => {
    const person = tenant.people.find(id);
    if (person === undefined)
      return { id, site_id, error_details: { error: "user_not_found", error_description: "No such user." } };
    tenant.append({ actor: tenant.userId(), type: "User.PasswordReset", data: { AffectedUserId: id } });
    return { id, site_id, email: tenant.people.emailOf(person) };
  });
  return ok({ success: users.every((one) => !("error_details" in one)), users });
}
