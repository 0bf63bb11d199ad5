import type { Api, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { overRate, refused } from "./answers.ts";
import type { EgnyteTenant } from "./tenant.ts";

export type EgnyteCall = Call<EgnyteTenant, Granted>;
type Limited = ReturnType<NonNullable<Api<EgnyteTenant, Granted>["limit"]>>;

export function authenticate(call: OpenCall<EgnyteTenant>): { caller: Granted } | { refusal: SandboxResponse } {
  const { tenant, request } = call;
  const isDead = tenant.faults.unauthorized || tenant.faults.revoked;
  const granted = isDead ? undefined : tenant.oauth.authenticate(credentialOf(request, "Bearer") ?? "");
  return granted ? { caller: granted } : { refusal: refused(401, "Unauthorized") };
}

export function refuse({ tenant, caller }: EgnyteCall, scope: string): SandboxResponse | undefined {
  const holds = scope === "" || (caller.scopes.includes(scope) && !missesScope(tenant, scope));
  return holds ? undefined : refused(403, "You do not have permission to perform this action.");
}

const dayMs = 86_400_000;

/** The audit stream has limits of its own; all other calls share a day and a second. https://developers.egnyte.com/docs/read/Best_Practices */
export function limit({ tenant, caller, request, now }: EgnyteCall): Limited {
  const { unlimited } = tenant.options;
  if (request.path.startsWith("/pubapi/v2/audit")) {
    const minute = tenant.minutes.take(caller.grant, unlimited ? 1e9 : 10, now);
    const hour = tenant.hours.take(caller.grant, unlimited ? 1e9 : 100, now);
    const headers = {
      "x-ratelimit-limit-minute": String(minute.limit),
      "x-ratelimit-remaining-minute": String(minute.remaining),
      "x-ratelimit-limit-hour": String(hour.limit),
      "x-ratelimit-remaining-hour": String(hour.remaining),
    };
    const full = hour.exceeded ? hour : minute.exceeded ? minute : undefined;
    if (!full) return { headers };
    const wait = { "retry-after": String(Math.max(1, full.resetAt - Math.floor(now / 1000))) };
    return { headers, refusal: refused(429, "Too many requests", wait) };
  }
  const day = tenant.days.take(`${caller.grant} ${Math.floor(now / dayMs)}`, unlimited ? 1e9 : 1000, now);
  const second = tenant.seconds.take(caller.grant, unlimited ? 1e9 : 2, now);
  const midnight = (Math.floor(now / dayMs) + 1) * dayMs;
  const headers = {
    "x-accesstoken-qps-allotted": String(second.limit),
    "x-accesstoken-qps-current": String(second.used),
    "x-accesstoken-quota-allotted": String(day.limit),
    "x-accesstoken-quota-current": String(day.used),
    "x-quota-reset": longDate(midnight),
  };
  if (day.exceeded) return { headers, refusal: overRate(Math.ceil((midnight - now) / 1000)) };
  if (second.exceeded) return { headers, refusal: overRate(1, "ERR_403_DEVELOPER_OVER_QPS") };
  return { headers };
}

/** `Wednesday, April 17, 2024 12:00:00 AM GMT` */
function longDate(at: number): string {
  const day = new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeZone: "UTC" }).format(at);
  return `${day} 12:00:00 AM GMT`;
}
