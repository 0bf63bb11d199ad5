import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { AzureTenant } from "./tenant.ts";

/** `POST .../changes` for Azure, see README.md. What is done to people stands in the directory's own log, which is another app's. */
export const changes: Record<string, Change<AzureTenant>> = {
  ...directoryChanges<AzureTenant>({
    status: { suspended: "disabled", active: "enabled" },
    events: { add: "", delete: "", suspend: "", unsuspend: "" },
    record: (tenant) => tenant.event(Math.max(0, tenant.eventCount() - 1)),
  }),
  "set-premium": (tenant, { premium }) => {
    tenant.premium = premium === true;
    return { premium: tenant.premium };
  },
  "deny-subscription": (tenant, { subscription, denied }) => {
    const one = tenant.subscriptions.find(({ id, name }) => id === subscription || name === subscription);
    if (!one) throw new Error(`no such subscription: ${subscription}`);
    if (denied === false) tenant.deniedSubscriptions.delete(one.id);
    else tenant.deniedSubscriptions.add(one.id);
    return { id: one.id };
  },
};
