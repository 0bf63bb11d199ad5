import { shape } from "../../trouble.ts";
import { type DropboxCall, type DropboxRoute, userRpc } from "./access.ts";
import { ok, routeError, tag, timeOf } from "./answers.ts";
import { itemAt, rootOf } from "./file-routes.ts";
import { teamSpaceId } from "./people.ts";
import type { Audience, Link, Sharer } from "./sharing.ts";
import type { DropboxTenant } from "./tenant.ts";

type Args = Record<string, unknown>;
type UserCall = DropboxCall & { person: number };

const sameSharer = (one: Sharer, other: Sharer): boolean =>
  one.person === other.person && one.group === other.group && one.email === other.email;

export const sharingRoutes: DropboxRoute[] = [
  userRpc("sharing/list_shared_links", "sharing.read", ({ path, cursor }, { tenant, caller, person }) => {
    if (path !== undefined) return routeError("path", "unsupported_content_type");
    // At home those of the home, in the team space all.
    const isWide = caller.root.mode === "root" && caller.root.id === teamSpaceId;
    const home = tenant.people.homeOf(person);
    const links = tenant.sharing.linksMadeBy(person).filter(({ item, expiresAt }) => {
      const isOpen = expiresAt === null || expiresAt > tenant.kit.now();
      return isOpen && (isWide || tenant.files.namespaceOf(item).id === home);
    });
    const start = Number(cursor ?? 0) || 0;
    const records = links.slice(start, start + 200).map((link) => linkRecord(tenant, link));
    const hasMore = start + 200 < links.length;
    return ok({
      links: shape(tenant, "links", records, ["url"]),
      has_more: hasMore,
      ...(hasMore && { cursor: String(start + 200) }),
    });
  }),
  userRpc("sharing/create_shared_link_with_settings", "sharing.write", ({ path, settings }, call) => {
    const { tenant, person } = call;
    const number = itemIn(call, String(path));
    if (number === undefined) return routeError("path", "not_found");
    if (tenant.sharing.linksTo(number).some(({ madeBy }) => madeBy === person))
      return routeError("shared_link_already_exists");
    const { audience, access, expires } = settingsOf(settings);
    const link = { item: number, madeBy: person, audience: audience ?? "public", password: false } as const;
    const made = tenant.sharing.addLink({ ...link, access: access ?? "viewer", expiresAt: expires ?? null });
    return ok(linkRecord(tenant, made));
  }),
  userRpc(
    "sharing/modify_shared_link_settings",
    "sharing.write",
    ({ url, settings, remove_expiration }, { tenant, person }) => {
      const link = tenant.sharing.linkAt(String(url));
      if (!link) return routeError("shared_link_not_found");
      if (link.madeBy !== person) return routeError("shared_link_access_denied");
      const { audience, expires } = settingsOf(settings);
      const changes: Partial<Link> = {
        ...(audience !== undefined && { audience }),
        ...(expires !== undefined && { expiresAt: expires }),
        ...(remove_expiration === true && { expiresAt: null }),
      };
      return ok(linkRecord(tenant, tenant.sharing.changeLink(link, changes)));
    },
  ),
  userRpc("sharing/revoke_shared_link", "sharing.write", ({ url }, { tenant, person, caller }) => {
    const link = tenant.sharing.linkAt(String(url));
    if (!link) return routeError("shared_link_not_found");
    if (link.madeBy !== person && !caller.as?.admin) return routeError("shared_link_access_denied");
    tenant.sharing.removeLink(link);
    return ok(null);
  }),
  userRpc("sharing/list_file_members", "sharing.read", ({ file }, call) => {
    const number = itemIn(call, String(file));
    if (number === undefined) return routeError("access_error", "invalid_file");
    return ok(call.tenant.sharing.membership(call.tenant.sharing.sharersOf(number)));
  }),
  userRpc("sharing/add_file_member", "sharing.write", ({ file, members, access_level }, call) => {
    const { sharing } = call.tenant;
    const number = itemIn(call, String(file));
    if (number === undefined) return routeError("access_error", "invalid_file");
    const access = accessOf(access_level);
    const results = (members as unknown[]).map((member) => {
      const sharer = sharing.select(member);
      if (!sharer) return { member, result: { ".tag": "member_error", member_error: tag("invalid_member") } };
      const others = sharing.sharersOf(number).filter((one) => !sameSharer(one, sharer));
      sharing.setSharers(number, [...others, { ...sharer, access }]);
      return { member, result: { ".tag": "success", success: tag(access) } };
    });
    return ok(results);
  }),
  userRpc("sharing/remove_file_member_2", "sharing.write", ({ file, member }, call) => {
    const { sharing } = call.tenant;
    const number = itemIn(call, String(file));
    const sharer = sharing.select(member);
    if (number === undefined) return routeError("access_error", "invalid_file");
    const before = sharing.sharersOf(number);
    const after = before.filter((one) => !sharer || !sameSharer(one, sharer));
    if (after.length === before.length)
      return ok({ ".tag": "member_error", member_error: { ".tag": "no_explicit_access" } });
    sharing.setSharers(number, after);
    return ok(tag("success"));
  }),
  userRpc("sharing/get_folder_metadata", "sharing.read", ({ shared_folder_id }, { tenant }) => {
    const folder = folderOf(tenant, shared_folder_id);
    if (folder === undefined) return routeError("access_error", "invalid_id");
    const { files } = tenant;
    return ok({
      access_type: tag("owner"),
      is_inside_team_folder: false,
      is_team_folder: files.kindOf(folder) === "team",
      name: files.drive.at(folder)?.name,
      policy: { acl_update_policy: tag("owner"), shared_link_policy: tag("anyone") },
      preview_url: `https://www.dropbox.com/scl/fo/${files.idOf(folder).slice(3)}`,
      shared_folder_id,
      time_invited: timeOf(tenant.options.createdAt),
      folder_id: files.idOf(folder),
    });
  }),
  userRpc("sharing/list_folder_members", "sharing.read", ({ shared_folder_id }, { tenant }) => {
    const folder = folderOf(tenant, shared_folder_id);
    if (folder === undefined) return routeError("access_error", "invalid_id");
    return ok(tenant.sharing.membership(tenant.sharing.sharersOf(folder)));
  }),
  userRpc("sharing/add_folder_member", "sharing.write", ({ shared_folder_id, members }, { tenant }) => {
    const folder = folderOf(tenant, shared_folder_id);
    if (folder === undefined) return routeError("access_error", "invalid_id");
    for (const { member, access_level } of members as { member: unknown; access_level: unknown }[]) {
      const sharer = tenant.sharing.select(member);
      if (!sharer) return routeError("bad_member", "invalid_dropbox_id");
      const others = tenant.sharing.sharersOf(folder).filter((one) => !sameSharer(one, sharer));
      tenant.sharing.setSharers(folder, [...others, { ...sharer, access: accessOf(access_level) }]);
    }
    return ok(null);
  }),
  // The removal is a job: what it does shows at once, and it has ended when it is asked about for the second time.
  userRpc("sharing/remove_folder_member", "sharing.write", ({ shared_folder_id, member, leave_a_copy }, { tenant }) => {
    const folder = folderOf(tenant, shared_folder_id);
    if (folder === undefined || leave_a_copy === undefined) return routeError("access_error", "invalid_id");
    const sharer = tenant.sharing.select(member);
    const before = tenant.sharing.sharersOf(folder);
    const found = sharer && before.find((one) => sameSharer(one, sharer));
    if (!found) return routeError("member_error", "not_a_member");
    if (found.access === "owner") return routeError("folder_owner");
    tenant.sharing.setSharers(
      folder,
      before.filter((one) => one !== found),
    );
    const id = `VofXAX8DO1sAAAAAAAAD_${tenant.sharing.jobs.size}`;
    tenant.sharing.jobs.set(id, 0);
    return ok({ ".tag": "async_job_id", async_job_id: id });
  }),
  userRpc("sharing/check_remove_member_job_status", "sharing.write", ({ async_job_id }, { tenant }) => {
    const { jobs } = tenant.sharing;
    const asked = jobs.get(String(async_job_id));
    if (asked === undefined) return routeError("invalid_async_job_id");
    jobs.set(String(async_job_id), asked + 1);
    return ok(asked === 0 ? tag("in_progress") : { ".tag": "complete" });
  }),
  userRpc("sharing/transfer_folder", "sharing.write", ({ shared_folder_id, to_dropbox_id }, { tenant, person }) => {
    const folder = folderOf(tenant, shared_folder_id);
    if (folder === undefined) return routeError("access_error", "invalid_id");
    if (tenant.files.kindOf(folder) === "team") return routeError("team_folder");
    const owner = tenant.people.find(String(to_dropbox_id));
    if (owner === undefined || !tenant.sharing.sharersOf(folder).some((one) => one.person === owner))
      return routeError("new_owner_not_a_member");
    if (tenant.sharing.ownerOf(folder) !== person) return routeError("no_permission");
    tenant.sharing.transfer(folder, owner);
    return ok(null);
  }),
];

