import { type ApiRoute, type Call, guarded, open } from "../../kit/api.ts";
import { formBody, jsonBody } from "../../kit/body.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { forbidden, noContent, notFound, problem } from "./answers.ts";
import { salesforceIds } from "./ids.ts";
import { csvOf, logFiles } from "./objects.ts";
import { answerLocator, answerQuery } from "./query.ts";
import type { Row } from "./soql.ts";
import type { SalesforceTenant } from "./tenant.ts";

export type SalesforceCall = Call<SalesforceTenant, Granted>;
export type SalesforceRoute = ApiRoute<SalesforceTenant, Granted>;

const root = "/services/data/:version";

/** Of `Sforce-Query-Options`; 200 to 2,000. */
function batchOf({ request }: SalesforceCall): number {
  const [, size] = /batchSize=(\d+)/.exec(String(request.headers["sforce-query-options"] ?? "")) ?? [];
  return Math.min(2000, Math.max(200, Number(size ?? 2000)));
}

const query =
  (asked: { deleted?: boolean; tooling?: boolean }) =>
  (call: SalesforceCall): SandboxResponse =>
    answerQuery(call.tenant, call.request.query.get("q") ?? "", {
      ...{ deleted: asked.deleted ?? false, tooling: asked.tooling ?? false, batch: batchOf(call) },
    });

export const routes: SalesforceRoute[] = [
  open("GET", "/services/oauth2/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
  open("POST", "/services/oauth2/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
  open("POST", "/services/oauth2/token", ({ tenant, request }) => tenant.oauth.token(request)),
  // The token proves itself: no session is needed.
  open("POST", "/services/oauth2/revoke", ({ tenant, request }) => {
    const isThere = tenant.tokens.revoke(formBody(request).get("token") ?? "");
    return isThere ? { status: 200, body: "" } : { status: 400, body: { error: "unsupported_token_type" } };
  }),
  guarded("GET", `${root}/query`, "", query({})),
  guarded("GET", `${root}/queryAll`, "", query({ deleted: true })),
  guarded("GET", `${root}/tooling/query`, "", query({ tooling: true })),
  guarded("GET", `${root}/query/:locator`, "", (call) =>
    answerLocator(call.tenant, call.parameters.locator ?? "", batchOf(call)),
  ),
  guarded("GET", `${root}/sobjects/EventLogFile/:id/LogFile`, "View Event Log Files", ({ tenant, parameters }) => {
    const file = logFiles(tenant).find(({ row }) => row.Id === parameters.id);
    if (!file) return notFound();
    return { status: 200, headers: { "content-type": "text/csv" }, body: csvOf(tenant, file.numbers) };
  }),
  guarded("GET", `${root}/sobjects/ContentVersion/:id/VersionData`, "Query All Files", ({ tenant, parameters }) => {
    const item = tenant.files.ofVersion(parameters.id ?? "");
    if (!item) return notFound();
    const headers = { "content-type": "application/octetstream" };
    return { status: 200, headers, body: tenant.files.drive.contentOf(item.number) };
  }),
  guarded("DELETE", `${root}/sobjects/User/:id/password`, "Reset User Passwords and Unlock Users", (call) => {
    const person = call.tenant.people.find(call.parameters.id ?? "");
    if (person === undefined) return notFound();
    call.tenant.append({ type: "resetpassword", actor: call.caller.subject, target: person });
    return { status: 200, body: { NewPassword: "myNewPassword1234" } };
  }),
  guarded("PATCH", `${root}/sobjects/:object/:id`, "", (call) => change(call, jsonBody(call.request) ?? {})),
  guarded("DELETE", `${root}/sobjects/:object/:id`, "", remove),
  guarded("POST", `${root}/sobjects/:object`, "", (call) => create(call, jsonBody(call.request) ?? {})),
];

const writers: Record<string, string> = {
  ...{ User: "Manage Users", UserLogin: "Manage Users", AuthSession: "Manage Users" },
  ...{ PermissionSetAssignment: "Assign Permission Sets", ContentDocument: "Modify All Data" },
  ...{ ContentDocumentLink: "Modify All Data", ContentDistribution: "Modify All Data" },
};

function mayNot({ tenant, parameters }: SalesforceCall): boolean {
  const permission = writers[parameters.object ?? ""];
  return permission === undefined || missesScope(tenant, permission);
}

function change(call: SalesforceCall, body: Row): SandboxResponse {
  const { tenant, parameters, now, caller } = call;
  const { object, id = "" } = parameters;
  if (mayNot(call)) return forbidden();
  if (object === "ContentDocument") {
    const owner = tenant.people.find(String(body.OwnerId));
    if (!tenant.files.find(id) || owner === undefined) return notFound();
    tenant.files.give(id, owner, now);
    return noContent;
  }
  if (object === "ContentDistribution") {
    const at = typeof body.ExpiryDate === "string" ? Date.parse(body.ExpiryDate) : null;
    if (at !== null && at <= now) return problem(400, "FIELD_INTEGRITY_EXCEPTION", "Expiry date must be in the future");
    return tenant.files.expire(id, at, now) ? noContent : notFound();
  }
  const person = object === "User" ? tenant.people.find(id) : salesforceIds("0Yw", tenant.seed).indexOfId(id);
  if (person === undefined || !tenant.people.exists(person)) return notFound();
  const isOn = object === "User" ? body.IsActive === true : body.IsFrozen === false;
  const off = object === "User" ? "inactive" : "frozen";
  tenant.people.edit(person, now, { status: isOn ? "active" : off });
  const type = object === "User" ? (isOn ? "activateduser" : "deactivateduser") : isOn ? "unfrozeuser" : "frozeuser";
  tenant.append({ type, actor: caller.subject, target: person });
  return noContent;
}

function remove(call: SalesforceCall): SandboxResponse {
  const { tenant, parameters, now } = call;
  const { object = "", id = "" } = parameters;
  if (mayNot(call)) return forbidden();
  if (object.startsWith("Content")) return tenant.files.delete(object, id, now) ? noContent : notFound();
  if (tenant.deleted.has(id)) return notFound();
  tenant.deleted.add(id);
  return noContent;
}

function create(call: SalesforceCall, body: Row): SandboxResponse {
  const { tenant, parameters, now } = call;
  if (mayNot(call)) return forbidden();
  const isMade =
    parameters.object === "ContentDocumentLink"
      ? tenant.files.addLink(body, now)
      : tenant.files.addDistribution(body, now);
  return isMade ? { status: 201, body: { id: "06A000000000001AAA", success: true, errors: [] } } : notFound();
}
