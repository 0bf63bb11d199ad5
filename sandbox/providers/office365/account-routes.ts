import type { ApiRoute } from "../../kit/api.ts";
import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { denied, noContent, notFound, ok, withoutPremium } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { holds, selected } from "../_microsoft/graph.ts";
import { userRecord } from "../_microsoft/people.ts";
import type { Office365Tenant } from "./tenant.ts";

const ofUser = finding<Office365Tenant, Caller, number>(
  "id",
  ({ tenant: { people } }, id) => {
    const index = people.indexOf(id) ?? people.find(id);
    return index !== undefined && people.exists(index) ? index : undefined;
  },
  notFound,
);

/** What can be done about an account. Each writes the audit that the directory would. */
export const accountRoutes: ApiRoute<Office365Tenant, Caller>[] = [
  guarded(
    "GET",
    "/v1.0/users/:id",
    "User.Read.All",
    ofUser(({ tenant, request }, index) =>
      ok(selected(request, userRecord(tenant.people, index, tenant.options.createdAt))),
    ),
  ),
  guarded(
    "PATCH",
    "/v1.0/users/:id",
    "",
    ofUser(({ tenant, request, caller, now }, index) => {
      const { accountEnabled, passwordProfile } = jsonBody(request) ?? {};
      if (accountEnabled !== undefined && !holds(caller, "User.EnableDisableAccount.All")) return denied;
      if (passwordProfile !== undefined && !holds(caller, "User-PasswordProfile.ReadWrite.All")) return denied;
      if (accountEnabled !== undefined) {
        tenant.people.edit(index, now, { status: accountEnabled === true ? "enabled" : "disabled" });
        tenant.append({ type: accountEnabled === true ? "Enable account" : "Disable account", user: index });
      }
      if (passwordProfile !== undefined) tenant.append({ type: "Set force change user password", user: index });
      return noContent;
    }),
  ),
  guarded(
    "POST",
    "/v1.0/users/:id/revokeSignInSessions",
    "User.RevokeSessions.All",
    ofUser(({ tenant }, index) => {
      tenant.append({ type: "Update StsRefreshTokenValidFrom Timestamp", user: index });
      return ok({ "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Edm.Boolean", value: true });
    }),
  ),
  guarded(
    "GET",
    "/v1.0/identityProtection/riskyUsers/:id",
    "IdentityRiskyUser.ReadWrite.All",
    ofUser(({ tenant, parameters }, index) => {
      const risk = tenant.risks.get(index);
      return risk
        ? ok({ id: tenant.people.idOf(index), riskState: risk, riskLevel: "high" })
        : notFound(parameters.id ?? "");
    }),
  ),
  guarded(
    "POST",
    "/v1.0/identityProtection/riskyUsers/confirmCompromised",
    "IdentityRiskyUser.ReadWrite.All",
    ({ tenant, request }) => {
      if (!tenant.premium) return withoutPremium;
      for (const id of (jsonBody(request)?.userIds ?? []) as string[]) {
        const index = tenant.people.indexOf(id);
        if (index === undefined) return notFound(id);
        tenant.risks.set(index, "confirmedCompromised");
      }
      return noContent;
    },
  ),
];
