import { appOf, deleteIfThere, ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError } from "#src/errors.ts";
import { readAll } from "./api.ts";
import { rolesOf } from "./roles.ts";

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserRisk/ */
export const confirmCompromised: ActionFunction = async ({ http }, target) => {
  const url = `${userPath(target)}/risk`;
  return await ensure({
    read: async () => ({ riskLevel: textOf(objectOf((await http.get(url)).body).riskLevel) ?? "NONE" }),
    wanted: { riskLevel: "HIGH" },
    write: () => http.request({ method: "PUT", url, json: { riskLevel: "HIGH" }, retry: true }),
  });
};

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserLifecycle/ */
export const suspendUser: ActionFunction = async (context, target) =>
  await ensure({
    target,
    read: () => readStatus(context, target),
    wanted: { status: "SUSPENDED" },
    write: ({ status }) => {
      if (status !== "ACTIVE") throw new ConflictError(`Okta suspends active users only; this one is ${status}.`);
      return context.http.post(`${userPath(target)}/lifecycle/suspend`);
    },
  });

export const unsuspendUser: ActionFunction = async (context, target) =>
  await ensure({
    target,
    read: () => readStatus(context, target),
    wanted: { status: "ACTIVE" },
    write: ({ status }) => {
      if (status !== "SUSPENDED") throw new ConflictError(`This user is not suspended but ${status}.`);
      return context.http.post(`${userPath(target)}/lifecycle/unsuspend`);
    },
  });

/** Okta does not list sessions, so nobody knows whether there were any. */
export const requireSignInAgain: ActionFunction = async ({ http }, target) => {
  const url = `${userPath(target)}/sessions?oauthTokens=true&forgetDevices=true`;
  await http.request({ method: "DELETE", url, retry: true });
  return { changed: true };
};

export const resetPassword: ActionFunction = async (context, target) => {
  const reset = target.parameters.method === "reset";
  const call = reset ? "reset_password?sendEmail=true&revokeSessions=true" : "expire_password";
  return await ensure({
    read: async () => {
      const { status, provider } = await readUser(context, target);
      if (provider !== "OKTA" && provider !== "IMPORT")
        throw new ConflictError(`The password of this user lives elsewhere (${provider}): reset it there.`);
      return { status };
    },
    wanted: { status: reset ? "RECOVERY" : "PASSWORD_EXPIRED" },
    write: () => context.http.post(`${userPath(target)}/lifecycle/${call}`),
  });
};

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentAUser/ */
export const revokeAdminPrivileges: ActionFunction = async (context, target) => {
  const roles = await rolesOf(context, userOf(target).externalId);
  const direct = roles.filter(({ throughGroup }) => !throughGroup);
  const throughGroups = roles.filter(({ throughGroup }) => throughGroup).map(({ name }) => name);
  for (const { id } of direct) await deleteIfThere(context, `${userPath(target)}/roles/${encodeURIComponent(id)}`);
  if (direct.length === 0 && throughGroups.length > 0) {
    throw new ConflictError(
      `The user is an administrator only through groups (${throughGroups.join(", ")}). Remove the user from them.`,
    );
  }
  return {
    changed: direct.length > 0,
    before: { roles: direct.map(({ type, privilegeId, name }) => ({ type, privilegeId, name })), throughGroups },
  };
};

export const revokeApp: ActionFunction = async (context, target) => {
  const { tokenId, path } = pathOfApp(target);
  if (tokenId) return { changed: await deleteIfThere(context, path), before: { apiToken: tokenId } };
  const grants = await readAll(context, `${path}/grants`);
  const active = grants.filter(({ status }) => status === undefined || status === "ACTIVE");
  for (const { id } of active) await deleteIfThere(context, `${path}/grants/${encodeURIComponent(String(id))}`);
  return { changed: active.length > 0, before: { scopes: active.map(({ scopeId, issuer }) => ({ scopeId, issuer })) } };
};

export const revokeAppForUser: ActionFunction = async (context, target) => {
  const { tokenId, path } = pathOfApp(target);
  if (tokenId) {
    const user = userOf(target).externalId;
    const tokens = await readAll(context, "/api/v1/api-tokens");
    const owned = tokens.some(({ id, userId }) => id === tokenId && userId === user);
    return { changed: owned && (await deleteIfThere(context, path)), before: { apiToken: tokenId } };
  }
  const client = `${userPath(target)}/clients/${encodeURIComponent(appOf(target).externalId)}`;
  const grants = await readAll(context, `${client}/grants`);
  const tokens = await readAll(context, `${client}/tokens`);
  if (grants.length > 0) await deleteIfThere(context, `${client}/grants`);
  if (tokens.length > 0) await deleteIfThere(context, `${client}/tokens`);
  return {
    changed: grants.length + tokens.length > 0,
    before: { scopes: grants.map(({ scopeId }) => scopeId), tokens: tokens.length },
  };
};

export const banApp: ActionFunction = async (context, target) =>
  await setAppStatus(context, target, "INACTIVE", "deactivate");

export const unbanApp: ActionFunction = async (context, target) =>
  await setAppStatus(context, target, "ACTIVE", "activate");

async function setAppStatus({ http }: Context, target: ActionTarget, status: string, call: string) {
  const { tokenId, path } = pathOfApp(target);
  if (tokenId) throw new InvalidInputError("An API token can be revoked, not banned.");
  return await ensure({
    read: async () => ({ status: textOf(needObject((await http.get(path)).body, "app").status) }),
    wanted: { status },
    write: () => http.post(`${path}/lifecycle/${call}`),
  });
}

async function readUser({ http }: Context, target: ActionTarget): Promise<{ status: string; provider: string }> {
  const user = needObject((await http.get(userPath(target))).body, "user");
  const provider = textOf(valueAt(user, "credentials.provider.type")) ?? "OKTA";
  return { status: textOf(user.status) ?? "UNKNOWN", provider };
}

async function readStatus(context: Context, target: ActionTarget): Promise<{ status: string }> {
  const { status } = await readUser(context, target);
  return { status };
}

function userPath(target: ActionTarget): string {
  return `/api/v1/users/${encodeURIComponent(userOf(target).externalId)}`;
}

/** `tokenId`: what is listed as an app is an API token. */
function pathOfApp(target: ActionTarget): { tokenId: string | null; path: string } {
  const id = appOf(target).externalId;
  const [, tokenId = null] = /^api-token:(.*)$/s.exec(id) ?? [];
  const path = tokenId === null ? `apps/${encodeURIComponent(id)}` : `api-tokens/${encodeURIComponent(tokenId)}`;
  return { tokenId, path: `/api/v1/${path}` };
}
