import type { ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError } from "#src/errors.ts";
import { readAll } from "./api.ts";
import { rolesOf } from "./roles.ts";

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserRisk/ */
export async function confirmCompromised(context: Context, target: ActionTarget): Promise<ActionResult> {
  const url = `${userPath(target)}/risk`;
  const { body } = await context.http.get(url);
  const riskLevel = textOf(objectOf(body).riskLevel) ?? "NONE";
  if (riskLevel === "HIGH") return { changed: false, before: { riskLevel } };
  await context.http.request({ method: "PUT", url, json: { riskLevel: "HIGH" }, retry: true });
  return { changed: true, before: { riskLevel } };
}

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserLifecycle/ */
export async function suspendUser(context: Context, target: ActionTarget): Promise<ActionResult> {
  const { status } = await readUser(context, target);
  if (status === "SUSPENDED") return { changed: false, before: { status } };
  if (status !== "ACTIVE") throw new ConflictError(`Okta suspends active users only; this one is ${status}.`);
  await context.http.post(`${userPath(target)}/lifecycle/suspend`);
  return { changed: true, before: { status } };
}

export async function unsuspendUser(context: Context, target: ActionTarget): Promise<ActionResult> {
  const { status } = await readUser(context, target);
  if (status === "ACTIVE") return { changed: false, before: { status } };
  if (status !== "SUSPENDED") throw new ConflictError(`This user is not suspended but ${status}.`);
  await context.http.post(`${userPath(target)}/lifecycle/unsuspend`);
  return { changed: true, before: { status } };
}

/** Okta does not list sessions, so nobody knows whether there were any. */
export async function requireSignInAgain(context: Context, target: ActionTarget): Promise<ActionResult> {
  await context.http.request({
    method: "DELETE",
    url: `${userPath(target)}/sessions?oauthTokens=true&forgetDevices=true`,
    retry: true,
  });
  return { changed: true };
}

export async function resetPassword(context: Context, target: ActionTarget): Promise<ActionResult> {
  const { status, provider } = await readUser(context, target);
  if (provider !== "OKTA" && provider !== "IMPORT") {
    throw new ConflictError(`The password of this user lives elsewhere (${provider}): reset it there.`);
  }
  const reset = target.parameters.method === "reset";
  if (status === (reset ? "RECOVERY" : "PASSWORD_EXPIRED")) return { changed: false, before: { status } };
  const call = reset ? "reset_password?sendEmail=true&revokeSessions=true" : "expire_password";
  await context.http.post(`${userPath(target)}/lifecycle/${call}`);
  return { changed: true, before: { status } };
}

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentAUser/ */
export async function revokeAdminPrivileges(context: Context, target: ActionTarget): Promise<ActionResult> {
  const roles = await rolesOf(context, userId(target));
  const direct = roles.filter(({ throughGroup }) => !throughGroup);
  const throughGroups = roles.filter(({ throughGroup }) => throughGroup).map(({ name }) => name);
  for (const { id } of direct) await remove(context, `${userPath(target)}/roles/${encodeURIComponent(id)}`);
  if (direct.length === 0 && throughGroups.length > 0) {
    throw new ConflictError(
      `The user is an administrator only through groups (${throughGroups.join(", ")}). Remove the user from them.`,
    );
  }
  return {
    changed: direct.length > 0,
    before: { roles: direct.map(({ type, privilegeId, name }) => ({ type, privilegeId, name })), throughGroups },
  };
}

export async function revokeApp(context: Context, target: ActionTarget): Promise<ActionResult> {
  const { tokenId, path } = appOf(target);
  if (tokenId) return { changed: await remove(context, path), before: { apiToken: tokenId } };
  const grants = await readAll(context, `${path}/grants`);
  const active = grants.filter(({ status }) => status === undefined || status === "ACTIVE");
  for (const grant of active) await remove(context, `${path}/grants/${encodeURIComponent(String(grant.id))}`);
  return { changed: active.length > 0, before: { scopes: active.map(({ scopeId, issuer }) => ({ scopeId, issuer })) } };
}

export async function revokeAppForUser(context: Context, target: ActionTarget): Promise<ActionResult> {
  const { tokenId, path, id } = appOf(target);
  const user = userId(target);
  if (tokenId) {
    const owned = (await readAll(context, "/api/v1/api-tokens")).some(
      (token) => token.id === tokenId && token.userId === user,
    );
    return { changed: owned && (await remove(context, path)), before: { apiToken: tokenId } };
  }
  const client = `${userPath(target)}/clients/${encodeURIComponent(id)}`;
  const grants = await readAll(context, `${client}/grants`);
  const tokens = await readAll(context, `${client}/tokens`);
  if (grants.length > 0) await remove(context, `${client}/grants`);
  if (tokens.length > 0) await remove(context, `${client}/tokens`);
  return {
    changed: grants.length + tokens.length > 0,
    before: { scopes: grants.map(({ scopeId }) => scopeId), tokens: tokens.length },
  };
}

export async function banApp(context: Context, target: ActionTarget): Promise<ActionResult> {
  return await setAppStatus(context, target, "INACTIVE", "deactivate");
}

export async function unbanApp(context: Context, target: ActionTarget): Promise<ActionResult> {
  return await setAppStatus(context, target, "ACTIVE", "activate");
}

async function setAppStatus(
  context: Context,
  target: ActionTarget,
  wanted: string,
  call: string,
): Promise<ActionResult> {
  const { tokenId, path } = appOf(target);
  if (tokenId) throw new InvalidInputError("An API token can be revoked, not banned.");
  const { body } = await context.http.get(path);
  const status = textOf(needObject(body, "app").status);
  if (status === wanted) return { changed: false, before: { status } };
  await context.http.post(`${path}/lifecycle/${call}`);
  return { changed: true, before: { status } };
}

async function readUser(context: Context, target: ActionTarget): Promise<{ status: string; provider: string }> {
  const user: Json = needObject((await context.http.get(userPath(target))).body, "user");
  const provider = textOf(objectOf(objectOf(user.credentials).provider).type);
  return { status: textOf(user.status) ?? "UNKNOWN", provider: provider ?? "OKTA" };
}

function userId(target: ActionTarget): string {
  if (!target.user) throw new InvalidInputError("This action needs a user.");
  return target.user.externalId;
}

function userPath(target: ActionTarget): string {
  return `/api/v1/users/${encodeURIComponent(userId(target))}`;
}

function appOf(target: ActionTarget): { id: string; tokenId: string | null; path: string } {
  const id = target.oauthApp?.externalId;
  if (!id) throw new InvalidInputError("This action needs an app or an API token.");
  const tokenId = id.startsWith("api-token:") ? id.slice("api-token:".length) : null;
  return {
    id,
    tokenId,
    path: tokenId ? `/api/v1/api-tokens/${encodeURIComponent(tokenId)}` : `/api/v1/apps/${encodeURIComponent(id)}`,
  };
}

/** False if it was already deleted. */
async function remove(context: Context, url: string): Promise<boolean> {
  const { status } = await context.http.request({ method: "DELETE", url, allow: [404] });
  return status !== 404;
}
