import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { ServicenowTenant } from "./tenant.ts";

const values: Readonly<Record<string, string>> = { suspend: "true", unsuspend: "false" };

/** What was done to a person, as an audited change by the first user. */
function record(tenant: ServicenowTenant, name: string, target: number) {
  const [type = "", value] = name.split(" ");
  return tenant.append({
    ...{ type, actor: 0, target: { id: tenant.people.idOf(target), name: tenant.people.userName(target) } },
    ...(value !== undefined && { value: values[value] ?? value }),
  });
}

/**
 * `POST .../changes` for ServiceNow. add-user {}; delete-user, suspend-user, unsuspend-user { user }; add-to-group, remove-from-group
 * { user, group }; add-attachment { name }; set-property { name, value }.
 */
export const changes: Record<string, Change<ServicenowTenant>> = {
  ...directoryChanges<ServicenowTenant>({
    status: { suspended: "locked", active: "active" },
    events: {
      add: "sys_user.insert.user_name",
      delete: "sys_user.delete",
      suspend: "sys_user.update.locked_out suspend",
      unsuspend: "sys_user.update.locked_out unsuspend",
    },
    record,
    groups: {
      of: ({ groups }) => groups,
      events: { add: "sys_user_grmember.insert.user", remove: "sys_user_grmember.delete" },
    },
  }),
  "add-attachment": (tenant, { name }) => ({ id: tenant.attachments.add(String(name), tenant.kit.now()) }),
  "set-property": ({ properties }, { name, value }) => {
    properties.set(String(name), String(value));
    return { name, value };
  },
};
