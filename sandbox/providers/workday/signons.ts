import type { SandboxResponse } from "../../provider.ts";
import { type SignonRow, signonAt } from "./entries.ts";
import { answerPage, type Filter, pacific } from "./response-filter.ts";
import { child, element, group, reference, type SoapRequest, text, validationFault } from "./soap.ts";
import type { WorkdayTenant } from "./tenant.ts";

/** Identity_Management, operation `Get_Workday_Account_Signons`: sign-ons between two instants, oldest first. */
export function getSignons(request: SoapRequest, filter: Filter, tenant: WorkdayTenant, now: number): SandboxResponse {
  const criteria = child(request.content, "Request_Criteria");
  const [fromText, toText] = [text(criteria, "From_DateTime"), text(criteria, "To_DateTime")];
  const [from, to] = [Date.parse(fromText ?? ""), Date.parse(toText ?? "")];
  if (Number.isNaN(from) || Number.isNaN(to) || from > to)
    return validationFault(
      "From DateTime and To DateTime are required, and From DateTime must be before To DateTime.",
      `/bsvc:${request.operation}/bsvc:Request_Criteria`,
    );
  const { total, numbers } = tenant.logs.between("signons", from, Math.min(to, filter.asOf), filter);
  const changed = tenant.changedShape("signons");
  const rows = numbers.map((number) => signonElement(signonAt(tenant, number), now, changed));
  const asked = group("Request_Criteria", element("From_DateTime", fromText), element("To_DateTime", toText));
  return answerPage(request, filter, total, rows, asked);
}

/** The sign-off is filled in once it has happened. */
function signonElement(row: SignonRow, now: number, changed: boolean): string {
  return group(
    "Workday_Account_Signon",
    element(changed ? "Signon_Moment" : "Signon_DateTime", pacific(row.at)),
    element("User_Name", row.userName),
    element("Successful", row.successful),
    element("Failed_Signon", !row.successful),
    element("Invalid_Credentials", row.invalidCredentials),
    element("Password_Changed", row.passwordChanged),
    element("Forgotten_Password_Reset_Request", false),
    element("Authentication_Failure_Message", row.failure),
    element("Signon_IP_Address", row.ip),
    element("Signoff_DateTime", row.signoffAt !== null && row.signoffAt <= now ? pacific(row.signoffAt) : null),
    element("Authentication_Channel", row.channel),
    element("Authentication_Type", row.type),
    reference("Workday_Account_Reference", { WID: row.wid, WorkdayUserName: row.userName }),
    element("Invalid_for_Authentication_Channel", false),
    element("Invalid_for_Authentication_Policy", false),
    element("Required_Password_Change", false),
    element("Account_Disabled_or_Expired", row.accountDisabled),
    element("MFA_Authentication_Exempt", row.mfaExempt),
    element("Has_Grace_Period_for_MFA", false),
    element("MFA_Enrollment", false),
    element("Short_Session_ID", row.sessionId),
    element("Device_is_Trusted", false),
    element("Tenant_Access_Read_Only", false),
  );
}
