import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import { type Listing, listingOf, scimPage, sizeOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { EgnyteCall } from "./access.ts";
import { refused } from "./answers.ts";
import { permissionsOf, topFolders } from "./folders.ts";
import type { EgnyteTenant } from "./tenant.ts";

const route = guarded<EgnyteTenant, Granted>;
const missing = () => refused(404, "Resource not found");
const withPerson = finding<EgnyteTenant, Granted, number>(
  "id",
  ({ tenant }, id) => (/^\d+$/.test(id) ? tenant.people.find(id) : undefined),
  missing,
);
const withGroup = finding<EgnyteTenant, Granted, number>("id", ({ tenant }, id) => tenant.groups.find(id), missing);

export const routes = [
  route("GET", "/pubapi/v1/userinfo", "", ({ tenant, caller }) => {
    const index = tenant.people.indexOf(caller.subject) ?? 0;
    const { id, userName: username, name } = tenant.people.recordOf(index);
    const { givenName: first_name, familyName: last_name } = name as Record<string, string>;
    return { status: 200, body: { id, username, first_name, last_name } };
  }),
  route("GET", "/pubapi/v2/users", "Egnyte.user", (call) => {
    const { people } = call.tenant;
    return list(call, "users", people, (index) => people.recordOf(index));
  }),
  route(
    "GET",
    "/pubapi/v2/users/:id",
    "Egnyte.user",
    withPerson(({ tenant }, person) => one(tenant, person)),
  ),
  route("PATCH", "/pubapi/v2/users/:id", "Egnyte.user", withPerson(edit)),
  route("GET", "/pubapi/v2/groups", "Egnyte.group", (call) => {
    const { groups } = call.tenant;
    const all = Array.from({ length: groups.count }, (_, group) => group);
    return list(call, "groups", listingOf(all), (group) => groups.recordOf(group));
  }),
  route(
    "GET",
    "/pubapi/v2/groups/:id",
    "Egnyte.group",
    withGroup(({ tenant }, group) => {
      const members = shape(tenant, "members", tenant.groups.membersOf(group), ["value"]);
      return { status: 200, body: { ...tenant.groups.recordOf(group), members } };
    }),
  ),
  route("GET", "/pubapi/v2/links", "Egnyte.link", ({ tenant, request: { query } }) => {
    const wanted = query.get("accessibility");
    const all = tenant.links.filter(({ accessibility }) => wanted === null || accessibility === wanted);
    const offset = Number(query.get("offset") ?? 0);
    const links = all.slice(offset, offset + Math.min(500, Number(query.get("count") ?? 500)));
    return { status: 200, body: { links, count: links.length } };
  }),
  route("GET", "/pubapi/v1/fs/Shared", "Egnyte.filesystem", ({ request: { query } }) => {
    const folders = query.get("list_content") === "false" ? {} : { folders: topFolders.map(folder), files: [] };
    return { status: 200, body: { name: "Shared", path: "/Shared", folder_id: "root", is_folder: true, ...folders } };
  }),
  route("GET", "/pubapi/v1/fs/Shared/:name", "Egnyte.filesystem", ({ parameters: { name = "" } }) => {
    if (!topFolders.some((one) => one === name)) return missing();
    return { status: 200, body: { ...folder(name), public_links: name === "Sales" ? "files_folders" : "files" } };
  }),
  route("GET", "/pubapi/v2/perms/Shared", "Egnyte.permission", ({ tenant }) => permissions(tenant, "")),
  route("GET", "/pubapi/v2/perms/Shared/:name", "Egnyte.permission", ({ tenant, parameters: { name = "" } }) =>
    topFolders.some((one) => one === name) ? permissions(tenant, name) : missing(),
  ),
];

const folder = (name: string) => ({ name, path: `/Shared/${name}`, folder_id: `f-${name.length}`, is_folder: true });

function permissions({ people }: EgnyteTenant, name: string): SandboxResponse {
  return { status: 200, body: permissionsOf(name, people.person(3).handle) };
}

/** Users and groups are listed as SCIM has it, under a name in small letters. */
function list(
  { tenant, request }: EgnyteCall,
  stream: string,
  listing: Listing<number>,
  write: (index: number) => Record<string, unknown>,
): SandboxResponse {
  const { Resources, schemas, ...page } = scimPage(
    request,
    listing,
    sizeOf(request, "count", { usual: 100, max: 100 }, tenant),
  );
  const resources = shape(tenant, stream, (Resources as number[]).map(write), ["id"]);
  return { status: 200, body: { ...(stream === "groups" && { schemas }), ...page, resources } };
}

function one({ people }: EgnyteTenant, person: number): SandboxResponse {
  return { status: 200, body: people.recordOf(person) };
}

function edit({ tenant, request, now }: EgnyteCall, person: number): SandboxResponse {
  const body = jsonBody(request);
  if (!body) return refused(400, "Invalid JSON");
  const { active, userType } = body;
  if (active === false && person === 0) return refused(400, "The owner of the domain cannot be disabled.");
  const status = active === undefined ? undefined : active === true ? "active" : "inactive";
  tenant.people.edit(person, now, {
    ...(status && { status }),
    ...(typeof userType === "string" && { profile: { userType } }),
  });
  const action = status === undefined ? "Update" : status === "active" ? "Enable" : "Disable";
  tenant.append({ type: `USER_AUDIT.${action}`, actor: 0, person });
  return one(tenant, person);
}
