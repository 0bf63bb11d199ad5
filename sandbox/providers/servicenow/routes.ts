import { type ApiRoute, type Call, guarded, open } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { linkTo, sizeOf } from "../../kit/paging.ts";
import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { missesScope, shape } from "../../trouble.ts";
import { forbidden, noRecord, problem } from "./answers.ts";
import { parseQuery, type Row, sorted } from "./encoded-query.ts";
import { type Table, tableNamed } from "./tables.ts";
import type { ServicenowTenant } from "./tenant.ts";

/** The account that asks, by id. */
export interface Caller {
  subject: string;
}
type ServicenowCall = Call<ServicenowTenant, Caller>;
export type ServicenowRoute = ApiRoute<ServicenowTenant, Caller>;

export const routes: ServicenowRoute[] = [
  open("GET", "/oauth_auth.do", ({ tenant, request }) => tenant.oauth.authorize(request)),
  open("POST", "/oauth_auth.do", ({ tenant, request }) => tenant.oauth.authorize(request)),
  open("POST", "/oauth_token.do", ({ tenant, request }) => tenant.oauth.token(request)),
  guarded("GET", "/api/now/table/:table", "", list),
  guarded("GET", "/api/now/table/:table/:id", "", (call) =>
    withTable(call, ({ rows, references }) => {
      const row = rows(call.tenant).find(({ sys_id }) => sys_id === call.parameters.id);
      return row ? { status: 200, body: { result: written(call.request, row, references) } } : noRecord();
    }),
  ),
  guarded("PATCH", "/api/now/table/:table/:id", "", change),
  guarded("DELETE", "/api/now/table/:table/:id", "", remove),
  guarded("GET", "/api/now/attachment/:id/file", "read sys_attachment", ({ tenant, parameters }) => {
    const content = tenant.attachments.content(parameters.id ?? "");
    return content
      ? { status: 200, headers: { "content-type": "application/octet-stream" }, body: content }
      : noRecord();
  }),
];

function withTable({ tenant, parameters }: ServicenowCall, run: (table: Table) => SandboxResponse): SandboxResponse {
  const name = parameters.table ?? "";
  const table = tableNamed(name);
  if (!table) return problem(400, `Invalid table ${name}`);
  return missesScope(tenant, `read ${name}`) ? forbidden() : run(table);
}

/** A page of records: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html */
function list(call: ServicenowCall): SandboxResponse {
  const { tenant, request, caller } = call;
  return withTable(call, ({ rows, references, stream }) => {
    const { matches, order } = parseQuery(request.query.get("sysparm_query") ?? "", caller.subject);
    const found = sorted(rows(tenant).filter(matches), order);
    const size = sizeOf(request, "sysparm_limit", { usual: 10_000, max: 10_000 }, tenant);
    const offset = Math.max(0, Number(request.query.get("sysparm_offset") ?? 0) || 0);
    const page = found.slice(offset, offset + size).map((row) => written(request, row, references));
    return {
      status: 200,
      headers: { "x-total-count": String(found.length), ...linksOf(request, offset, size, found.length) },
      body: { result: stream ? shape(tenant, stream, page, ["sys_id", "user", "tablename"]) : page },
    };
  });
}

function linksOf(request: SandboxRequest, offset: number, size: number, total: number): Record<string, string> {
  const link = (rel: string, at: number) => `<${linkTo(request, { sysparm_offset: String(at) })}>;rel="${rel}"`;
  const last = Math.max(0, Math.ceil(total / size) - 1) * size;
  const links = [
    link("first", 0),
    ...(offset > 0 ? [link("prev", Math.max(0, offset - size))] : []),
    ...(offset + size < total ? [link("next", offset + size)] : []),
    link("last", last),
  ];
  return total > size ? { link: links.join(",") } : {};
}

/** The fields that are asked for. References are links, unless the links are left out. */
function written(request: SandboxRequest, row: Row, references: readonly string[] = []): Record<string, unknown> {
  const fields = request.query.get("sysparm_fields")?.split(",") ?? Object.keys(row);
  const isPlain = request.query.get("sysparm_exclude_reference_link") === "true";
  return Object.fromEntries(
    fields
      .filter((field) => field in row)
      .map((field) => {
        const value = row[field] ?? "";
        const isLink = !isPlain && value !== "" && references.includes(field);
        return [field, isLink ? { link: `https://${request.host}/api/now/table/x/${value}`, value } : value];
      }),
  );
}

/** The role that each kind of change asks for. */
const writers: Readonly<Record<string, string>> = {
  "PATCH sys_user": "user_admin",
  "PATCH oauth_entity": "oauth_admin",
  "DELETE oauth_credential": "oauth_admin",
  "DELETE sys_user_has_role": "admin",
};

function mayNot({ tenant, request, parameters }: ServicenowCall): boolean {
  const role = writers[`${request.method} ${parameters.table}`];
  return role === undefined || missesScope(tenant, role);
}

function change(call: ServicenowCall): SandboxResponse {
  const { tenant, parameters, now } = call;
  const { table, id = "" } = parameters;
  const body = jsonBody(call.request);
  if (!body) return problem(400, "Exception while reading request", "The payload is not valid JSON.");
  if (mayNot(call)) return forbidden();
  if (table === "oauth_entity") {
    const app = tenant.apps.find(id);
    if (app === undefined) return noRecord();
    if (body.active === "false") tenant.apps.inactive.add(app);
    if (body.active === "true") tenant.apps.inactive.delete(app);
    return { status: 200, body: { result: { sys_id: id } } };
  }
  const person = tenant.people.find(id);
  if (person === undefined) return noRecord();
  const { password_needs_reset, ...state } = body;
  const profile = password_needs_reset === undefined ? {} : { profile: { password_needs_reset } };
  const before = tenant.people.record(person);
  const isActive = (state.active ?? before.active) === "true";
  const isLocked = (state.locked_out ?? before.locked_out) === "true";
  const status = isActive ? (isLocked ? "locked" : "active") : "inactive";
  tenant.people.edit(person, now, { status, ...profile });
  return { status: 200, body: { result: { sys_id: id } } };
}

function remove(call: ServicenowCall): SandboxResponse {
  const { tenant, parameters } = call;
  const { table, id = "" } = parameters;
  if (mayNot(call)) return forbidden();
  if (table === "oauth_credential") return tenant.apps.delete(id) ? { status: 204 } : noRecord();
  if (
    !tableNamed("sys_user_has_role")
      ?.rows(tenant)
      .some(({ sys_id }) => sys_id === id)
  )
    return noRecord();
  tenant.revokedRoles.add(id);
  return { status: 204 };
}
