import type { ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import {
  isObject,
  type Json,
  listOf,
  needList,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError, ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { accountOf, enterprisePath, ifThere, orgPath, readAll, scimType } from "./api.ts";
import { isAdminRole } from "./streams-privileges.ts";

/** https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim */
export async function suspendUser(context: Context, target: ActionTarget): Promise<ActionResult> {
  await refuseOwnAccount(context, target);
  return await setActive(context, target, false);
}

export async function unsuspendUser(context: Context, target: ActionTarget): Promise<ActionResult> {
  return await setActive(context, target, true);
}

async function setActive(context: Context, target: ActionTarget, active: boolean): Promise<ActionResult> {
  const enterprise = enterprisePath(context);
  if (!enterprise) {
    throw new InvalidInputError(
      "GitHub suspends only managed users of an enterprise: the instance needs the enterprise, and a sign-in mode other than app.",
    );
  }
  const user = await managedUser(context, enterprise, target);
  const before = { active: user.active !== false };
  if (before.active === active) return { changed: false, before };
  await context.http.request({
    method: "PATCH",
    url: `/scim/v2${enterprise}/Users/${encodeURIComponent(needText(user.id, "id"))}`,
    headers: { accept: scimType },
    json: {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "active", value: active }],
    },
    // Setting it twice is setting it once.
    retry: true,
  });
  return { changed: true, before };
}

/** SCIM knows people by the identity provider's user name, not by GitHub's number. */
async function managedUser(context: Context, enterprise: string, target: ActionTarget): Promise<Json> {
  const { email, login } = userOf(target);
  const names = [email, login].filter((name) => name !== null);
  for (const name of names) {
    const filter = encodeURIComponent(`userName eq "${name.replace(/["\\]/g, "")}"`);
    const { body } = await context.http.get(`/scim/v2${enterprise}/Users?filter=${filter}`, {
      headers: { accept: scimType },
    });
    const found = needList(needObject(body, "body").Resources, "Resources").filter(isObject);
    const same = found.find((user) =>
      namesOf(user).some((one) => names.some((wanted) => wanted.toLowerCase() === one)),
    );
    if (same) return same;
  }
  throw new InvalidInputError(
    `${email ?? login ?? "This account"} is not a managed user of the enterprise: GitHub cannot suspend it.`,
  );
}

function namesOf(user: Json): string[] {
  return [user.userName, ...listOf(user.emails).map((email) => objectOf(email).value)].map((name) =>
    String(name ?? "").toLowerCase(),
  );
}

/** Classic tokens and SSH keys of one person lose their single sign-on authorization. */
export async function requireSignInAgain(context: Context, target: ActionTarget): Promise<ActionResult> {
  await refuseOwnAccount(context, target);
  const login = await currentLogin(context, target);
  const credentials = (await ifThere(() => credentialsOf(context, login))) ?? [];
  const revoked: string[] = [];
  for (const credential of credentials) {
    if (await remove(context, `${orgPath(context)}/credential-authorizations/${credential}`)) revoked.push(credential);
  }
  return { changed: revoked.length > 0, before: { credentials } };
}

async function credentialsOf(context: Context, login: string): Promise<string[]> {
  const found = await readAll(
    context,
    `${orgPath(context)}/credential-authorizations?login=${encodeURIComponent(login)}&per_page=100`,
  );
  return found
    .filter((one) => textOf(one.login)?.toLowerCase() === login.toLowerCase())
    .map((one) => String(one.credential_id));
}

/** https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/members#set-organization-membership-for-a-user */
export async function revokeAdminPrivileges(context: Context, target: ActionTarget): Promise<ActionResult> {
  await refuseOwnAccount(context, target);
  const org = orgPath(context);
  const { externalId } = userOf(target);
  const login = encodeURIComponent(await currentLogin(context, target));
  const membership = await context.http.get<Json>(`${org}/memberships/${login}`, { allow: [404] });
  const owner = membership.status === 200 && membership.body.role === "admin";
  const { direct, throughTeams } = await adminRoles(context, externalId);
  const before = { role: owner ? "admin" : "member", organizationRoles: direct, throughTeams };
  if (owner)
    await context.http.request({
      method: "PUT",
      url: `${org}/memberships/${login}`,
      json: { role: "member" },
      retry: true,
    });
  for (const role of direct) await remove(context, `${org}/organization-roles/users/${login}/${role}`);
  const changed = owner || direct.length > 0;
  if (!changed && throughTeams.length > 0) {
    throw new ConflictError(
      `The account is an administrator only through teams: ${throughTeams.join(", ")}. Remove it from them.`,
    );
  }
  return { changed, before };
}

