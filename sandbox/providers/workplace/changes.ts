import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { WorkplaceTenant } from "./tenant.ts";

/** `POST .../changes` for Workplace, see README.md. What is done to people is done by the first administrator. */
export const changes: Record<string, Change<WorkplaceTenant>> = {
  ...directoryChanges({
    status: { suspended: "inactive", active: "active" },
    events: {
      add: "ACCOUNT_CREATED",
      delete: "ACCOUNT_DELETED",
      suspend: "ACCOUNT_DEACTIVATED",
      unsuspend: "ACCOUNT_ACTIVATED",
    },
    record: logged,
    // Some people have no address.
    added: (tenant, person) => {
      const { id, email } = tenant.member(person);
      return { id, email };
    },
  }),
  "make-admin": (tenant, parameters) => {
    const target = tenant.people.named(parameters);
    tenant.admins.add(target);
    return logged(tenant, "ACCOUNT_PROMOTED_TO_ADMIN", target);
  },
  "remove-admin": (tenant, parameters) => {
    const target = tenant.people.named(parameters);
    tenant.admins.delete(target);
    return logged(tenant, "ADMIN_REMOVED", target);
  },
  "require-proof": (tenant, { on }) => {
    tenant.requiresProof = on !== false;
    return { on: tenant.requiresProof };
  },
  "read-only": (tenant, { on }) => {
    tenant.readOnly = on !== false;
    return { on: tenant.readOnly };
  },
  "reset-access-token": (tenant) => {
    tenant.generation += 1;
    return { accessToken: tenant.credentials().accessToken };
  },
  "use-app-of": (tenant, parameters) => {
    const other = tenant.kit.tenant("workplace", String(parameters.tenant)) as WorkplaceTenant | undefined;
    if (!other) throw new Error(`no community "${parameters.tenant}"`);
    tenant.app = other.app;
    for (const hook of other.hooks.all.values()) tenant.hooks.add(hook);
    return { appId: tenant.app.id };
  },
};

function logged(tenant: WorkplaceTenant, type: string, target: number) {
  return tenant.append({ type, target, actor: tenant.partyAt(0) });
}
