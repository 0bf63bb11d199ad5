import type { Change } from "../../kit/tenant.ts";
import type { Status } from "./people.ts";
import { userTarget } from "./people.ts";
import { setSetting } from "./settings.ts";
import type { OktaTenant } from "./tenant.ts";

/**
 * `POST .../changes` for Okta. Each writes the System Log event the real change would, done by the first super administrator.
 * A user is named by id, login or handle:
 * add-user {}; delete-user, deactivate-user, suspend-user, unsuspend-user, lock-user { user }; update-user { user, profile };
 * grant-role { user, type }; revoke-roles { user }; add-to-group, remove-from-group { user, group: id };
 * set-setting { name: "threatInsight.action", value }; late-event { type?, actor?, minutesAgo }.
 */
export const changes: Record<string, Change<OktaTenant>> = {
  "add-user": (tenant) => {
    const { people } = tenant;
    const user = people.add(tenant.kit.now());
    logged(tenant, "user.lifecycle.create", user);
    return { id: people.idOf(user), login: people.emailOf(user) };
  },
  "delete-user": (tenant, parameters) => {
    const user = tenant.people.named(parameters);
    tenant.people.remove(user, tenant.kit.now());
    return logged(tenant, "user.lifecycle.delete.completed", user);
  },
  "deactivate-user": setStatus("DEPROVISIONED", "user.lifecycle.deactivate"),
  "suspend-user": setStatus("SUSPENDED", "user.lifecycle.suspend"),
  "unsuspend-user": setStatus("ACTIVE", "user.lifecycle.unsuspend"),
  "lock-user": setStatus("LOCKED_OUT", "user.account.lock"),
  "update-user": (tenant, parameters) => {
    const user = tenant.people.named(parameters);
    tenant.people.edit(user, tenant.kit.now(), { profile: parameters.profile as Record<string, unknown> });
    return logged(tenant, "user.account.update_profile", user);
  },
  "grant-role": (tenant, parameters) => {
    const user = tenant.people.named(parameters);
    tenant.roles.grant(user, String(parameters.type ?? "ORG_ADMIN"));
    return logged(tenant, "user.account.privilege.grant", user);
  },
  "revoke-roles": (tenant, parameters) => {
    const user = tenant.people.named(parameters);
    for (const role of tenant.roles.of(user)) tenant.roles.revoke(user, role.id);
    return logged(tenant, "user.account.privilege.revoke", user);
  },
  "add-to-group": setMember(true, "group.user_membership.add"),
  "remove-from-group": setMember(false, "group.user_membership.remove"),
  "set-setting": (tenant, { name, value }) => {
    const path = String(name);
    setSetting(tenant.settings, path, value);
    const type = path.startsWith("threat") ? "security.threat.configuration.update" : "policy.lifecycle.update";
    return tenant.append({ actor: tenant.people.idOf(0), type });
  },
  "late-event": (tenant, { type = "user.session.start", actor, minutesAgo = 10 }) =>
    tenant.append({
      type: String(type),
      publishedAt: tenant.kit.now() - Number(minutesAgo) * 60_000,
      ...(actor ? { actor: String(actor) } : {}),
    }),
};

function setStatus(status: Status, type: string): Change<OktaTenant> {
  return (tenant, parameters) => {
    const user = tenant.people.named(parameters);
    tenant.people.edit(user, tenant.kit.now(), { status });
    return logged(tenant, type, user);
  };
}

function setMember(member: boolean, type: string): Change<OktaTenant> {
  return (tenant, parameters) => {
    const { people, groups } = tenant;
    const user = people.named(parameters);
    const group = groups.find(String(parameters.group));
    if (group === undefined) throw new Error(`no such group: ${parameters.group}`);
    groups.setMember(group, user, member, tenant.kit.now());
    const targets = [userTarget(people, user), groups.target(group)];
    return tenant.append({ actor: people.idOf(0), type, targets });
  };
}

function logged(tenant: OktaTenant, type: string, user: number) {
  const { people } = tenant;
  // A lockout is nobody's doing but the user's own.
  const actor = people.idOf(type === "user.account.lock" ? user : 0);
  return tenant.append({ actor, type, targets: [userTarget(people, user)] });
}
