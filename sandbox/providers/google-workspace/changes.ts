import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { GoogleWorkspaceTenant } from "./tenant.ts";

/**
 * `POST .../changes` for Google Workspace. Each writes the record the real change would.
 * add-user {}; delete-user, suspend-user, unsuspend-user { user }; add-to-group, remove-from-group { user, group: id or address }.
 */
export const changes: Record<string, Change<GoogleWorkspaceTenant>> = directoryChanges<GoogleWorkspaceTenant>({
  status: { suspended: "suspended", active: "active" },
  events: { add: "CREATE_USER", delete: "DELETE_USER", suspend: "SUSPEND_USER", unsuspend: "UNSUSPEND_USER" },
  record: (tenant, type, person, group) =>
    tenant.append({ type, actor: tenant.people.emailOf(0), person, ...(group !== undefined && { group }) }),
  groups: { of: ({ groups }) => groups, events: { add: "ADD_GROUP_MEMBER", remove: "REMOVE_GROUP_MEMBER" } },
});
