import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { GcpTenant } from "./tenant.ts";

/** See README.md. */
export const changes: Record<string, Change<GcpTenant>> = {
  ...directoryChanges<GcpTenant>({
    status: { suspended: "disabled", active: "active" },
    events: {
      ...{ add: "add", delete: "delete" },
      suspend: "google.iam.admin.v1.DisableServiceAccount",
      unsuspend: "google.iam.admin.v1.EnableServiceAccount",
    },
    record(tenant, type, person) {
      const { people, policies, hierarchy } = tenant;
      if (type === "add") policies.addMember(hierarchy.project(person).path, "roles/viewer", people.idOf(person));
      if (type === "delete") policies.removeMember(people.idOf(person));
      const isChange = type === "add" || type === "delete";
      return tenant.append({ type: isChange ? "SetIamPolicy" : type, actor: people.accounts, about: person });
    },
    groups: { of: ({ groups }) => groups, events: { add: "SetIamPolicy", remove: "SetIamPolicy" } },
  }),
  "grant-role": (tenant, { project, role, member }) => {
    tenant.policies.addMember(String(project), String(role), String(member));
    return tenant.append({ type: "SetIamPolicy", actor: tenant.people.accounts });
  },
  "deny-logs": (tenant, { resource, denied = true }) => {
    const found = tenant.hierarchy.at(String(resource));
    if (!found) throw new Error(`no such resource: ${resource}`);
    if (denied) tenant.hierarchy.denied.add(found.path);
    else tenant.hierarchy.denied.delete(found.path);
  },
  "late-entry": (tenant, { hours = 2, type = "google.login.LoginService.loginSuccess" }) =>
    tenant.append({ type: String(type), occurredAt: tenant.kit.now() - Number(hours) * 3_600_000 }),
  "set-constraint": (tenant, { name, rules }) => {
    tenant.constraints[String(name)] = rules as unknown[];
  },
  "deactivate-security-command-center": (tenant) => {
    tenant.findings = null;
  },
};
