import type { Account } from "./people.ts";
import type { GithubTenant } from "./tenant.ts";

/**
 * `POST .../changes` for GitHub. Each writes the audit entry the real change would.
 * add-user {}; delete-user { login }; suspend-user / unsuspend-user { login }; set-role { login, role };
 * set-setting { name, value } of the organization; late-event { type?, actor?, minutesAgo };
 * suspend-app / unsuspend-app {}; set-callback { url }: the redirect URI the OAuth app has registered.
 */
export function change(tenant: GithubTenant, what: string, parameters: Record<string, unknown>): unknown {
  const { people, owner } = tenant;
  switch (what) {
    case "add-user": {
      const account = people.add();
      tenant.record("org.add_member", owner, { user: account.login, user_id: account.id, permission: "read" });
      return { id: String(account.id), login: account.login, email: account.email };
    }
    case "delete-user": {
      const account = named(tenant, parameters);
      (account.outside ? people.removedOutsiders : people.removedMembers).add(account.index);
      people.admins.delete(account.index);
      return tenant.record(account.outside ? "org.remove_outside_collaborator" : "org.remove_member", owner, {
        user: account.login,
        user_id: account.id,
      });
    }
    case "suspend-user":
    case "unsuspend-user": {
      const account = named(tenant, parameters);
      if (what === "suspend-user") people.suspended.add(account.index);
      else people.suspended.delete(account.index);
      return tenant.record(what === "suspend-user" ? "user.suspend" : "user.unsuspend", owner, {
        user: account.login,
        user_id: account.id,
      });
    }
    case "set-role": {
      const account = named(tenant, parameters);
      return setRole(tenant, owner, account, parameters.role === "admin" ? "admin" : "member");
    }
    case "set-setting":
      tenant.settings[String(parameters.name)] = parameters.value;
      return tenant.record(settingAction(String(parameters.name), parameters.value), owner);
    case "late-event": {
      const at = tenant.kit.now() - Number(parameters.minutesAgo ?? 10) * 60_000;
      return tenant.append({
        action: String(parameters.type ?? "repo.create"),
        actor: String(parameters.actor ?? owner),
        backdatedTo: at,
      });
    }
    case "suspend-app":
    case "unsuspend-app":
      tenant.appSuspended = what === "suspend-app";
      return null;
    case "set-callback":
      tenant.web.callback = String(parameters.url);
      return null;
    default:
      throw new Error(`unknown change: ${what}`);
  }
}

export function setRole(tenant: GithubTenant, actor: string, account: Account, role: "admin" | "member"): unknown {
  const before = tenant.people.role(account);
  if (role === "admin") tenant.people.admins.add(account.index);
  else tenant.people.admins.delete(account.index);
  const words = { admin: "admin", member: "read" };
  return tenant.record("org.update_member", actor, {
    user: account.login,
    user_id: account.id,
    permission: words[role],
    old_permission: words[before],
  });
}

function settingAction(name: string, value: unknown): string {
  if (name === "two_factor_requirement_enabled")
    return value ? "org.enable_two_factor_requirement" : "org.disable_two_factor_requirement";
  if (name === "default_repository_permission") return "org.update_default_repository_permission";
  return `org.update_${name}`;
}

function named(tenant: GithubTenant, parameters: Record<string, unknown>): Account {
  const login = String(parameters.login ?? parameters.user ?? "");
  const account = tenant.people.named(login);
  if (!account) throw new Error(`no such member: ${login}`);
  return account;
}
