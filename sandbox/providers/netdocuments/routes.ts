import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { guarded } from "../../kit/api.ts";
import { credentialOf, formBody } from "../../kit/body.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope, shape } from "../../trouble.ts";
import type { NetDocumentsTenant } from "./tenant.ts";

export interface Caller {
  scopes: readonly string[];
}
type NetDocumentsCall = Call<NetDocumentsTenant, Caller>;

export const problem = (status: number, message: string): SandboxResponse => ({ status, body: { message } });
const ok = (body: unknown): SandboxResponse => ({ status: 200, body });

export function authenticate({
  tenant,
  request,
}: OpenCall<NetDocumentsTenant>): ReturnType<Api<NetDocumentsTenant, Caller>["authenticate"]> {
  const granted = tenant.oauth.authenticate(credentialOf(request, "Bearer") ?? "");
  const isDead = tenant.faults.unauthorized || tenant.faults.revoked;
  return granted && !isDead
    ? { caller: { scopes: granted.scopes } }
    : { refusal: problem(401, "The access token is not valid.") };
}

export function refuse({ tenant, caller }: NetDocumentsCall, scope: string) {
  const isHeld = scope === "" || (caller.scopes.includes(scope) && !missesScope(tenant, scope));
  return isHeld ? undefined : problem(403, "Insufficient scope.");
}

/** Made up: NetDocuments publishes none. */
const perMinute = 600;

export function limit({ tenant, now }: NetDocumentsCall) {
  const { exceeded, resetAt } = tenant.limiter.take("app", perMinute, now);
  if (!exceeded || tenant.options.unlimited) return { headers: {} };
  return { headers: {}, refusal: tooMany(Math.max(1, resetAt - Math.floor(now / 1000))) };
}

export const tooMany = (seconds: number): SandboxResponse => ({
  ...problem(429, "Too many requests."),
  headers: { "retry-after": String(seconds) },
});

/** The repository of the path must be that of the token, and of this region. */
const inRepository = (run: (call: NetDocumentsCall) => SandboxResponse) => (call: NetDocumentsCall) =>
  call.parameters.id === call.tenant.repositoryId ? run(call) : problem(404, "Repository not found.");

const cabinetNames = ["Litigation", "Corporate", "Knowledge"];
const cabinetId = (place: number): string => `NG-CAB0000${place}`;

