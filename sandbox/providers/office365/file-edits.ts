import type { Change } from "../../kit/tenant.ts";
import { filesOf } from "./files.ts";
import { setSetting, settingsOf } from "./posture-settings.ts";
import type { Office365Tenant } from "./tenant.ts";

/**
 * Changes of files, by the ids of drive and item (`root` for its root), and of settings.
 * add-file, add-folder { drive, parent, name }; edit-file, delete-file { drive, item }; share-file { drive, item, scope }: a link; unshare-file { drive, item };
 * lifecycle { event }: to all subscriptions; set-setting { path, value }: `sharePoint.sharingCapability`.
 */
export const fileEdits: Record<string, Change<Office365Tenant>> = {
  "add-file": (tenant, parameters) => add(tenant, parameters, false),
  "add-folder": (tenant, parameters) => add(tenant, parameters, true),
  "edit-file": (tenant, parameters) => {
    const { drive, number } = itemOf(tenant, parameters);
    drive.files.edit(number, 0, tenant.kit.now());
    drive.changed(number);
    return null;
  },
  "delete-file": (tenant, parameters) => {
    const { drive, number } = itemOf(tenant, parameters);
    drive.files.trash(number, 0, tenant.kit.now());
    drive.changed(number);
    return null;
  },
  "share-file": (tenant, parameters) => {
    const { drive, number } = itemOf(tenant, parameters);
    const scope = parameters.scope === "organization" ? "organization" : "anonymous";
    drive.permissions.add(number, { roles: ["read"], link: { scope, type: "view" }, grantees: [] });
    drive.changed(number, true);
    return null;
  },
  "unshare-file": (tenant, parameters) => {
    const { drive, number } = itemOf(tenant, parameters);
    for (const { id } of drive.permissions.own(number)) drive.permissions.remove(number, id);
    drive.changed(number, true);
    return null;
  },
  lifecycle: (tenant, { event }) => filesOf(tenant).subscriptions.sendLifecycle(String(event)),
  "set-setting": (tenant, { path, value }) => {
    setSetting(settingsOf(tenant), String(path), value);
    return null;
  },
};

function itemOf(tenant: Office365Tenant, { drive: driveId, item }: Record<string, unknown>) {
  const drive = filesOf(tenant).drives.find(String(driveId));
  const found = drive?.find(String(item));
  if (!drive || !found) throw new Error(`no such item: ${String(driveId)}/${String(item)}`);
  return { drive, number: found.number };
}

function add(
  tenant: Office365Tenant,
  { drive, parent = "root", name }: Record<string, unknown>,
  isFolder: boolean,
): unknown {
  const { drive: found, number } = itemOf(tenant, { drive, item: parent });
  const made = found.files.create({ name: String(name), parent: number, isFolder }, 0, tenant.kit.now());
  found.changed(made.number);
  return { id: found.itemId(made.number) };
}