async function adminRoles(context: Context, userId: string): Promise<{ direct: string[]; throughTeams: string[] }> {
  const org = orgPath(context);
  const roles = ((await ifThere(() => readAll(context, `${org}/organization-roles`, "roles"))) ?? []).filter(
    isAdminRole,
  );
  const direct: string[] = [];
  const throughTeams: string[] = [];
  for (const role of roles) {
    const id = String(role.id);
    const users = await readAll(context, `${org}/organization-roles/${id}/users?per_page=100`);
    // Who has the role through a team is in both lists.
    if (users.some((user) => accountOf(user, "users").id === userId && user.assignment !== "indirect")) direct.push(id);
    for (const team of await readAll(context, `${org}/organization-roles/${id}/teams?per_page=100`)) {
      const slug = needText(team.slug, "teams.slug");
      const members = await readAll(context, `${org}/teams/${encodeURIComponent(slug)}/members?role=all&per_page=100`);
      if (members.some((member) => accountOf(member, "members").id === userId)) throughTeams.push(slug);
    }
  }
  return { direct, throughTeams: [...new Set(throughTeams)] };
}

export async function revokeApp(context: Context, target: ActionTarget): Promise<ActionResult> {
  const { kind, id } = appOf(target);
  return { changed: await revoke(context, kind, id), before: { kind, id } };
}

/** Only when the token or key is this person's: a later owner of the same number must not lose theirs. */
export async function revokeAppForUser(context: Context, target: ActionTarget): Promise<ActionResult> {
  const { kind, id } = appOf(target);
  if (kind === "installation")
    throw new InvalidInputError(
      "An installed GitHub App belongs to the organization, not to one person: revoke the app.",
    );
  const login = await currentLogin(context, target);
  const owned =
    kind === "credential"
      ? ((await ifThere(() => credentialsOf(context, login))) ?? [])
      : (
          await readAll(
            context,
            `${orgPath(context)}/personal-access-tokens?owner[]=${encodeURIComponent(login)}&per_page=100`,
          )
        ).map((token) => String(token.id));
  return { changed: owned.includes(id) && (await revoke(context, kind, id)), before: { kind, id, login } };
}

async function revoke(context: Context, kind: string, id: string): Promise<boolean> {
  const org = orgPath(context);
  if (kind === "credential") return await remove(context, `${org}/credential-authorizations/${id}`);
  if (kind === "token") {
    const answer = await context.http.post(`${org}/personal-access-tokens/${id}`, {
      json: { action: "revoke" },
      allow: [404],
    });
    return answer.status !== 404;
  }
  const enterprise = enterprisePath(context);
  if (!enterprise)
    throw new InvalidInputError(
      "Only the enterprise can uninstall another owner's GitHub App: the instance needs the enterprise, and a sign-in mode other than app.",
    );
  return await remove(
    context,
    `${enterprise}/apps/organizations/${encodeURIComponent(context.settings.org ?? "")}/installations/${id}`,
  );
}

/** False if it was already deleted. */
async function remove(context: Context, url: string): Promise<boolean> {
  const { status } = await context.http.request({ method: "DELETE", url, allow: [404] });
  return status !== 404;
}

function userOf(target: ActionTarget): NonNullable<ActionTarget["user"]> {
  if (!target.user) throw new InvalidInputError("This action needs an account.");
  return target.user;
}

function appOf(target: ActionTarget): { kind: "installation" | "token" | "credential"; id: string } {
  const [, kind, id] = /^(installation|token|credential):(\d+)$/.exec(target.oauthApp?.externalId ?? "") ?? [];
  if (!kind || !id) throw new InvalidInputError("This action needs an app, token or credential of GitHub.");
  return { kind: kind as "installation", id };
}

/** Logins change hands: the one we know must still belong to the same number, or the number leads to its new one. */
async function currentLogin(context: Context, target: ActionTarget): Promise<string> {
  const { externalId, login } = userOf(target);
  if (login) {
    const membership = await context.http.get<Json>(`${orgPath(context)}/memberships/${encodeURIComponent(login)}`, {
      allow: [404],
    });
    if (membership.status === 200 && String(objectOf(membership.body.user).id) === externalId) return login;
  }
  if (!/^\d+$/.test(externalId)) throw new InvalidInputError("This is an open invitation, not yet an account.");
  try {
    return accountOf((await context.http.get<Json>(`/user/${externalId}`)).body, "user").login;
  } catch (error) {
    if (error instanceof ProviderNotFoundError)
      throw new ProviderNotFoundError("The account is no longer at GitHub.", { cause: error });
    throw error;
  }
}

/** Acting on the account we are signed in with would end the connection in the middle of the action. */
async function refuseOwnAccount(context: Context, target: ActionTarget): Promise<void> {
  if (context.settings.mode === "app") return;
  let own: string;
  try {
    own = accountOf((await context.http.get<Json>("/user")).body, "user").id;
  } catch (error) {
    if (error instanceof ProviderScopeError) return;
    throw error;
  }
  if (own === userOf(target).externalId)
    throw new ConflictError("Gatehouse is signed in to GitHub with this very account.");
}
