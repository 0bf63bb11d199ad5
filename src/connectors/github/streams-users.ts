import type { Context } from "#src/connector-kit/contract/context.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { type Json, listOf, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, ProviderRequestError, ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import { accountOf, graphql, itemsOf, nextOf, orgPath, readCursor, storedPath } from "./api.ts";
import { Directory } from "./directory.ts";

const phases = ["directory", "admins", "members", "outside", "invitations"] as const;
type Phase = (typeof phases)[number];

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
 * Cursor: the listing and the next page in it.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/members
 */
export async function* users(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<UserRecord>, void, void> {
  const org = orgPath(context);
  let place = cursor === null ? { phase: "directory" as Phase, at: null } : readPlace(cursor, org);
  const people = new Directory(context);
  while (place.phase !== "invitations") {
    const { items, at } = await readPage(context, people, place.phase, place.at);
    if (items === null) {
      place = { phase: "admins", at: null };
      continue;
    }
    place = at === null ? { phase: following(place.phase), at } : { phase: place.phase, at };
    yield { items, cursor: JSON.stringify(place) };
  }
  for (;;) {
    const page = await context.http.get(place.at ?? `${org}/invitations?per_page=100`);
    const at = nextOf(page);
    place = { phase: "invitations", at };
    yield {
      items: itemsOf(page.body).map((one, index) => invited(one, `[${index}]`)),
      cursor: at === null ? null : JSON.stringify(place),
    };
    if (at === null) return;
  }
}

interface Read {
  /** Null: GraphQL is refused, take the REST listings. */
  items: UserRecord[] | null;
  at: string | null;
}

async function readPage(
  context: Context,
  people: Directory,
  phase: Exclude<Phase, "invitations">,
  at: string | null,
): Promise<Read> {
  const org = orgPath(context);
  if (phase === "directory") return await readDirectory(context, people, at);
  const first = {
    admins: `${org}/members?role=admin&per_page=100`,
    members: `${org}/members?role=member&per_page=100`,
    outside: `${org}/outside_collaborators?per_page=100`,
  }[phase];
  const page = await context.http.get(at ?? first);
  const listed = itemsOf(page.body).map((raw, index) => ({ raw, ...accountOf(raw, `[${index}]`) }));
  await people.learn(listed.map(({ login }) => ({ login, email: null })));
  return {
    items: listed.map(({ raw, id, login }) => {
      const known = people.find(login, null);
      return {
        externalId: id,
        login,
        email: known.email,
        displayName: known.name ?? login,
        status: known.status,
        isAdmin: phase === "admins" || known.enterpriseOwner,
        isExternal: phase === "outside",
        type: typeOf(raw),
        raw,
      };
    }),
    at: nextOf(page),
  };
}

async function readDirectory(context: Context, people: Directory, at: string | null): Promise<Read> {
  let organization: Json;
  try {
    organization = await graphql(context, "organization", membersQuery, { org: context.settings.org, after: at });
  } catch (error) {
    const refused =
      error instanceof ProviderScopeError ||
      error instanceof ProviderNotFoundError ||
      error instanceof ProviderRequestError;
    if (!refused) throw error;
    if (at !== null)
      throw new StreamCursorError("GitHub no longer accepts the position in the list of members.", { cause: error });
    return { items: null, at: null };
  }
  if (organization.membersWithRole === null) return { items: null, at: null };
  const found = needObject(organization.membersWithRole, "data.organization.membersWithRole");
  const edges = needList(found.edges, "data.organization.membersWithRole.edges").map((edge, index) => {
    const path = `data.organization.membersWithRole.edges[${index}]`;
    const raw = needObject(edge, path);
    const node = needObject(raw.node, `${path}.node`);
    const email = listOf(node.organizationVerifiedDomainEmails).map(textOf).find(Boolean) ?? null;
    return { raw, node, email, ...accountOf(node, `${path}.node`) };
  });
  await people.learn(edges);
  const items = edges.map(({ raw, node, email, id, login }): UserRecord => {
    const known = people.find(login, email);
    return {
      externalId: id,
      login,
      email: email ?? known.email ?? textOf(node.email),
      displayName: textOf(node.name) ?? known.name ?? login,
      status: known.status,
      isAdmin: raw.role === "ADMIN" || known.enterpriseOwner,
      isExternal: false,
      type: "HUMAN",
      raw,
    };
  });
  const info = objectOf(found.pageInfo);
  const next = info.hasNextPage === true ? textOf(info.endCursor) : null;
  return { items, at: next };
}

/** Asked by name or by e-mail; the account behind it joins under its own number when the invitation is accepted. */
function invited(raw: Json, path: string): UserRecord {
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

function typeOf(raw: Json): "HUMAN" | "SERVICE" {
  return raw.type === "Bot" || raw.type === "Mannequin" ? "SERVICE" : "HUMAN";
}

function following(phase: Phase): Phase {
  // The directory has owners and members both.
  if (phase === "directory") return "outside";
  return phases[phases.indexOf(phase) + 1] ?? "invitations";
}

function readPlace(cursor: string, org: string): { phase: Phase; at: string | null } {
  const stored = readCursor(cursor);
  const phase = phases.find((one) => one === stored.phase);
  if (!phase) throw new StreamCursorError("The stored position cannot be read.");
  if (stored.at === null) return { phase, at: null };
  return { phase, at: phase === "directory" ? textOf(stored.at) : storedPath(stored.at, [org]) };
}
