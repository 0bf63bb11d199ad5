import type { SoapRequest, XmlNode } from "./soap.ts";
import { children, text } from "./soap.ts";

/** What an element holds: a value, elements in this order, or what is of no interest here. */
type Content = "anything" | "text" | "boolean" | "number" | "date" | "dateTime" | readonly Part[];

interface Part {
  name: string;
  content: Content;
  required?: true;
  many?: true;
  /** An attribute the element must have. */
  attribute?: string;
}

export interface Problem {
  message: string;
  xpath: string;
}

/** Requests of the Human_Resources WSDL that the sandbox serves, by element. */
const requests: Record<string, readonly Part[]> = {
  Get_Workers_Request: [
    {
      name: "Request_References",
      content: [{ name: "Worker_Reference", content: instance(), required: true, many: true }],
    },
    {
      name: "Request_Criteria",
      content: [
        ...["Transaction_Log_Criteria_Data", "Organization_Reference", "Country_Reference"].map(unread),
        { name: "Include_Subordinate_Organizations", content: "boolean" },
        ...["Position_Reference", "Event_Reference", "Benefit_Plan_Reference"].map(unread),
        ...["Field_And_Parameter_Criteria_Data", "National_ID_Criteria_Data"].map(unread),
        ...booleans("Exclude_Inactive_Workers Exclude_Employees Exclude_Contingent_Workers"),
      ],
    },
    { name: "Response_Filter", content: responseFilter() },
    {
      name: "Response_Group",
      content: [
        ...booleans("Include_Reference Include_Personal_Information Include_Additional_Jobs"),
        ...booleans("Include_Employment_Information Include_Compensation Include_Organizations"),
        ...booleans("Exclude_Organization_Support_Role_Data Exclude_Location_Hierarchies Exclude_Cost_Centers"),
        ...booleans("Exclude_Cost_Center_Hierarchies Exclude_Companies Exclude_Company_Hierarchies"),
        ...booleans("Exclude_Matrix_Organizations Exclude_Pay_Groups Exclude_Regions Exclude_Region_Hierarchies"),
        ...booleans("Exclude_Supervisory_Organizations Exclude_Teams Exclude_Custom_Organizations Include_Roles"),
        ...booleans("Include_Management_Chain_Data Include_Multiple_Managers_in_Management_Chain_Data"),
        ...booleans("Include_Benefit_Enrollments Include_Benefit_Eligibility Include_Related_Persons"),
        ...booleans("Include_Qualifications Include_Employee_Review Include_Goals Include_Development_Items"),
        ...booleans("Include_Skills Include_Photo Include_Worker_Documents Include_Transaction_Log_Data"),
        ...booleans("Include_Subevents_for_Corrected_Transaction Include_Subevents_for_Rescinded_Transaction"),
        ...booleans("Include_Succession_Profile Include_Talent_Assessment Include_Employee_Contract_Data"),
        ...booleans("Include_Collective_Agreement_Data Include_Probation_Period_Data Include_Feedback_Received"),
        ...booleans("Include_User_Account Include_Career Include_Account_Provisioning Include_Background_Check_Data"),
        ...booleans("Include_Contingent_Worker_Tax_Authority_Form_Information Exclude_Funds Exclude_Fund_Hierarchies"),
        ...booleans(
          "Exclude_Grants Exclude_Grant_Hierarchies Exclude_Business_Units Exclude_Business_Unit_Hierarchies",
        ),
        ...booleans("Exclude_Programs Exclude_Program_Hierarchies Exclude_Gifts Exclude_Gift_Hierarchies"),
      ],
    },
  ],
  Get_Workday_Account_Request: [
    {
      name: "Request_References",
      content: [{ name: "Workday_Account_Reference", content: instance(), required: true, many: true }],
    },
    { name: "Request_Criteria", content: [] },
    { name: "Response_Filter", content: responseFilter() },
    { name: "Response_Group", content: booleans("Include_Reference") },
  ],
  Workday_Account_for_Worker_Update: [
    {
      name: "Worker_Reference",
      content: [
        { name: "Employee_Reference", content: integrationId() },
        { name: "Contingent_Worker_Reference", content: integrationId() },
      ],
    },
    { name: "Non_Worker_Reference", content: instance() },
    {
      name: "Workday_Account_for_Worker_Data",
      required: true,
      content: [
        { name: "User_Name", content: "text", required: true },
        { name: "Password", content: "text" },
        ...booleans("Generate_Random_Password Require_New_Password_at_Next_Sign_In"),
        ...booleans("One-Time_Passcode_Exempt One-Time_Passcode_Grace_Period_Enabled"),
        { name: "One-Time_Passcode_Grace_Period_Login_Remaining_Count", content: "number" },
        { name: "Account_Disabled", content: "boolean" },
        { name: "Account_Expiration_Date", content: "date" },
        { name: "OpenID_Identifier", content: "text" },
        { name: "OpenID_Internal_Identifier", content: "text" },
        { name: "OpenID_Connect_Internal_Identifier", content: "text" },
        { name: "Delegated_Authentication_Integration_System_Reference", content: instance() },
        { name: "Session_Timeout_Minutes", content: "number" },
        ...booleans("Show_User_Name_in_Browser_Window Display_XML_Icon_on_Reports Enable_Workbox"),
        ...["Locale_Reference", "User_Language_Reference", "Preferred_Search_Scope_Reference"].map((name) => ({
          name,
          content: instance(),
        })),
        { name: "Allow_Mixed-Language_Transactions", content: "boolean" },
        unread("Notification_Sub_Type_Configurations"),
        { name: "Exempt_from_Delegated_Authentication", content: "boolean" },
      ],
    },
  ],
};

