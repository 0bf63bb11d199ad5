import { Drives } from "./drives.ts";
import { Subscriptions } from "./subscriptions.ts";
import type { Office365Tenant } from "./tenant.ts";

/** The files of a tenant, and the subscriptions to their changes. */
export interface Files {
  drives: Drives;
  subscriptions: Subscriptions;
}

const held = new WeakMap<Office365Tenant, Files>();

/** Made when they are first asked for: a tenant whose files nobody reads has none. */
export function filesOf(tenant: Office365Tenant): Files {
  const known = held.get(tenant);
  if (known) return known;
  const drives = new Drives(tenant);
  const made = { drives, subscriptions: new Subscriptions(tenant, drives) };
  held.set(tenant, made);
  return made;
}
