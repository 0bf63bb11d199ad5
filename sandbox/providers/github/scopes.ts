import type { Tenant } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";

/** What a scope holds besides itself. */
export const includes: Record<string, string[]> = {
  "admin:org": ["write:org", "read:org"],
  "admin:enterprise": ["manage_billing:enterprise", "read:enterprise"],
  repo: ["repo:status", "public_repo"],
  user: ["read:user", "user:email"],
};

/** What the personal access token has. */
export const tokenScopes = ["admin:enterprise", "admin:org", "admin:org_hook", "read:audit_log", "repo", "user"];

/** What the OAuth app may ask for. */
export const appScopes = [...tokenScopes, "read:org", "read:user", "user:email"];

/** What the GitHub App was given at installation. */
const installationPermissions = {
  administration: "read",
  members: "write",
  metadata: "read",
  organization_administration: "read",
  organization_custom_org_roles: "read",
  organization_hooks: "write",
  organization_personal_access_tokens: "write",
};

export function grantedPermissions(tenant: Pick<Tenant, "faults">): Record<string, string> {
  return Object.fromEntries(
    Object.entries(installationPermissions).filter(
      ([name, level]) => !missesScope(tenant, name) && !missesScope(tenant, `${name}: ${level}`),
    ),
  );
}
