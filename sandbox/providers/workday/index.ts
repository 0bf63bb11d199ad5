import type { Provider, SandboxRequest, SandboxResponse } from "../../provider.ts";
import type { Route } from "../../router.ts";
import { match, route } from "../../router.ts";
import { countCall, takeRateLimit, takeServerError } from "../../trouble.ts";
import { getAccounts, updateAccount } from "./accounts.ts";
import { badParameter, invalidToken, maintenance, notFound, permissionDenied, tooManyRequests } from "./answers.ts";
import { getWorkers } from "./get-workers.ts";
import { authorize, token } from "./oauth.ts";
import { signonReport, workerReport } from "./reports.ts";
import { activityLogging, worker, workers } from "./rest.ts";
import { getSignons } from "./signons.ts";
import type { SoapRequest } from "./soap.ts";
import { authenticationFault, fault, parseSoap, validationFault } from "./soap.ts";
import { WorkdayTenant } from "./tenant.ts";
import { problemIn } from "./wsdl.ts";

interface Call {
  request: SandboxRequest;
  tenant: WorkdayTenant;
  parameters: Record<string, string>;
  now: number;
}

/** `open`: a page or endpoint that needs no access token. `soap` authenticates in the envelope, too, and fails with faults. */
interface Handler {
  kind: "open" | "rest" | "soap";
  run(call: Call): SandboxResponse;
}

function rest(run: Handler["run"]): Handler {
  return { kind: "rest", run };
}

const consent: Handler = {
  kind: "open",
  run: ({ request, tenant, now }) => {
    const answer = authorize(request, tenant, now);
    if (String(answer.headers?.location).includes("code=")) tenant.appendTask("Submit OAuth 2.0 Consent (Web Service)");
    return answer;
  },
};

const routes: Route<Handler>[] = [
  route("GET", "/:tenant/authorize", consent),
  route("POST", "/:tenant/authorize", consent),
  route("POST", "/ccx/oauth2/:tenant/token", {
    kind: "open",
    run: ({ request, tenant, now }) => token(request, tenant, now),
  }),
  route(
    "GET",
    "/ccx/api/v1/:tenant/workers",
    rest(({ request, tenant }) => workers(request, tenant)),
  ),
  route(
    "GET",
    "/ccx/api/v1/:tenant/workers/:id",
    rest(({ request, tenant, parameters }) => worker(request, tenant, parameters.id as string)),
  ),
  route(
    "GET",
    "/ccx/api/staffing/:version/:tenant/workers",
    rest(({ request, tenant }) => workers(request, tenant)),
  ),
  route(
    "GET",
    "/ccx/api/staffing/:version/:tenant/workers/:id",
    rest(({ request, tenant, parameters }) => worker(request, tenant, parameters.id as string)),
  ),
  route(
    "GET",
    "/ccx/api/privacy/v1/:tenant/activityLogging",
    rest(({ request, tenant }) => activityLogging(request, tenant)),
  ),
  route("GET", "/ccx/service/customreport2/:tenant/:owner/:report", rest(report)),
  route("POST", "/ccx/service/:tenant/:service/:version", { kind: "soap", run: soap }),
];

export const workday: Provider = {
  slug: "workday",

  serves: (host) => host.endsWith(".myworkday.com") || host.endsWith(".workday.com"),

  createTenant: (options, kit) => new WorkdayTenant(options, kit),

  async handle(request, kit) {
    const found = match(routes, request.method, request.path);
    if (!found) return notFound("resource");
    const tenant = kit.tenant("workday", found.parameters.tenant as string);
    if (!(tenant instanceof WorkdayTenant)) return notFound("tenant");
    const handler = found.route.run;
    const call: Call = { request, tenant, parameters: found.parameters, now: kit.now() };
    countCall(tenant, request.method, found.route.pattern);
    return { ...(handler.kind === "open" ? handler.run(call) : answer(handler, call)), tenant };
  },
};

function answer(handler: Handler, call: Call): SandboxResponse {
  const refusal = trouble(call.tenant) ?? (handler.kind === "rest" && !authorized(call) ? invalidToken() : undefined);
  return refusal ?? handler.run(call);
}

/** Faults that strike before Workday looks at the request. */
function trouble(tenant: WorkdayTenant): SandboxResponse | undefined {
  const status = takeServerError(tenant);
  if (status !== undefined) return maintenance(status);
  const seconds = takeRateLimit(tenant);
  return seconds === undefined ? undefined : tooManyRequests(seconds);
}

function authorized({ request, tenant, now }: Call): boolean {
  if (tenant.faults.unauthorized || tenant.faults.revoked) return false;
  const [scheme, value = ""] = (request.headers.authorization ?? "").split(" ");
  return scheme?.toLowerCase() === "bearer" && tenant.client.acceptsAccessToken(value, now);
}

function soap(call: Call): SandboxResponse {
  const envelope = parseSoap(call.request.body.toString("utf8"));
  if (!envelope)
    return fault("Client.validationError", "Validation error occurred. Invalid request: not a SOAP envelope.");
  if (!authorized(call) && !isSystemUser(call, envelope)) return authenticationFault();
  const operation = `${call.parameters.service}.${envelope.operation}`;
  countCall(call.tenant, "SOAP", operation);
  const problem = problemIn(envelope);
  if (problem) return validationFault(problem.message, problem.xpath);
  if (operation === "Identity_Management.Get_Workday_Account_Signons_Request")
    return getSignons(envelope, call.tenant, call.now);
  if (operation === "Human_Resources.Get_Workers_Request") return getWorkers(envelope, call.tenant, call.now);
  if (operation === "Human_Resources.Get_Workday_Account_Request") return getAccounts(envelope, call.tenant, call.now);
  if (operation === "Human_Resources.Workday_Account_for_Worker_Update") return updateAccount(envelope, call.tenant);
  return fault(
    "Client.validationError",
    `Validation error occurred. Invalid request: ${envelope.operation} is no operation of ${call.parameters.service}.`,
  );
}

/** WS-Security with the integration system user: `ISU@tenant` and its password. */
function isSystemUser({ tenant }: Call, { user }: SoapRequest): boolean {
  if (tenant.faults.unauthorized || tenant.faults.revoked) return false;
  return (
    user !== null && user.name === `${tenant.isu.name}@${tenant.options.name}` && user.password === tenant.isu.password
  );
}

/** A report whose name speaks of sign-ons has two required prompts; any other lists the workers. */
function report({ request, tenant, parameters }: Call): SandboxResponse {
  if (request.query.get("format") !== "json") return badParameter("format", "This report is only available as json.");
  const signons = /sign/i.test(parameters.report as string);
  const lacking = signons ? tenant.lacks("System Auditing") : tenant.lacks("Worker Data: Public Worker Reports");
  if (lacking) return permissionDenied(lacking);
  if (!signons) return workerReport(tenant);
  const [from, to] = [
    Date.parse(request.query.get("From_Moment") ?? ""),
    Date.parse(request.query.get("To_Moment") ?? ""),
  ];
  if (Number.isNaN(from) || Number.isNaN(to))
    return badParameter("From_Moment", "The prompts From_Moment and To_Moment are required.");
  return signonReport(tenant, from, to);
}
