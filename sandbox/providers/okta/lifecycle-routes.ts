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
  passwordStep("expire", "PASSWORD_EXPIRED", ({ tenant, origin }, user) =>
    ok(userRecord(tenant.people, tenant.options, user, origin)),
  ),
  passwordStep("reset", "RECOVERY", (call, user) => {
    const { query } = call.request;
    if (query.get("revokeSessions") === "true") logOf(call, "user.session.clear", user);
    const link = { resetPasswordUrl: `${call.origin}/reset_password/${call.tenant.people.idOf(user).slice(4)}` };
    return ok(query.get("sendEmail") === "false" ? link : {});
  }),
  guarded("DELETE", "/api/v1/users/:id/sessions", manage, withUser(endSessions)),
  guarded("GET", "/api/v1/users/:id/risk", "okta.userRisk.read", withUser(riskOf)),
  guarded("PUT", "/api/v1/users/:id/risk", "okta.userRisk.manage", withUser(setRisk)),
];

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

const withPassword: Status[] = ["ACTIVE", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"];

/** Of users whose password Okta keeps. */
function passwordStep(
  verb: "expire" | "reset",
  to: Status,
  answer: (call: OktaCall, user: number) => SandboxResponse,
): OktaRoute {
  return guarded(
    "POST",
    `/api/v1/users/:id/lifecycle/${verb}_password`,
    manage,
    withUser((call, user) => {
      const { people, kit } = call.tenant;
      if (isFederated(people, user) || !withPassword.includes(people.status(user)))
        return problem(403, "E0000038", "This operation is not allowed in the user's current status.");
      people.edit(user, kit.now(), { status: to });
      logOf(call, `user.account.${verb}_password`, user);
      return answer(call, user);
    }),
  );
}

function riskOf({ tenant, origin }: OktaCall, user: number): SandboxResponse {
  const riskLevel = tenant.risks.get(user) ?? "NONE";
  const href = `${origin}/api/v1/users/${tenant.people.idOf(user)}/risk`;
  const reason = riskLevel === "NONE" ? {} : { reason: "Admin override risk level" };
  return ok({ riskLevel, ...reason, _links: { self: { href } } });
}
