import { randomBytes } from "node:crypto";
import { deleteIfThere, ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, type Json, needObject, needText } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";
import { byPageToken } from "../_google/paging.ts";
import { assignmentPages, customer, readAll, userPath } from "./api.ts";
import { tokensOf } from "./streams/oauth-apps.ts";

/** https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/patch */
export const suspendUser: ActionFunction = (context, target) => setSuspended(context, target, true);

export const unsuspendUser: ActionFunction = (context, target) => setSuspended(context, target, false);

async function setSuspended(context: Context, target: ActionTarget, suspended: boolean) {
  return await ensure({
    read: async () => {
      const user = await readUser(context, target);
      return { suspended: user.suspended === true, suspensionReason: user.suspensionReason ?? null };
    },
    wanted: { suspended },
    write: ({ suspensionReason }) => {
      if (!suspended && suspensionReason === "ABUSE")
        throw new ConflictError("Google itself suspended this account for abuse: only an appeal to Google lifts it.");
      return patch(context, target, { suspended });
    },
    target,
  });
}

/**
 * Ends all sessions, in browsers and on devices. With the parameter `tokens` what apps, app passwords and backup codes of the person open
 * ends as well. Google lists no sessions, so nobody knows whether there were any.
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/signOut
 */
export const requireSignInAgain: ActionFunction = async (context, target) => {
  await context.http.request({ method: "POST", url: `${userPath(userOf(target).externalId)}/signOut`, retry: true });
  if (target.parameters.tokens !== true) return { changed: true };
  return { changed: true, before: await endCredentials(context, target) };
};

const appPasswords = byPageToken("items", { kind: "admin#directory#aspList" });

async function endCredentials(context: Context, target: ActionTarget): Promise<Record<string, unknown>> {
  const { externalId } = userOf(target);
  const path = userPath(externalId);
  const apps = (await tokensOf(context, externalId)).map(({ clientId }) => needText(clientId, "items.clientId"));
  for (const app of apps) await deleteIfThere(context, `${path}/tokens/${encodeURIComponent(app)}`);
  const passwords = await readAll(context, "app passwords", `${path}/asps`, appPasswords);
  for (const { codeId } of passwords) await deleteIfThere(context, `${path}/asps/${idOf(codeId) ?? ""}`);
  await context.http.request({ method: "POST", url: `${path}/verificationCodes/invalidate`, retry: true });
  return { apps, appPasswords: passwords.map(({ name }) => name) };
}

/**
 * A new password must be chosen at the next sign-in. With the parameter `method: "reset"` the old one stops working at once: it is replaced by a
 * random one that nobody knows.
 */
export const resetPassword: ActionFunction = async (context, target) => {
  const change = { changePasswordAtNextLogin: true };
  if (target.parameters.method === "reset") {
    await readUser(context, target);
    await patch(context, target, { ...change, password: randomBytes(24).toString("base64url") });
    return { changed: true };
  }
  return await ensure({
    read: async () => ({
      changePasswordAtNextLogin: (await readUser(context, target)).changePasswordAtNextLogin === true,
    }),
    wanted: change,
    write: () => patch(context, target, change),
  });
};

/**
 * Takes super admin rights and every role assigned to the account. Roles that come from a group stay.
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/roleAssignments/delete
 */
export const revokeAdminPrivileges: ActionFunction = async (context, target) => {
  const { externalId } = userOf(target);
  return await ensure({
    read: async () => {
      const first = { url: `${customer}/roleassignments`, query: { userKey: externalId, maxResults: 200 } };
      const assignments = await readAll(context, "assignments", first, assignmentPages);
      const own = assignments.filter(({ assignedTo }) => idOf(assignedTo) === externalId);
      return {
        isAdmin: (await readUser(context, target)).isAdmin === true,
        roles: own.map(({ roleAssignmentId, roleId, scopeType, orgUnitId }) => ({
          ...{ roleAssignmentId, roleId, scopeType },
          ...(orgUnitId === undefined ? {} : { orgUnitId }),
        })),
      };
    },
    wanted: { isAdmin: false, roles: [] },
    write: async ({ isAdmin, roles }) => {
      if (isAdmin) {
        if (context.settings.adminEmail === userOf(target).email?.toLowerCase())
          throw new ConflictError("Gatehouse acts in the name of this account: it would lose its own access.");
        await context.http.post(`${userPath(externalId)}/makeAdmin`, { json: { status: false }, retry: true });
      }
      // Taking super admin rights takes its assignment, too.
      for (const { roleAssignmentId } of roles)
        await deleteIfThere(context, `${customer}/roleassignments/${encodeURIComponent(idOf(roleAssignmentId) ?? "")}`);
    },
    target,
  });
};

async function readUser({ http }: Context, target: ActionTarget): Promise<Json> {
  return needObject((await http.get(userPath(userOf(target).externalId))).body, "user");
}

async function patch({ http }: Context, target: ActionTarget, json: Json): Promise<unknown> {
  return await http.request({ method: "PATCH", url: userPath(userOf(target).externalId), json, retry: true });
}
