import type { Change } from "../../kit/tenant.ts";
import type { SandboxEvent } from "../../provider.ts";
import type { Account, Role, Status } from "./people.ts";
import type { GithubTenant } from "./tenant.ts";

/**
 * `POST .../changes` for GitHub. Each writes the audit entry the real change would.
 * add-user {}; delete-user, suspend-user, unsuspend-user { login }; set-role { login, role };
 * set-setting { name, value } of the organization; late-event { type?, actor?, minutesAgo }; suspend-app, unsuspend-app {}.
 */
export const changes: Record<string, Change<GithubTenant>> = {
  "add-user": (tenant) => {
    const { people, owner, kit } = tenant;
    const account = people.member(people.members.add(kit.now()));
    tenant.recordOf(account, "org.add_member", owner, { permission: "read" });
    return { id: String(account.id), login: account.login, email: account.email };
  },
  "delete-user": (tenant, parameters) => {
    const account = tenant.people.named(parameters);
    tenant.people.remove(account, tenant.kit.now());
    const action = account.outside ? "org.remove_outside_collaborator" : "org.remove_member";
    return tenant.recordOf(account, action, tenant.owner);
  },
  "suspend-user": (tenant, parameters) => setStatus(tenant, tenant.owner, tenant.people.named(parameters), "suspended"),
  "unsuspend-user": (tenant, parameters) => setStatus(tenant, tenant.owner, tenant.people.named(parameters), "active"),
  "set-role": (tenant, parameters) =>
    setRole(tenant, tenant.owner, tenant.people.named(parameters), parameters.role === "admin" ? "admin" : "member"),
  "set-setting": (tenant, { name, value }) => {
    tenant.settings[String(name)] = value;
    return tenant.record(settingAction(String(name), value), tenant.owner);
  },
  "late-event": (tenant, { type = "repo.create", actor = tenant.owner, minutesAgo = 10 }) =>
    tenant.append({
      action: String(type),
      actor: String(actor),
      backdatedTo: tenant.kit.now() - Number(minutesAgo) * 60_000,
    }),
  "suspend-app": suspendApp(true),
  "unsuspend-app": suspendApp(false),
};

/** Of a managed account. Nothing is written when it has that status. */
export function setStatus(
  tenant: GithubTenant,
  actor: string,
  account: Account,
  status: Status,
): SandboxEvent | undefined {
  const { members } = tenant.people;
  if (members.status(account.index) === status) return undefined;
  members.edit(account.index, tenant.kit.now(), { status });
  return tenant.recordOf(account, status === "suspended" ? "user.suspend" : "user.unsuspend", actor);
}

export function setRole(tenant: GithubTenant, actor: string, account: Account, role: Role): SandboxEvent {
  const words = { admin: "admin", member: "read" };
  const fields = { permission: words[role], old_permission: words[tenant.people.role(account)] };
  if (role === "admin") tenant.people.owners.add(account.index);
  else tenant.people.owners.delete(account.index);
  return tenant.recordOf(account, "org.update_member", actor, fields);
}

function suspendApp(suspended: boolean): Change<GithubTenant> {
  return (tenant) => {
    tenant.appSuspended = suspended;
    return null;
  };
}

function settingAction(name: string, value: unknown): string {
  if (name === "two_factor_requirement_enabled")
    return value ? "org.enable_two_factor_requirement" : "org.disable_two_factor_requirement";
  if (name === "default_repository_permission") return "org.update_default_repository_permission";
  return `org.update_${name}`;
}
