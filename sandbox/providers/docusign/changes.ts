import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { DocusignTenant } from "./tenant.ts";

/**
 * `POST .../changes` for DocuSign, each done by the first administrator: add-user {}; delete-user, suspend-user, unsuspend-user { user };
 * add-to-group, remove-from-group { user, group }; set-setting { account: 0, name, value }; set-monitor { on };
 * late-event { type?, actor?, minutesAgo }.
 */
export const changes: Record<string, Change<DocusignTenant>> = {
  ...directoryChanges<DocusignTenant>({
    status: { suspended: "closed", active: "active" },
    events: {
      add: "Account.UserAdded",
      delete: "Account.UserRemoved",
      suspend: "Account.UserClosed",
      unsuspend: "Account.UserActivated",
    },
    record(tenant, type, person, group) {
      if (type === "Account.UserActivated") tenant.memberships.reset(person);
      const data = {
        AffectedUserId: tenant.people.idOf(person),
        ...(group !== undefined && { GroupId: tenant.groups.idOf(group) }),
      };
      return tenant.append({ actor: tenant.userId(), type, data });
    },
    groups: { of: ({ groups }) => groups, events: { add: "Group.UserAdded", remove: "Group.UserRemoved" } },
  }),
  "set-setting": (tenant, { account = 0, name, value }) => {
    const of = tenant.settings[Number(account)];
    const values = of && [of.settings, of.passwordRules].find((one) => String(name) in one);
    if (!values) throw new Error(`no such setting: ${name}`);
    values[String(name)] = String(value);
    return tenant.append({ actor: tenant.userId(), type: "Account.Updated", data: { SettingsKey: String(name) } });
  },
  "set-monitor": (tenant, { on }) => {
    tenant.hasMonitor = on === true;
  },
  "late-event": (tenant, { type = "Login.Login", actor, minutesAgo = 10 }) =>
    tenant.append({
      type: String(type),
      at: tenant.kit.now() - Number(minutesAgo) * 60_000,
      ...(actor ? { actor: String(actor) } : {}),
    }),
};
