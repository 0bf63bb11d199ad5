import type { SandboxResponse } from "../../provider.ts";
import { problem } from "./access.ts";
import type { Status } from "./people.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, invalid, json, noContent } from "./routes.ts";
import { withUser } from "./users.ts";

const manage = "okta.users.manage";

/** What can be done to a user; each writes the System Log event that the real one does. */
export const lifecycleRoutes: ApiRoute[] = [
  step("suspend", "user.lifecycle.suspend", "SUSPENDED", ["ACTIVE"], () =>
    invalid("suspendUser", "Cannot suspend a user that is not active"),
  ),
  step("unsuspend", "user.lifecycle.unsuspend", "ACTIVE", ["SUSPENDED"], () =>
    invalid("unsuspendUser", "Cannot unsuspend a user that is not suspended"),
  ),
  step("unlock", "user.account.unlock_by_admin", "ACTIVE", ["LOCKED_OUT"], () =>
    problem(403, "E0000032", "Unlock is not allowed for this user."),
  ),
  step("activate", "user.lifecycle.activate", "PROVISIONED", ["STAGED", "DEPROVISIONED"], () =>
    problem(403, "E0000016", "Activation failed because the user is already active"),
  ),
  step("reactivate", "user.lifecycle.reactivate", "PROVISIONED", ["PROVISIONED"], notNow),
  step(
    "deactivate",
    "user.lifecycle.deactivate",
    "DEPROVISIONED",
    ["STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED"],
    notNow,
  ),
  api(
    "POST",
    "/api/v1/users/:id/lifecycle/expire_password",
    manage,
    withUser((call, user) => {
      const { people, kit } = call.tenant;
      if (
        people.federated(user) ||
        !["ACTIVE", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"].includes(people.status(user))
      )
        return notNow();
      people.change(user, kit.now(), { status: "PASSWORD_EXPIRED" });
      tell(call, "user.account.expire_password", user);
      return { status: 200, body: people.record(user, call.origin) };
    }),
  ),
  api(
    "POST",
    "/api/v1/users/:id/lifecycle/reset_password",
    manage,
    withUser((call, user) => {
      const { people, kit } = call.tenant;
      if (
        people.federated(user) ||
        ["STAGED", "PROVISIONED", "SUSPENDED", "DEPROVISIONED"].includes(people.status(user))
      )
        return notNow();
      people.change(user, kit.now(), { status: "RECOVERY" });
      tell(call, "user.account.reset_password", user);
      if (call.request.query.get("revokeSessions") === "true") tell(call, "user.session.clear", user);
      const sent = call.request.query.get("sendEmail") !== "false";
      return {
        status: 200,
        body: sent ? {} : { resetPasswordUrl: `${call.origin}/reset_password/${people.idOf(user).slice(4)}` },
      };
    }),
  ),
  api(
    "POST",
    "/api/v1/users/:id/lifecycle/reset_factors",
    manage,
    withUser((call, user) => {
      tell(call, "user.mfa.factor.reset_all", user);
      return { status: 200, body: {} };
    }),
  ),
  api(
    "DELETE",
    "/api/v1/users/:id/sessions",
    manage,
    withUser((call, user) => {
      if (call.request.query.get("oauthTokens") === "true") {
        for (const app of call.tenant.consents.clients(user))
          for (const { id } of call.tenant.consents.tokens(user, app)) call.tenant.consents.revoke(id);
        tell(call, "app.oauth2.token.revoke", user);
      }
      tell(call, "user.session.clear", user);
      return noContent;
    }),
  ),
  api(
    "DELETE",
    "/api/v1/users/:id",
    manage,
    withUser((call, user) => {
      const { people, kit } = call.tenant;
      // The first DELETE deactivates, the second one deletes.
      if (people.status(user) !== "DEPROVISIONED") {
        people.change(user, kit.now(), { status: "DEPROVISIONED" });
        tell(call, "user.lifecycle.deactivate", user);
      } else {
        tell(call, "user.lifecycle.delete.initiated", user);
        people.change(user, kit.now(), { deleted: true });
        tell(call, "user.lifecycle.delete.completed", user);
      }
      return noContent;
    }),
  ),
  api(
    "GET",
    "/api/v1/users/:id/risk",
    "okta.userRisk.read",
    withUser((call, user) => ({ status: 200, body: riskOf(call, user) })),
  ),
  api(
    "PUT",
    "/api/v1/users/:id/risk",
    "okta.userRisk.manage",
    withUser((call, user) => {
      const { riskLevel } = json(call);
      if (!["HIGH", "MEDIUM", "LOW"].includes(String(riskLevel)))
        return invalid("riskLevel", "riskLevel: must be HIGH, MEDIUM or LOW");
      call.tenant.risks.set(user, String(riskLevel));
      tell(call, "user.risk.change", user);
      return { status: 200, body: riskOf(call, user) };
    }),
  ),
];

function step(verb: string, type: string, to: Status, from: Status[], refusal: () => SandboxResponse): ApiRoute {
  return api(
    "POST",
    `/api/v1/users/:id/lifecycle/${verb}`,
    manage,
    withUser((call, user) => {
      const { people, kit } = call.tenant;
      if (!from.includes(people.status(user))) return refusal();
      people.change(user, kit.now(), { status: to });
      tell(call, type, user);
      const link = verb.endsWith("activate") && to === "PROVISIONED" && call.request.query.get("sendEmail") === "false";
      return {
        status: 200,
        body: link
          ? {
              activationUrl: `${call.origin}/welcome/${people.idOf(user).slice(4)}`,
              activationToken: people.idOf(user).slice(4),
            }
          : {},
      };
    }),
  );
}

function riskOf(call: Call, user: number): Record<string, unknown> {
  const riskLevel = call.tenant.risks.get(user) ?? "NONE";
  const href = `${call.origin}/api/v1/users/${call.tenant.people.idOf(user)}/risk`;
  return {
    riskLevel,
    ...(riskLevel !== "NONE" && { reason: "Admin override risk level" }),
    _links: { self: { href } },
  };
}

function notNow(): SandboxResponse {
  return problem(403, "E0000038", "This operation is not allowed in the user's current status.");
}

function tell({ tenant, caller }: Call, type: string, user: number): void {
  tenant.append({ ...caller.actor, type, targets: [tenant.userTarget(user)] });
}
