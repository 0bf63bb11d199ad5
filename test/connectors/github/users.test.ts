import { describe, expect, test } from "vitest";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { users } from "#src/connectors/github/streams-users.ts";
import { ProviderRateLimitError, StreamCursorError } from "#src/errors.ts";
import { type FakeAnswer, FakeClient } from "../fake-client.ts";

const person = (id: number, login: string, more: Record<string, unknown> = {}) => ({
  id,
  login,
  type: "User",
  ...more,
});
const identity = (login: string, nameId: string) => ({
  node: { samlIdentity: { nameId }, scimIdentity: null, user: { login } },
});
const member = (databaseId: number, login: string, more: Record<string, unknown> = {}) => ({
  role: "MEMBER",
  node: { databaseId, login, name: null, email: "", organizationVerifiedDomainEmails: [], ...more },
});

/** `graphql` answers by the connection that is asked for; everything else is an ordinary listing. */
function github(
  graphql: (query: string, after: unknown) => FakeAnswer,
  rest: Record<string, FakeAnswer> = {},
): FakeClient {
  return new FakeClient("https://api.github.com", (path, request) => {
    const { query, variables } = (request.json ?? {}) as { query?: string; variables?: Record<string, unknown> };
    if (path === "/graphql") return graphql(query ?? "", variables?.after);
    return rest[path] ?? { body: [] };
  });
}

async function read(http: FakeClient, settings: Record<string, string> = {}): Promise<Map<string, UserRecord>> {
  const found = new Map<string, UserRecord>();
  for await (const page of users(http.context({ org: "acme", mode: "oauth", ...settings }), null)) {
    for (const user of page.items) found.set(user.externalId, user);
  }
  return found;
}

const refused = (type: string): FakeAnswer => ({
  body: { data: { organization: null }, errors: [{ type, message: "…" }] },
});

test("where GraphQL is refused, members come from the listings", async () => {
  for (const type of ["FORBIDDEN", "INSUFFICIENT_SCOPES", "NOT_FOUND", "OTHER"]) {
    const http = github(() => refused(type), {
      "/orgs/acme/members?role=admin&per_page=100": { body: [person(1, "mira-ops")] },
      "/orgs/acme/members?role=member&per_page=100": {
        body: [person(2, "tom-dev"), person(3, "bot", { type: "Bot" })],
      },
      "/orgs/acme/outside_collaborators?per_page=100": { body: [person(4, "ext")] },
      "/orgs/acme/invitations?per_page=100": { body: [{ id: 77, login: null, email: "new@acme.example" }] },
    });
    const found = await read(http);
    expect([...found.keys()]).toEqual(["1", "2", "3", "4", "invitation:77"]);
    expect(found.get("1")).toMatchObject({
      isAdmin: true,
      isExternal: false,
      status: "ACTIVE",
      email: null,
      displayName: "mira-ops",
    });
    expect(found.get("2")).toMatchObject({ isAdmin: false, type: "HUMAN" });
    expect(found.get("3")).toMatchObject({ type: "SERVICE" });
    expect(found.get("4")).toMatchObject({ isExternal: true });
    expect(found.get("invitation:77")).toMatchObject({ status: "INVITED", email: "new@acme.example", login: null });
  }
});

test("e-mails come from verified domains, then SAML, then the profile", async () => {
  const http = github((query) => {
    if (query.includes("externalIdentities")) {
      const edges = [identity("tom-dev", "tom@acme.example"), identity("odd", "odd-without-at")];
      return {
        body: {
          data: {
            organization: { samlIdentityProvider: { externalIdentities: { pageInfo: { hasNextPage: false }, edges } } },
          },
        },
      };
    }
    const edges = [
      {
        ...member(1, "mira-ops", { name: "Mira Ops", organizationVerifiedDomainEmails: ["mira@acme.example"] }),
        role: "ADMIN",
      },
      member(2, "tom-dev", { email: "private@home.example" }),
      member(3, "odd", { email: "odd@home.example" }),
      member(4, "nobody"),
    ];
    return {
      body: {
        data: { organization: { membersWithRole: { pageInfo: { hasNextPage: false }, edges } } },
        errors: [{ type: "FORBIDDEN" }],
      },
    };
  });
  const found = await read(http);
  expect(found.get("1")).toMatchObject({ email: "mira@acme.example", displayName: "Mira Ops", isAdmin: true });
  expect(found.get("2")?.email).toBe("tom@acme.example");
  expect(found.get("3")?.email).toBe("odd@home.example");
  expect(found.get("4")).toMatchObject({ email: null, displayName: "nobody" });
});

