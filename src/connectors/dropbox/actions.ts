import { appOf, ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, listOf, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";
import { call, memberSelector, read, readAll, tagAt, tagOf, write } from "./api.ts";
import { byLinkedApps, linkedAppsRoute } from "./streams/oauth-apps.ts";

/** Dropbox takes so many sessions or apps in one call. */
const batchSize = 100;

export const suspendUser: ActionFunction = async (context, target) =>
  await ensure({
    target,
    read: () => readMember(context, target),
    wanted: { status: "suspended" },
    write: ({ status }) => {
      if (status !== "active") throw new ConflictError(`Dropbox suspends active members only; this one is ${status}.`);
      // The default would delete the files on the member's devices.
      return write(context, "team/members/suspend", { user: selectorOf(target), wipe_data: false });
    },
  });

export const unsuspendUser: ActionFunction = async (context, target) =>
  await ensure({
    target,
    read: () => readMember(context, target),
    wanted: { status: "active" },
    write: ({ status }) => {
      if (status !== "suspended") throw new ConflictError(`This member is not suspended but ${status}.`);
      return write(context, "team/members/unsuspend", { user: selectorOf(target) });
    },
  });

export const revokeAdminPrivileges: ActionFunction = async (context, target) =>
  await ensure({
    read: () => readMember(context, target),
    wanted: { roles: [] },
    write: () => write(context, "team/members/set_admin_permissions_v2", { user: selectorOf(target), new_roles: [] }),
  });

/** Source: https://www.dropbox.com/developers/documentation/http/teams#team-devices-list_member_devices */
export const requireSignInAgain: ActionFunction = async (context, target) => {
  const team_member_id = userOf(target).externalId;
  const result = await ensure({
    read: async () => {
      const devices = await read(context, "team/devices/list_member_devices", { team_member_id });
      const ids = (list: unknown) => listOf(list).map((one) => needText(objectOf(one).session_id, "session_id"));
      return {
        web_session: ids(devices.active_web_sessions),
        desktop_client: ids(devices.desktop_client_sessions),
        mobile_client: ids(devices.mobile_client_sessions),
      };
    },
    wanted: { web_session: [], desktop_client: [], mobile_client: [] },
    write: async (sessions) => {
      const all = Object.entries(sessions).flatMap(([tag, ids]) =>
        ids.map((session_id) => ({ ".tag": tag, session_id, team_member_id })),
      );
      const route = "team/devices/revoke_device_session_batch";
      await inBatches(all, (revoke_devices) => write(context, route, { revoke_devices }), "revoke_devices_status");
    },
  });
  const { web_session, desktop_client, mobile_client } = result.before as Record<string, string[]>;
  // Ids of sessions are no use to anybody later.
  const counts = { web: web_session?.length, computers: desktop_client?.length, phones: mobile_client?.length };
  return { ...result, before: counts };
};

export const revokeApp: ActionFunction = async (context, target) => {
  const appId = appOf(target).externalId;
  return await unlink(context, appId, async () => {
    const members = await readAll(context, "apps", call(linkedAppsRoute, {}), byLinkedApps);
    return members
      .map(objectOf)
      .filter((member) => hasApp(member, appId))
      .map((member) => needText(member.team_member_id, "apps.team_member_id"));
  });
};

export const revokeAppForUser: ActionFunction = async (context, target) => {
  const [appId, memberId] = [appOf(target).externalId, userOf(target).externalId];
  return await unlink(context, appId, async () => {
    const asked = { team_member_id: memberId };
    return hasApp(await read(context, "team/linked_apps/list_member_linked_apps", asked), appId) ? [memberId] : [];
  });
};

async function unlink(context: Context, app_id: string, members: () => Promise<string[]>) {
  const route = "team/linked_apps/revoke_linked_app_batch";
  return await ensure({
    read: async () => ({ members: await members() }),
    wanted: { members: [] },
    write: ({ members: linked }) => {
      const all = linked.map((team_member_id) => ({ app_id, team_member_id, keep_app_folder: true }));
      return inBatches(
        all,
        (revoke_linked_app) => write(context, route, { revoke_linked_app }),
        "revoke_linked_app_status",
      );
    },
  });
}

function hasApp(member: Json, appId: string): boolean {
  return listOf(member.linked_api_apps).some((app) => objectOf(app).app_id === appId);
}

/** Each row of a batch succeeds or fails by itself. One that failed because it is over already does no harm. */
async function inBatches<T>(
  all: readonly T[],
  send: (batch: readonly T[]) => Promise<Json>,
  answers: string,
): Promise<void> {
  const refused = new Set<string>();
  for (let start = 0; start < all.length; start += batchSize) {
    const answer = await send(all.slice(start, start + batchSize));
    for (const row of listOf(answer[answers]).map(objectOf)) {
      const reason = tagOf(row.error_type) ?? "unknown";
      if (row.success !== true && !/_not_found$/.test(reason)) refused.add(reason);
    }
  }
  if (refused.size > 0) throw new ConflictError(`Dropbox refused a part of it: ${[...refused].join(", ")}.`);
}

function selectorOf(target: ActionTarget): Json {
  return memberSelector(userOf(target).externalId);
}

async function readMember(
  context: Context,
  target: ActionTarget,
): Promise<{ status: string; roles: (string | null)[] }> {
  const body = await read(context, "team/members/get_info_v2", { members: [selectorOf(target)] });
  const member = objectOf(listOf(body.members_info)[0]);
  if (tagOf(member) !== "member_info") throw new ConflictError("This account is no longer a member of the team.");
  return {
    status: tagAt(member, "profile.status") ?? "unknown",
    roles: listOf(member.roles).map((role) => textOf(objectOf(role).role_id)),
  };
}
