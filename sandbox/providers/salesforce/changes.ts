import { directoryChanges, settingStatus } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { SalesforceTenant } from "./tenant.ts";

const record = (tenant: SalesforceTenant, type: string, target: number) =>
  tenant.append({ type, actor: tenant.people.idOf(0), target });

/**
 * `POST .../changes` for Salesforce. add-user {}; delete-user, suspend-user, unsuspend-user { user }: users are deactivated, never deleted;
 * add-to-group, remove-from-group { user, group }; share-file, trash-file, edit-file { file }; set-setting { name, risk };
 * set-api-usage { used }.
 */
export const changes: Record<string, Change<SalesforceTenant>> = {
  ...directoryChanges<SalesforceTenant>({
    status: { suspended: "frozen", active: "active" },
    events: { add: "createduser", delete: "deactivateduser", suspend: "frozeuser", unsuspend: "unfrozeuser" },
    record,
    groups: { of: ({ groups }) => groups, events: { add: "groupMembership", remove: "groupMembership" } },
  }),
  "delete-user": settingStatus<SalesforceTenant>("inactive", "deactivateduser", record),
  "share-file": ofFile((tenant, id, now) => {
    const version = tenant.files.documents().find((row) => row.Id === id)?.LatestPublishedVersionId;
    tenant.files.addDistribution({ ContentVersionId: version }, now);
  }),
  "trash-file": ofFile((tenant, id, now) => void tenant.files.delete("ContentDocument", id, now)),
  "edit-file": ofFile(({ files }, id, now) => {
    const item = files.find(id);
    if (item) files.drive.edit(item.number, item.owner, now);
  }),
  "set-setting": ({ health }, { name, risk }) => {
    const row = health.find(({ DurableId }) => DurableId === name);
    if (!row) throw new Error(`no such setting: ${name}`);
    row.RiskType = risk;
    return row;
  },
  "set-api-usage": (tenant, { used }) => {
    tenant.callsUsed = Number(used);
    return { used: tenant.callsUsed, allowed: tenant.callsAllowed };
  },
};

function ofFile(run: (tenant: SalesforceTenant, id: string, now: number) => void): Change<SalesforceTenant> {
  return (tenant, { file }) => {
    if (!tenant.files.find(String(file))) throw new Error(`no such file: ${file}`);
    run(tenant, String(file), tenant.kit.now());
    return { file };
  };
}
