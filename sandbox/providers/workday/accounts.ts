import type { SandboxResponse } from "../../provider.ts";
import { chosenBy, workerIds } from "./get-workers.ts";
import { answerPage, type Filter } from "./response-filter.ts";
import type { SoapRequest, XmlNode } from "./soap.ts";
import { child, element, emptyEnvelope, flag, group, reference, text, validationFault } from "./soap.ts";
import type { WorkdayTenant } from "./tenant.ts";
import { indexOfEmployee, workerAt } from "./workers.ts";

/** Human_Resources, operation `Get_Workday_Account`: accounts by reference, or all of them, with their state. */
export function getAccounts(request: SoapRequest, filter: Filter, tenant: WorkdayTenant): SandboxResponse {
  const chosen = chosenBy(request, "Workday_Account_Reference", "Workday account", tenant);
  if ("status" in chosen) return chosen;
  const accounts = chosen.slice(filter.offset, filter.offset + filter.limit).map((index) => {
    const worker = workerAt(tenant.people, index);
    return group(
      "Workday_Account_Response_Data",
      reference("Workday_Account_Reference", { ...workerIds(worker), WorkdayUserName: worker.userName }),
      group(
        "Workday_Account_for_Worker_Data",
        element("User_Name", worker.userName),
        element("Require_New_Password_at_Next_Sign_In", worker.requireNewPassword),
        element("Account_Disabled", worker.accountDisabled),
      ),
    );
  });
  return answerPage(request, filter, chosen.length, accounts);
}

/** Human_Resources, operation `Update_Workday_Account`: disable, enable, ask for a new password. What is not sent stays as it is. */
export function updateAccount(
  { operation, content }: SoapRequest,
  tenant: WorkdayTenant,
  now: number,
): SandboxResponse {
  const { people } = tenant;
  const path = `/bsvc:${operation}`;
  const index = referencedWorker(child(content, "Worker_Reference"), tenant);
  if (index === undefined)
    return validationFault("Invalid ID value. No worker is found for the reference.", `${path}/bsvc:Worker_Reference`);
  const data = child(content, "Workday_Account_for_Worker_Data");
  if (text(data, "User_Name") !== workerAt(people, index).userName)
    return validationFault(
      "User Name is required and must be the current one.",
      `${path}/bsvc:Workday_Account_for_Worker_Data/bsvc:User_Name`,
    );
  const disabled = flag(data, "Account_Disabled");
  const requireNewPassword = flag(data, "Require_New_Password_at_Next_Sign_In");
  if (disabled !== undefined) people.edit(index, now, { status: disabled ? "disabled" : "active" });
  if (requireNewPassword !== undefined) people.edit(index, now, { profile: { requireNewPassword } });
  tenant.appendTask("Edit Workday Account (Web Service)", index);
  return emptyEnvelope();
}

/** Either an employee or a contingent worker, by the id that Workday gave: its system is called `WD-EMPLID`. */
function referencedWorker(named: XmlNode, { people }: WorkdayTenant): number | undefined {
  const kinds = ["Employee_Reference", "Contingent_Worker_Reference"].filter((name) => named[name] !== undefined);
  const [kind] = kinds;
  if (!kind || kinds.length > 1) return undefined;
  const id = child(child(child(named, kind), "Integration_ID_Reference"), "ID");
  if (text(id, "@System_ID") !== "WD-EMPLID") return undefined;
  return indexOfEmployee(people, text(id, "#text") ?? "", kind === "Contingent_Worker_Reference");
}
