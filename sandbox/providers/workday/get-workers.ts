import type { SandboxResponse } from "../../provider.ts";
import { answerPage, type Filter } from "./response-filter.ts";
import { child, children, element, flag, group, reference, type SoapRequest, validationFault } from "./soap.ts";
import type { WorkdayTenant } from "./tenant.ts";
import { indexOfReference, titleOf, type Worker, workerAt } from "./workers.ts";

/**
 * Human_Resources, operation `Get_Workers`: employment and account data of workers, as far as asked for.
 * Account data is the user name; the state of the account is in `Get_Workday_Account`.
 */
export function getWorkers(request: SoapRequest, filter: Filter, tenant: WorkdayTenant): SandboxResponse {
  const { people } = tenant;
  const chosen = chosenBy(request, "Worker_Reference", "worker", tenant);
  if ("status" in chosen) return chosen;
  const responseGroup = child(request.content, "Response_Group");
  const withEmployment = flag(responseGroup, "Include_Employment_Information") ?? false;
  // Workday leaves out, without a word, what the domain policies do not let one see.
  const withAccount = flag(responseGroup, "Include_User_Account") === true && !tenant.lacks(["Workday Accounts"]);
  const nameOfUserId = tenant.changedShape("users") ? "Account_ID" : "User_ID";
  const workers = chosen.slice(filter.offset, filter.offset + filter.limit).map((index) => {
    const worker = workerAt(people, index);
    return group(
      "Worker",
      reference("Worker_Reference", workerIds(worker)),
      element("Worker_Descriptor", worker.name),
      group(
        "Worker_Data",
        element("Worker_ID", worker.employeeId),
        element(nameOfUserId, worker.userName),
        withEmployment ? employment(worker, titleOf(people, index)) : "",
        withAccount ? group("User_Account_Data", element("User_Name", worker.userName)) : "",
      ),
    );
  });
  return answerPage(request, filter, chosen.length, workers);
}

/** The workers that are referred to; without references all of them, the terminated only where they are not excluded. */
export function chosenBy(
  { operation, content }: SoapRequest,
  name: string,
  what: string,
  { people }: WorkdayTenant,
): number[] | SandboxResponse {
  const named = children(child(content, "Request_References"), name);
  const indexes = named.map((one) => indexOfReference(people, children(one, "ID")));
  const unknown = indexes.indexOf(undefined);
  if (unknown >= 0)
    return validationFault(
      `Invalid ID value. No ${what} is found for the reference.`,
      `/bsvc:${operation}/bsvc:Request_References/bsvc:${name}[${unknown + 1}]`,
    );
  if (named.length > 0) return indexes as number[];
  const everybody = Array.from({ length: people.count }, (_, index) => index);
  const isLeftOut = flag(child(content, "Request_Criteria"), "Exclude_Inactive_Workers") ?? what === "worker";
  return isLeftOut ? everybody.filter((index) => people.exists(index)) : everybody;
}

function employment({ terminated }: Worker, title: string): string {
  const position = group("Position_Data", element("Position_Title", title), element("Business_Title", title));
  const job = `<wd:Worker_Job_Data wd:Primary_Job="1">${position}</wd:Worker_Job_Data>`;
  const status = [element("Active", !terminated), element("Terminated", terminated)];
  return group("Employment_Data", job, group("Worker_Status_Data", ...status));
}

export function workerIds(worker: Worker): Record<string, string> {
  return { WID: worker.wid, [worker.contingent ? "Contingent_Worker_ID" : "Employee_ID"]: worker.employeeId };
}
