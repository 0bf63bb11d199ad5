import type { Api, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { SandboxResponse } from "../../provider.ts";
import { openToken } from "../../tokens.ts";
import { missesScope } from "../../trouble.ts";
import { notFound, problem } from "./answers.ts";
import { grantedPermissions, includes, tokenScopes } from "./scopes.ts";
import type { GithubTenant } from "./tenant.ts";

/** Who calls: an OAuth token, a classic personal access token, or an installation of the GitHub App. */
export interface Caller {
  kind: "oauth" | "pat" | "installation";
  scopes: string[];
  /** Login that appears in the audit log. */
  login: string;
}

export type GithubCall = Call<GithubTenant, Caller>;

/** What a call needs: one of these scopes, or this permission of an installation. */
interface Needs {
  scopes?: string[];
  permission?: [name: string, level: "read" | "write"];
  /** `app`: only installations; `user`: only OAuth and personal tokens; `pat`: only personal ones. */
  only?: "app" | "user" | "pat";
}

/** By the names that routes use. */
const needs = {
  "members: read": { scopes: ["read:org"], permission: ["members", "read"] },
  "members: write": { scopes: ["admin:org"], permission: ["members", "write"] },
  "roles: read": { scopes: ["admin:org"], permission: ["organization_custom_org_roles", "read"] },
  "roles: write": { scopes: ["admin:org"], permission: ["organization_custom_org_roles", "write"] },
  "role holders": { scopes: ["admin:org"], permission: ["members", "read"] },
  "audit log": { scopes: ["read:audit_log", "admin:org"], permission: ["organization_administration", "read"] },
  "enterprise audit log": { scopes: ["read:audit_log", "admin:enterprise"], only: "pat" },
  "apps: read": { scopes: ["admin:org", "read:org"], permission: ["organization_administration", "read"] },
  "credentials: write": { scopes: ["admin:org"], permission: ["organization_administration", "write"] },
  "tokens: read": { permission: ["organization_personal_access_tokens", "read"], only: "app" },
  "tokens: write": { permission: ["organization_personal_access_tokens", "write"], only: "app" },
  "hooks: read": { scopes: ["admin:org_hook"], permission: ["organization_hooks", "read"] },
  "hooks: write": { scopes: ["admin:org_hook"], permission: ["organization_hooks", "write"] },
  "repositories: read": { scopes: ["repo"], permission: ["metadata", "read"] },
  "protection: read": { scopes: ["repo"], permission: ["administration", "read"] },
  licences: { scopes: ["read:enterprise", "manage_billing:enterprise"], only: "user" },
  enterprise: { scopes: ["admin:enterprise"], only: "user" },
  user: { only: "user" },
} satisfies Record<string, Needs>;

export type Need = keyof typeof needs | "";

export function authenticate({
  tenant,
  request,
  now,
}: OpenCall<GithubTenant>): { caller: Caller } | { refusal: SandboxResponse } {
  const token = credentialOf(request, "Bearer") ?? "";
  const { owner, options, faults } = tenant;
  const scopes = (granted: string[]) => granted.filter((scope) => !missesScope(tenant, scope));
  if (!faults.unauthorized && !faults.revoked) {
    if (token === tenant.credentials().personalAccessToken)
      return { caller: { kind: "pat", scopes: scopes(tokenScopes), login: owner } };
    const granted = tenant.oauth.authenticate(token);
    if (granted) return { caller: { kind: "oauth", scopes: scopes(granted.scopes), login: owner } };
    if (openToken(options, "ghs_", token, now))
      return { caller: { kind: "installation", scopes: [], login: "gatehouse[bot]" } };
  }
  return { refusal: problem(401, "Bad credentials") };
}

export function hasScope({ caller, tenant }: GithubCall, wanted: string): boolean {
  if (missesScope(tenant, wanted)) return false;
  return caller.scopes.some((scope) => scope === wanted || includes[scope]?.includes(wanted));
}

/** The answer that stops a call, or undefined when it may go on. */
export function refuse(call: GithubCall, need: string): SandboxResponse | undefined {
  const { tenant, caller, parameters, request } = call;
  const { org, enterprise, id } = parameters;
  const isElsewhere =
    (org !== undefined && org.toLowerCase() !== tenant.org.login.toLowerCase()) ||
    (enterprise !== undefined && enterprise !== tenant.enterprise.slug) ||
    (request.path.startsWith("/organizations/") && id !== String(tenant.org.id));
  // Missing and not yours look alike.
  if (isElsewhere) return notFound();
  const { scopes, permission, only }: Needs = need === "" ? {} : needs[need as Exclude<Need, "">];
  const asked = permission?.join("=") ?? "";
  if (caller.kind === "installation") {
    if (tenant.appSuspended) return problem(403, "This installation has been suspended");
    const [name = "", level] = permission ?? [];
    const granted = grantedPermissions(tenant)[name];
    const holds = level === undefined || granted === "write" || granted === level;
    if (only !== "user" && only !== "pat" && holds) return undefined;
    return problem(403, "Resource not accessible by integration", { "x-accepted-github-permissions": asked });
  }
  if (only === "pat" && caller.kind !== "pat") return notFound();
  const message =
    caller.kind === "pat"
      ? "Resource not accessible by personal access token"
      : "You must have the appropriate scopes to access this resource.";
  if (only === "app") return problem(403, message, { "x-accepted-github-permissions": asked });
  if (!scopes || scopes.some((scope) => hasScope(call, scope))) return undefined;
  return problem(403, message, { "x-accepted-oauth-scopes": scopes.join(", ") });
}

const limits = { core: 5000, audit_log: 1750, graphql: 5000 };

/** Counts the call against the caller's hour. The scopes of the token go out with every answer, too. */
export function limit(call: GithubCall): ReturnType<NonNullable<Api<GithubTenant, Caller>["limit"]>> {
  const { tenant, caller, request, now } = call;
  const { path } = request;
  const resource = path === "/graphql" ? "graphql" : path.endsWith("/audit-log") ? "audit_log" : "core";
  const hourly = resource === "core" && caller.kind === "installation" ? 15_000 : limits[resource];
  const allowed = tenant.options.unlimited ? 1_000_000_000 : hourly;
  const use = tenant.limiter.take(`${caller.kind}/${resource}`, allowed, now);
  const headers: Record<string, string> = {
    ...(caller.kind !== "installation" && { "x-oauth-scopes": caller.scopes.join(", ") }),
    "x-ratelimit-limit": String(use.limit),
    "x-ratelimit-remaining": String(use.remaining),
    "x-ratelimit-reset": String(use.resetAt),
    "x-ratelimit-used": String(use.used),
    "x-ratelimit-resource": resource,
  };
  if (!use.exceeded) return { headers };
  const user = tenant.people.member(0).id;
  return { headers, refusal: problem(403, `API rate limit exceeded for user ID ${user}.`) };
}
