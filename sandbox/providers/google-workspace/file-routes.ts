import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { Item } from "../../kit/drive.ts";
import { listingOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import type { SandboxResponse } from "../../provider.ts";
import { googleError } from "../_google/answers.ts";
import type { WorkspaceCall, WorkspaceRoute } from "./access.ts";
import { folderType, type Placed } from "./drives.ts";
import { chosen } from "./field-mask.ts";
import { fileTest } from "./file-query.ts";
import { fileRecord } from "./file-records.ts";
import { appliedRecord } from "./labels.ts";
import { scopes } from "./scopes.ts";

export const driveApi = "/drive/v3";
const usualFields = "kind,id,name,mimeType";

export const notFound = (id: string) => googleError(404, "notFound", `File not found: ${id}.`);
export const notAllowed = () =>
  googleError(403, "insufficientFilePermissions", "The user does not have sufficient permissions for this file.");

/** The file of a path, for those who may read it; what lies in a shared drive is not found without `supportsAllDrives`. */
export function withFile(
  run: (call: WorkspaceCall, file: Placed) => SandboxResponse,
  rights: "read" | "share" = "read",
): (call: WorkspaceCall) => SandboxResponse {
  return (call) => {
    const { tenant, caller, parameters, request, now } = call;
    const id = parameters.id ?? "";
    const file = tenant.drives.find(id, caller.person);
    const isAdmin = request.query.get("useDomainAdminAccess") === "true" && tenant.people.isSuperAdmin(caller.person);
    const supportsAll = request.query.get("supportsAllDrives") === "true";
    if (!file || (file.shelf.id !== null && !supportsAll && !parameters.any)) return notFound(id);
    if (isAdmin && file.shelf.id === id) return run(call, file);
    if (!tenant.drives.mayRead(file, caller.person, now)) return notFound(id);
    return rights === "share" && !tenant.drives.mayShare(file, caller.person, now) ? notAllowed() : run(call, file);
  };
}

/** A file as the caller sees it, with the labels and fields that were asked for. */
export function recordFor({ tenant, caller, request, now }: WorkspaceCall, file: Placed): Record<string, unknown> {
  const record = fileRecord(tenant, file, caller.person, now);
  const wanted = (request.query.get("includeLabels") ?? "").split(",");
  const applied = [...tenant.labels.on(String(record.id), file.item.number)].filter(([id]) => wanted.includes(id));
  return { ...record, labelInfo: { labels: applied.map(([id, fields]) => appliedRecord(id, fields)) } };
}

function answer(call: WorkspaceCall, file: Placed): SandboxResponse {
  return { status: 200, body: chosen(recordFor(call, file), call.request.query.get("fields") ?? usualFields) };
}

export const fileRoutes: WorkspaceRoute[] = [
  guarded("GET", `${driveApi}/drives`, scopes.readDrive, listDrives),
  guarded("GET", `${driveApi}/drives/:id`, scopes.readDrive, ({ tenant, caller, parameters, request, now }) => {
    const shelf = tenant.drives.sharedDrive(parameters.id ?? "");
    const file = shelf && { shelf, item: shelf.drive.at(0) as Item };
    if (!file || !tenant.drives.mayRead(file, caller.person, now)) return notFound(parameters.id ?? "");
    const record = { kind: "drive#drive", id: file.shelf.id, name: file.shelf.name };
    return { status: 200, body: chosen(record, request.query.get("fields") ?? "kind,id,name") };
  }),
  guarded("GET", `${driveApi}/files`, scopes.readDrive, listFiles),
  guarded("POST", `${driveApi}/files`, scopes.writeDrive, createFile),
  guarded("GET", `${driveApi}/files/:id/export`, scopes.readDrive, (call) => {
    const { tenant, caller, parameters, now } = call;
    const file = tenant.drives.find(parameters.id ?? "", caller.person);
    if (!file || !tenant.drives.mayRead(file, caller.person, now)) return notFound(parameters.id ?? "");
    if (!file.item.mimeType?.startsWith("application/vnd.google-apps."))
      return googleError(403, "fileNotExportable", "Export only supports Docs Editors files.");
    const type = call.request.query.get("mimeType") ?? "text/plain";
    return { status: 200, headers: { "content-type": type }, body: file.shelf.drive.contentOf(file.item.number) };
  }),
  guarded(
    "GET",
    `${driveApi}/files/:id`,
    scopes.readDrive,
    withFile((call, file) => {
      if (call.request.query.get("alt") !== "media") return answer(call, file);
      const { item, shelf } = file;
      if (item.isFolder || item.mimeType?.startsWith("application/vnd.google-apps."))
        return googleError(403, "fileNotDownloadable", "Only files with binary content can be downloaded.");
      const headers = { "content-type": item.mimeType ?? "application/octet-stream" };
      return { status: 200, headers, body: shelf.drive.contentOf(item.number) };
    }),
  ),
  guarded("PATCH", `${driveApi}/files/:id`, scopes.writeDrive, withFile(changeFile, "share")),
];

function listDrives({ tenant, caller, request, now }: WorkspaceCall): SandboxResponse {
  const all = request.query.get("useDomainAdminAccess") === "true";
  if (all && !tenant.people.isSuperAdmin(caller.person))
    return googleError(403, "insufficientFilePermissions", "The user is not an administrator.");
  const shelves = tenant.drives.shared.filter(
    (shelf) => all || tenant.drives.mayRead({ shelf, item: shelf.drive.at(0) as Item }, caller.person, now),
  );
  const asked = { token: request.query.get("pageToken"), size: request.query.get("pageSize") };
  const page = tokenListing(tenant, listingOf(shelves), asked, {
    sizes: { usual: 10, max: 100 },
    write: ({ id, name, restrictions, createdAt }) => ({
      ...{ kind: "drive#drive", id, name, createdTime: new Date(createdAt).toISOString(), hidden: false },
      restrictions,
    }),
    shaped: { stream: "files", required: ["id"] },
  });
  if (!page) return googleError(400, "invalid", "Invalid Value");
  const body = {
    kind: "drive#driveList",
    drives: page.entries,
    ...(page.nextToken && { nextPageToken: page.nextToken }),
  };
  return { status: 200, body: chosen(body, request.query.get("fields") ?? "kind,nextPageToken,drives(kind,id,name)") };
}

function listFiles(call: WorkspaceCall): SandboxResponse {
  const { tenant, caller, request, now } = call;
  const { query } = request;
  const { drives } = tenant;
  const test = fileTest(query.get("q") ?? "", drives, caller.person);
  const driveId = query.get("driveId");
  const shelf = driveId === null ? drives.mine : drives.sharedDrive(driveId);
  if (!test) return googleError(400, "invalid", "Invalid Value");
  if (!shelf) return notFound(driveId ?? "");
  if (driveId !== null && query.get("includeItemsFromAllDrives") !== "true")
    return googleError(403, "teamDrivesParentLimit", "includeItemsFromAllDrives must be set.");
  const files = Array.from({ length: shelf.drive.count }, (_, number) => shelf.drive.at(number))
    .flatMap((item) => (item && item.number > 0 ? [{ shelf, item }] : []))
    .filter((file) => test(file) && drives.mayRead(file, caller.person, now));
  if (query.get("orderBy") === "folder")
    files.sort((one, other) => Number(other.item.isFolder) - Number(one.item.isFolder));
  const asked = { token: query.get("pageToken"), size: query.get("pageSize") };
  const page = tokenListing(tenant, listingOf(files), asked, {
    sizes: { usual: 100, max: 1000 },
    write: (file) => recordFor(call, file),
    shaped: { stream: "files", required: ["id", "name"] },
  });
  if (!page) return googleError(400, "invalid", "Invalid Value");
  const { entries, nextToken } = page;
  // A changed shape is not what was asked for by name.
  const isShaped = tenant.faults.changedShape !== undefined;
  const body = {
    kind: "drive#fileList",
    incompleteSearch: false,
    files: entries,
    ...(nextToken && { nextPageToken: nextToken }),
  };
  const fields = query.get("fields") ?? `kind,nextPageToken,incompleteSearch,files(${usualFields})`;
  return { status: 200, body: isShaped ? body : chosen(body, fields) };
}

function createFile(call: WorkspaceCall): SandboxResponse {
  const { tenant, caller, request, now } = call;
  const { name, mimeType, parents } = (jsonBody(request) ?? {}) as {
    name?: string;
    mimeType?: string;
    parents?: string[];
  };
  const folder = tenant.drives.find(parents?.[0] ?? "root", caller.person);
  if (!folder) return notFound(parents?.[0] ?? "root");
  const isFolder = mimeType === folderType;
  const item = folder.shelf.drive.create(
    { name: name ?? "Untitled", parent: folder.item.number, isFolder, ...(mimeType && !isFolder ? { mimeType } : {}) },
    caller.person,
    now,
  );
  tenant.touched({ shelf: folder.shelf, item });
  return answer(call, { shelf: folder.shelf, item });
}

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/update */
function changeFile(call: WorkspaceCall, file: Placed): SandboxResponse {
  const { tenant, caller, request, now } = call;
  const { shelf, item } = file;
  const { trashed, name, inheritedPermissionsDisabled } = (jsonBody(request) ?? {}) as Record<string, unknown>;
  if (typeof name === "string") shelf.drive.rename(item.number, name, caller.person, now);
  if (trashed === true && item.trashedAt === null) shelf.drive.trash(item.number, caller.person, now);
  if (trashed === false && item.trashedAt !== null) shelf.drive.restore(item.number, caller.person, now);
  if (typeof inheritedPermissionsDisabled === "boolean") tenant.drives.close(file, inheritedPermissionsDisabled);
  const to = request.query.get("addParents");
  if (to !== null) {
    const folder = tenant.drives.find(to, caller.person);
    if (!folder || folder.shelf !== shelf) return notFound(to);
    if (item.parent !== 0 && !request.query.get("removeParents"))
      return googleError(403, "cannotAddParent", "Increasing the number of parents is not allowed");
    shelf.drive.move(item.number, folder.item.number, caller.person, now);
  }
  const changed = { shelf, item: shelf.drive.at(item.number) as Item };
  tenant.touched(changed);
  return answer(call, changed);
}
