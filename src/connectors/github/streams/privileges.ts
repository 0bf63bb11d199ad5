import { ifThere } from "#src/connector-kit/actions.ts";
import type { PrivilegeItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { type Json, listOf, needId, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { accountOf, byNext, enterprisePath, orgPath, readAll } from "../api.ts";
import { isEnterpriseOwner } from "../directory.ts";

const notThere = (error: unknown) => error instanceof ProviderNotFoundError;

/**
 * Owner and member of the organization, organization roles (also those that come from a team; security manager is one), enterprise owners.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/organization-roles
 */
export function privileges(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<PrivilegeItem | UnreadableItem>, void, void> {
  const org = orgPath(context);
  const enterprise = enterprisePath(context);
  return stages<PrivilegeItem>(context, cursor, [
    people("owners", { kind: "privilege", externalId: "org:owner", name: "Organization owner", isAdmin: true }),
    people("members", { kind: "privilege", externalId: "org:member", name: "Organization member", isAdmin: false }),
    {
      name: "roles",
      first: `${org}/organization-roles`,
      page: byNext("roles"),
      items: (role, path) => roleWithHolders(context, needObject(role, path), path),
      skipWhen: notThere,
    },
    {
      name: "enterprise owners",
      first: `${enterprise}/consumed-licenses?per_page=100`,
      page: byNext("users"),
      before: [{ kind: "privilege", externalId: "enterprise:owner", name: "Enterprise owner", isAdmin: true }],
      items: (seat) => enterpriseOwner(context, objectOf(seat)),
      when: enterprise !== null,
      skipWhen: notThere,
    },
  ]);

  function people(name: string, privilege: PrivilegeItem & { kind: "privilege" }): Stage<PrivilegeItem> {
    const privilegeId = privilege.externalId;
    return {
      name,
      first: `${org}/members?role=${privilege.isAdmin ? "admin" : "member"}&per_page=100`,
      page: byNext(),
      before: [privilege],
      items: (one, path) => ({ kind: "holder", privilegeId, userId: accountOf(one, path).id }),
    };
  }
}

async function roleWithHolders(context: StreamContext, role: Json, path: string): Promise<PrivilegeItem[]> {
  const org = orgPath(context);
  const id = needId(role.id, `${path}.id`);
  const name = needText(role.name, `${path}.name`);
  const privilegeId = `role:${id}`;
  const holders = new Set<string>();
  const hold = (people: readonly Json[]) => {
    for (const [index, one] of people.entries()) holders.add(accountOf(one, `[${index}]`).id);
  };
  hold(await readAll(context, `${org}/organization-roles/${id}/users?per_page=100`));
  for (const team of await readAll(context, `${org}/organization-roles/${id}/teams?per_page=100`)) {
    const members = `${org}/teams/${encodeURIComponent(needText(team.slug, "slug"))}/members?role=all&per_page=100`;
    hold((await ifThere(() => readAll(context, members))) ?? []);
  }
  return [
    { kind: "privilege", externalId: privilegeId, name, isAdmin: isAdminRole(role) },
    ...[...holders].map((userId): PrivilegeItem => ({ kind: "holder", privilegeId, userId })),
  ];
}

/** A licence names a login only; an enterprise owner who is no member of this organization is not one of its accounts. */
async function enterpriseOwner(context: StreamContext, seat: Json): Promise<PrivilegeItem[]> {
  const login = textOf(seat.github_com_login);
  if (!login || !isEnterpriseOwner(seat)) return [];
  const account = await ifThere(() => context.http.get(`/users/${encodeURIComponent(login)}`));
  if (!account) return [];
  return [{ kind: "holder", privilegeId: "enterprise:owner", userId: accountOf(account.body, "user").id }];
}

/** Roles that change the organization rather than its content. */
export function isAdminRole(role: Json): boolean {
  const name = `${textOf(role.name) ?? ""} ${textOf(role.base_role) ?? ""}`.toLowerCase().replaceAll("_", " ");
  if (/\badmin\b|\bsecurity manager\b|\bci\/?cd\b/.test(name)) return true;
  return listOf(role.permissions).some((permission) =>
    /^(write_org|write_organization|manage_org|manage_organization|edit_org|delete_)/.test(String(permission)),
  );
}
