import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import { deleteMessage } from "./space-routes.ts";
import type { WebexTenant } from "./tenant.ts";

/** `POST .../changes` for Webex, see README.md. */
export const changes: Record<string, Change<WebexTenant>> = {
  ...directoryChanges<WebexTenant>({
    status: { suspended: "suspended", active: "active" },
    events: {
      add: "User was created",
      delete: "User was deleted",
      suspend: "User was updated",
      unsuspend: "User was updated",
    },
    record: (tenant, type, person) => tenant.append({ type, target: person }),
  }),
  "post-file": (tenant, { user }) => {
    const note = tenant.post(user === undefined ? 0 : tenant.people.named({ user }));
    tenant.append(note);
    return { message: note.message && tenant.spaces.messageRecord(note.message).id };
  },
  "delete-message": (tenant, { message }) => {
    const found = tenant.spaces.message(String(message));
    if (!found) throw new Error(`no such message: ${message}`);
    return deleteMessage(tenant, found, tenant.people.idOf(found.author));
  },
  "set-setting": (tenant, { name, value }) => {
    tenant.securityOptions[String(name)] = value;
    return null;
  },
};
