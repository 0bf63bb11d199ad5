import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { type Json, listOf, needId, needText, textOf } from "#src/connector-kit/record.ts";
import {
  accountOf,
  enterprisePath,
  ifThere,
  itemsOf,
  nextOf,
  orgPath,
  readAll,
  readCursor,
  storedPath,
} from "./api.ts";

const memberPhases = ["owners", "members"] as const;

/**
 * Owner and member of the organization, organization roles (also those that come from a team; security manager is one), enterprise owners.
 * Cursor: the list of owners or of members and the next page in it; the roles are read in one go after them.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/organization-roles
 */
export async function* privileges(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<PrivilegeItem>, void, void> {
  const org = orgPath(context);
  const stored = cursor === null ? null : readCursor(cursor);
  const start = memberPhases.indexOf(stored?.phase as "owners");
  if (stored?.phase !== "roles") {
    for (const phase of memberPhases.slice(Math.max(0, start))) {
      const resumed = stored?.phase === phase && stored.at !== null ? storedPath(stored.at, [org]) : null;
      const role = phase === "owners" ? "admin" : "member";
      const privilegeId = phase === "owners" ? "org:owner" : "org:member";
      let url: string | null = resumed ?? `${org}/members?role=${role}&per_page=100`;
      if (!resumed) {
        const name = phase === "owners" ? "Organization owner" : "Organization member";
        yield {
          items: [{ kind: "privilege", externalId: privilegeId, name, isAdmin: phase === "owners" }],
          cursor: JSON.stringify({ phase, at: null }),
        };
      }
      while (url) {
        const page = await context.http.get(url);
        const items = itemsOf(page.body).map(
          (one, index): PrivilegeItem => ({ kind: "holder", privilegeId, userId: accountOf(one, `[${index}]`).id }),
        );
        url = nextOf(page);
        const after = phase === "owners" ? { phase: "members", at: null } : { phase: "roles" };
        yield { items, cursor: JSON.stringify(url ? { phase, at: url } : after) };
      }
    }
  }
  const items = [...(await organizationRoles(context)), ...(await enterpriseOwners(context))];
  yield { items, cursor: null };
}

async function organizationRoles(context: StreamContext): Promise<PrivilegeItem[]> {
  const org = orgPath(context);
  const items: PrivilegeItem[] = [];
  const roles = (await ifThere(() => readAll(context, `${org}/organization-roles`, "roles"))) ?? [];
  for (const [index, role] of roles.entries()) {
    const id = needId(role.id, `roles[${index}].id`);
    const privilegeId = `role:${id}`;
    items.push({
      kind: "privilege",
      externalId: privilegeId,
      name: needText(role.name, `roles[${index}].name`),
      isAdmin: isAdminRole(role),
    });
    const holders = new Set<string>();
    for (const user of await readAll(context, `${org}/organization-roles/${id}/users?per_page=100`))
      holders.add(accountOf(user, "users").id);
    for (const team of await readAll(context, `${org}/organization-roles/${id}/teams?per_page=100`)) {
      for (const member of await teamMembers(context, team)) holders.add(member);
    }
    for (const userId of holders) items.push({ kind: "holder", privilegeId, userId });
  }
  return items;
}

async function teamMembers(context: StreamContext, team: Json): Promise<string[]> {
  const slug = needText(team.slug, "teams.slug");
  const members = await ifThere(() =>
    readAll(context, `${orgPath(context)}/teams/${encodeURIComponent(slug)}/members?role=all&per_page=100`),
  );
  return (members ?? []).map((member) => accountOf(member, "members").id);
}

/** A licence names a login only; an enterprise owner who is no member of this organization is not one of its accounts. */
async function enterpriseOwners(context: StreamContext): Promise<PrivilegeItem[]> {
  const enterprise = enterprisePath(context);
  if (!enterprise) return [];
  const seats = (await ifThere(() => readAll(context, `${enterprise}/consumed-licenses?per_page=100`, "users"))) ?? [];
  const owners = seats.filter((seat) =>
    listOf(seat.github_com_enterprise_roles).some((role) => String(role).toLowerCase() === "owner"),
  );
  const items: PrivilegeItem[] = [
    { kind: "privilege", externalId: "enterprise:owner", name: "Enterprise owner", isAdmin: true },
  ];
  for (const seat of owners) {
    const login = textOf(seat.github_com_login);
    const account = login ? await ifThere(() => context.http.get<Json>(`/users/${encodeURIComponent(login)}`)) : null;
    if (account)
      items.push({ kind: "holder", privilegeId: "enterprise:owner", userId: accountOf(account.body, "user").id });
  }
  return items;
}

/** Roles that change the organization rather than its content. */
export function isAdminRole(role: Json): boolean {
  const name = `${textOf(role.name) ?? ""} ${textOf(role.base_role) ?? ""}`.toLowerCase().replaceAll("_", " ");
  if (/\badmin\b|\bsecurity manager\b|\bci\/?cd\b/.test(name)) return true;
  return listOf(role.permissions).some((permission) =>
    /^(write_org|write_organization|manage_org|manage_organization|edit_org|delete_)/.test(String(permission)),
  );
}
