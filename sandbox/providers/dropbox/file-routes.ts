import { guarded } from "../../kit/api.ts";
import type { Item } from "../../kit/drive.ts";
import { sizeWithin } from "../../kit/paging.ts";
import { shape } from "../../trouble.ts";
import { type Caller, type DropboxCall, type DropboxRoute, userRpc } from "./access.ts";
import { badRequest, ok, refusal, routeError } from "./answers.ts";
import type { Namespace } from "./files.ts";
import type { DropboxTenant } from "./tenant.ts";

const notFound = routeError("path", "not_found");

/** The namespace in which paths of a call begin; undefined where the caller has no access to it. */
export function rootOf(tenant: DropboxTenant, { as, root }: Caller): Namespace | undefined {
  if (root.mode !== "namespace_id") return as && tenant.files.home(as.person);
  const namespace = tenant.files.namespace(root.id);
  return namespace && canEnter(tenant, as, namespace) ? namespace : undefined;
}

function canEnter(tenant: DropboxTenant, as: Caller["as"], { person, folder }: Namespace): boolean {
  if (as?.admin) return true;
  if (person !== undefined) return person === as?.person;
  return tenant.sharing
    .sharersOf(folder ?? 0)
    .some(
      (one) => one.person === as?.person || (one.group !== undefined && tenant.groups.has(one.group, as?.person ?? -1)),
    );
}

/** A file or folder by id, by path from the root of the call, or by `ns:1234/path`. */
export function itemAt(tenant: DropboxTenant, root: Namespace, path: string): Item | undefined {
  const [, id, below = ""] = /^ns:(\d+)(\/.*)?$/.exec(path) ?? [];
  const namespace = id === undefined ? root : tenant.files.namespace(id);
  if (path.startsWith("id:")) {
    const item = tenant.files.find(path);
    return item && tenant.files.namespaceOf(item.number).id === root.id ? item : undefined;
  }
  return namespace && tenant.files.at(namespace, id === undefined ? path : below);
}

function inRoot(
  route: string,
  scope: string,
  run: (
    args: Record<string, unknown>,
    call: DropboxCall & { root: Namespace; person: number },
  ) => ReturnType<typeof ok>,
): DropboxRoute {
  return userRpc(route, scope, (args, call) => {
    const root = rootOf(call.tenant, call.caller);
    return root ? run(args, { ...call, root }) : refusal(422, ["no_permission"]);
  });
}

/** What a cursor of a listing stands for. */
interface Listed {
  namespace: string;
  /** Number of the folder; null: the root. */
  folder: number | null;
  recursive: boolean;
  withMembers: boolean;
  limit: number;
  /** Where the listing has come to; null once it has ended. */
  place: number | null;
  /** Position in the changes since it began. */
  position: number;
}

export const fileRoutes: DropboxRoute[] = [
  inRoot("files/list_folder", "files.metadata.read", (args, call) => {
    const listed = begin(args, call);
    return listed ? entries(call.tenant, listed) : notFound;
  }),
  inRoot("files/list_folder/get_latest_cursor", "files.metadata.read", (args, call) => {
    const listed = begin(args, call);
    return listed ? ok({ cursor: sealed({ ...listed, place: null }) }) : notFound;
  }),
  userRpc("files/list_folder/continue", "files.metadata.read", ({ cursor }, { tenant }) => {
    const listed = opened(String(cursor));
    if (!listed) return routeError("reset");
    if (!tenant.files.namespace(listed.namespace)) return notFound;
    return listed.place === null ? deltas(tenant, listed) : entries(tenant, listed);
  }),
  inRoot(
    "files/get_metadata",
    "files.metadata.read",
    ({ path, include_has_explicit_shared_members }, { tenant, root }) => {
      const item = itemAt(tenant, root, String(path));
      return item ? ok(entry(tenant, item, include_has_explicit_shared_members === true)) : notFound;
    },
  ),
  inRoot("files/list_revisions", "files.metadata.read", ({ path, mode }, { tenant, root }) => {
    const { ".tag": by = "path" } = (mode ?? {}) as Record<string, string>;
    const present = itemAt(tenant, root, String(path));
    const gone = present
      ? undefined
      : by === "id"
        ? tenant.files.deleted(String(path))
        : deletedAt(tenant, root, String(path));
    const item = present ?? gone;
    if (!item) return notFound;
    if (item.isFolder) return routeError("path", "not_file");
    return ok({ is_deleted: gone !== undefined, entries: [entry(tenant, item, false)], has_more: false });
  }),
  inRoot("files/delete_v2", "files.content.write", ({ path }, { tenant, root, person }) => {
    const item = itemAt(tenant, root, String(path));
    if (!item) return routeError("path_lookup", "not_found");
    const metadata = entry(tenant, item, false);
    tenant.files.drive.trash(item.number, person, tenant.kit.now());
    return ok({ metadata });
  }),
  inRoot("files/restore", "files.content.write", ({ path, rev }, { tenant, root, person }) => {
    const item = deletedAt(tenant, root, String(path));
    if (!item) return routeError("path_lookup", "not_found");
    if (tenant.files.revOf(item) !== rev) return routeError("invalid_revision");
    tenant.files.drive.restore(item.number, person, tenant.kit.now());
    return ok(entry(tenant, item, false));
  }),
  inRoot("files/move_v2", "files.content.write", ({ from_path, to_path }, { tenant, root, person }) => {
    const { files, kit } = tenant;
    const item = itemAt(tenant, root, String(from_path));
    if (!item) return routeError("from_lookup", "not_found");
    const [, id = root.id, path = ""] = /^(?:ns:(\d+))?(\/.*)$/.exec(String(to_path)) ?? [];
    const target = files.namespace(id);
    if (!target) return routeError("to", "no_write_permission");
    const names = path.split("/").filter(Boolean);
    const name = names.pop() ?? item.name;
    let folder: Item | undefined;
    // Missing folders on the way are made.
    for (const one of names) {
      const parent = folder?.number ?? target.folder ?? 0;
      const found = files.childrenOf(target, folder).find((child) => child.name.toLowerCase() === one.toLowerCase());
      folder = found ?? files.drive.create({ name: one, parent, isFolder: true }, target.person ?? person, kit.now());
    }
    const parent = folder?.number ?? target.folder ?? 0;
    files.drive.move(item.number, parent, person, kit.now(), target.person ?? item.owner);
    if (name !== item.name) files.drive.rename(item.number, name, person, kit.now());
    return ok({ metadata: entry(tenant, files.drive.at(item.number) ?? item, false) });
  }),
  guarded("POST", "/2/files/download", "files.content.read", ({ tenant, caller, request }) => {
    const root = rootOf(tenant, caller);
    const argument = String(request.headers["dropbox-api-arg"] ?? "");
    if (!root || argument === "") return badRequest("files/download", "Dropbox-API-Arg is missing");
    const { path } = JSON.parse(argument) as { path: string };
    const item = itemAt(tenant, root, path);
    if (!item || item.isFolder) return notFound;
    return {
      status: 200,
      headers: {
        "content-type": "application/octet-stream",
        "dropbox-api-result": JSON.stringify(entry(tenant, item, false)),
      },
      body: tenant.files.drive.contentOf(item.number),
    };
  }),
];

