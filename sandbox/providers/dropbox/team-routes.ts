import { listingOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import { type DropboxRoute, rpc } from "./access.ts";
import { badRequest, ok, routeError } from "./answers.ts";
import { roles } from "./people.ts";
import { policyRecord } from "./settings.ts";
import type { DropboxTenant } from "./tenant.ts";

type Args = Record<string, unknown>;

/** One page of a listing by cursor: the cursor stands for the whole request, of which the first call has the rest. */
function page<R, W extends object>(
  tenant: DropboxTenant,
  args: Args,
  field: string,
  records: readonly R[],
  format: { usual: number; write: (record: R) => W; shaped: { stream: string; required: string[] } },
) {
  const [cursor = "", more = ""] = String(args.cursor ?? "").split("~");
  const size = args.limit ?? (more === "" ? format.usual : more);
  const { usual, write, shaped } = format;
  const found = tokenListing(
    tenant,
    listingOf(records),
    { token: cursor, size },
    { sizes: { usual, max: 1000 }, write, shaped },
  );
  if (!found) return undefined;
  const next = `${found.nextToken ?? "end"}~${size}`;
  return ok({ [field]: found.entries, cursor: next, has_more: found.nextToken !== undefined });
}

function both(
  first: string,
  further: string,
  scope: string,
  run: (args: Args, tenant: DropboxTenant) => ReturnType<typeof page>,
) {
  const answer = (args: Args, { tenant }: { tenant: DropboxTenant }) =>
    run(args, tenant) ?? routeError("invalid_cursor");
  return [rpc(first, scope, answer), ...(further === first ? [] : [rpc(further, scope, answer)])];
}

function everybody({ people }: DropboxTenant, includeRemoved: boolean): number[] {
  const all = Array.from({ length: people.count }, (_, index) => index);
  return all.filter((index) => people.exists(index) || (includeRemoved && people.removed.includes(index)));
}

function personIn(tenant: DropboxTenant, selector: unknown): number | undefined {
  const { ".tag": kind, ...named } = (selector ?? {}) as Record<string, string>;
  return tenant.people.find(named[kind ?? ""] ?? "");
}

export const teamRoutes: DropboxRoute[] = [
  rpc("team/get_info", "team_info.read", (_, { tenant }) =>
    ok({
      name: tenant.team.name,
      team_id: tenant.team.id,
      num_licensed_users: tenant.people.present + 5,
      num_provisioned_users: tenant.people.present,
      num_used_licenses: tenant.people.present,
      policies: policyRecord(tenant.policies),
    }),
  ),
  rpc("team/token/get_authenticated_admin", "team_info.read", (_, { tenant }) =>
    tenant.isTeamAdmin(0)
      ? ok({ admin_profile: tenant.people.record(0, tenant.groups).profile })
      : routeError("admin_not_active"),
  ),
  ...both("team/members/list_v2", "team/members/list/continue_v2", "members.read", (args, tenant) => {
    const removed = args.include_removed === true || String(args.cursor ?? "").endsWith("~removed");
    const found = page(tenant, args, "members", everybody(tenant, removed), {
      usual: 1000,
      write: (index) => tenant.people.record(index, tenant.groups),
      shaped: { stream: "users", required: ["profile"] },
    });
    const body = found?.body as { cursor: string } | undefined;
    if (body && removed) body.cursor += "~removed";
    return found;
  }),
  rpc("team/members/get_info_v2", "members.read", ({ members }, { tenant }) => {
    const infos = (members as unknown[]).map((selector) => {
      const person = personIn(tenant, selector);
      if (person === undefined) return { ".tag": "id_not_found", id_not_found: JSON.stringify(selector) };
      return { ".tag": "member_info", ...tenant.people.record(person, tenant.groups) };
    });
    return ok({ members_info: infos });
  }),
  rpc("team/members/get_available_team_member_roles", "members.read", () => ok({ roles })),
  rpc("team/members/suspend", "members.write", ({ user, wipe_data = true }, { tenant }) => {
    const person = personIn(tenant, user);
    if (person === undefined) return routeError("user_not_found");
    if (wipe_data !== false) return badRequest("team/members/suspend", "the sandbox has no devices to wipe");
    if (tenant.people.status(person) !== "active") return routeError("suspend_inactive_user");
    tenant.people.edit(person, tenant.kit.now(), { status: "suspended" });
    return ok(null);
  }),
  rpc("team/members/unsuspend", "members.write", ({ user }, { tenant }) => {
    const person = personIn(tenant, user);
    if (person === undefined) return routeError("user_not_found");
    if (tenant.people.status(person) !== "suspended") return routeError("unsuspend_non_suspended_member");
    tenant.people.edit(person, tenant.kit.now(), { status: "active" });
    return ok(null);
  }),
  rpc("team/members/set_admin_permissions_v2", "members.write", ({ user, new_roles }, { tenant }) => {
    const person = personIn(tenant, user);
    if (person === undefined) return routeError("user_not_found");
    const [wanted] = (new_roles ?? []) as string[];
    const role = roles.find(({ role_id }) => role_id === wanted) ?? null;
    tenant.people.setRole(person, role);
    return ok({ team_member_id: tenant.people.idOf(person), roles: role ? [role] : [] });
  }),
  ...both("team/groups/list", "team/groups/list/continue", "groups.read", (args, tenant) =>
    page(
      tenant,
      args,
      "groups",
      Array.from({ length: tenant.groups.count }, (_, index) => index),
      {
        usual: 1000,
        write: (group) => tenant.groups.record(group),
        shaped: { stream: "groups", required: ["group_id"] },
      },
    ),
  ),
  rpc("team/groups/members/list", "groups.read", (args, { tenant }) => membersOf(tenant, args, args.group)),
  rpc("team/groups/members/list/continue", "groups.read", (args, { tenant }) => {
    const [, , group = ""] = String(args.cursor).split("~");
    return membersOf(tenant, args, { ".tag": "group_id", group_id: group });
  }),
  ...both("team/namespaces/list", "team/namespaces/list/continue", "team_data.member", (args, tenant) =>
    page(tenant, args, "namespaces", tenant.files.namespaces(), {
      usual: 1000,
      write: (namespace) => tenant.files.namespaceRecord(namespace),
      shaped: { stream: "files", required: ["namespace_id"] },
    }),
  ),
  ...both("team/devices/list_members_devices", "team/devices/list_members_devices", "sessions.list", (args, tenant) =>
    page(tenant, args, "devices", everybody(tenant, false), {
      usual: 100,
      write: (person) => {
        const { desktop, mobile } = tenant.devices.of(person);
        return { team_member_id: tenant.people.idOf(person), desktop_clients: desktop, mobile_clients: mobile };
      },
      shaped: { stream: "devices", required: ["team_member_id"] },
    }),
  ),
  rpc("team/devices/list_member_devices", "sessions.list", ({ team_member_id }, { tenant }) => {
    const person = tenant.people.find(String(team_member_id));
    if (person === undefined) return routeError("member_not_found");
    const { web, desktop, mobile } = tenant.devices.of(person);
    return ok({ active_web_sessions: web, desktop_client_sessions: desktop, mobile_client_sessions: mobile });
  }),
  rpc("team/devices/revoke_device_session_batch", "sessions.modify", ({ revoke_devices }, { tenant }) => {
    const rows = (revoke_devices as { session_id: string }[]).map(({ session_id }) =>
      tenant.devices.end(session_id)
        ? { success: true }
        : { success: false, error_type: { ".tag": "device_session_not_found" } },
    );
    return ok({ revoke_devices_status: rows });
  }),
  ...both(
    "team/linked_apps/list_members_linked_apps",
    "team/linked_apps/list_members_linked_apps",
    "sessions.list",
    (args, tenant) =>
      page(
        tenant,
        args,
        "apps",
        everybody(tenant, false).filter((person) => tenant.devices.appsOf(person).length > 0),
        {
          usual: 500,
          write: (person) => ({
            team_member_id: tenant.people.idOf(person),
            linked_api_apps: tenant.devices.appsOf(person),
          }),
          shaped: { stream: "apps", required: ["team_member_id"] },
        },
      ),
  ),
  rpc("team/linked_apps/list_member_linked_apps", "sessions.list", ({ team_member_id }, { tenant }) => {
    const person = tenant.people.find(String(team_member_id));
    return person === undefined
      ? routeError("member_not_found")
      : ok({ linked_api_apps: tenant.devices.appsOf(person) });
  }),
  rpc("team/linked_apps/revoke_linked_app_batch", "sessions.modify", ({ revoke_linked_app }, { tenant }) => {
    const rows = (revoke_linked_app as { app_id: string; team_member_id: string }[]).map(
      ({ app_id, team_member_id }) => {
        const person = tenant.people.find(team_member_id);
        if (person !== undefined && tenant.devices.unlink(app_id, person)) return { success: true };
        return { success: false, error_type: { ".tag": "app_not_found" } };
      },
    );
    return ok({ revoke_linked_app_status: rows });
  }),
  rpc("team/sharing_allowlist/list", "team_info.read", (_, { tenant }) =>
    ok({ ...tenant.allowlist, cursor: "end", has_more: false }),
  ),
];

function membersOf(tenant: DropboxTenant, args: Args, selector: unknown) {
  const { group_id = "" } = (selector ?? {}) as Record<string, string>;
  const group = tenant.groups.find(group_id);
  if (group === undefined) return routeError("group_not_found");
  const listed = tenant.groups.members(group);
  const people = Array.from({ length: listed.count }, (_, place) => listed.at(place)).filter(
    (one) => one !== undefined,
  );
  const found = page(tenant, args, "members", people, {
    usual: 1000,
    write: (person) => ({ profile: tenant.people.memberProfile(person), access_type: { ".tag": "member" } }),
    shaped: { stream: "groups", required: ["profile"] },
  });
  const body = found?.body as { cursor: string } | undefined;
  if (body) body.cursor += `~${group_id}`;
  return found ?? routeError("invalid_cursor");
}
