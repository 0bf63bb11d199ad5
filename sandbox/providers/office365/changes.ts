import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { ContentType } from "./event-types.ts";
import { fileEdits } from "./file-edits.ts";
import type { Office365Tenant } from "./tenant.ts";

/**
 * `POST .../changes` for Microsoft 365. Each writes the event the real change would.
 * add-user {}; delete-user, suspend-user, unsuspend-user { user }; add-to-group, remove-from-group { user, group };
 * set-premium { premium }: whether the tenant has Microsoft Entra ID P1 or P2; withdraw-consent { client };
 * add-record { type, actor?, fields }: an event with fields of its own; hold-content {}, release-content {}: new content is listed late;
 * stop-subscription { contentType }.
 */
export const changes: Record<string, Change<Office365Tenant>> = {
  ...directoryChanges<Office365Tenant>({
    status: { suspended: "disabled", active: "enabled" },
    events: { add: "Add user", delete: "Delete user", suspend: "Disable account", unsuspend: "Enable account" },
    record: (tenant, type, user) => tenant.append({ type, user }),
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
  "withdraw-consent": (tenant, { client }) => {
    tenant.entra.withdraw(String(client));
    return null;
  },
  "add-record": (tenant, { type, actor, fields }) =>
    tenant.append({
      type: String(type),
      ...(actor ? { actor: String(actor) } : {}),
      fields: (fields ?? {}) as Record<string, unknown>,
    }),
  "hold-content": (tenant) => {
    tenant.content.heldFrom = tenant.timeline.count;
    return null;
  },
  "release-content": (tenant) => {
    tenant.content.heldFrom = null;
    return null;
  },
  "stop-subscription": (tenant, { contentType }) => {
    tenant.content.subscriptions.delete(contentType as ContentType);
    return null;
  },
};
