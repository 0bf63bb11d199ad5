import type { EventNote } from "./events.ts";
import { userTarget } from "./events.ts";
import { setSetting } from "./settings.ts";
import type { OktaTenant } from "./tenant.ts";

/**
 * `POST .../changes` for Okta. Each writes the System Log event the real change would, done by the first super administrator.
 * A user is named by id, login or handle:
 * add-user {}; delete-user, deactivate-user, suspend-user, unsuspend-user, lock-user { user }; update-user { user, profile };
 * grant-role { user, type }; revoke-roles { user }; add-to-group / remove-from-group { user, group: id };
 * set-setting { name: "threatInsight.action", value }; late-event { type?, actor?, minutesAgo }.
 */
export function change(tenant: OktaTenant, what: string, parameters: Record<string, unknown>): unknown {
  const { people, roles, groups } = tenant;
  const now = tenant.kit.now();
  const by: EventNote = { actor: people.idOf(0) };
  if (what === "add-user") {
    const index = people.add(now);
    tenant.append({ ...by, type: "user.lifecycle.create", targets: [userTarget(people, index)] });
    return { id: people.idOf(index), login: people.loginOf(index) };
  }
  if (what === "set-setting") {
    setSetting(tenant.settings, String(parameters.name), parameters.value);
    const type = String(parameters.name).startsWith("threat")
      ? "security.threat.configuration.update"
      : "policy.lifecycle.update";
    return tenant.append({ ...by, type });
  }
  if (what === "late-event") {
    return tenant.append({
      type: String(parameters.type ?? "user.session.start"),
      publishedAt: now - Number(parameters.minutesAgo ?? 10) * 60_000,
      ...(parameters.actor ? { actor: String(parameters.actor) } : {}),
    });
  }
  const name = String(parameters.user ?? parameters.id ?? parameters.login ?? "");
  const user = people.find(name);
  if (user === undefined) throw new Error(`unknown change or no such user: ${what} ${name}`);
  const targets = [userTarget(people, user)];
  switch (what) {
    case "suspend-user":
      people.change(user, now, { status: "SUSPENDED" });
      return tenant.append({ ...by, type: "user.lifecycle.suspend", targets });
    case "unsuspend-user":
      people.change(user, now, { status: "ACTIVE" });
      return tenant.append({ ...by, type: "user.lifecycle.unsuspend", targets });
    case "deactivate-user":
      people.change(user, now, { status: "DEPROVISIONED" });
      return tenant.append({ ...by, type: "user.lifecycle.deactivate", targets });
    case "delete-user":
      people.change(user, now, { status: "DEPROVISIONED", deleted: true });
      return tenant.append({ ...by, type: "user.lifecycle.delete.completed", targets });
    case "lock-user":
      people.change(user, now, { status: "LOCKED_OUT" });
      return tenant.append({ type: "user.account.lock", actor: people.idOf(user), targets });
    case "update-user":
      people.change(user, now, { profile: parameters.profile as Record<string, unknown> });
      return tenant.append({ ...by, type: "user.account.update_profile", targets });
    case "grant-role":
      roles.grant(user, String(parameters.type ?? "ORG_ADMIN"));
      return tenant.append({ ...by, type: "user.account.privilege.grant", targets });
    case "revoke-roles":
      for (const role of roles.of(user)) roles.revoke(user, role.id);
      return tenant.append({ ...by, type: "user.account.privilege.revoke", targets });
    case "add-to-group":
    case "remove-from-group": {
      const group = groups.find(String(parameters.group));
      if (group === undefined) throw new Error(`no such group: ${parameters.group}`);
      groups.setMember(group, user, what === "add-to-group", now);
      return tenant.append({
        ...by,
        type: `group.user_membership.${what === "add-to-group" ? "add" : "remove"}`,
        targets: [...targets, groups.target(group)],
      });
    }
    default:
      throw new Error(`unknown change: ${what}`);
  }
}
