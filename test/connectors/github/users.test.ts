import { describe, expect, test } from "vitest";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { users } from "#src/connectors/github/streams/users.ts";
import { ProviderRateLimitError, ProviderResponseError, StreamCursorError } from "#src/errors.ts";
import { type FakeAnswer, FakeClient } from "../fake-client.ts";

const person = (id: number, login: string, type = "User") => ({ id, login, type });
const member = (databaseId: number, login: string, more: Record<string, unknown> = {}) => ({
  role: "MEMBER",
  node: { databaseId, login, name: null, email: "", organizationVerifiedDomainEmails: [], ...more },
});
const mira = member(1, "mira-ops", { organizationVerifiedDomainEmails: ["mira@acme.example"] });
const tom = member(2, "tom-dev");
const organization = (found: object): FakeAnswer => ({ body: { data: { organization: found } } });
const members = (...edges: object[]) => organization({ membersWithRole: { pageInfo: {}, edges } });
const identities = (...names: [login: string, nameId: string][]) => {
  const edges = names.map(([login, nameId]) => ({ node: { samlIdentity: { nameId }, user: { login } } }));
  return organization({ samlIdentityProvider: { externalIdentities: { pageInfo: {}, edges } } });
};
const refused = (type: string): FakeAnswer => ({ body: { data: { organization: null }, errors: [{ type }] } });
const noSaml = organization({ samlIdentityProvider: null });

const listed = "/orgs/acme/members?role=member&per_page=100";
const seatsPath = "/enterprises/acme-ent/consumed-licenses?per_page=100";
const scimPath = (start: number) => `/scim/v2/enterprises/acme-ent/Users?count=100&startIndex=${start}`;
const inactive = (...userNames: string[]): FakeAnswer => ({
  body: { totalResults: 1, Resources: userNames.map((userName) => ({ id: userName, userName, active: false })) },
});
const suspendedTom = inactive("Tom@acme.example");
const seatOf = (login: string, more: object = {}) => ({ github_com_login: login, ...more });
const tomsSeat = seatOf("tom-dev", { github_com_saml_name_id: "tom@acme.example" });
const seats = (...found: object[]): FakeAnswer => ({ body: { users: found } });

/** `directory` and `saml` answer the two connections of GraphQL; everything else is an ordinary listing. */
function github(directory: FakeAnswer, saml: FakeAnswer, rest: Record<string, FakeAnswer> = {}): FakeClient {
  return new FakeClient("https://api.github.com", (path, { json, query }) => {
    if (path === "/graphql") return JSON.stringify(json).includes("externalIdentities") ? saml : directory;
    const asked = query ? `${path}?${new URLSearchParams(query as Record<string, string>)}` : path;
    return rest[asked] ?? { body: [] };
  });
}

async function read(http: FakeClient, settings: Record<string, string> = {}): Promise<Map<string, UserRecord>> {
  const found = new Map<string, UserRecord>();
  for await (const { items } of users(http.context({ org: "acme", mode: "oauth", ...settings }), null))
    for (const user of items as UserRecord[]) found.set(user.externalId, user);
  return found;
}

const enterprise = { mode: "pat", enterprise: "acme-ent" };
const statuses = async (http: FakeClient) => [...(await read(http, enterprise)).values()].map(({ status }) => status);

test.each(["FORBIDDEN", "INSUFFICIENT_SCOPES", "NOT_FOUND", "OTHER"])(
  "where GraphQL answers %s, members come from the listings",
  async (type) => {
    const http = github(refused(type), refused(type), {
      "/orgs/acme/members?role=admin&per_page=100": { body: [person(1, "mira-ops")] },
      [listed]: { body: [person(2, "tom-dev"), person(3, "bot", "Bot")] },
      "/orgs/acme/outside_collaborators?per_page=100": { body: [person(4, "ext")] },
      "/orgs/acme/invitations?per_page=100": { body: [{ id: 77, login: null, email: "new@acme.example" }] },
    });
    const found = await read(http);
    expect([...found.keys()]).toEqual(["1", "2", "3", "4", "invitation:77"]);
    const owner = { isAdmin: true, isExternal: false, status: "ACTIVE", email: null, displayName: "mira-ops" };
    expect(found.get("1")).toMatchObject(owner);
    expect(found.get("2")).toMatchObject({ isAdmin: false, type: "HUMAN" });
    expect(found.get("3")).toMatchObject({ type: "SERVICE" });
    expect(found.get("4")).toMatchObject({ isExternal: true });
    expect(found.get("invitation:77")).toMatchObject({ status: "INVITED", email: "new@acme.example", login: null });
  },
);

test("e-mails come from verified domains, then SAML, then the profile", async () => {
  const odd = member(3, "odd", { email: "odd@home.example" });
  const owner = { node: { ...mira.node, name: "Mira Ops" }, role: "ADMIN" };
  const directory = members(
    owner,
    { ...tom, node: { ...tom.node, email: "private@home.example" } },
    odd,
    member(4, "no"),
  );
  // Partial data is used as it is.
  Object.assign(directory.body as object, { errors: [{ type: "FORBIDDEN" }] });
  const found = await read(github(directory, identities(["tom-dev", "tom@acme.example"], ["odd", "without-at"])));
  expect(found.get("1")).toMatchObject({ email: "mira@acme.example", displayName: "Mira Ops", isAdmin: true });
  expect([2, 3, 4].map((id) => found.get(`${id}`)?.email)).toEqual(["tom@acme.example", "odd@home.example", null]);
  expect(found.get("4")?.displayName).toBe("no");
});

