import type { SandboxResponse } from "../../provider.ts";
import { workerIds } from "./get-workers.ts";
import { responseFilter, responseResults } from "./signons.ts";
import type { SoapRequest, XmlNode } from "./soap.ts";
import {
  child,
  children,
  element,
  emptyEnvelope,
  envelope,
  flag,
  notAuthorizedFault,
  reference,
  text,
  validationFault,
} from "./soap.ts";
import type { WorkdayTenant } from "./tenant.ts";
import type { Worker } from "./workers.ts";

/** Human_Resources, operation `Get_Workday_Account`: accounts by reference, or all of them, with what became of them. */
export function getAccounts(request: SoapRequest, tenant: WorkdayTenant, now: number): SandboxResponse {
  if (tenant.lacks("System", "Workday Accounts")) return notAuthorizedFault();
  const path = "/bsvc:Get_Workday_Account_Request";
  const filter = responseFilter(request.content, now, tenant.options.unlimited ? 100_000 : 999);
  if (!filter)
    return validationFault("Count must be between 1 and 999, and Page at least 1.", `${path}/bsvc:Response_Filter`);
  const named = children(child(request.content, "Request_References"), "Workday_Account_Reference");
  const indexes = named.map((one) => tenant.workers.named(children(one, "ID")));
  const unknown = indexes.indexOf(undefined);
  if (unknown >= 0)
    return validationFault(
      "Invalid ID value. No Workday account is found for the reference.",
      `${path}/bsvc:Request_References/bsvc:Workday_Account_Reference[${unknown + 1}]`,
    );
  const total = named.length > 0 ? named.length : tenant.workers.all;
  const start = (filter.page - 1) * filter.count;
  const length = Math.max(0, Math.min(total - start, filter.count));
  const accounts = Array.from({ length }, (_, position) =>
    tenant.workers.at(named.length > 0 ? (indexes[start + position] as number) : start + position),
  );
  return envelope(
    "Get_Workday_Account_Response",
    request.version,
    `${responseResults(filter, total, length)}<wd:Response_Data>${accounts.map(accountElement).join("")}</wd:Response_Data>`,
  );
}

function accountElement(worker: Worker): string {
  const account = reference("Workday_Account_Reference", { ...workerIds(worker), WorkdayUserName: worker.userName });
  const data = [
    element("User_Name", worker.userName),
    element("Require_New_Password_at_Next_Sign_In", worker.requireNewPassword),
    element("Account_Disabled", worker.accountDisabled),
  ];
  return `<wd:Workday_Account_Response_Data>${account}<wd:Workday_Account_for_Worker_Data>${data.join("")}</wd:Workday_Account_for_Worker_Data></wd:Workday_Account_Response_Data>`;
}

/**
 * Human_Resources, operation `Update_Workday_Account`: disable, enable, ask for a new password. What is not sent stays as
 * it is.
 */
export function updateAccount(request: SoapRequest, tenant: WorkdayTenant): SandboxResponse {
  if (tenant.lacks("System", "Workday Accounts")) return notAuthorizedFault();
  const path = "/bsvc:Workday_Account_for_Worker_Update";
  const index = referencedWorker(child(request.content, "Worker_Reference"), tenant);
  if (index === undefined)
    return validationFault("Invalid ID value. No worker is found for the reference.", `${path}/bsvc:Worker_Reference`);
  const worker = tenant.workers.at(index);
  const data = child(request.content, "Workday_Account_for_Worker_Data");
  if (text(data, "User_Name") !== worker.userName) {
    return validationFault(
      "User Name is required and must be the current one.",
      `${path}/bsvc:Workday_Account_for_Worker_Data/bsvc:User_Name`,
    );
  }
  const disabled = flag(data, "Account_Disabled");
  const newPassword = flag(data, "Require_New_Password_at_Next_Sign_In");
  if (disabled !== undefined) tenant.workers.setDisabled(index, disabled);
  if (newPassword !== undefined) tenant.workers.setRequireNewPassword(index, newPassword);
  tenant.appendTask("Edit Workday Account (Web Service)", index);
  return emptyEnvelope();
}

/** Either an employee or a contingent worker, by the id that Workday gave: its system is called `WD-EMPLID`. */
function referencedWorker(named: XmlNode, tenant: WorkdayTenant): number | undefined {
  const kinds = [
    { element: "Employee_Reference", contingent: false },
    { element: "Contingent_Worker_Reference", contingent: true },
  ].filter(({ element }) => named[element] !== undefined);
  const [kind] = kinds;
  if (!kind || kinds.length > 1) return undefined;
  const [id] = children(child(child(named, kind.element), "Integration_ID_Reference"), "ID");
  if (!id || text(id, "@System_ID") !== "WD-EMPLID") return undefined;
  const index = tenant.workers.byEmployeeId(text(id, "#text") ?? "");
  return index !== undefined && tenant.workers.at(index).contingent === kind.contingent ? index : undefined;
}
