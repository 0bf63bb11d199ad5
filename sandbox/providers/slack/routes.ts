import { finding, guarded } from "../../kit/api.ts";
import { bodyOf, jsonBody } from "../../kit/body.ts";
import { type Listing, listingOf, pageAt, placeOf, scimPage, sizeOf, tokenAt } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { SlackCall, SlackRoute } from "./access.ts";
import { failed, ok, refusal, seconds } from "./answers.ts";
import type { App } from "./tenant.ts";

type Arguments = Record<string, string>;

/** A method of the Web API, whose arguments come in the query, as a form or as JSON. What it does not know is not heeded. */
function method(
  name: string,
  scope: string,
  run: (call: SlackCall, given: Arguments) => SandboxResponse,
): SlackRoute[] {
  const answer = (call: SlackCall) => {
    const { request, tenant } = call;
    if (name.startsWith("admin.") && !tenant.isEnterprise) return failed("feature_not_enabled");
    const given = { ...Object.fromEntries(request.query), ...bodyOf(request) };
    return run(call, Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)])));
  };
  return ["GET", "POST"].map((verb) => guarded(verb, `/api/${name}`, scope, answer));
}

const withUser = finding<SlackCall["tenant"], SlackCall["caller"], number>(
  "id",
  ({ tenant }, id) => {
    const index = tenant.people.indexOf(id);
    return index !== undefined && tenant.people.exists(index) ? index : undefined;
  },
  () => ({ status: 404, body: { Errors: { description: "user_not_found", code: 404 } } }),
);

export const routes: SlackRoute[] = [
  ...method("auth.test", "", ({ tenant }) =>
    ok({
      url: `https://${tenant.options.name}.enterprise.slack.com/`,
      ...{ team: tenant.options.name, user: tenant.people.person(0).handle, user_id: tenant.people.idOf(0) },
      ...(tenant.isInstalledInOrganization
        ? { team_id: tenant.enterpriseId, enterprise_id: tenant.enterpriseId, is_enterprise_install: true }
        : { team_id: tenant.workspaces[0]?.id, is_enterprise_install: false }),
    }),
  ),
  ...method("admin.users.list", "admin.users:read", (call, given) => {
    const { people, workspaces } = call.tenant;
    const isActive = given.is_active !== "false";
    const teams = workspaces.map(({ id }) => id);
    const listed: Listing<number> = {
      count: people.count,
      at: (place) => (people.exists(place) && (people.status(place) === "active") === isActive ? place : undefined),
    };
    return page(call, given, "users", listed, ["id"], (index) => people.record(index, teams));
  }),
  ...method("admin.users.session.reset", "admin.users:write", ({ tenant }, { user_id }) => {
    const index = tenant.people.indexOf(user_id ?? "");
    if (index === undefined || !tenant.people.exists(index)) return failed("user_not_found");
    if (index === 0) return failed("cannot_reset_primary_owner");
    tenant.append({ type: "user_session_reset_by_admin", actor: tenant.people.idOf(0), person: index });
    return ok();
  }),
  ...method("admin.teams.list", "admin.teams:read", (call, given) =>
    page(call, given, "teams", listingOf(call.tenant.workspaces), ["id"], (team) => ({
      ...team,
      primary_owner: { user_id: call.tenant.people.idOf(0), email: call.tenant.people.emailOf(0) },
      team_url: `https://${call.tenant.options.name}-${team.name.toLowerCase()}.slack.com/`,
    })),
  ),
  ...method("admin.apps.approved.list", "admin.apps:read", (call, given) => appPage(call, given, "approved")),
  ...method("admin.apps.restricted.list", "admin.apps:read", (call, given) => appPage(call, given, "restricted")),
  ...method("admin.apps.restrict", "admin.apps:write", (call, given) => resolve(call, given, "restricted")),
  ...method("admin.apps.approve", "admin.apps:write", (call, given) => resolve(call, given, "approved")),
  ...method("admin.apps.uninstall", "admin.apps:write", (call, given) =>
    onApp(call, given, (app) => {
      app.isInstalled = false;
      call.tenant.append({ type: "app_uninstalled", actor: call.tenant.people.idOf(0) });
    }),
  ),
  guarded("GET", "/audit/v1/logs", "auditlogs:read", auditLog),
  guarded("GET", "/scim/v2/Groups", "admin", ({ tenant, request }) => {
    const size = sizeOf(request, "count", { usual: 100, max: 1000 }, tenant);
    const all = listingOf(Array.from({ length: tenant.groups.count }, (_, group) => group));
    const found = scimPage(request, all, size);
    const records = (found.Resources as number[]).map((group) => tenant.groups.record(group));
    return { status: 200, body: { ...found, Resources: shape(tenant, "groups", records, ["id", "displayName"]) } };
  }),
  guarded(
    "GET",
    "/scim/v2/Users/:id",
    "admin",
    withUser(({ tenant }, user) => ({ status: 200, body: tenant.people.scim(user) })),
  ),
  guarded("PATCH", "/scim/v2/Users/:id", "admin", withUser(setActive)),
];

