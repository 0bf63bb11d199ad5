import type { UnreadableItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { type Json, listOf, needObject, textOf } from "#src/connector-kit/record.ts";
import { accountOf, byConnection, byNext, isDenial, orgPath } from "../api.ts";
import { Directory } from "../directory.ts";

const membersQuery = `query($org: String!, $after: String) {
  organization(login: $org) {
    membersWithRole(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { role hasTwoFactorEnabled node { databaseId login name email organizationVerifiedDomainEmails(login: $org) } }
    }
  }
}`;

/**
 * Members (owners are admins), outside collaborators (external) and open invitations (invited), 100 a page.
 * Members come from GraphQL, which knows names and e-mails; where that is refused, from REST, which knows neither.
 * Enterprise licences, SAML and SCIM add e-mails, enterprise owners and suspensions where they can be read; where they are
 * denied, the status of who may be suspended is unknown.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/members
 */
export function users(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<UserRecord | UnreadableItem>, void, void> {
  const org = orgPath(context);
  const people = new Directory(context);
  return stages<UserRecord>(context, cursor, [
    {
      name: "members",
      first: "/graphql",
      page: people.along(membersOf(org)),
      items(edge, path) {
        const raw = needObject(edge, path);
        return toUser(people, raw, needObject(raw.node, `${path}.node`), `${path}.node`);
      },
    },
    {
      name: "outside collaborators",
      first: `${org}/outside_collaborators?per_page=100`,
      page: people.along(byNext()),
      async items(one, path) {
        const raw = needObject(one, path);
        return { ...(await toUser(people, raw, raw, path)), isExternal: true };
      },
    },
    { name: "invitations", first: `${org}/invitations?per_page=100`, page: byNext(), items: toInvited },
  ]);
}

/** Edges of GraphQL or, where GraphQL is refused, the owners and then the other members from REST, written as such edges. */
function membersOf(org: string): Pager {
  const connection = byConnection(membersQuery, "data.organization.membersWithRole", (found) => found.membersWithRole);
  const listing = (role: string) => `${org}/members?role=${role}&per_page=100`;
  return async (context, first, at) => {
    // GraphQL's own positions are base64 of texts that begin with `cursor:`, so none starts with a slash.
    if (!at?.startsWith("/")) {
      try {
        return await connection(context, first, at);
      } catch (error) {
        if (at !== null || !isDenial(error)) throw error;
      }
    }
    const here = at ?? listing("admin");
    const isOwners = here.includes("role=admin");
    const page = await byNext()(context, listing("admin"), here);
    return {
      ...page,
      records: page.records.map((node) => ({ role: isOwners ? "ADMIN" : "MEMBER", node })),
      next: page.next ?? (isOwners ? listing("member") : null),
    };
  };
}

async function toUser(people: Directory, raw: Json, node: Json, path: string): Promise<UserRecord> {
  const { id, login } = accountOf(node, path);
  const verified = listOf(node.organizationVerifiedDomainEmails).map(textOf).find(Boolean) ?? null;
  const known = await people.find(login, verified);
  return {
    externalId: id,
    login,
    email: known.email ?? textOf(node.email),
    displayName: textOf(node.name) ?? known.name ?? login,
    status: known.status,
    isAdmin: raw.role === "ADMIN" || known.enterpriseOwner,
    isExternal: false,
    type: node.type === "Bot" || node.type === "Mannequin" ? "SERVICE" : "HUMAN",
    raw,
  };
}

/** Asked by name or by e-mail; the account behind it joins under its own number when the invitation is accepted. */
function toInvited(one: unknown, path: string): UserRecord {
  const raw = needObject(one, path);
  const id = typeof raw.id === "number" ? raw.id : accountOf(raw, path).id;
  const login = textOf(raw.login);
  const email = textOf(raw.email);
  return {
    externalId: `invitation:${id}`,
    login,
    email,
    displayName: login ?? email,
    status: "INVITED",
    emailVerified: false,
    isAdmin: false,
    type: "UNKNOWN",
    raw,
  };
}
