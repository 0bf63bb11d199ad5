import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import { isRegion } from "./regions.ts";
import type { SmartsheetTenant } from "./tenant.ts";

/** `POST .../changes` for Smartsheet, see README.md. Each writes the event the real change would, done by the first System Admin. */
export const changes: Record<string, Change<SmartsheetTenant>> = {
  ...directoryChanges<SmartsheetTenant>({
    status: { suspended: "DEACTIVATED", active: "ACTIVE" },
    events: {
      add: "USER - ADD_TO_ACCOUNT",
      delete: "USER - REMOVE_FROM_ACCOUNT",
      suspend: "USER - UPDATE_USER",
      unsuspend: "USER - UPDATE_USER",
    },
    record: logged,
    groups: { of: ({ groups }) => groups, events: { add: "GROUP - ADD_MEMBER", remove: "GROUP - REMOVE_MEMBER" } },
  }),
  "make-admin": (tenant, parameters) => {
    const user = tenant.people.named(parameters);
    tenant.people.setRoles(user, { admin: true });
    return logged(tenant, "USER - UPDATE_USER", user);
  },
  "publish-item": ({ published }, { id }) => {
    published.add(String(id));
    return { id };
  },
  "move-to-region": (tenant, { region }) => {
    if (!isRegion(String(region))) throw new Error(`no such region: ${region}`);
    tenant.region = region as SmartsheetTenant["region"];
    return { region };
  },
  "late-event": (tenant, { type = "SHEET - LOAD", actor, minutesAgo = 90 }) =>
    tenant.append({
      ...{ type: String(type), happenedAt: tenant.kit.now() - Number(minutesAgo) * 60_000 },
      ...(actor ? { actor: String(actor) } : {}),
    }),
};

function logged(tenant: SmartsheetTenant, type: string, person: number, group?: number) {
  return tenant.append({ type, actor: tenant.people.idOf(0), person, ...(group !== undefined && { group }) });
}
