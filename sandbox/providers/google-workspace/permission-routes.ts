import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { listingOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import type { SandboxResponse } from "../../provider.ts";
import { googleError } from "../_google/answers.ts";
import type { WorkspaceCall, WorkspaceRoute } from "./access.ts";
import { type Access, type Placed, permissionId } from "./drives.ts";
import { chosen } from "./field-mask.ts";
import { permissionRecord } from "./file-records.ts";
import { driveApi, notAllowed, withFile } from "./file-routes.ts";
import { scopes } from "./scopes.ts";

const path = `${driveApi}/files/:id/permissions`;
const usualFields = "kind,id,type,role,allowFileDiscovery";

export const permissionRoutes: WorkspaceRoute[] = [
  guarded("GET", path, scopes.readDrive, withFile(listPermissions)),
  guarded("POST", path, scopes.writeDrive, withFile(createPermission, "share")),
  guarded("DELETE", `${path}/:permission`, scopes.writeDrive, withFile(deletePermission, "share")),
];

function listPermissions(call: WorkspaceCall, file: Placed): SandboxResponse {
  const { tenant, caller, request, now } = call;
  const isAdmin = request.query.get("useDomainAdminAccess") === "true";
  if (!isAdmin && !tenant.drives.mayShare(file, caller.person, now)) return notAllowed();
  const all = listingOf(tenant.drives.accessTo(file, now));
  const asked = { token: request.query.get("pageToken"), size: request.query.get("pageSize") };
  const page = tokenListing(tenant, all, asked, {
    sizes: { usual: 100, max: 100 },
    write: (one) => permissionRecord(tenant, file, one),
    shaped: { stream: "permissions", required: ["id"] },
  });
  if (!page) return googleError(400, "invalid", "Invalid Value");
  const { entries, nextToken } = page;
  const body = { kind: "drive#permissionList", permissions: entries, ...(nextToken && { nextPageToken: nextToken }) };
  const fields = request.query.get("fields") ?? `kind,nextPageToken,permissions(${usualFields})`;
  return { status: 200, body: chosen(body, fields) };
}

const rolesTaken: Readonly<Record<string, "read" | "comment" | "write">> = {
  reader: "read",
  commenter: "comment",
  writer: "write",
};

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/create */
function createPermission(call: WorkspaceCall, file: Placed): SandboxResponse {
  const { tenant, caller, request, now } = call;
  const { drives, people } = tenant;
  const { shelf, item } = file;
  const asked = (jsonBody(request) ?? {}) as Record<string, string>;
  const { type, role = "", emailAddress, domain, expirationTime } = asked;
  const answer = (id: string): SandboxResponse => {
    tenant.touched(file);
    const access = drives.accessTo(file, now).find((one) => one.id === id) as Access;
    const fields = request.query.get("fields") ?? usualFields;
    return { status: 200, body: chosen(permissionRecord(tenant, file, access), fields) };
  };
  if (role === "owner") {
    const receiver = people.find(emailAddress ?? "");
    if (request.query.get("transferOwnership") !== "true")
      return googleError(
        403,
        "forbidden",
        "The transferOwnership parameter must be enabled when the permission role is 'owner'.",
      );
    if (shelf.id !== null || receiver === undefined)
      return googleError(400, "invalidSharingRequest", "The owner of a file cannot be changed to this account.");
    drives.giveTo(file, receiver, now);
    return answer(permissionId(people.emailOf(receiver)));
  }
  const share = rolesTaken[role];
  const kinds: Record<string, "user" | "group" | "company" | "anyone"> = {
    user: "user",
    group: "group",
    domain: "company",
    anyone: "anyone",
  };
  const kind = kinds[type ?? ""];
  if (!share || !kind) return googleError(400, "invalid", "The specified role or type is invalid.");
  if (kind === "company" && domain !== people.domain)
    return googleError(400, "invalid", "The specified domain is invalid or not applicable.");
  if ((kind === "user" || kind === "group") && !emailAddress)
    return googleError(400, "required", "The permission has no e-mail address.");
  const who = kind === "user" || kind === "group" ? { who: emailAddress as string } : {};
  const ends = expirationTime ? { expiresAt: Date.parse(expirationTime) } : {};
  const id =
    kind === "anyone"
      ? "anyoneWithLink"
      : kind === "company"
        ? `${permissionId(people.domain)}k`
        : permissionId(emailAddress as string);
  const earlier = drives.shareOf(file, id);
  if (earlier) shelf.drive.unshare(item.number, earlier.id, caller.person, now);
  shelf.drive.share(item.number, { kind, role: share, ...who, ...ends }, caller.person, now);
  return answer(id);
}

function deletePermission(call: WorkspaceCall, file: Placed): SandboxResponse {
  const { tenant, caller, parameters, now } = call;
  const { shelf, item } = file;
  const id = parameters.permission ?? "";
  const access = tenant.drives.accessTo(file, now).find((one) => one.id === id);
  if (!access) return googleError(404, "notFound", `Permission not found: ${id}.`);
  if (access.role === "owner") return notAllowed();
  const share = tenant.drives.shareOf(file, id);
  if (!share)
    return googleError(403, "cannotModifyInheritedPermission", "Cannot update or delete an inherited permission.");
  shelf.drive.unshare(item.number, share.id, caller.person, now);
  tenant.touched(file);
  return { status: 204 };
}
