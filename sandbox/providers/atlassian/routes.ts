import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { type Listing, listingOf, sizeWithin } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { AtlassianCall, AtlassianRoute } from "./access.ts";
import { none, notFound, ok, paged, problem } from "./answers.ts";

const withUser = finding<AtlassianCall["tenant"], AtlassianCall["caller"], number>(
  "id",
  ({ tenant }, id) => {
    const index = tenant.people.indexOf(id);
    return index !== undefined && tenant.people.exists(index) ? index : undefined;
  },
  notFound,
);

/** Calls that name another organization than the key's find nothing. */
const inOrg = (run: (call: AtlassianCall) => SandboxResponse) => (call: AtlassianCall) =>
  call.parameters.org === call.tenant.organizationId ? run(call) : notFound();

const org = "/admin/v1/orgs/:org";
const directories = "/admin/v2/orgs/:org/directories";
const tokens = "/admin/api-access/v1/orgs/:org/api-tokens";

export const routes: AtlassianRoute[] = [
  guarded(
    "GET",
    org,
    "",
    inOrg(({ tenant }) =>
      ok({ data: { id: tenant.organizationId, type: "orgs", attributes: { name: tenant.options.name }, links: {} } }),
    ),
  ),
  guarded(
    "GET",
    `${org}/domains`,
    "read:domains:admin",
    inOrg(({ tenant, request }) =>
      paged(request, {
        entries: [
          {
            id: "d-1",
            type: "domains",
            attributes: { name: tenant.people.domain, claim: { type: "dns", status: "verified" } },
          },
        ],
        nextToken: undefined,
      }),
    ),
  ),
  guarded(
    "GET",
    `${org}/policies`,
    "read:policies:admin",
    inOrg(({ request }) =>
      paged(request, {
        entries: [
          { id: "p-1", type: "policy", attributes: { type: "data-security", name: "Exports", status: "enabled" } },
        ],
        nextToken: undefined,
      }),
    ),
  ),
  guarded("GET", `${org}/events-stream`, "read:events:admin", inOrg(eventsStream)),
  guarded(
    "GET",
    directories,
    "read:directories:admin",
    inOrg(({ request }) => paged(request, { entries: [{ directoryId: "main", name: "Main" }], nextToken: undefined })),
  ),
  guarded("POST", `${directories}/:directory/users/search`, "read:directories:admin", inOrg(searchUsers)),
  guarded(
    "POST",
    `${directories}/:directory/groups/search`,
    "read:groups:admin",
    inOrg((call) => {
      const { groups } = call.tenant;
      const all = listingOf(Array.from({ length: groups.count }, (_, group) => group));
      return page(call, all, "groups", ["id", "name"], (group) => groups.record(group), jsonBody(call.request) ?? {});
    }),
  ),
  settingStatus("suspend", "suspended", "user_suspended"),
  settingStatus("restore", "active", "user_restored"),
  guarded(
    "POST",
    `${org}/users/:id/role-assignments/revoke`,
    "write:directories:admin",
    withUser(({ tenant, request }, user) => {
      if (jsonBody(request)?.role !== "atlassian/org-admin") return problem(400, "Bad Request", "role is invalid");
      tenant.people.demote(user);
      tenant.append({ type: "removed_org_admin", actor: tenant.people.idOf(0), person: user });
      return none;
    }),
  ),
  guarded(
    "GET",
    tokens,
    "read:tokens:admin",
    inOrg((call) => {
      const { tenant } = call;
      return page(
        call,
        listingOf(tenant.tokens),
        "apps",
        ["id"],
        (token) => ({
          ...{ id: token.id, label: token.label, status: "ALLOWED", createdAt: iso(token.usedAt - 86_400_000) },
          ...{ expiresAt: token.expiresAt === null ? null : iso(token.expiresAt), lastActiveAt: iso(token.usedAt) },
          user: {
            id: tenant.people.idOf(token.owner),
            name: tenant.people.person(token.owner).name,
            email: tenant.people.emailOf(token.owner),
          },
        }),
        Object.fromEntries(call.request.query),
      );
    }),
  ),
  guarded(
    "DELETE",
    "/users/:id/manage/api-tokens/:token",
    "delete:tokens:admin",
    withUser(({ tenant, parameters }, user) => {
      const place = tenant.tokens.findIndex(({ id, owner }) => id === parameters.token && owner === user);
      if (place < 0) return notFound();
      tenant.tokens.splice(place, 1);
      tenant.append({ type: "api_token_revoked", actor: tenant.people.idOf(0) });
      return none;
    }),
  ),
];