/** The first thing in a request that the WSDL does not allow; null when there is none, or the request is not described. */
export function problemIn({ operation, content }: SoapRequest): Problem | null {
  const parts = requests[operation];
  return parts ? inSequence(content, parts, `/bsvc:${operation}`) : null;
}

function inSequence(node: XmlNode, parts: readonly Part[], path: string): Problem | null {
  const found = Object.keys(node).filter((name) => !name.startsWith("@") && name !== "#text");
  let place = 0;
  for (const name of found) {
    const position = parts.findIndex((part) => part.name === name);
    const xpath = `${path}/bsvc:${name}`;
    if (position < 0) return { message: `Element content is not allowed: ${name}.`, xpath };
    if (position < place) return { message: `Element is out of order: ${name}.`, xpath };
    place = position;
    const part = parts[position] as Part;
    const elements = children(node, name);
    if (elements.length > 1 && !part.many) return { message: `Element may occur only once: ${name}.`, xpath };
    for (const element of elements) {
      const problem = inElement(element, part, xpath);
      if (problem) return problem;
    }
  }
  const missing = parts.find((part) => part.required && !found.includes(part.name));
  return missing ? { message: `Element is required: ${missing.name}.`, xpath: `${path}/bsvc:${missing.name}` } : null;
}

function inElement(element: XmlNode, part: Part, xpath: string): Problem | null {
  if (part.attribute && text(element, `@${part.attribute}`) === undefined)
    return { message: `Attribute is required: ${part.attribute}.`, xpath };
  if (part.content === "anything") return null;
  if (typeof part.content !== "string") return inSequence(element, part.content, xpath);
  const value = text(element, "#text") ?? "";
  return values[part.content].test(value) ? null : { message: `Invalid ${part.content} value: ${value}.`, xpath };
}

const values = {
  text: /\S/,
  boolean: /^(true|false|0|1)$/,
  number: /^\d+$/,
  date: /^\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?$/,
  dateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
};

/** Described in the WSDL, and not looked into. */
function unread(name: string): Part {
  return { name, content: "anything", many: true };
}

function booleans(names: string): Part[] {
  return names.split(/\s+/).map((name) => ({ name, content: "boolean" }));
}

/** An object named by ids, each of a type: `<ID type="WID">`. */
function instance(): readonly Part[] {
  return [{ name: "ID", content: "text", many: true, attribute: "type" }];
}

/** A worker named by the id of another system: `<ID System_ID="WD-EMPLID">`. */
function integrationId(): readonly Part[] {
  return [
    {
      name: "Integration_ID_Reference",
      required: true,
      content: [{ name: "ID", content: "text", required: true, attribute: "System_ID" }],
    },
  ];
}

function responseFilter(): readonly Part[] {
  return [
    { name: "As_Of_Effective_Date", content: "date" },
    { name: "As_Of_Entry_DateTime", content: "dateTime" },
    { name: "Page", content: "number" },
    { name: "Count", content: "number" },
  ];
}
