import type { Item } from "../../kit/drive.ts";
import type { Change } from "../../kit/tenant.ts";
import type { Placed } from "./drives.ts";
import type { GoogleWorkspaceTenant } from "./tenant.ts";

/**
 * What `POST .../changes` can do to files; each is named by its id: edit-file, trash-file, delete-file { file }; share-file { file, who? }:
 * with this address, or with anybody; give-file { file, to }: to another owner; set-policy { type, value, unit? }.
 */
export const driveChanges: Record<string, Change<GoogleWorkspaceTenant>> = {
  "edit-file": ofFile((tenant, { shelf, item }) => shelf.drive.edit(item.number, item.owner, tenant.kit.now())),
  "trash-file": ofFile((tenant, { shelf, item }) => shelf.drive.trash(item.number, item.owner, tenant.kit.now())),
  "delete-file": ofFile((tenant, { shelf, item }) => shelf.drive.delete(item.number, item.owner, tenant.kit.now())),
  "share-file": ofFile((tenant, { shelf, item }, { who }) => {
    const share = who
      ? ({ kind: "user", who: String(who), role: "read" } as const)
      : ({ kind: "anyone", role: "read" } as const);
    shelf.drive.share(item.number, share, item.owner, tenant.kit.now());
  }),
  "give-file": ofFile((tenant, file, { to }) =>
    tenant.drives.giveTo(file, tenant.people.named({ user: to }), tenant.kit.now()),
  ),
  "set-policy": ({ policies }, { type, value, unit = "/" }) => {
    policies.push({ type: String(type), value: value as Record<string, unknown>, unit: String(unit), isSystem: false });
    return null;
  },
};

function ofFile(
  run: (tenant: GoogleWorkspaceTenant, file: Placed, parameters: Record<string, unknown>) => unknown,
): Change<GoogleWorkspaceTenant> {
  return (tenant, parameters) => {
    const file = tenant.drives.find(String(parameters.file), 0);
    if (!file) throw new Error(`no such file: ${parameters.file}`);
    run(tenant, file, parameters);
    const item = file.shelf.drive.at(file.item.number) as Item | undefined;
    tenant.touched({ shelf: file.shelf, item: item ?? file.item });
    return { file: parameters.file };
  };
}
