import { deleteIfThere, ensure, ifThere, userOf } from "#src/connector-kit/actions.ts";
import type { ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { isObject, type Json, needList, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError, ProviderNotFoundError } from "#src/errors.ts";
import { accountOf, enterprisePath, orgPath, readAll } from "./api.ts";
import { namesOf } from "./directory.ts";
import { isAdminRole } from "./streams/privileges.ts";

const scimType = { accept: "application/scim+json" };

/** https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim */
export async function suspendUser(context: Context, target: ActionTarget): Promise<ActionResult> {
  await refuseOwnAccount(context, target);
  return await setActive(context, target, false);
}

export async function unsuspendUser(context: Context, target: ActionTarget): Promise<ActionResult> {
  return await setActive(context, target, true);
}

async function setActive(context: Context, target: ActionTarget, active: boolean): Promise<ActionResult> {
  const people = `/scim/v2${needEnterprise(context, "GitHub suspends only managed users of an enterprise")}/Users`;
  const user = await managedUser(context, people, target);
  return await ensure({
    target,
    read: async () => ({ active: user.active !== false }),
    wanted: { active },
    write: () =>
      context.http.request({
        method: "PATCH",
        url: `${people}/${encodeURIComponent(needText(user.id, "id"))}`,
        headers: scimType,
        json: {
          schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
          Operations: [{ op: "replace", path: "active", value: active }],
        },
        // Setting it twice is setting it once.
        retry: true,
      }),
  });
}

/** SCIM knows people by the identity provider's user name, not by GitHub's number. */
async function managedUser(context: Context, people: string, target: ActionTarget): Promise<Json> {
  const { email, login } = userOf(target);
  const names = [email, login].filter((name) => name !== null);
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const name of names) {
    const filter = encodeURIComponent(`userName eq "${name.replace(/["\\]/g, "")}"`);
    const { body } = await context.http.get(`${people}?filter=${filter}`, { headers: scimType });
    const found = needList(needObject(body, "body").Resources, "Resources").filter(isObject);
    const same = found.find((user) => namesOf(user).some((one) => wanted.has(one)));
    if (same) return same;
  }
  throw new InvalidInputError(
    `${email ?? login ?? "This account"} is not a managed user of the enterprise: GitHub cannot suspend it.`,
  );
}

function needEnterprise(context: Context, reason: string): string {
  const enterprise = enterprisePath(context);
  if (enterprise) return enterprise;
  throw new InvalidInputError(`${reason}: the instance needs the enterprise, and a sign-in mode other than app.`);
}

/** Classic tokens and SSH keys of one person lose their single sign-on authorization. */
export async function requireSignInAgain(context: Context, target: ActionTarget): Promise<ActionResult> {
  await refuseOwnAccount(context, target);
  const credentials = await credentialsOf(context, await currentLogin(context, target));
  let changed = false;
  for (const id of credentials) changed = (await revoke(context, { kind: "credential", id })) || changed;
  return { changed, before: { credentials } };
}

/** None where nothing can be authorized: an organization without SAML. */
async function credentialsOf(context: Context, login: string): Promise<string[]> {
  const url = `${orgPath(context)}/credential-authorizations?login=${encodeURIComponent(login)}&per_page=100`;
  const found = (await ifThere(() => readAll(context, url))) ?? [];
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
  const membership = `${org}/memberships/${login}`;
  return await ensure({
    read: async () => {
      const { status, body } = await context.http.get<Json>(membership, { allow: [404] });
      const role = status === 200 && body.role === "admin" ? "admin" : "member";
      const { direct, throughTeams } = await adminRoles(context, externalId);
      if (role === "member" && direct.length === 0 && throughTeams.length > 0)
        throw new ConflictError(
          `The account is an administrator only through teams: ${throughTeams.join(", ")}. Remove it from them.`,
        );
      return { role, organizationRoles: direct, throughTeams };
    },
    wanted: { role: "member", organizationRoles: [] },
    async write({ role, organizationRoles }) {
      if (role === "admin")
        await context.http.request({ method: "PUT", url: membership, json: { role: "member" }, retry: true });
      for (const id of organizationRoles)
        await deleteIfThere(context, `${org}/organization-roles/users/${login}/${id}`);
    },
  });
}

