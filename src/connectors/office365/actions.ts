import { appOf, deleteIfThere, ensure, grantOf, ifThere, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { needText, textOf } from "#src/connector-kit/record.ts";
import { pathOf, readAll, readOne } from "../_microsoft/graph.ts";

const userPath = (target: ActionTarget) => pathOf`/users/${userOf(target).externalId}`;
const appPath = (target: ActionTarget) => pathOf`/servicePrincipals/${appOf(target).externalId}`;

/** An account, or an app in the tenant, that can sign in or cannot. */
async function setEnabled(context: Context, target: ActionTarget, url: string, accountEnabled: boolean) {
  return await ensure({
    target,
    read: async () => ({
      accountEnabled: (await readOne(context, `${url}?$select=id,accountEnabled`)).accountEnabled === true,
    }),
    wanted: { accountEnabled },
    write: () => context.http.request({ method: "PATCH", url, json: { accountEnabled }, retry: true }),
  });
}

/** https://learn.microsoft.com/en-us/graph/api/user-update */
export const suspendUser: ActionFunction = (context, target) => setEnabled(context, target, userPath(target), false);
export const unsuspendUser: ActionFunction = (context, target) => setEnabled(context, target, userPath(target), true);

/** Graph does not list sessions. https://learn.microsoft.com/en-us/graph/api/user-revokesigninsessions */
export const requireSignInAgain: ActionFunction = async ({ http }, target) => {
  await http.post(`${userPath(target)}/revokeSignInSessions`, { retry: true });
  return { changed: true };
};

/** Whether a new password is due cannot be read. https://learn.microsoft.com/en-us/graph/api/resources/passwordprofile */
export const resetPassword: ActionFunction = async ({ http }, target) => {
  const json = { passwordProfile: { forceChangePasswordNextSignIn: true } };
  await http.request({ method: "PATCH", url: userPath(target), json, retry: true });
  return { changed: true };
};

/** https://learn.microsoft.com/en-us/graph/api/riskyuser-confirmcompromised */
export const confirmCompromised: ActionFunction = async (context, target) => {
  const { externalId } = userOf(target);
  return await ensure({
    read: async () => {
      const risk = await ifThere(() => readOne(context, pathOf`/identityProtection/riskyUsers/${externalId}`));
      return { riskState: textOf(risk?.riskState) ?? "none" };
    },
    wanted: { riskState: "confirmedCompromised" },
    write: () =>
      context.http.post("/identityProtection/riskyUsers/confirmCompromised", {
        json: { userIds: [externalId] },
        retry: true,
      }),
  });
};

/** Roles assigned to the account itself. https://learn.microsoft.com/en-us/graph/api/unifiedroleassignment-delete */
export const revokeAdminPrivileges: ActionFunction = async (context, target) => {
  const query = new URLSearchParams({ $filter: `principalId eq '${userOf(target).externalId}'` });
  const assignments = await readAll(
    context,
    `/roleManagement/directory/roleAssignments?${query}`,
    "roles of the account",
  );
  return await deleteAll(context, "/roleManagement/directory/roleAssignments", assignments);
};

/** Every grant of people and administrators, and every application permission. */
export const revokeApp: ActionFunction = async (context, target) => {
  const url = appPath(target);
  const grants = await readAll(context, `${url}/oauth2PermissionGrants`, "grants");
  const assignments = await readAll(context, `${url}/appRoleAssignments`, "permissions");
  const delegated = await deleteAll(context, "/oauth2PermissionGrants", grants);
  const own = await deleteAll(context, `${url}/appRoleAssignments`, assignments);
  return { changed: delegated.changed || own.changed, before: { grants, assignments } };
};

/** https://learn.microsoft.com/en-us/graph/api/oauth2permissiongrant-delete */
export const revokeAppForUser: ActionFunction = async (context, target) => ({
  changed: await deleteIfThere(context, pathOf`/oauth2PermissionGrants/${grantOf(target).reference}`),
});

/** https://learn.microsoft.com/en-us/graph/api/serviceprincipal-update */
export const banApp: ActionFunction = (context, target) => setEnabled(context, target, appPath(target), false);
export const unbanApp: ActionFunction = (context, target) => setEnabled(context, target, appPath(target), true);

async function deleteAll(context: Context, url: string, records: readonly Record<string, unknown>[]) {
  let changed = false;
  for (const [index, { id }] of records.entries())
    changed =
      (await deleteIfThere(context, `${url}/${encodeURIComponent(needText(id, `value[${index}].id`))}`)) || changed;
  return { changed, before: { records } };
}
