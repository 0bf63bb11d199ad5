import { finding, guarded } from "../../kit/api.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import { googleError } from "../_google/answers.ts";
import type { Caller, WorkspaceCall, WorkspaceRoute } from "./access.ts";
import { scopes } from "./scopes.ts";
import type { GoogleWorkspaceTenant } from "./tenant.ts";

const api = "/admin/directory/v1";

export const invalid = (message: string) => googleError(400, "invalid", `Invalid Input: ${message}`);

export const withUser = finding<GoogleWorkspaceTenant, Caller, number>(
  "userKey",
  ({ tenant }, key) => tenant.people.find(decodeURIComponent(key)),
  () => googleError(404, "notFound", "Resource Not Found: userKey"),
);

export const userRoutes: WorkspaceRoute[] = [
  guarded("GET", `${api}/users`, scopes.readUsers, listUsers),
  guarded(
    "GET",
    `${api}/users/:userKey`,
    scopes.readUsers,
    withUser(({ tenant }, person) => ({ status: 200, body: tenant.userRecord(person) })),
  ),
  guarded("GET", `${api}/customers/:customer`, scopes.customer, ({ tenant }) => ({
    status: 200,
    body: {
      kind: "admin#directory#customer",
      id: tenant.customerId,
      customerDomain: tenant.people.domain,
      customerCreationTime: "2019-03-01T09:00:00.000Z",
      alternateEmail: `it@${tenant.people.domain}`,
    },
  })),
  guarded("GET", `${api}/customer/:customer/domains`, scopes.domains, ({ tenant }) => ({
    status: 200,
    body: {
      kind: "admin#directory#domains",
      domains: [
        {
          kind: "admin#directory#domain",
          domainName: tenant.people.domain,
          creationTime: "1551430800000",
          isPrimary: true,
          verified: true,
        },
      ],
    },
  })),
];

function listUsers({ tenant, request }: WorkspaceCall) {
  const { query } = request;
  if (!query.get("customer") && !query.get("domain")) return googleError(400, "badRequest", "Bad Request");
  const showsDeleted = query.get("showDeleted") === "true";
  const listing = showsDeleted ? tenant.people.deleted : tenant.people;
  const asked = { token: query.get("pageToken"), size: query.get("maxResults") };
  const page = tokenListing(tenant, listing, asked, {
    sizes: { usual: 100, max: 500 },
    write: (person: number) => (showsDeleted ? tenant.people.deletedRecord(person) : tenant.userRecord(person)),
    shaped: { stream: "users", required: ["id", "primaryEmail"] },
  });
  if (!page) return invalid("pageToken");
  return {
    status: 200,
    body: {
      kind: "admin#directory#users",
      etag: '"users"',
      ...(page.entries.length > 0 && { users: page.entries }),
      ...(page.nextToken && { nextPageToken: page.nextToken }),
    },
  };
}
