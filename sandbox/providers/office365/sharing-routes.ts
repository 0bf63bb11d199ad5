import type { ApiRoute } from "../../kit/api.ts";
import { guarded, open } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { Item } from "../../kit/drive.ts";
import type { SandboxResponse } from "../../provider.ts";
import { badRequest, created, noContent, ok, problem } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { permissionRecord } from "./drive-items.ts";
import { type FileCall, withItem } from "./drive-routes.ts";
import { labels, type SiteDrive } from "./drives.ts";
import { filesOf } from "./files.ts";
import type { Grantee, Permission } from "./item-permissions.ts";
import type { Office365Tenant } from "./tenant.ts";

type FileRoute = ApiRoute<Office365Tenant, Caller>;

const read = "Files.Read.All";
const write = "Files.ReadWrite.All";
const items = "/v1.0/drives/:drive/items/:item";

interface Recipient {
  email?: string;
  objectId?: string;
}

/** Permissions of items, and their sensitivity labels. */
export const sharingRoutes: FileRoute[] = [
  guarded(
    "GET",
    `${items}/permissions`,
    read,
    withItem((call, drive, item) => {
      const held = drive.permissions.effective(item.number, call.now);
      const value = held.map(({ permission, of }) => record(call, drive, permission, of === item.number ? null : of));
      return ok({
        "@odata.context": `https://graph.microsoft.com/v1.0/$metadata#drives('1')/items('1')/permissions`,
        value,
      });
    }),
  ),
  guarded(
    "DELETE",
    `${items}/permissions/:permission`,
    write,
    withItem(({ parameters }, drive, item) => {
      if (!drive.permissions.remove(item.number, parameters.permission ?? "")) return missing;
      drive.changed(item.number, true);
      return noContent;
    }),
  ),
  guarded("PATCH", `${items}/permissions/:permission`, write, withItem(changePermission)),
  guarded("POST", `${items}/createLink`, write, withItem(createLink)),
  guarded("POST", `${items}/invite`, write, withItem(invite)),
  guarded(
    "POST",
    `${items}/extractSensitivityLabels`,
    read,
    withItem(({ tenant }, drive, item) => {
      if (!/\.xlsx$/.test(item.name)) return problem(415, "notSupported", "File type is not supported.");
      const label = drive.labelOf(item);
      const assigned = { sensitivityLabelId: label, assignmentMethod: "standard", tenantId: tenant.entra.tenantId };
      return ok({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.extractSensitivityLabelsResult",
        labels: label === null ? [] : [assigned],
      });
    }),
  ),
  guarded(
    "POST",
    `${items}/assignSensitivityLabel`,
    write,
    withItem(({ tenant, request }, drive, item) => {
      const { sensitivityLabelId } = (jsonBody(request) ?? {}) as { sensitivityLabelId?: string };
      if (!/\.xlsx$/.test(item.name)) return problem(415, "notSupported", "File type is not supported.");
      if (sensitivityLabelId && !labels.some(({ id }) => id === sensitivityLabelId))
        return badRequest("Label not found.");
      drive.labels.set(item.number, sensitivityLabelId || null);
      drive.changed(item.number);
      const location = `https://${filesOf(tenant).drives.host}/_api/v2.0/monitor/${drive.itemId(item.number)}`;
      return { status: 202, headers: { location } };
    }),
  ),
  guarded("GET", "/v1.0/security/dataSecurityAndGovernance/sensitivityLabels", "SensitivityLabels.Read.All", () =>
    ok({
      "@odata.context":
        "https://graph.microsoft.com/v1.0/$metadata#security/dataSecurityAndGovernance/sensitivityLabels",
      value: labels.map((label) => ({ ...label, displayName: label.name, description: "", sublabels: [] })),
    }),
  ),
];

/** At SharePoint itself; work on a label is done by the time that anybody asks. */
export const monitorRoute: FileRoute = open("GET", "/_api/v2.0/monitor/:id", ({ parameters }) =>
  ok({ id: parameters.id, status: "completed", percentageComplete: 100 }),
);

