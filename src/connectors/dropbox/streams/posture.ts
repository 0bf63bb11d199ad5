import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { instantOf, type Json, listOf, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { byCursor, call, membersRoute, read, readAll, tagAt, tagOf } from "../api.ts";

const dayMs = 86_400_000;
/** So many names are kept as evidence. */
const enoughNames = 50;

/** What checks look at. Tags are without their unions. */
export interface Facts {
  sharing: Readonly<Record<string, string | null>>;
  team: { topLevelContent: string | null; deviceManagement: string | null; licensed: number; provisioned: number };
  admins: { superAdmins: string[]; others: string[]; inactive: string[] };
  members: { active: number; unverified: string[]; staleInvitations: string[]; staleInvitationCount: number };
  devices: { members: number; stale: string[]; staleCount: number };
  apps: { apps: number; withAllFiles: string[] };
  twoFactor: { policy: string | null };
  singleSignOn: { policy: string | null };
  allowlist: { domains: string[]; emails: string[] };
}

/** The settings our checks look at, in one page. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const items = await readSettings(context, {
    sharing: async () => sharingOf(await policiesOf(context)),
    team: () => teamOf(context),
    admins: () => adminsOf(context),
    members: () => membersOf(context),
    devices: () => devicesOf(context),
    apps: () => appsOf(context),
    twoFactor: async () => ({ policy: await latestPolicy(context, "tfa_change_policy") }),
    singleSignOn: async () => ({ policy: await latestPolicy(context, "sso_change_policy") }),
    allowlist: () => allowlistOf(context),
  });
  yield { items, cursor: null };
};

async function policiesOf(context: StreamContext): Promise<Json> {
  return needObject((await read(context, "team/get_info")).policies, "policies");
}

function sharingOf(policies: Json): Facts["sharing"] {
  const sharing = needObject(policies.sharing, "policies.sharing");
  return Object.fromEntries(Object.entries(sharing).map(([name, value]) => [name, tagOf(value)]));
}

async function teamOf(context: StreamContext): Promise<Facts["team"]> {
  const team = await read(context, "team/get_info");
  return {
    topLevelContent: tagAt(team, "policies.top_level_content_policy"),
    deviceManagement: tagAt(team, "policies.emm_state"),
    licensed: Number(team.num_licensed_users) || 0,
    provisioned: Number(team.num_provisioned_users) || 0,
  };
}

async function* allMembers(context: StreamContext): AsyncGenerator<{ member: Json; profile: Json; email: string }> {
  const first = call("team/members/list_v2", { limit: 1000, include_removed: false });
  for await (const { records } of walkPages(context, {
    name: "members",
    first,
    page: byCursor("members", membersRoute),
  }))
    for (const record of records) {
      const member = needObject(record, "members");
      const profile = needObject(member.profile, "members.profile");
      yield { member, profile, email: textOf(profile.email) ?? String(profile.team_member_id) };
    }
}

async function adminsOf(context: StreamContext): Promise<Facts["admins"]> {
  const found: Facts["admins"] = { superAdmins: [], others: [], inactive: [] };
  for await (const { member, profile, email } of allMembers(context)) {
    const roles = listOf(member.roles).map((role) => textOf(objectOf(role).name));
    if (roles.length === 0) continue;
    (roles.includes("Team") || roles.includes("Team admin") ? found.superAdmins : found.others).push(email);
    if (tagAt(profile, "status") !== "active") found.inactive.push(email);
  }
  return found;
}

async function membersOf(context: StreamContext): Promise<Facts["members"]> {
  const found: Facts["members"] = { active: 0, unverified: [], staleInvitations: [], staleInvitationCount: 0 };
  for await (const { profile, email } of allMembers(context)) {
    const status = tagAt(profile, "status");
    if (status === "active") {
      found.active += 1;
      if (profile.email_verified === false && found.unverified.length < enoughNames) found.unverified.push(email);
    }
    if (status !== "invited" || !isOlder(context, profile.invited_on, 30)) continue;
    found.staleInvitationCount += 1;
    if (found.staleInvitations.length < enoughNames) found.staleInvitations.push(email);
  }
  return found;
}

/** Computers and phones that have not been heard of for 90 days and still hold files. */
async function devicesOf(context: StreamContext): Promise<Facts["devices"]> {
  const found: Facts["devices"] = { members: 0, stale: [], staleCount: 0 };
  const route = "team/devices/list_members_devices";
  const first = call(route, { include_web_sessions: false });
  const page = byCursor("devices", { continueAt: route });
  for await (const { records } of walkPages(context, { name: "devices", first, page }))
    for (const record of records.map(objectOf)) {
      found.members += 1;
      for (const device of [...listOf(record.desktop_clients), ...listOf(record.mobile_clients)].map(objectOf)) {
        if (!isOlder(context, device.updated, 90)) continue;
        found.staleCount += 1;
        const name = textOf(device.host_name) ?? textOf(device.device_name) ?? textOf(device.session_id);
        if (found.stale.length < enoughNames && name) found.stale.push(name);
      }
    }
  return found;
}

async function appsOf(context: StreamContext): Promise<Facts["apps"]> {
  const route = "team/linked_apps/list_members_linked_apps";
  const all = new Map<string, Json>();
  for (const member of await readAll(context, "apps", call(route, {}), byCursor("apps", { continueAt: route })))
    for (const app of listOf(objectOf(member).linked_api_apps).map(objectOf)) all.set(String(app.app_id), app);
  const withAllFiles = [...all.values()].filter((app) => app.is_app_folder !== true);
  return { apps: all.size, withAllFiles: withAllFiles.map(({ app_name }) => String(app_name)).slice(0, enoughNames) };
}

/** Dropbox shows no such policy, only how it was changed: the value of the latest change. Null when the log knows of none. */
async function latestPolicy(context: StreamContext, type: string): Promise<string | null> {
  const first = call("team_log/get_events", { limit: 1000, event_type: { ".tag": type } });
  const events = (await readAll(context, "events", first, byCursor("events"))).map(objectOf);
  const times = events.map(({ timestamp }) => instantOf(timestamp)?.getTime() ?? 0);
  const latest = events[times.indexOf(Math.max(...times))];
  return tagOf(valueAt(latest, "details.new_value"));
}

async function allowlistOf(context: StreamContext): Promise<Facts["allowlist"]> {
  const found: Facts["allowlist"] = { domains: [], emails: [] };
  const first = call("team/sharing_allowlist/list", { limit: 1000 });
  for await (const { body } of walkPages(context, { name: "allowlist", first, page: byCursor("domains") })) {
    found.domains.push(...listOf(objectOf(body).domains).map(String));
    found.emails.push(...listOf(objectOf(body).emails).map(String));
  }
  return found;
}

function isOlder({ now }: StreamContext, value: unknown, days: number): boolean {
  const at = instantOf(value);
  return at !== null && now().getTime() - at.getTime() > days * dayMs;
}
