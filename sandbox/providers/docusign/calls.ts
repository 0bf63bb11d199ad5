import { type ApiRoute, type Call, finding } from "../../kit/api.ts";
import type { SandboxResponse } from "../../provider.ts";
import { failed, refused } from "./answers.ts";
import type { Account } from "./people.ts";
import type { DocusignTenant } from "./tenant.ts";

export interface Caller {
  scopes: string[];
}

export type DocusignCall = Call<DocusignTenant, Caller>;
export type DocusignRoute = ApiRoute<DocusignTenant, Caller>;

/** An account answers in its own region only. */
export const withAccount = finding<DocusignTenant, Caller, Account>(
  "account",
  ({ tenant, request }, id) =>
    tenant.accounts.find((one) => one.id === id && request.host === `${one.region}.docusign.net`),
  () => failed(400, "ACCOUNT_DOES_NOT_EXIST_IN_SYSTEM", "The specified Account does not exist in the system."),
);

/** A person of the organization, once its id has been found right. */
export const withUser = finding<DocusignTenant, Caller, number>(
  "user",
  ({ tenant, parameters }, id) =>
    parameters.organization === tenant.organizationId ? tenant.people.find(id) : undefined,
  () => refused(404, "user_not_found", "The user is not part of the organization."),
);

export function ofOrganization(run: (call: DocusignCall) => SandboxResponse): (call: DocusignCall) => SandboxResponse {
  return (call) =>
    call.parameters.organization === call.tenant.organizationId
      ? run(call)
      : refused(404, "organization_not_found", "There is no such organization.");
}
