import type { SandboxResponse } from "../../provider.ts";
import type { SignonRow } from "./entries.ts";
import type { SoapRequest, XmlNode } from "./soap.ts";
import { child, element, envelope, notAuthorizedFault, reference, text, validationFault } from "./soap.ts";
import type { WorkdayTenant } from "./tenant.ts";

export interface Filter {
  page: number;
  count: number;
  asOf: number;
}

/** `Response_Filter` of any `Get_` operation; null when a number in it is out of range. */
export function responseFilter(content: XmlNode, now: number, maximum = 999): Filter | null {
  const filter = child(content, "Response_Filter");
  const page = Number(text(filter, "Page") ?? 1);
  const count = Number(text(filter, "Count") ?? 100);
  const asOf = Date.parse(text(filter, "As_Of_Entry_DateTime") ?? "") || now;
  const valid = Number.isInteger(page) && page >= 1 && Number.isInteger(count) && count >= 1 && count <= maximum;
  return valid ? { page, count, asOf } : null;
}

/** The filter said back, and how many results there are on how many pages. */
export function responseResults(filter: Filter, total: number, onPage: number): string {
  const asked =
    element("As_Of_Entry_DateTime", pacific(filter.asOf)) +
    element("Page", filter.page) +
    element("Count", filter.count);
  const results =
    element("Total_Results", total) +
    element("Total_Pages", Math.max(1, Math.ceil(total / filter.count))) +
    element("Page_Results", onPage) +
    element("Page", filter.page);
  return `<wd:Response_Filter>${asked}</wd:Response_Filter><wd:Response_Results>${results}</wd:Response_Results>`;
}

/** Identity_Management, operation `Get_Workday_Account_Signons`: sign-ons between two instants, oldest first. */
export function getSignons(request: SoapRequest, tenant: WorkdayTenant, now: number): SandboxResponse {
  if (tenant.lacks("System", "System Auditing")) return notAuthorizedFault();
  const criteria = child(request.content, "Request_Criteria");
  const [fromText, toText] = [text(criteria, "From_DateTime"), text(criteria, "To_DateTime")];
  const [from, to] = [Date.parse(fromText ?? ""), Date.parse(toText ?? "")];
  if (Number.isNaN(from) || Number.isNaN(to) || from > to) {
    return validationFault(
      "From DateTime and To DateTime are required, and From DateTime must be before To DateTime.",
      "/bsvc:Get_Workday_Account_Signons_Request/bsvc:Request_Criteria",
    );
  }
  const filter = responseFilter(request.content, now, tenant.options.unlimited ? 100_000 : 999);
  if (!filter)
    return validationFault(
      "Count must be between 1 and 999, and Page at least 1.",
      "/bsvc:Get_Workday_Account_Signons_Request/bsvc:Response_Filter",
    );

  const { first, count } = tenant.logs.between("signons", from, Math.min(to, filter.asOf));
  const start = (filter.page - 1) * filter.count;
  const length = Math.max(0, Math.min(count - start, filter.count));
  const rows = Array.from({ length }, (_, position) =>
    tenant.signonAt(tenant.logs.numberAt("signons", first + start + position)),
  );
  const content =
    `<wd:Request_Criteria>${element("From_DateTime", fromText)}${element("To_DateTime", toText)}</wd:Request_Criteria>` +
    responseResults(filter, count, rows.length) +
    `<wd:Response_Data>${rows.map((row) => signonElement(row, now, tenant.changedShape("signons"))).join("")}</wd:Response_Data>`;
  return envelope("Get_Workday_Account_Signons_Response", request.version, content);
}

/** The sign-off is filled in once it has happened. */
function signonElement(row: SignonRow, now: number, changed: boolean): string {
  return `<wd:Workday_Account_Signon>${[
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
  ].join("")}</wd:Workday_Account_Signon>`;
}

/** SOAP answers are written in US Pacific time: `2026-11-17T23:42:19.118-08:00`. */
export function pacific(at: number): string {
  const hours = isDaylightSaving(at) ? 7 : 8;
  return `${new Date(at - hours * 3_600_000).toISOString().slice(0, -1)}-0${hours}:00`;
}

/** From 2:00 on the second Sunday of March to 2:00 on the first Sunday of November, local time. */
function isDaylightSaving(at: number): boolean {
  const year = new Date(at - 8 * 3_600_000).getUTCFullYear();
  const sunday = (month: number, which: number) =>
    1 + ((7 - new Date(Date.UTC(year, month, 1)).getUTCDay()) % 7) + (which - 1) * 7;
  return at >= Date.UTC(year, 2, sunday(2, 2), 10) && at < Date.UTC(year, 10, sunday(10, 1), 9);
}
