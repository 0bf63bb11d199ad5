import type { PersonEdits } from "../../kit/directory.ts";
import type { Change } from "../../kit/tenant.ts";
import type { WorkdayTenant } from "./tenant.ts";
import { type Status, workerAt } from "./workers.ts";

/** `POST .../changes` for Workday, each logged as done by the first administrator. A worker is named by id, user name or address. */
export const changes: Record<string, Change<WorkdayTenant>> = {
  "suspend-user": editing({ status: "disabled" }),
  "unsuspend-user": editing({ status: "active" }),
  "require-new-password": editing({ profile: { requireNewPassword: true } }),
  "delete-user": (tenant, parameters) => {
    const index = tenant.people.named(parameters);
    tenant.people.remove(index, tenant.kit.now());
    return logged(tenant, "Terminate Employee", index);
  },
  "add-user": (tenant) => {
    const index = tenant.people.add(tenant.kit.now());
    logged(tenant, "Hire Employee", index);
    const { wid, userName, email } = workerAt(tenant.people, index);
    return { id: wid, userName, email };
  },
  "late-activity": (tenant, { secondsAgo = 60 }) =>
    tenant.append({ log: "activities" }, tenant.kit.now() - Number(secondsAgo) * 1000),
  "log-api-calls": (tenant, { on = true }) => {
    tenant.logsApiCalls = on !== false;
  },
};

function editing(edits: Pick<PersonEdits<Status>, "status" | "profile">): Change<WorkdayTenant> {
  return (tenant, parameters) => {
    const index = tenant.people.named(parameters);
    tenant.people.edit(index, tenant.kit.now(), edits);
    return logged(tenant, "Edit Workday Account", index);
  };
}

function logged(tenant: WorkdayTenant, task: string, target: number) {
  return tenant.appendTask(task, target, workerAt(tenant.people, 0).userName);
}
