import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { OneLoginTenant } from "./tenant.ts";

/** `POST .../changes` for OneLogin, see README.md. Each writes the event the real change would, done by the first administrator. */
export const changes: Record<string, Change<OneLoginTenant>> = {
  ...directoryChanges<OneLoginTenant>({
    status: { suspended: "suspended", active: "active" },
    events: { add: "13", delete: "17", suspend: "21", unsuspend: "32" },
    record: (tenant, type, person, role) =>
      tenant.append({ type, actor: tenant.people.idOf(0), person, ...(role !== undefined && { role }) }),
    groups: { of: ({ roles }) => roles, events: { add: "147", remove: "148" } },
  }),
  "end-subscription": (tenant) => {
    tenant.hasPrivileges = false;
    return {};
  },
  "late-event": (tenant, { type = "8", minutesAgo = 90 }) =>
    tenant.append({ type: String(type), happenedAt: tenant.kit.now() - Number(minutesAgo) * 60_000 }),
};