function entry({ files, sharing }: DropboxTenant, item: Item, withMembers: boolean): Record<string, unknown> {
  return files.entry(item, withMembers, (number) => sharing.sharersOf(number).length > 0);
}

function begin(args: Record<string, unknown>, { tenant, root }: DropboxCall & { root: Namespace }): Listed | undefined {
  const path = String(args.path);
  const item = path === "" ? undefined : itemAt(tenant, root, path);
  if (path !== "" && !item?.isFolder) return undefined;
  return {
    namespace: root.id,
    folder: item?.number ?? null,
    recursive: args.recursive === true,
    withMembers: args.include_has_explicit_shared_members === true,
    limit: sizeWithin(args.limit, { usual: 500, max: 2000 }, tenant),
    place: 0,
    position: tenant.files.drive.position,
  };
}

/** A page of what there is. */
function entries(tenant: DropboxTenant, listed: Listed) {
  const { files } = tenant;
  const namespace = files.namespace(listed.namespace);
  const folder = listed.folder === null ? undefined : files.present(listed.folder);
  if (!namespace || (listed.folder !== null && !folder)) return notFound;
  const all = below(tenant, namespace, folder, listed.recursive);
  const start = listed.place ?? 0;
  const shown = all.slice(start, start + listed.limit);
  const hasMore = start + listed.limit < all.length;
  const written = shown.map((item) => entry(tenant, item, listed.withMembers));
  const cursor = sealed({ ...listed, place: hasMore ? start + listed.limit : null });
  return ok({ entries: shape(tenant, "files", written, ["id", "name"]), cursor, has_more: hasMore });
}

function below(tenant: DropboxTenant, namespace: Namespace, folder: Item | undefined, recursive: boolean): Item[] {
  return tenant.files
    .childrenOf(namespace, folder)
    .flatMap((item) => [item, ...(recursive && item.isFolder ? below(tenant, namespace, item, true) : [])]);
}

/** What has changed below the folder since the listing; sharing is no change of content. */
function deltas(tenant: DropboxTenant, listed: Listed) {
  const { files } = tenant;
  const { changes, position, more } = files.drive.changes(listed.position, listed.limit);
  const written = changes.flatMap(({ kind, item: number }): Record<string, unknown>[] => {
    if (kind === "shared" || kind === "unshared") return [];
    const known = files.drive.at(number);
    if (!known || files.namespaceOf(number).id !== listed.namespace) return [];
    const present = files.present(number);
    if (present) return [entry(tenant, present, listed.withMembers)];
    const path = files.pathOf(number);
    return [{ ".tag": "deleted", name: known.name, path_lower: path.toLowerCase(), path_display: path }];
  });
  return ok({ entries: written, cursor: sealed({ ...listed, position }), has_more: more });
}

function deletedAt(tenant: DropboxTenant, root: Namespace, path: string): Item | undefined {
  const { files } = tenant;
  for (let number = files.drive.count - 1; number > 0; number--) {
    const item = files.drive.at(number);
    if (!item || item.trashedAt === null || files.namespaceOf(number).id !== root.id) continue;
    if (files.pathOf(number).toLowerCase() === path.toLowerCase()) return item;
  }
  return undefined;
}

function sealed(listed: Listed): string {
  return Buffer.from(JSON.stringify(listed)).toString("base64url");
}

function opened(cursor: string): Listed | undefined {
  try {
    const listed = JSON.parse(Buffer.from(cursor, "base64url").toString()) as Listed;
    return Number.isInteger(listed.position) ? listed : undefined;
  } catch {
    return undefined;
  }
}