function linkRecord(tenant: DropboxTenant, link: Link): Record<string, unknown> {
  return tenant.sharing.linkRecord(link, tenant.files.pathOf(link.item));
}

function itemIn({ tenant, caller }: UserCall, path: string): number | undefined {
  const root = rootOf(tenant, caller);
  // The root of a namespace is a shared folder as a whole.
  const [, whole] = /^ns:(\d+)$/.exec(path) ?? [];
  return whole === undefined ? root && itemAt(tenant, root, path)?.number : tenant.files.namespace(whole)?.folder;
}

function folderOf({ files }: DropboxTenant, id: unknown): number | undefined {
  return files.namespace(String(id))?.folder;
}

function accessOf(level: unknown): "editor" | "viewer" {
  return ((level ?? {}) as Args)[".tag"] === "editor" ? "editor" : "viewer";
}

function settingsOf(settings: unknown): { audience?: Audience; access?: Link["access"]; expires?: number } {
  const { audience, access, expires } = (settings ?? {}) as Record<string, unknown>;
  const named = (union: unknown) => (union as Record<string, string> | undefined)?.[".tag"];
  return {
    ...(audience !== undefined && { audience: named(audience) as Audience }),
    ...(access !== undefined && { access: accessOf(access) }),
    ...(typeof expires === "string" && { expires: Date.parse(expires) }),
  };
}
