import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import { fileEdits } from "./file-edits.ts";
import type { Office365Tenant } from "./tenant.ts";

/**
 * `POST .../changes` for Microsoft 365. Each writes the event the real change would.
 * add-user {}; delete-user, suspend-user, unsuspend-user { user }; add-to-group, remove-from-group { user, group };
 * set-premium { premium }: whether the tenant has Microsoft Entra ID P1 or P2.
 */
export const changes: Record<string, Change<Office365Tenant>> = {
  ...directoryChanges<Office365Tenant>({
    status: { suspended: "disabled", active: "enabled" },
    events: { add: "Add user", delete: "Delete user", suspend: "Disable account", unsuspend: "Enable account" },
    record: (tenant, type) => tenant.append({ type }),
    groups: {
      of: ({ groups }) => groups,
      events: { add: "Add member to group", remove: "Remove member from group" },
    },
  }),
  ...fileEdits,
  "set-premium": (tenant, { premium }) => {
    tenant.premium = premium === true;
    return null;
  },
};
