import { guarded, open } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { Item } from "../../kit/drive.ts";
import { listingOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import type { SandboxResponse } from "../../provider.ts";
import { openToken, sealToken } from "../../tokens.ts";
import { actorOf, type BoxCall, type BoxRoute, mayOpen } from "./access.ts";
import { badRequest, chosen, forbidden, noContent, notFound, ok, problem } from "./answers.ts";
import { findItem, folderMini, type ItemType, isTrashed, itemRecord, typeOf } from "./items.ts";
import type { Access, Link } from "./sharing.ts";

const read = "root_readonly";
const write = "root_readwrite";

/** The item of a path, for those who may open it. One in the trash is not found, but under `/trash`. */
export function withItem(
  type: ItemType,
  run: (call: BoxCall, item: Item) => SandboxResponse,
  where: "in place" | "in trash" = "in place",
): (call: BoxCall) => SandboxResponse {
  return (call) => {
    const item = findItem(call.tenant, type, call.parameters.id ?? "");
    if (!item || !mayOpen(call, item)) return notFound();
    if (isTrashed(call.tenant, item) === (where === "in trash")) return run(call, item);
    return where === "in trash" ? notFound() : problem(404, "trashed", "Item is trashed");
  };
}

/** The same for files and folders. */
export function ofBoth(make: (type: ItemType, path: string) => BoxRoute): BoxRoute[] {
  return [make("file", "/2.0/files/:id"), make("folder", "/2.0/folders/:id")];
}

export const itemRoutes: BoxRoute[] = [
  guarded("GET", "/2.0/folders/trash/items", read, (call) => {
    const { tenant, caller } = call;
    const all = Array.from({ length: tenant.drive.count }, (_, number) => tenant.drive.at(number));
    return listItems(
      call,
      all.filter((item) => item && item.trashedAt !== null && item.owner === caller.person) as Item[],
    );
  }),
  guarded(
    "GET",
    "/2.0/folders/:id/items",
    read,
    withItem("folder", (call, folder) =>
      listItems(
        call,
        call.tenant.drive.childrenOf(folder.number).filter((item) => mayOpen(call, item)),
      ),
    ),
  ),
  guarded("POST", "/2.0/folders", write, createFolder),
  ...ofBoth((type, path) => guarded("GET", path, read, withItem(type, answer))),
  ...ofBoth((type, path) => guarded("GET", `${path}/trash`, read, withItem(type, answer, "in trash"))),
  ...ofBoth((type, path) => guarded("PUT", path, write, withItem(type, changeItem))),
  ...ofBoth((type, path) => guarded("DELETE", path, write, withItem(type, trashItem))),
  ...ofBoth((type, path) => guarded("POST", path, write, withItem(type, restoreItem, "in trash"))),
  guarded(
    "GET",
    "/2.0/files/:id/content",
    read,
    withItem("file", (call, item) => {
      const { tenant, now } = call;
      const claims = { tenant: tenant.options.name, kind: "download", id: String(item.number), scopes: [] };
      const token = sealToken(tenant.options, "", { ...claims, expiresAt: now + 900_000 });
      return { status: 302, headers: { location: `https://dl.boxcloud.com/d/1/${token}/download` } };
    }),
  ),
  // Everybody who has the address may download: https://developer.box.com/guides/downloads/file/
  open("GET", "/d/1/:token/download", ({ tenant, now, parameters: { token = "" } }) => {
    const claims = openToken(tenant.options, "", token, now);
    const item = claims?.kind === "download" ? tenant.drive.at(Number(claims.id)) : undefined;
    if (!item) return { status: 404, body: "" };
    const headers = { "content-type": item.mimeType ?? "application/octet-stream" };
    return { status: 200, headers, body: tenant.drive.contentOf(item.number) };
  }),
];

function answer({ tenant, request, now }: BoxCall, item: Item): SandboxResponse {
  return ok(chosen(itemRecord(tenant, item, now), request));
}

function listItems(call: BoxCall, items: readonly Item[]): SandboxResponse {
  const { tenant, request, now } = call;
  const asked = { token: request.query.get("marker"), size: request.query.get("limit") };
  const page = tokenListing(tenant, listingOf(items), asked, {
    sizes: { usual: 100, max: 1000 },
    write: (item) => chosen(itemRecord(tenant, item, now), request),
    shaped: { stream: "files", required: ["id", "type"] },
  });
  if (!page) return badRequest("marker", "Invalid marker");
  return ok({ limit: Number(asked.size ?? 100), next_marker: page.nextToken ?? "", entries: page.entries });
}

function createFolder(call: BoxCall): SandboxResponse {
  const { tenant, caller, request, now } = call;
  const { name, parent } = (jsonBody(request) ?? {}) as { name?: string; parent?: { id?: string } };
  const above = findItem(tenant, "folder", parent?.id ?? "");
  if (!name || !above) return badRequest("name", "name and parent are required");
  if (caller.person === undefined) return forbidden();
  const twin = tenant.drive
    .childrenOf(above.number)
    .find((item) => item.name === name && (above.number !== 0 || item.owner === caller.person));
  if (twin)
    return problem(409, "item_name_in_use", "Item with the same name already exists", {
      context_info: { conflicts: [folderMini(twin)] },
    });
  const made = tenant.drive.create({ name, parent: above.number, isFolder: true }, caller.person, now);
  tenant.append({ type: "UPLOAD", actor: actorOf(call), item: made.number });
  return ok(chosen(itemRecord(tenant, made, now), request), 201);
}

interface Changes {
  name?: string;
  parent?: { id: string; user_id?: string };
  shared_link?: { access?: Access; unshared_at?: string | null; permissions?: { can_download?: boolean } } | null;
}

/** https://developer.box.com/reference/put-files-id/ */
function changeItem(call: BoxCall, item: Item): SandboxResponse {
  const { tenant, caller, now } = call;
  const { drive } = tenant;
  const { parent, name, shared_link } = (jsonBody(call.request) ?? {}) as Changes;
  const by = caller.person;
  if (by === undefined || item.number === 0) return forbidden();
  const log = (type: string) => tenant.append({ type, actor: actorOf(call), item: item.number });
  if (name) {
    drive.rename(item.number, name, by, now);
    log("RENAME");
  }
  if (parent) {
    const target = findItem(tenant, "folder", parent.id);
    const receiver = parent.user_id === undefined ? undefined : tenant.people.find(parent.user_id);
    if (!target || (parent.user_id !== undefined && (receiver === undefined || parent.id !== "0"))) return notFound();
    if (!mayOpen(call, target)) return forbidden();
    const owner = target.number === 0 ? (receiver ?? item.owner) : target.owner;
    drive.move(item.number, target.number, by, now, owner);
    log("MOVE");
  }
  if (shared_link !== undefined) {
    const before = tenant.sharing.linkOf(item.number, now);
    const link = shared_link && linkFrom(shared_link, before);
    if (link && link.unsharedAt !== null && link.unsharedAt <= now)
      return badRequest("unshared_at", "The expiration date must be in the future");
    tenant.sharing.setLink(item.number, link);
    log(link === null ? "UNSHARE" : before === null ? "SHARE" : "ITEM_SHARED_UPDATE");
  }
  const changed = drive.at(item.number);
  return changed ? answer(call, changed) : notFound();
}

/** What is not sent stays; a new link opens to people of the company. */
function linkFrom(sent: NonNullable<Changes["shared_link"]>, before: Link | null): Link {
  const { access, unshared_at, permissions } = sent;
  const usual: Link = { access: "company", unsharedAt: null, canDownload: true, password: false };
  const link = { ...(before ?? usual) };
  if (access) link.access = access;
  if (unshared_at !== undefined) link.unsharedAt = unshared_at === null ? null : Date.parse(unshared_at);
  if (permissions?.can_download !== undefined) link.canDownload = permissions.can_download;
  return link;
}

function trashItem(call: BoxCall, item: Item): SandboxResponse {
  const { tenant, caller, request, now } = call;
  if (caller.person === undefined || item.number === 0) return forbidden();
  const isFull = item.isFolder && tenant.drive.childrenOf(item.number).length > 0;
  if (isFull && request.query.get("recursive") !== "true")
    return problem(400, "folder_not_empty", "Cannot delete - folder not empty");
  tenant.drive.trash(item.number, caller.person, now);
  // It does not come back with the item.
  tenant.sharing.setLink(item.number, null);
  tenant.append({ type: "DELETE", actor: actorOf(call), item: item.number });
  return noContent;
}

function restoreItem(call: BoxCall, item: Item): SandboxResponse {
  const { tenant, caller, now } = call;
  if (caller.person === undefined) return forbidden();
  tenant.drive.restore(item.number, caller.person, now);
  tenant.append({ type: "UNDELETE", actor: actorOf(call), item: item.number });
  const restored = itemRecord(tenant, tenant.drive.at(item.number) as Item, now);
  return ok({ ...chosen(restored, call.request), type: typeOf(item) }, 201);
}