export const routes: ApiRoute<NetDocumentsTenant, Caller>[] = [
  guarded(
    "GET",
    "/v1/Repository/:id/info",
    "",
    inRepository(({ tenant }) => ok({ id: tenant.repositoryId, name: `${tenant.options.name} LLP` })),
  ),
  guarded(
    "GET",
    "/v1/Repository/:id/users",
    "read",
    inRepository(({ tenant }) => {
      const { people } = tenant;
      const present = Array.from({ length: people.count }, (_, index) => index).filter((index) => people.exists(index));
      return ok(
        shape(
          tenant,
          "users",
          present.map((index) => people.record(index)),
          ["id"],
        ),
      );
    }),
  ),
  guarded(
    "GET",
    "/v1/Repository/:id/groups",
    "read",
    inRepository(({ tenant, request }) => {
      const groups = Array.from({ length: tenant.groups.count }, (_, group) => tenant.groups.record(group));
      if (Number(request.query.get("$top") ?? 0) > 10_000) return problem(400, "$top is not valid.");
      const isWhole = request.query.get("returnInfo") === "all" && !tenant.listsIds;
      return ok(isWhole ? shape(tenant, "groups", groups, ["id"]) : groups.map(({ id }) => id));
    }),
  ),
  guarded("GET", "/v1/Group/:group/info", "read", ({ tenant, parameters }) => {
    const group = tenant.groups.find(parameters.group ?? "");
    return group === undefined ? problem(404, "Group not found.") : ok(tenant.groups.record(group));
  }),
  // How the log names it is not published: it writes no row.
  guarded("POST", "/v1/Group/:group/members", "admin", ({ tenant, parameters, request, now }) => {
    const { people, groups } = tenant;
    const form = formBody(request);
    const group = groups.find(parameters.group ?? "");
    const person = people.indexOf(form.get("member") ?? "");
    const action = form.get("action") ?? "";
    if (group === undefined) return problem(404, "Group not found.");
    if (person === undefined || !people.exists(person) || !["add", "remove"].includes(action))
      return problem(400, "action or member is not valid.");
    groups.setMember(group, person, action === "add", now);
    return { status: 204 };
  }),
  guarded("GET", "/v1/Group/:group/members", "read", ({ tenant, parameters }) => {
    const { people, groups } = tenant;
    const group = groups.find(parameters.group ?? "");
    if (group === undefined) return problem(404, "Group not found.");
    const members = Array.from({ length: people.count }, (_, index) => index).filter((index) =>
      groups.has(group, index),
    );
    const rows = members.map((index) => ({ id: people.idOf(index), displayName: people.person(index).name }));
    return ok(shape(tenant, "groups", rows, ["id"]));
  }),
  guarded("GET", "/v1/User/cabinets", "read", ({ tenant }) => {
    const rows = cabinetNames.map((name, place) => ({
      ...{
        id: cabinetId(place),
        name,
        repositoryId: tenant.repositoryId,
        repositoryName: `${tenant.options.name} LLP`,
      },
      ...{ isCollaborationSpacesEnabled: "false", wsAttrNum: 2, wsOrgAttrNum: 1 },
    }));
    return ok(shape(tenant, "privileges", rows, ["id"]));
  }),
  guarded("GET", "/v1/cabinet/:cabinet/membership", "read", ({ tenant, parameters }) => {
    const place = cabinetNames.findIndex((_, index) => cabinetId(index) === parameters.cabinet);
    if (place < 0) return problem(404, "Cabinet not found.");
    return ok(membership(tenant, place));
  }),
  guarded("GET", "/v1/Repository/:id/log", "admin", inRepository(log)),
];

/** Administrators, everybody else by their groups, and in the first cabinet people from outside. */
function membership({ groups }: NetDocumentsTenant, place: number): Record<string, unknown>[] {
  const row = (group: number, right: "administer" | "edit" | "view", cabDefault: boolean) => {
    const has = {
      view: true,
      edit: right !== "view",
      share: right === "administer",
      administer: right === "administer",
    };
    return { principal: groups.idOf(group), name: groups.record(group).name, ...has, noAccess: false, cabDefault };
  };
  if (groups.count < 2) return [];
  const inner = Array.from({ length: Math.max(0, groups.count - 2) }, (_, index) => row(index + 1, "edit", true));
  const outside = place === 0 ? [row(groups.count - 1, "edit", false)] : [];
  return [row(0, "administer", true), ...inner, ...outside];
}

const dayMs = 86_400_000;

/** All rows at once, oldest first, both ends included; a start before the last 90 days is refused. */
function log({ tenant, request, now }: NetDocumentsCall): SandboxResponse {
  const asked = request.query.get("Logtype") ?? "consolidated";
  const instant = (name: string, usual: number) => {
    const text = request.query.get(name);
    return text === null ? usual : Date.parse(text);
  };
  const [from, to] = [instant("start", now - 30 * dayMs), instant("end", now)];
  if (request.query.get("format") !== "json") return problem(400, "format is not valid.");
  if (Number.isNaN(from) || Number.isNaN(to) || !["consolidated", "admin"].includes(asked))
    return problem(400, "start, end or Logtype is not valid.");
  if (from < now - 90 * dayMs) return problem(400, "start must lie within the last 90 days.");
  const rows = Array.from({ length: tenant.timeline.count }, (_, number) => tenant.row(number))
    .filter((one) => one.log === asked && one.at >= from && one.at <= to)
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
  const shaped = rows.map((row) => ({
    ...row,
    activity: shape(tenant, "activities", [row.activity as Record<string, unknown>], ["date", "name"])[0],
  }));
  if (!tenant.marksLogs) return ok(shaped);
  return { ...ok(`\uFEFF${JSON.stringify(shaped)}`), headers: { "content-type": "application/json; charset=utf-8" } };
}
