import type { SandboxResponse } from "../../provider.ts";
import { pacific } from "./signons.ts";
import type { WorkdayTenant } from "./tenant.ts";

/** `GET /ccx/service/customreport2/…?format=json`: all rows at once, columns as the customer named them. */
export function workerReport(tenant: WorkdayTenant): SandboxResponse {
  const rows = tenant.workers.list(0, tenant.workers.current).map((worker) => ({
    Employee_ID: worker.employeeId,
    User_Name: worker.userName,
    primaryWorkEmail: worker.email,
    Worker_Type: worker.contingent ? "Contingent Worker" : "Employee",
    Worker_Status: "Active",
    Account_Disabled: worker.accountDisabled ? "1" : "0",
    "User-Based_Security_Groups_for_User": worker.administrator
      ? "Report Writer; Security Administrator"
      : "Report Writer",
  }));
  return { status: 200, body: { Report_Entry: rows } };
}

export function signonReport(tenant: WorkdayTenant, from: number, to: number): SandboxResponse {
  const { first, count } = tenant.logs.between("signons", from, to);
  const rows = Array.from({ length: count }, (_, position) => {
    const row = tenant.signonAt(tenant.logs.numberAt("signons", first + position));
    return {
      System_Account: row.userName,
      Session_Start: pacific(row.at),
      ...(row.signoffAt === null ? {} : { Session_End: pacific(row.signoffAt) }),
      Session_IP_Address: row.ip,
      Failed_Signon: row.successful ? "0" : "1",
      Invalid_Credentials: row.invalidCredentials ? "1" : "0",
      Authentication_Type_for_Signon: row.type,
      Session_ID: row.sessionId,
      ...(row.failure === null ? {} : { Authentication_Failure_Message: row.failure }),
    };
  });
  return { status: 200, body: { Report_Entry: rows } };
}
