import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import { googleError } from "../_google/answers.ts";
import type { Caller, WorkspaceCall, WorkspaceRoute } from "./access.ts";
import { invalid, listed, noContent, notFound } from "./answers.ts";
import { scopes } from "./scopes.ts";
import type { GoogleWorkspaceTenant } from "./tenant.ts";

const user = "/admin/directory/v1/users/:userKey";

const withUser = finding<GoogleWorkspaceTenant, Caller, number>(
  "userKey",
  ({ tenant }, key) => tenant.people.find(decodeURIComponent(key)),
  () => notFound("userKey"),
);

export const userRoutes: WorkspaceRoute[] = [
  guarded("GET", "/admin/directory/v1/users", scopes.readUsers, listUsers),
  guarded(
    "GET",
    user,
    scopes.readUsers,
    withUser(({ tenant }, person) => ({ status: 200, body: tenant.userRecord(person) })),
  ),
  guarded("PATCH", user, scopes.writeUsers, withUser(patchUser)),
  guarded(
    "POST",
    `${user}/makeAdmin`,
    scopes.writeUsers,
    withUser((call, person) => {
      const isAdmin = jsonBody(call.request)?.status === true;
      call.tenant.people.edit(person, call.now, { profile: { ...call.tenant.people.edits(person).profile, isAdmin } });
      call.tenant.noteAdmin(call.caller.person, isAdmin ? "GRANT_ADMIN_PRIVILEGE" : "REVOKE_ADMIN_PRIVILEGE", person);
      return noContent;
    }),
  ),
  guarded(
    "POST",
    `${user}/signOut`,
    scopes.security,
    withUser(({ tenant, caller }, person) => {
      tenant.noteAdmin(caller.person, "RESET_SIGNIN_COOKIES", person);
      return noContent;
    }),
  ),
  guarded(
    "POST",
    `${user}/verificationCodes/invalidate`,
    scopes.security,
    withUser(() => noContent),
  ),
  guarded(
    "GET",
    `${user}/tokens`,
    scopes.security,
    withUser((call, person) =>
      listed(call, call.tenant.tokens.of(person), {
        ...{ kind: "admin#directory#tokenList", list: "items", stream: "oauth-apps", required: ["clientId"] },
        sizes: { usual: 1000, max: 1000 },
      }),
    ),
  ),
  guarded(
    "DELETE",
    `${user}/tokens/:clientId`,
    scopes.security,
    withUser(({ tenant, parameters }, person) =>
      tenant.tokens.revoke(person, decodeURIComponent(parameters.clientId ?? "")) ? noContent : notFound("clientId"),
    ),
  ),
  guarded(
    "GET",
    `${user}/asps`,
    scopes.security,
    withUser((call, person) =>
      listed(call, call.tenant.tokens.passwordsOf(person), {
        ...{ kind: "admin#directory#aspList", list: "items", stream: "oauth-apps", required: [] },
        sizes: { usual: 1000, max: 1000 },
      }),
    ),
  ),
  guarded(
    "DELETE",
    `${user}/asps/:codeId`,
    scopes.security,
    withUser(({ tenant }, person) => (tenant.tokens.revokePassword(person) ? noContent : notFound("codeId"))),
  ),
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
  const body = {
    kind: "admin#directory#users",
    etag: '"users"',
    ...(page.entries.length > 0 && { users: page.entries }),
  };
  return { status: 200, body: page.nextToken ? { ...body, nextPageToken: page.nextToken } : body };
}

function patchUser({ tenant, request, caller, now }: WorkspaceCall, person: number) {
  const body = jsonBody(request);
  if (!body) return googleError(400, "parseError", "Parse Error");
  const { people } = tenant;
  if (typeof body.suspended === "boolean") {
    people.edit(person, now, { status: body.suspended ? "suspended" : "active" });
    tenant.noteAdmin(caller.person, body.suspended ? "SUSPEND_USER" : "UNSUSPEND_USER", person);
  }
  if (typeof body.changePasswordAtNextLogin === "boolean") {
    const { changePasswordAtNextLogin } = body;
    people.edit(person, now, { profile: { ...people.edits(person).profile, changePasswordAtNextLogin } });
    tenant.noteAdmin(caller.person, "CHANGE_PASSWORD", person);
  }
  return { status: 200, body: tenant.userRecord(person) };
}
