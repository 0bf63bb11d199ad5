import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { WorkdayTenant } from "./tenant.ts";
import { workerAt } from "./workers.ts";

/** `POST .../changes` for Workday, each logged as done by the first administrator. A worker is named by id, user name or address. */
export const changes: Record<string, Change<WorkdayTenant>> = {
  ...directoryChanges({
    status: { suspended: "disabled", active: "active" },
    events: {
      add: "Hire Employee",
      delete: "Terminate Employee",
      suspend: "Edit Workday Account",
      unsuspend: "Edit Workday Account",
    },
    record: logged,
    added: ({ people }, index) => {
      const { wid, userName, email } = workerAt(people, index);
      return { id: wid, userName, email };
    },
  }),
  "require-new-password": (tenant, parameters) => {
    const index = tenant.people.named(parameters);
    tenant.people.edit(index, tenant.kit.now(), { profile: { requireNewPassword: true } });
    return logged(tenant, "Edit Workday Account", index);
  },
  "late-activity": (tenant, { secondsAgo = 60 }) =>
    tenant.append({ log: "activities" }, tenant.kit.now() - Number(secondsAgo) * 1000),
  "log-api-calls": (tenant, { on = true }) => {
    tenant.logsApiCalls = on !== false;
  },
};

function logged(tenant: WorkdayTenant, task: string, target: number) {
  return tenant.appendTask(task, target, workerAt(tenant.people, 0).userName);
}
