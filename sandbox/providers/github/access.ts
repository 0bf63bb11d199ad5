import { createHash } from "node:crypto";
import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { openToken } from "../../tokens.ts";
import { missesScope, takeRateLimit, takeServerError } from "../../trouble.ts";
import type { GithubTenant } from "./tenant.ts";

/** Who calls: an OAuth token, a classic personal access token, or an installation of the GitHub App. */
export interface Caller {
  kind: "oauth" | "pat" | "installation";
  scopes: string[];
  /** Login that appears in the audit log. */
  login: string;
  key: string;
}

/** What a call needs: one of these scopes, or this permission of an installation. */
export interface Needs {
  scopes?: string[];
  /** `members: write`, as in X-Accepted-GitHub-Permissions. */
  permission?: string;
  /** `app`: only installations; `user`: only OAuth and personal tokens; `pat`: only personal ones. */
  only?: "app" | "user" | "pat";
  resource?: "core" | "audit_log" | "graphql";
}

const includes: Record<string, string[]> = {
  "admin:org": ["write:org", "read:org"],
  "write:org": ["read:org"],
  "admin:enterprise": ["manage_billing:enterprise", "read:enterprise"],
  repo: ["repo:status", "public_repo"],
  user: ["read:user", "user:email"],
  "admin:org_hook": [],
};

const allScopes = ["admin:enterprise", "admin:org", "admin:org_hook", "read:audit_log", "repo", "user"];

/** What the GitHub App was given at installation. */
const installationPermissions = {
  administration: "read",
  members: "write",
  metadata: "read",
  organization_administration: "read",
  organization_custom_org_roles: "read",
  organization_hooks: "write",
  organization_personal_access_tokens: "write",
} as const;

export function grantedPermissions(tenant: GithubTenant): Record<string, string> {
  return Object.fromEntries(
    Object.entries(installationPermissions).filter(
      ([name, level]) => !missesScope(tenant, name) && !missesScope(tenant, `${name}: ${level}`),
    ),
  );
}

export function authenticate(tenant: GithubTenant, token: string, now: number): Caller | undefined {
  if (token === tenant.credentials().personalAccessToken)
    return { kind: "pat", scopes: without(tenant, allScopes), login: tenant.owner, key: "pat" };
  if (token.startsWith("gho_")) {
    const claims = openToken(tenant.options, "gho_", token, now);
    return (
      claims && {
        kind: "oauth",
        scopes: without(tenant, claims.scopes),
        login: tenant.owner,
        key: `user/${tenant.owner}`,
      }
    );
  }
  const claims = openToken(tenant.options, "ghs_", token, now);
  return claims && { kind: "installation", scopes: [], login: "gatehouse[bot]", key: "installation" };
}

function without(tenant: GithubTenant, scopes: string[]): string[] {
  return scopes.filter((scope) => !missesScope(tenant, scope));
}

export function hasScope(caller: Caller, tenant: GithubTenant, wanted: string): boolean {
  if (missesScope(tenant, wanted)) return false;
  return caller.scopes.some(
    (scope) =>
      scope === wanted ||
      includes[scope]?.includes(wanted) ||
      includes[scope]?.some((inner) => includes[inner]?.includes(wanted)),
  );
}

/** The answer that stops a call, or undefined when it may go on. */
export function refuse(tenant: GithubTenant, caller: Caller, needs: Needs): SandboxResponse | undefined {
  if (caller.kind === "installation") {
    if (tenant.appSuspended) return problem(403, "This installation has been suspended");
    if (needs.only === "user" || needs.only === "pat")
      return problem(403, "Resource not accessible by integration", {
        "x-accepted-github-permissions": "allows_permissionless_access=false",
      });
    if (!needs.permission) return undefined;
    const [name = "", level] = needs.permission.split(": ");
    const granted = grantedPermissions(tenant)[name];
    if (granted === "write" || (granted && level === "read")) return undefined;
    return problem(403, "Resource not accessible by integration", {
      "x-accepted-github-permissions": `${name}=${level}`,
    });
  }
  if (needs.only === "app")
    return problem(
      403,
      caller.kind === "pat"
        ? "Resource not accessible by personal access token"
        : "You must authenticate with an installation access token.",
      { "x-accepted-github-permissions": (needs.permission ?? "").replace(": ", "=") },
    );
  if (needs.only === "pat" && caller.kind !== "pat") return problem(404, "Not Found");
  if (!needs.scopes || needs.scopes.some((scope) => hasScope(caller, tenant, scope))) return undefined;
  return problem(
    403,
    caller.kind === "pat"
      ? "Resource not accessible by personal access token"
      : "You must have the appropriate scopes to access this resource.",
    { "x-accepted-oauth-scopes": needs.scopes.join(", ") },
  );
}

/** Trouble switched on by faults, in GitHub's words. */
export function trouble(tenant: GithubTenant, now: number): SandboxResponse | undefined {
  if (tenant.faults.unauthorized || tenant.faults.revoked) return problem(401, "Bad credentials");
  const status = takeServerError(tenant);
  if (status) return problem(status, "Server Error");
  const wait = takeRateLimit(tenant);
  if (wait !== undefined) {
    return problem(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", {
      "retry-after": String(wait),
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "4200",
      "x-ratelimit-reset": String(Math.ceil(now / 1000) + 3600),
      "x-ratelimit-used": "800",
      "x-ratelimit-resource": "core",
    });
  }
  return undefined;
}

const limits = { core: 5000, audit_log: 1750, graphql: 5000 };

/** Counts the call against the caller's hour. */
export function limit(
  tenant: GithubTenant,
  caller: Caller,
  resource: "core" | "audit_log" | "graphql",
  now: number,
  cost = 1,
): { headers: Record<string, string>; refusal?: SandboxResponse } {
  const allowed = tenant.options.unlimited
    ? 1_000_000_000
    : resource === "core" && caller.kind === "installation"
      ? 15_000
      : limits[resource];
  const use = tenant.limiter.take(`${caller.key}/${resource}`, allowed, now, cost);
  const headers = {
    "x-ratelimit-limit": String(use.limit),
    "x-ratelimit-remaining": String(use.remaining),
    "x-ratelimit-reset": String(use.resetAt),
    "x-ratelimit-used": String(use.used),
    "x-ratelimit-resource": resource,
  };
  if (!use.exceeded) return { headers };
  return {
    headers,
    refusal: problem(403, `API rate limit exceeded for user ID ${tenant.people.member(0).id}.`, headers),
  };
}

export function problem(
  status: number,
  message: string,
  headers: Record<string, string> = {},
  more: Record<string, unknown> = {},
): SandboxResponse {
  return {
    status,
    headers,
    body: { message, ...more, documentation_url: "https://docs.github.com/rest", status: String(status) },
  };
}

/** A 200 becomes 304 when the client already has it. */
export function withEtag(request: SandboxRequest, answer: SandboxResponse): SandboxResponse {
  if (request.method !== "GET" || answer.status !== 200 || answer.body === undefined) return answer;
  const body = JSON.stringify(answer.body);
  const etag = `W/"${createHash("sha256")
    .update(body)
    .update(String(answer.headers?.link ?? ""))
    .digest("hex")}"`;
  const headers = { ...answer.headers, etag, "cache-control": "private, max-age=60, s-maxage=60" };
  if (request.headers["if-none-match"] === etag) return { status: 304, headers };
  return { status: 200, headers: { ...headers, "content-type": "application/json; charset=utf-8" }, body };
}
