import { finding, guarded } from "../../kit/api.ts";
import { type Listing, linkTo, listingOf, pageAt, placeOf, sizeOf, tokenAt } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { apiOf, type Caller, parameter, usage, type WorkplaceCall } from "./access.ts";
import { badParameter, graphError, unknownObject } from "./answers.ts";
import type { WorkplaceTenant } from "./tenant.ts";

type GraphNode = Record<string, unknown>;

const missing = (id: string) => graphError(unknownObject(id));
const withPerson = finding<WorkplaceTenant, Caller, number>("id", ({ tenant }, id) => tenant.people.find(id), missing);
const withGroup = finding<WorkplaceTenant, Caller, number>(
  "id",
  ({ tenant, caller }, id) => (caller.allGroups ? tenant.groups.find(id) : undefined),
  missing,
);

export const graphApi = apiOf(
  [
    guarded("GET", "/community", "", (call) => {
      const { name } = call.tenant.options;
      const shown = name.charAt(0).toUpperCase() + name.slice(1);
      return one(call, { id: call.tenant.communityId, name: shown, privacy: "CLOSED" });
    }),
    guarded("GET", "/community/former_members", "Manage work profiles", (call) => {
      const { people } = call.tenant;
      const former = { count: people.count, at: (index: number) => (people.exists(index) ? undefined : index) };
      return list(call, "users", former, personNode);
    }),
    guarded("GET", "/community/admins", "Read work profile", (call) =>
      list(call, "users", listingOf(call.tenant.administrators()), personNode),
    ),
    guarded("GET", "/community/groups", "Read group membership", (call) => {
      const count = call.caller.allGroups ? call.tenant.groups.count : 0;
      return list(call, "groups", { count, at: (group) => group }, groupNode);
    }),
    guarded(
      "GET",
      "/:id/members",
      "Read group membership",
      withGroup((call, group) => list(call, "members", call.tenant.groups.members(group), personNode)),
    ),
    guarded(
      "GET",
      "/:id/admins",
      "Read group membership",
      withGroup((call, group) => {
        const { groups } = call.tenant;
        const owner = groups.ownerOf(group);
        return list(call, "members", listingOf(groups.has(group, owner) ? [owner] : []), personNode);
      }),
    ),
    guarded("POST", "/:id", "Manage accounts", withPerson(setActive)),
    guarded("POST", "/:id/logout", "Log out users", withPerson(logOut)),
  ],
  graphError,
  { proof: true, headers: ({ tenant }) => usage(tenant.usagePercent) },
);

/** `POST /{id-or-email}?active=false` */
function setActive({ tenant, request, now }: WorkplaceCall, person: number): SandboxResponse {
  const active = parameter(request, "active");
  if (active !== "true" && active !== "false") return graphError(badParameter("Param active must be a boolean"));
  const status = active === "true" ? "active" : "inactive";
  if (tenant.people.status(person) !== status) {
    tenant.people.edit(person, now, { status });
    tenant.appendByApp(status === "active" ? "ACCOUNT_ACTIVATED" : "ACCOUNT_DEACTIVATED", person);
  }
  return { status: 200, body: { success: true } };
}

/** Of all devices. */
function logOut({ tenant }: WorkplaceCall, person: number): SandboxResponse {
  tenant.appendByApp("FORCED_LOGOUT", person);
  return { status: 200, body: { success: true } };
}

function personNode({ tenant }: WorkplaceCall, index: number): GraphNode {
  const { id, name, email, active, department, division, title } = tenant.member(index);
  return { id, name, email: email ?? undefined, active, department, division, title };
}

function groupNode({ tenant }: WorkplaceCall, group: number): GraphNode {
  const { updatedAt, ...shown } = tenant.groups.record(group);
  const { id, name } = tenant.member(tenant.groups.ownerOf(group));
  const updated_time = new Date(updatedAt * 1000).toISOString().replace(/\.\d+Z/, "+0000");
  return { ...shown, owner: { id, name }, updated_time };
}

/** One page of an edge. The last page has cursors, too, but no `next`. */
function list(
  call: WorkplaceCall,
  stream: string,
  listing: Listing<number>,
  write: (call: WorkplaceCall, record: number) => GraphNode,
): SandboxResponse {
  const { tenant, request } = call;
  const start = placeOf(request.query.get("after"));
  if (start === undefined) return graphError(badParameter("Invalid cursors values"));
  const page = pageAt(listing, start, sizeOf(request, "limit", { usual: 25, max: 100 }, tenant));
  const fields = fieldsOf(request.query.get("fields")) ?? ["id", "name"];
  const nodes = page.records.map((record) => write(call, record));
  const unknown = nodes[0] && fields.find((field) => !(field in (nodes[0] as GraphNode)));
  if (unknown) return graphError(badParameter(`Tried accessing nonexisting field (${unknown})`));
  const cutNodes = nodes.map((node) => cut(node, fields));
  const data = shape(tenant, stream, cutNodes, ["id", "name"]);
  if (data.length === 0) return { status: 200, body: { data } };
  const after = tokenAt(page.next ?? listing.count);
  const next = page.next === undefined ? {} : { next: linkTo(unproved(request), { after }) };
  return { status: 200, body: { data, paging: { cursors: { before: tokenAt(start), after }, ...next } } };
}

/** Links lack the proof of the app secret: who follows them has to add it. */
function unproved(request: WorkplaceCall["request"]): WorkplaceCall["request"] {
  const query = new URLSearchParams([...request.query].filter(([name]) => !name.startsWith("appsecret_")));
  return { ...request, query };
}

function one({ request }: WorkplaceCall, node: GraphNode): SandboxResponse {
  const fields = fieldsOf(request.query.get("fields")) ?? Object.keys(node);
  const unknown = fields.find((field) => !(field in node));
  if (unknown) return graphError(badParameter(`Tried accessing nonexisting field (${unknown})`));
  return { status: 200, body: cut(node, fields) };
}

/** The id always comes along. */
function cut(node: GraphNode, fields: string[]): GraphNode {
  return Object.fromEntries(Object.entries(node).filter(([name]) => name === "id" || fields.includes(name)));
}

/** `id,name,owner{id}`; undefined when none are named. What is asked of a part is not looked into. */
function fieldsOf(text: string | null): string[] | undefined {
  if (!text) return undefined;
  const fields = text.replaceAll(/\{[^}]*\}/g, "").split(",");
  return fields.map((field) => field.trim()).filter((field) => field !== "");
}
