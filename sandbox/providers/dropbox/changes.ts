import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import { enterWebhook } from "./hooks.ts";
import type { DropboxTenant } from "./tenant.ts";

/** See README.md. */
export const changes: Record<string, Change<DropboxTenant>> = {
  ...directoryChanges<DropboxTenant>({
    status: { suspended: "suspended", active: "active" },
    events: {
      ...{ add: "member_change_status", delete: "member_change_status" },
      ...{ suspend: "member_change_status", unsuspend: "member_change_status" },
    },
    record: (tenant, type, person, group) =>
      tenant.append({ type, actor: 0, person, ...(group !== undefined && { group }) }),
    groups: { of: ({ groups }) => groups, events: { add: "group_add_member", remove: "group_remove_member" } },
  }),
  "set-policy": (tenant, { name, value }) => {
    tenant.policies[String(name)] = String(value);
  },
  "set-webhook": (tenant, { url }) => enterWebhook(tenant.hooks, String(url), tenant.app.secret),
  "add-file": (tenant, { user, name = "New.txt", text = "New" }) => {
    const person = tenant.people.named({ user });
    const { files, kit } = tenant;
    const home = files.childrenOf(files.home(person), undefined).find(({ isFolder }) => isFolder);
    const parent =
      home?.number ?? files.drive.create({ name: "Documents", parent: 0, isFolder: true }, person, kit.now()).number;
    const content = Buffer.from(String(text));
    const item = files.drive.create({ name: String(name), parent, content }, person, kit.now());
    tenant.append({ type: "file_add", actor: person, item: item.number });
    return { id: files.idOf(item.number), path: files.pathOf(item.number) };
  },
  "delete-file": (tenant, { id }) => {
    const item = tenant.files.find(String(id));
    if (!item) throw new Error(`no such file: ${id}`);
    tenant.files.drive.trash(item.number, item.owner, tenant.kit.now());
    return tenant.append({ type: "file_delete", actor: item.owner, item: item.number });
  },
  "share-file": (tenant, { id, audience = "public" }) => {
    const item = tenant.files.find(String(id));
    if (!item) throw new Error(`no such file: ${id}`);
    const link = { item: item.number, madeBy: item.owner, audience: audience === "team" ? "team" : "public" } as const;
    const made = tenant.sharing.addLink({ ...link, password: false, access: "viewer", expiresAt: null });
    tenant.append({ type: "shared_link_create", actor: item.owner, item: item.number });
    return { url: made.url };
  },
};