/** A hundred a page; an empty cursor is the end. */
function page<R>(
  call: SlackCall,
  given: Arguments,
  list: string,
  listing: Listing<R>,
  required: string[],
  write: (record: R) => Record<string, unknown>,
  stream = list,
): SandboxResponse {
  const limit = Number(given.limit ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || (limit > 100 && !call.tenant.options.unlimited))
    return failed("invalid_arguments");
  const start = placeOf(given.cursor ?? null);
  if (start === undefined) return failed("invalid_cursor");
  const { records, next } = pageAt(listing, start, limit);
  return ok({
    [list]: shape(call.tenant, stream, records.map(write), required),
    response_metadata: { next_cursor: next === undefined ? "" : tokenAt(next) },
  });
}

function appPage(call: SlackCall, given: Arguments, kind: App["resolution"]): SandboxResponse {
  const { tenant } = call;
  if (isElsewhere(call, given)) return failed("team_not_found");
  // Of certified apps or of all others, never of both.
  const isCertified = given.certified === "true";
  const found = tenant.apps.filter((app) => app.resolution === kind && app.isCertified === isCertified);
  return page(
    call,
    given,
    `${kind}_apps`,
    listingOf(found),
    ["app"],
    ({ id, name, isListed, scopes }) => ({
      app: {
        ...{ id, name, description: `${name} for Slack`, app_homepage_url: "", privacy_policy_url: "" },
        ...{ app_directory_url: "", is_app_directory_approved: isListed, is_internal: false },
      },
      scopes: scopes.map((scope) => ({ ...scope, description: scope.name })),
      date_updated: seconds(tenant.options.createdAt),
      last_resolved_by: { actor_id: tenant.people.idOf(0), actor_type: "user" },
    }),
    "apps",
  );
}

/** Exactly one of the organization and a workspace has to be named. */
const isElsewhere = ({ tenant }: SlackCall, { enterprise_id, team_id }: Arguments): boolean =>
  team_id !== undefined || enterprise_id !== tenant.enterpriseId;

function onApp(call: SlackCall, given: Arguments, change: (app: App) => void): SandboxResponse {
  if (isElsewhere(call, given)) return failed("team_not_found");
  const app = call.tenant.apps.find(({ id }) => id === given.app_id);
  if (!app) return failed("app_not_found");
  change(app);
  return ok();
}

function resolve(call: SlackCall, given: Arguments, resolution: App["resolution"]): SandboxResponse {
  return onApp(call, given, (app) => {
    app.resolution = resolution;
    call.tenant.append({ type: `app_${resolution}`, actor: call.tenant.people.idOf(0) });
  });
}

/** Newest first; both ends are in. */
function auditLog(call: SlackCall): SandboxResponse {
  const { tenant, request } = call;
  if (!tenant.isEnterprise) return refusal(request, 403, "feature_not_enabled");
  const given = Object.fromEntries(request.query);
  const limit = Number(given.limit ?? 9999);
  const start = placeOf(given.cursor ?? null);
  if (!Number.isInteger(limit) || limit < 1 || limit > 9999 || start === undefined)
    return refusal(request, 400, start === undefined ? "invalid_cursor" : "invalid_arguments");
  const [oldest, latest] = [Number(given.oldest ?? 0), Number(given.latest ?? Number.POSITIVE_INFINITY)];
  const all = Array.from({ length: tenant.timeline.count }, (_, number) => number)
    .map((number) => ({ number, at: seconds(tenant.event(number).at) }))
    .sort((a, b) => b.at - a.at || b.number - a.number);
  // A cursor names the last entry that was shown, so that what happens between two pages shifts nothing.
  const wanted = all
    .slice(start === 0 ? 0 : all.findIndex(({ number }) => number === start - 1) + 1)
    .filter(({ at }) => at >= oldest && at <= latest);
  const records = wanted.slice(0, limit);
  const more = wanted.length > records.length;
  return {
    status: 200,
    body: {
      entries: shape(
        tenant,
        "activities",
        records.map(({ number }) => tenant.record(number)),
        ["id", "action", "date_create"],
      ),
      response_metadata: { next_cursor: more ? tokenAt((records.at(-1)?.number ?? 0) + 1) : "" },
    },
  };
}

function setActive({ tenant, request, now }: SlackCall, user: number): SandboxResponse {
  const operations = jsonBody(request)?.Operations;
  const [operation] = Array.isArray(operations) ? operations : [];
  const { op, path, value } = (operation ?? {}) as Record<string, unknown>;
  if (String(op).toLowerCase() !== "replace" || path !== "active" || typeof value !== "boolean")
    return { status: 400, body: { Errors: { description: "invalid_patch", code: 400 } } };
  if (user === 0 && !value)
    return { status: 400, body: { Errors: { description: "cannot_deactivate_primary_owner", code: 400 } } };
  tenant.people.edit(user, now, { status: value ? "active" : "deactivated" });
  tenant.append({ type: value ? "user_reactivated" : "user_deactivated", actor: tenant.people.idOf(0), person: user });
  return { status: 200, body: tenant.people.scim(user) };
}
