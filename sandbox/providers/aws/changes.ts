import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import { eventType } from "./events.ts";
import type { AwsTenant } from "./tenant.ts";

/** See README.md. */
export const changes: Record<string, Change<AwsTenant>> = {
  ...directoryChanges<AwsTenant>({
    status: { suspended: "suspended", active: "active" },
    events: { add: "CreateUser", delete: "DeleteUser", suspend: "AttachUserPolicy", unsuspend: "DetachUserPolicy" },
    record: (tenant, type, about) => tenant.append({ type, about, failure: false }),
    groups: { of: ({ groups }) => groups, events: { add: "AddUserToGroup", remove: "RemoveUserFromGroup" } },
  }),
  "set-destination": (tenant, { url, secret }) => tenant.addDestination(String(url), String(secret)),
  "open-trust": (tenant, { open = true }) => {
    tenant.wantsExternalId = open !== true;
  },
  "delay-report": (tenant, { seconds = 60 }) => {
    tenant.reportAskedAt = undefined;
    tenant.reportReadyAt = tenant.kit.now() + Number(seconds) * 1000;
  },
  "late-event": (tenant, { hours = 1, type = "StopLogging" }) =>
    tenant.append({ type: eventType(String(type)).name, occurredAt: tenant.kit.now() - Number(hours) * 3_600_000 }),
};
