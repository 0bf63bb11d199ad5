import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Item } from "../../kit/drive.ts";
import type { Change } from "../../kit/tenant.ts";
import { itemSource } from "./events.ts";
import { findItem } from "./items.ts";
import type { Access } from "./sharing.ts";
import type { BoxTenant } from "./tenant.ts";

/**
 * `POST .../changes` for Box. Each writes the event the real change would. A file is named by our id of it: `file_980000123`.
 * add-user {}; delete-user, suspend-user, unsuspend-user { user }; add-to-group, remove-from-group { user, group };
 * share-file { file, access: "open" }; edit-file, trash-file, delete-file { file }; let-in { file }: the service account becomes a
 * collaborator; set-setting { category, name, value }.
 */
export const changes: Record<string, Change<BoxTenant>> = {
  ...directoryChanges<BoxTenant>({
    status: { suspended: "inactive", active: "active" },
    events: { add: "NEW_USER", delete: "DELETE_USER", suspend: "EDIT_USER", unsuspend: "EDIT_USER" },
    record: (tenant, type, person, group) =>
      tenant.append({
        ...{ type, actor: tenant.people.emailOf(0), user: tenant.people.mini(person) },
        ...(group !== undefined && { group }),
      }),
    groups: { of: ({ groups }) => groups, events: { add: "GROUP_ADD_USER", remove: "GROUP_REMOVE_USER" } },
  }),
  "share-file": ofFile("SHARE", (tenant, { number }, { access = "open" }) =>
    tenant.sharing.setLink(number, {
      ...{ access: access as Access, unsharedAt: null, canDownload: true, password: false },
    }),
  ),
  "edit-file": ofFile("EDIT", ({ drive, kit }, { number, owner }) => drive.edit(number, owner, kit.now())),
  "trash-file": ofFile("DELETE", ({ drive, sharing, kit }, { number, owner }) => {
    drive.trash(number, owner, kit.now());
    sharing.setLink(number, null);
  }),
  "delete-file": ofFile("DELETE", ({ drive, kit }, { number, owner }) => drive.delete(number, owner, kit.now())),
  "let-in": ofFile("COLLABORATION_INVITE", ({ sharing, people }, { number: item }) =>
    sharing.add({ item, by: people.service, inviteEmail: null, role: "viewer", expiresAt: null }),
  ),
  "set-setting": ({ settings }, { category, name, value }) => {
    const group = settings[String(category)];
    if (!group) throw new Error(`no such category: ${category}`);
    group[String(name)] = value;
    return null;
  },
};

function ofFile(
  type: string,
  run: (tenant: BoxTenant, item: Item, parameters: Record<string, unknown>) => unknown,
): Change<BoxTenant> {
  return (tenant, parameters) => {
    const [, kind, id = ""] = /^(file|folder)_(\d+)$/.exec(String(parameters.file)) ?? [];
    const item = findItem(tenant, kind === "folder" ? "folder" : "file", id);
    if (!item) throw new Error(`no such file: ${parameters.file}`);
    const note = { type, actor: tenant.people.emailOf(item.owner), item: item.number };
    const source = itemSource(tenant, item.number);
    run(tenant, item, parameters);
    return tenant.append(tenant.drive.at(item.number) ? note : { ...note, source });
  };
}
