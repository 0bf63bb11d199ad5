import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { OktaCall } from "./access.ts";
import { invalid, noContent, ok, problem } from "./answers.ts";
import { logOf, type OktaRoute, withUser } from "./calls.ts";
import { isFederated, type Status, userRecord } from "./people.ts";

const manage = "okta.users.manage";

/** What can be done to a user; each writes the System Log event that the real one does. */
export const lifecycleRoutes: OktaRoute[] = [
  step("suspend", "ACTIVE", "SUSPENDED", "Cannot suspend a user that is not active"),
  step("unsuspend", "SUSPENDED", "ACTIVE", "Cannot unsuspend a user that is not suspended"),
  guarded("POST", "/api/v1/users/:id/lifecycle/expire_password", manage, withUser(expirePassword)),
  guarded("POST", "/api/v1/users/:id/lifecycle/reset_password", manage, withUser(resetPassword)),
  guarded("DELETE", "/api/v1/users/:id/sessions", manage, withUser(endSessions)),
  guarded("GET", "/api/v1/users/:id/risk", "okta.userRisk.read", withUser(riskOf)),
  guarded("PUT", "/api/v1/users/:id/risk", "okta.userRisk.manage", withUser(setRisk)),
];

function expirePassword(call: OktaCall, user: number): SandboxResponse {
  const { people, options, kit } = call.tenant;
  if (!hasPassword(call, user, ["ACTIVE", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"])) return notNow();
  people.edit(user, kit.now(), { status: "PASSWORD_EXPIRED" });
  logOf(call, "user.account.expire_password", user);
  return ok(userRecord(people, options, user, call.origin));
}

function resetPassword(call: OktaCall, user: number): SandboxResponse {
  const { people, kit } = call.tenant;
  const { query } = call.request;
  if (!hasPassword(call, user, ["ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT"])) return notNow();
  people.edit(user, kit.now(), { status: "RECOVERY" });
  logOf(call, "user.account.reset_password", user);
  if (query.get("revokeSessions") === "true") logOf(call, "user.session.clear", user);
  const link = { resetPasswordUrl: `${call.origin}/reset_password/${people.idOf(user).slice(4)}` };
  return ok(query.get("sendEmail") === "false" ? link : {});
}

function endSessions(call: OktaCall, user: number): SandboxResponse {
  if (call.request.query.get("oauthTokens") === "true") {
    call.tenant.consents.revokeTokens(user);
    logOf(call, "app.oauth2.token.revoke", user);
  }
  logOf(call, "user.session.clear", user);
  return noContent;
}

function setRisk(call: OktaCall, user: number): SandboxResponse {
  const level = String(jsonBody(call.request)?.riskLevel);
  if (!["HIGH", "MEDIUM", "LOW"].includes(level)) return invalid("riskLevel", "riskLevel: must be HIGH, MEDIUM or LOW");
  call.tenant.risks.set(user, level);
  logOf(call, "user.risk.change", user);
  return riskOf(call, user);
}

function step(verb: "suspend" | "unsuspend", from: Status, to: Status, refusal: string): OktaRoute {
  return guarded(
    "POST",
    `/api/v1/users/:id/lifecycle/${verb}`,
    manage,
    withUser((call, user) => {
      const { people, kit } = call.tenant;
      if (people.status(user) !== from) return invalid(`${verb}User`, refusal);
      people.edit(user, kit.now(), { status: to });
      logOf(call, `user.lifecycle.${verb}`, user);
      return ok({});
    }),
  );
}

/** Whether Okta keeps the user's password, and may change it in the present state. */
function hasPassword({ tenant }: OktaCall, user: number, states: Status[]): boolean {
  return !isFederated(tenant.people, user) && states.includes(tenant.people.status(user));
}

function notNow(): SandboxResponse {
  return problem(403, "E0000038", "This operation is not allowed in the user's current status.");
}

function riskOf({ tenant, origin }: OktaCall, user: number): SandboxResponse {
  const riskLevel = tenant.risks.get(user) ?? "NONE";
  const href = `${origin}/api/v1/users/${tenant.people.idOf(user)}/risk`;
  const reason = riskLevel === "NONE" ? {} : { reason: "Admin override risk level" };
  return ok({ riskLevel, ...reason, _links: { self: { href } } });
}
