import type { SandboxResponse } from "../../provider.ts";
import { responseFilter, responseResults } from "./signons.ts";
import type { SoapRequest } from "./soap.ts";
import { child, children, element, envelope, flag, notAuthorizedFault, reference, validationFault } from "./soap.ts";
import type { WorkdayTenant } from "./tenant.ts";
import type { Worker } from "./workers.ts";

/**
 * Human_Resources, operation `Get_Workers`: personal, employment and account data of workers, as far as asked for.
 * Account data is the user name; the state of the account is in `Get_Workday_Account`.
 */
export function getWorkers(request: SoapRequest, tenant: WorkdayTenant, now: number): SandboxResponse {
  if (tenant.lacks("Staffing", "Worker Data: Public Worker Reports")) return notAuthorizedFault();
  const filter = responseFilter(request.content, now, tenant.options.unlimited ? 100_000 : 999);
  if (!filter)
    return validationFault(
      "Count must be between 1 and 999, and Page at least 1.",
      "/bsvc:Get_Workers_Request/bsvc:Response_Filter",
    );
  const group = child(request.content, "Response_Group");
  const parts = {
    personal: flag(group, "Include_Personal_Information") ?? false,
    employment: flag(group, "Include_Employment_Information") ?? false,
    // Workday leaves out, without a word, what the domain policies do not let one see.
    account: (flag(group, "Include_User_Account") ?? false) && !tenant.lacks("Workday Accounts"),
  };

  const named = children(child(request.content, "Request_References"), "Worker_Reference");
  const start = (filter.page - 1) * filter.count;
  let list: Worker[];
  let total: number;
  if (named.length > 0) {
    const indexes = named.map((one) => tenant.workers.named(children(one, "ID")));
    const unknown = indexes.indexOf(undefined);
    if (unknown >= 0)
      return validationFault(
        "Invalid ID value. No worker is found for the reference.",
        `/bsvc:Get_Workers_Request/bsvc:Request_References/bsvc:Worker_Reference[${unknown + 1}]`,
      );
    total = indexes.length;
    list = indexes.slice(start, start + filter.count).map((index) => tenant.workers.at(index as number));
  } else if (flag(child(request.content, "Request_Criteria"), "Exclude_Inactive_Workers") === false) {
    total = tenant.workers.all;
    list = Array.from({ length: Math.max(0, Math.min(total - start, filter.count)) }, (_, position) =>
      tenant.workers.at(start + position),
    );
  } else {
    [list, total] = [tenant.workers.list(start, filter.count), tenant.workers.current];
  }
  const data = list.map((worker) => workerElement(worker, parts, tenant.changedShape("users"))).join("");
  return envelope(
    "Get_Workers_Response",
    request.version,
    `${responseResults(filter, total, list.length)}<wd:Response_Data>${data}</wd:Response_Data>`,
  );
}

function workerElement(
  worker: Worker,
  parts: { personal: boolean; employment: boolean; account: boolean },
  changed: boolean,
): string {
  const ids = workerIds(worker);
  const name = `<wd:Name_Data><wd:Preferred_Name_Data><wd:Name_Detail_Data wd:Formatted_Name="${worker.name}">${reference("Country_Reference", { "ISO_3166-1_Alpha-3_Code": "USA" })}${element("First_Name", worker.first)}${element("Last_Name", worker.last)}</wd:Name_Detail_Data></wd:Preferred_Name_Data></wd:Name_Data>`;
  const usage = `<wd:Usage_Data wd:Public="1"><wd:Type_Data wd:Primary="1">${reference("Type_Reference", { Communication_Usage_Type_ID: "WORK" })}</wd:Type_Data></wd:Usage_Data>`;
  const personal = `<wd:Personal_Data>${name}<wd:Contact_Data><wd:Email_Address_Data>${element("Email_Address", worker.email)}${usage}</wd:Email_Address_Data></wd:Contact_Data></wd:Personal_Data>`;
  const position = `<wd:Position_Data>${element("Position_Title", worker.title)}${element("Business_Title", worker.title)}</wd:Position_Data>`;
  const employment = `<wd:Employment_Data><wd:Worker_Job_Data wd:Primary_Job="1">${position}</wd:Worker_Job_Data><wd:Worker_Status_Data>${element("Active", !worker.terminated)}${element("Terminated", worker.terminated)}</wd:Worker_Status_Data></wd:Employment_Data>`;
  const account = `<wd:User_Account_Data>${element("User_Name", worker.userName)}</wd:User_Account_Data>`;
  const data = [
    element("Worker_ID", worker.employeeId),
    element(changed ? "Account_ID" : "User_ID", worker.userName),
    parts.personal ? personal : "",
    parts.employment ? employment : "",
    parts.account ? account : "",
  ];
  return `<wd:Worker>${reference("Worker_Reference", ids)}${element("Worker_Descriptor", worker.name)}<wd:Worker_Data>${data.join("")}</wd:Worker_Data></wd:Worker>`;
}

export function workerIds(worker: Worker): Record<string, string> {
  return { WID: worker.wid, [worker.contingent ? "Contingent_Worker_ID" : "Employee_ID"]: worker.employeeId };
}