/** The administrative roles of one person: ids of those held directly, teams through which others are held. */
async function adminRoles(context: Context, userId: string): Promise<{ direct: string[]; throughTeams: string[] }> {
  const org = orgPath(context);
  const roles = (await ifThere(() => readAll(context, `${org}/organization-roles`, "roles"))) ?? [];
  const direct: string[] = [];
  const throughTeams = new Set<string>();
  for (const { id } of roles.filter(isAdminRole)) {
    const users = await readAll(context, `${org}/organization-roles/${id}/users?per_page=100`);
    // Who has the role through a team is in both lists.
    if (users.some((user) => accountOf(user, "users").id === userId && user.assignment !== "indirect"))
      direct.push(String(id));
    for (const team of await readAll(context, `${org}/organization-roles/${id}/teams?per_page=100`)) {
      const slug = needText(team.slug, "teams.slug");
      const members = await readAll(context, `${org}/teams/${encodeURIComponent(slug)}/members?role=all&per_page=100`);
      if (members.some((member) => accountOf(member, "members").id === userId)) throughTeams.add(slug);
    }
  }
  return { direct, throughTeams: [...throughTeams] };
}

export async function revokeApp(context: Context, target: ActionTarget): Promise<ActionResult> {
  const access = accessOf(target);
  return { changed: await revoke(context, access), before: { ...access } };
}

/** Only when the token or key is this person's: a later owner of the same number must not lose theirs. */
export async function revokeAppForUser(context: Context, target: ActionTarget): Promise<ActionResult> {
  const access = accessOf(target);
  if (access.kind === "installation")
    throw new InvalidInputError(
      "An installed GitHub App belongs to the organization, not to one person: revoke the app.",
    );
  const login = await currentLogin(context, target);
  const owned = access.kind === "credential" ? await credentialsOf(context, login) : await tokensOf(context, login);
  const changed = owned.includes(access.id) && (await revoke(context, access));
  return { changed, before: { ...access, login } };
}

async function tokensOf(context: Context, login: string): Promise<string[]> {
  const url = `${orgPath(context)}/personal-access-tokens?owner[]=${encodeURIComponent(login)}&per_page=100`;
  return (await readAll(context, url)).map(({ id }) => String(id));
}

interface Access {
  kind: "installation" | "token" | "credential";
  id: string;
}

function accessOf({ oauthApp }: ActionTarget): Access {
  const [, kind, id] = /^(installation|token|credential):(\d+)$/.exec(oauthApp?.externalId ?? "") ?? [];
  if (!kind || !id) throw new InvalidInputError("This action needs an app, token or credential of GitHub.");
  return { kind: kind as Access["kind"], id };
}

/** False when it was deleted already. */
async function revoke(context: Context, { kind, id }: Access): Promise<boolean> {
  const org = orgPath(context);
  if (kind === "credential") return await deleteIfThere(context, `${org}/credential-authorizations/${id}`);
  if (kind === "token") {
    const url = `${org}/personal-access-tokens/${id}`;
    return (await context.http.post(url, { json: { action: "revoke" }, allow: [404] })).status !== 404;
  }
  const enterprise = needEnterprise(context, "Only the enterprise can uninstall another owner's GitHub App");
  return await deleteIfThere(
    context,
    `${enterprise}/apps/organizations/${encodeURIComponent(context.settings.org ?? "")}/installations/${id}`,
  );
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
  const account = await ifThere(() => context.http.get(`/user/${externalId}`));
  if (!account) throw new ProviderNotFoundError("The account is no longer at GitHub.");
  return accountOf(account.body, "user").login;
}

/** Acting on the account we are signed in with would end the connection in the middle of the action. */
async function refuseOwnAccount(context: Context, target: ActionTarget): Promise<void> {
  if (context.settings.mode === "app") return;
  const { value } = await optional(() => context.http.get("/user"));
  if (value && accountOf(value.body, "user").id === userOf(target).externalId)
    throw new ConflictError("Gatehouse is signed in to GitHub with this very account.");
}