const missing = problem(404, "itemNotFound", "The permission could not be found.");

function record({ tenant }: FileCall, drive: SiteDrive, permission: Permission, from: number | null) {
  return permissionRecord(drive, filesOf(tenant).drives.sites[drive.site]!, permission, from);
}

function changePermission(call: FileCall, drive: SiteDrive, item: Item): SandboxResponse {
  const { roles, expirationDateTime } = (jsonBody(call.request) ?? {}) as {
    roles?: string[];
    expirationDateTime?: string;
  };
  const known = drive.permissions.own(item.number).find(({ id }) => id === call.parameters.permission);
  if (!known) return missing;
  if (expirationDateTime && known.link?.scope !== "anonymous")
    return problem(400, "notSupported", "Only links for anyone have an expiration.");
  const expiresAt = expirationDateTime ? { expiresAt: Date.parse(expirationDateTime) } : {};
  if (expiresAt.expiresAt !== undefined && expiresAt.expiresAt <= call.now)
    return problem(400, "invalidRequest", "The expiration must be in the future.");
  const changed = drive.permissions.add(item.number, { ...known, ...(roles ? { roles } : {}), ...expiresAt });
  drive.changed(item.number, true);
  return ok(record(call, drive, changed, null));
}

/** https://learn.microsoft.com/en-us/graph/api/driveitem-createlink */
function createLink(call: FileCall, drive: SiteDrive, item: Item): SandboxResponse {
  const sent = (jsonBody(call.request) ?? {}) as {
    type?: "view" | "edit";
    scope?: "anonymous" | "organization" | "users";
    expirationDateTime?: string;
    recipients?: Recipient[];
    retainInheritedPermissions?: boolean;
  };
  const { type, scope = "organization", recipients = [] } = sent;
  if (type !== "view" && type !== "edit") return badRequest("The type of a link is view or edit.");
  if (sent.retainInheritedPermissions === false) drive.permissions.setApart(item.number);
  const known = drive.permissions
    .own(item.number)
    .find(({ link }) => scope !== "users" && link?.scope === scope && link.type === type);
  if (known) return ok(record(call, drive, known, null));
  const grantees = recipients.flatMap((one) => granteeOf(call, drive, one) ?? []);
  if (grantees.length < recipients.length) return unresolved;
  const made = drive.permissions.add(item.number, {
    ...{ roles: [type === "edit" ? "write" : "read"], link: { scope, type }, grantees },
    ...(sent.expirationDateTime ? { expiresAt: Date.parse(sent.expirationDateTime) } : {}),
  });
  drive.changed(item.number, true);
  return created(record(call, drive, made, null));
}

/** https://learn.microsoft.com/en-us/graph/api/driveitem-invite */
function invite(call: FileCall, drive: SiteDrive, item: Item): SandboxResponse {
  const { recipients = [], roles = [] } = (jsonBody(call.request) ?? {}) as {
    recipients?: Recipient[];
    roles?: string[];
  };
  const grantees = recipients.flatMap((one) => granteeOf(call, drive, one) ?? []);
  if (grantees.length === 0 || grantees.length < recipients.length) return unresolved;
  const made = grantees.map((grantee) => drive.permissions.add(item.number, { roles, grantees: [grantee] }));
  drive.changed(item.number, true);
  return ok({ value: made.map((permission) => record(call, drive, permission, null)) });
}

const unresolved = problem(400, "invalidRequest", "One or more users could not be resolved.");

function granteeOf({ tenant }: FileCall, drive: SiteDrive, { email, objectId }: Recipient): Grantee | undefined {
  const index = tenant.people.find(objectId ?? email ?? "");
  if (index !== undefined && !tenant.people.isGuest(index)) return drive.permissions.person(index);
  const address = index === undefined ? email : tenant.people.emailOf(index);
  return address === undefined ? undefined : drive.permissions.guest(address);
}
