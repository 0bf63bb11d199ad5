import { type ApiRoute, type Call, guarded } from "../../kit/api.ts";
import type { SandboxResponse } from "../../provider.ts";
import { countCall } from "../../trouble.ts";
import { getAccounts, updateAccount } from "./accounts.ts";
import { getWorkers } from "./get-workers.ts";
import { type Filter, filterOf } from "./response-filter.ts";
import type { Caller } from "./rest-routes.ts";
import { getSignons } from "./signons.ts";
import { invalidRequest, notAuthorizedFault, parseSoap, type SoapRequest, validationFault } from "./soap.ts";
import type { WorkdayTenant } from "./tenant.ts";
import { problemIn } from "./wsdl.ts";

interface Operation {
  /** Functional area and domain. */
  needs: readonly string[];
  run(request: SoapRequest, filter: Filter, tenant: WorkdayTenant, now: number): SandboxResponse;
}

const operations: Readonly<Record<string, Operation>> = {
  "Identity_Management.Get_Workday_Account_Signons_Request": { needs: ["System", "System Auditing"], run: getSignons },
  "Human_Resources.Get_Workers_Request": {
    needs: ["Staffing", "Worker Data: Public Worker Reports"],
    run: getWorkers,
  },
  "Human_Resources.Get_Workday_Account_Request": { needs: ["System", "Workday Accounts"], run: getAccounts },
  "Human_Resources.Workday_Account_for_Worker_Update": {
    needs: ["System", "Workday Accounts"],
    run: (request, _, tenant, now) => updateAccount(request, tenant, now),
  },
};

export const soapRoutes: ApiRoute<WorkdayTenant, Caller>[] = [
  guarded("POST", "/ccx/service/:tenant/:service/:version", "", soap),
];

function soap({ tenant, request, parameters, now }: Call<WorkdayTenant, Caller>): SandboxResponse {
  const envelope = parseSoap(request.body.toString("utf8"));
  if (!envelope) return invalidRequest("not a SOAP envelope");
  const name = `${parameters.service}.${envelope.operation}`;
  countCall(tenant, "SOAP", name);
  const problem = problemIn(envelope);
  if (problem) return validationFault(problem.message, problem.xpath);
  const operation = operations[name];
  if (!operation) return invalidRequest(`${envelope.operation} is no operation of ${parameters.service}`);
  if (tenant.lacks(operation.needs)) return notAuthorizedFault();
  const filter = filterOf(envelope, now, tenant.options.unlimited);
  return "status" in filter ? filter : operation.run(envelope, filter, tenant, now);
}