test("licences and SCIM of the enterprise add what they know, and are not needed", async () => {
  const directory = (): FakeAnswer => ({
    body: {
      data: {
        organization: { membersWithRole: { pageInfo: {}, edges: [member(1, "mira-ops"), member(2, "tom-dev")] } },
      },
    },
  });
  const seats = [
    {
      github_com_login: "Mira-Ops",
      github_com_name: "Mira Ops",
      github_com_enterprise_roles: ["owner"],
      github_com_saml_name_id: "mira@acme.example",
      github_com_verified_domain_emails: [],
    },
    { github_com_login: "tom-dev", github_com_verified_domain_emails: ["tom@acme.example"] },
  ];
  const scim = { totalResults: 1, Resources: [{ id: "s", userName: "Tom@acme.example", active: false, emails: [] }] };
  const full = github(directory, {
    "/enterprises/acme-ent/consumed-licenses?per_page=100": { body: { users: seats } },
    "/scim/v2/enterprises/acme-ent/Users?startIndex=1&count=100": { body: scim },
  });
  const found = await read(full, { mode: "pat", enterprise: "acme-ent" });
  expect(found.get("1")).toMatchObject({
    email: "mira@acme.example",
    displayName: "Mira Ops",
    isAdmin: true,
    status: "ACTIVE",
  });
  expect(found.get("2")).toMatchObject({ email: "tom@acme.example", status: "SUSPENDED", isAdmin: false });

  const bare = github(directory, {
    "/enterprises/acme-ent/consumed-licenses?per_page=100": { status: 403 },
    "/scim/v2/enterprises/acme-ent/Users?startIndex=1&count=100": { status: 404 },
  });
  expect([...(await read(bare, { mode: "pat", enterprise: "acme-ent" })).values()].map(({ status }) => status)).toEqual(
    ["ACTIVE", "ACTIVE"],
  );
});

describe("the status of a member is unknown, and never active by mistake,", () => {
  const enterprise = { mode: "pat", enterprise: "acme-ent" };
  const seatsPath = "/enterprises/acme-ent/consumed-licenses?per_page=100";
  const scimPath = "/scim/v2/enterprises/acme-ent/Users?startIndex=1&count=100";
  const secondScimPath = "/scim/v2/enterprises/acme-ent/Users?startIndex=2&count=100";
  const suspendedTom = { id: "s", userName: "tom@acme.example", active: false, emails: [] };
  const people = [
    member(1, "mira-ops", { organizationVerifiedDomainEmails: ["mira@acme.example"] }),
    member(2, "tom-dev"),
  ];
  const directory =
    (saml: FakeAnswer) =>
    (query: string): FakeAnswer =>
      query.includes("externalIdentities")
        ? saml
        : { body: { data: { organization: { membersWithRole: { pageInfo: {}, edges: people } } } } };
  const noSaml: FakeAnswer = { body: { data: { organization: { samlIdentityProvider: null } } } };
  const noSeats = { [seatsPath]: { body: { users: [] } } };
  const statuses = async (http: FakeClient) => [...(await read(http, enterprise)).values()].map(({ status }) => status);

  test.each([403, 400])("where SCIM answers %i", async (status) => {
    expect(await statuses(github(directory(noSaml), { ...noSeats, [scimPath]: { status } }))).toEqual([
      "UNKNOWN",
      "UNKNOWN",
    ]);
  });

  test("where SCIM stops half-way; whoever is suspended by then stays so", async () => {
    const http = github(directory(noSaml), {
      [seatsPath]: { body: { users: [{ github_com_login: "tom-dev", github_com_saml_name_id: "tom@acme.example" }] } },
      [scimPath]: { body: { totalResults: 2, Resources: [suspendedTom] } },
      [secondScimPath]: { status: 403 },
    });
    expect(await statuses(http)).toEqual(["UNKNOWN", "SUSPENDED"]);
  });

  test("where licences or SAML are denied, which say whose account a suspended name is", async () => {
    const scim = { [scimPath]: { body: { totalResults: 1, Resources: [suspendedTom] } } };
    expect(await statuses(github(directory(noSaml), { ...scim, [seatsPath]: { status: 403 } }))).toEqual([
      "ACTIVE",
      "UNKNOWN",
    ]);
    expect(
      await statuses(github(directory(refused("FORBIDDEN")), { ...scim, [seatsPath]: { body: { users: [] } } })),
    ).toEqual(["ACTIVE", "UNKNOWN"]);
  });

  test("also of who is listed without GraphQL", async () => {
    const http = github(() => refused("FORBIDDEN"), {
      "/orgs/acme/members?role=member&per_page=100": { body: [person(2, "tom-dev")] },
      ...noSeats,
      [scimPath]: { status: 403 },
    });
    expect(await statuses(http)).toEqual(["UNKNOWN"]);
  });

  test("but active where there are no managed users to be suspended", async () => {
    expect(
      await statuses(github(directory(refused("FORBIDDEN")), { ...noSeats, [scimPath]: { status: 404 } })),
    ).toEqual(["ACTIVE", "ACTIVE"]);
  });
});

test("a limit is no refusal: the listing waits instead of losing names and e-mails", async () => {
  await expect(read(github(() => refused("RATE_LIMITED")))).rejects.toThrow(ProviderRateLimitError);
});

test("a position GraphQL no longer accepts starts the listing again", async () => {
  const http = github((_, after) => (after ? refused("INVALID_CURSOR_ARGUMENTS") : { body: {} }));
  const run = users(http.context({ org: "acme" }), JSON.stringify({ phase: "directory", at: "old" }));
  await expect(run.next()).rejects.toThrow(StreamCursorError);
  await expect(
    users(http.context({ org: "acme" }), JSON.stringify({ phase: "members", at: "/user" })).next(),
  ).rejects.toThrow(StreamCursorError);
  await expect(users(http.context({ org: "acme" }), "x").next()).rejects.toThrow(StreamCursorError);
});
