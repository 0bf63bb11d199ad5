import { directoryChanges, settingStatus } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
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
  ...directoryChanges({
    status: { suspended: "SUSPENDED", active: "ACTIVE" },
    events: {
      add: "user.lifecycle.create",
      delete: "user.lifecycle.delete.completed",
      suspend: "user.lifecycle.suspend",
      unsuspend: "user.lifecycle.unsuspend",
    },
    record: logged,
    added: ({ people }, user) => ({ id: people.idOf(user), login: people.emailOf(user) }),
    groups: {
      of: ({ groups }) => groups,
      events: { add: "group.user_membership.add", remove: "group.user_membership.remove" },
    },
  }),
  "deactivate-user": settingStatus("DEPROVISIONED", "user.lifecycle.deactivate", logged),
  "lock-user": settingStatus("LOCKED_OUT", "user.account.lock", logged),
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

function logged(tenant: OktaTenant, type: string, user: number, group?: number) {
  const { people, groups } = tenant;
  // A lockout is nobody's doing but the user's own.
  const actor = people.idOf(type === "user.account.lock" ? user : 0);
  const targets = [userTarget(people, user), ...(group === undefined ? [] : [groups.target(group)])];
  return tenant.append({ actor, type, targets });
}