test("licences and SCIM of the enterprise add what they know, and are not needed", async () => {
  const directory = members({ ...mira, node: { ...mira.node, organizationVerifiedDomainEmails: [] } }, tom);
  const owner = { github_com_name: "Mira Ops", github_com_enterprise_roles: ["owner"] };
  const rest = {
    [seatsPath]: seats(
      seatOf("Mira-Ops", { ...owner, github_com_saml_name_id: "mira@acme.example" }),
      seatOf("tom-dev", { github_com_verified_domain_emails: ["tom@acme.example"] }),
    ),
    [scimPath(1)]: suspendedTom,
  };
  const found = await read(github(directory, noSaml, rest), enterprise);
  const known = { email: "mira@acme.example", displayName: "Mira Ops", isAdmin: true, status: "ACTIVE" };
  expect(found.get("1")).toMatchObject(known);
  expect(found.get("2")).toMatchObject({ email: "tom@acme.example", status: "SUSPENDED", isAdmin: false });
  const bare = github(directory, noSaml, { [seatsPath]: { status: 403 }, [scimPath(1)]: { status: 404 } });
  expect(await statuses(bare)).toEqual(["ACTIVE", "ACTIVE"]);
});

describe("the status of a member is unknown, and never active by mistake,", () => {
  const halfway = { body: { totalResults: 2, Resources: (suspendedTom.body as { Resources: object[] }).Resources } };
  const denied = { status: 403 };
  test.each<[why: string, saml: FakeAnswer, rest: Record<string, FakeAnswer>, expected: string[]]>([
    ["where SCIM answers 403", noSaml, { [seatsPath]: seats(), [scimPath(1)]: denied }, ["UNKNOWN", "UNKNOWN"]],
    [
      "where SCIM answers 400",
      noSaml,
      { [seatsPath]: seats(), [scimPath(1)]: { status: 400 } },
      ["UNKNOWN", "UNKNOWN"],
    ],
    [
      "where SCIM stops half-way; whoever is suspended by then stays so",
      noSaml,
      { [seatsPath]: seats(tomsSeat), [scimPath(1)]: halfway, [scimPath(2)]: denied },
      ["UNKNOWN", "SUSPENDED"],
    ],
    [
      "where SCIM refuses its own next page",
      noSaml,
      { [seatsPath]: seats(tomsSeat), [scimPath(1)]: halfway, [scimPath(2)]: { status: 400 } },
      ["UNKNOWN", "SUSPENDED"],
    ],
    [
      "where licences are denied, which state whose account a suspended name is",
      noSaml,
      { [seatsPath]: denied, [scimPath(1)]: suspendedTom },
      ["ACTIVE", "UNKNOWN"],
    ],
    [
      "where SAML is denied, which states it, too",
      refused("FORBIDDEN"),
      { [seatsPath]: seats(), [scimPath(1)]: suspendedTom },
      ["ACTIVE", "UNKNOWN"],
    ],
    [
      "but active where there are no managed users to be suspended",
      refused("FORBIDDEN"),
      { [seatsPath]: seats(), [scimPath(1)]: { status: 404 } },
      ["ACTIVE", "ACTIVE"],
    ],
  ])("%s", async (_, saml, rest, expected) => {
    expect(await statuses(github(members(mira, tom), saml, rest))).toEqual(expected);
  });

  test("also of who is listed without GraphQL", async () => {
    const rest = { [listed]: { body: [person(2, "tom-dev")] }, [seatsPath]: seats(), [scimPath(1)]: denied };
    expect(await statuses(github(refused("FORBIDDEN"), noSaml, rest))).toEqual(["UNKNOWN"]);
  });
});

test("a source of details in another shape is no fault of the members, who are not set aside for it", async () => {
  const http = github(members(mira, tom), noSaml, { [seatsPath]: { body: "a page of a proxy" } });
  await expect(read(http, enterprise)).rejects.toThrow(ProviderResponseError);
});

test("a limit is no refusal: the listing waits instead of losing names and e-mails", async () => {
  await expect(read(github(refused("RATE_LIMITED"), noSaml))).rejects.toThrow(ProviderRateLimitError);
});

test("a position GraphQL no longer accepts starts the listing again", async () => {
  const edges = [mira, tom];
  const first = organization({ membersWithRole: { pageInfo: { hasNextPage: true, endCursor: "Y3Vyc29y" }, edges } });
  const page = await users(github(first, noSaml).context({ org: "acme" }), null).next();
  const http = github(refused("INVALID_CURSOR_ARGUMENTS"), noSaml);
  const resumed = users(http.context({ org: "acme" }), page.value?.cursor ?? "");
  await expect(resumed.next()).rejects.toThrow(StreamCursorError);
  await expect(users(http.context({ org: "acme" }), "x").next()).rejects.toThrow(StreamCursorError);
});
