import { finding, guarded } from "../../kit/api.ts";
import { scimPage, sizeOf } from "../../kit/paging.ts";
import { shape } from "../../trouble.ts";
import { apiOf, type Caller, type WorkplaceCall } from "./access.ts";
import { scimError, scimType } from "./answers.ts";
import type { WorkplaceTenant } from "./tenant.ts";

const withUser = finding<WorkplaceTenant, Caller, number>(
  "id",
  ({ tenant }, id) => (/^\d+$/.test(id) ? tenant.people.find(id) : undefined),
  (id) => scimError({ status: 404, code: 803, message: `User ${id} not found.` }),
);

/** SCIM 2.0 of Workplace: a hundred users a page, counted from 1. */
export const scimApi = apiOf(
  [
    guarded("GET", "/Users", "Manage accounts", (call) => {
      const size = sizeOf(call.request, "count", { usual: 100, max: 100 }, call.tenant);
      const page = scimPage(call.request, call.tenant.people, size);
      return { status: 200, headers: scimType, body: { ...page, Resources: users(call, page.Resources as number[]) } };
    }),
    guarded(
      "GET",
      "/Users/:id",
      "Manage accounts",
      withUser((call, index) => ({ status: 200, headers: scimType, body: users(call, [index])[0] })),
    ),
  ],
  scimError,
  { proof: false },
);

function users({ tenant }: WorkplaceCall, indexes: number[]): object[] {
  const records = indexes.map((index) => user(tenant, index));
  return shape(tenant, "users", records, ["id", "userName", "active"]);
}

const extension = (name: string) => `urn:ietf:params:scim:schemas:extension:${name}:2.0:User`;
const enterprise = extension("enterprise");
const accountStatus = extension("facebook:accountstatusdetails");
const authMethod = extension("facebook:authmethod");
const terms = extension("facebook:starttermdates");

function user(tenant: WorkplaceTenant, index: number): object {
  const member = tenant.member(index);
  const { email, employeeNumber, department, division, invitedAt, claimedAt } = member;
  const manager = member.manager === null ? undefined : tenant.member(member.manager);
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", enterprise, accountStatus, authMethod, terms],
    id: member.id,
    externalId: `e-${employeeNumber}`,
    // People without e-mail have no user name either.
    ...(email !== null && { userName: email, emails: [{ value: email, type: "work", primary: true }] }),
    name: { formatted: member.name, givenName: member.first, familyName: member.last },
    title: member.title,
    active: member.active,
    [enterprise]: {
      employeeNumber,
      department,
      division,
      ...(manager && { manager: { managerId: Number(manager.id), displayName: manager.first } }),
    },
    [accountStatus]: {
      invited: invitedAt !== null,
      ...(invitedAt !== null && { inviteDate: invitedAt }),
      claimed: claimedAt !== null,
      ...(claimedAt !== null && { claimDate: claimedAt }),
    },
    [authMethod]: { authMethod: member.authMethod },
    [terms]: { startDate: member.startedAt, termDate: member.endsAt },
  };
}