const iso = (at: number): string => new Date(at).toISOString();

function page<R>(
  call: AtlassianCall,
  listing: Listing<R>,
  stream: string,
  required: string[],
  write: (record: R) => Record<string, unknown>,
  { cursor, limit }: Record<string, unknown>,
): SandboxResponse {
  const asked = { token: typeof cursor === "string" ? cursor : null, size: limit === undefined ? null : String(limit) };
  const found = tokenListing(call.tenant, listing, asked, {
    sizes: { usual: 50, max: 100 },
    ...{ write, shaped: { stream, required } },
  });
  return found ? paged(call.request, found) : problem(400, "Bad Request", "The cursor is invalid.");
}

function searchUsers(call: AtlassianCall): SandboxResponse {
  const { people, groups } = call.tenant;
  const asked = jsonBody(call.request) ?? {};
  const list = (name: string) => (Array.isArray(asked[name]) ? (asked[name] as string[]) : undefined);
  const [ids, expand, stream] = [
    list("accountIds"),
    list("expand") ?? [],
    list("expand")?.includes("groups") ? "groups" : "users",
  ];
  const found: Listing<number> = ids ? listingOf(ids.flatMap((id) => people.find(id) ?? [])) : people;
  return page(call, found, stream, ["accountId"], (user) => people.record(user, expand, groups.of(user)), asked);
}

function settingStatus(verb: string, status: "active" | "suspended", type: string): AtlassianRoute {
  return guarded(
    "POST",
    `${directories}/:directory/users/:id/${verb}`,
    "write:directories:admin",
    withUser(({ tenant, now }, user) => {
      tenant.people.edit(user, now, { status });
      tenant.append({ type, actor: tenant.people.idOf(0), person: user });
      return none;
    }),
  );
}

/** In the order in which events were written. The cursor of the last page leads on. */
function eventsStream({ tenant, request }: AtlassianCall): SandboxResponse {
  const { timeline } = tenant;
  const cursor = request.query.get("cursor");
  const [, place, bound] =
    cursor === null ? [] : (/^e:(\d+):(\d*)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? []);
  if (cursor !== null && place === undefined) return problem(400, "Bad Request", "The cursor is invalid.");
  const from = Number(request.query.get("from") ?? 0);
  const to = Number((cursor === null ? request.query.get("to") : bound) || Number.POSITIVE_INFINITY);
  if (Number.isNaN(from) || Number.isNaN(to)) return problem(400, "Bad Request", "from and to are epoch milliseconds.");
  const start = place === undefined ? timeline.firstAtOrAfter(from) : Number(place);
  const size = sizeWithin(request.query.get("limit"), { usual: 100, max: 200 }, tenant);
  const numbers: number[] = [];
  let next = start;
  for (; next < timeline.count && numbers.length < size; next++) if (timeline.timeAt(next) < to) numbers.push(next);
  const end = Number.isFinite(to) ? String(to) : "";
  const meta = { next: Buffer.from(`e:${next}:${end}`).toString("base64url"), page_size: size };
  const records = shape(
    tenant,
    "activities",
    numbers.map((number) => tenant.record(number)),
    ["id", "attributes"],
  );
  return ok({ data: records, meta, links: { self: request.path } });
}
