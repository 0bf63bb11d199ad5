import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { inWords } from "#src/connector-kit/event-names.ts";

/** Names of services by the workload that records state. */
const workloads: Readonly<Record<string, string>> = {
  aip: "Information Protection",
  airinvestigation: "Defender for Office 365",
  azureactivedirectory: "Microsoft Entra ID",
  compliancemanager: "Compliance Manager",
  copilot: "Microsoft 365 Copilot",
  crm: "Dynamics 365 CRM",
  dynamics365: "Dynamics 365 CRM",
  endpoint: "Endpoint DLP",
  exchange: "Exchange",
  mcas: "Defender for Cloud Apps",
  microsoftflow: "Power Automate",
  microsoftforms: "Forms",
  microsoftstream: "Stream",
  microsoftteams: "Teams",
  microsofttodo: "To Do",
  office: "Office",
  officeapps: "Office",
  onedrive: "OneDrive",
  planner: "Planner",
  powerapps: "Power Apps",
  powerbi: "Power BI",
  powerplatform: "Power Platform",
  project: "Project",
  publicendpoint: "Purview",
  quarantine: "Quarantine",
  securitycompliancecenter: "Security & Compliance",
  sharepoint: "SharePoint",
  skypeforbusiness: "Skype for Business",
  sway: "Sway",
  threatintelligence: "Defender for Office 365",
  vivaengage: "Yammer",
  yammer: "Yammer",
};

/** By record type: the service where the workload does not name it, and the category of what no table of operations has. */
const recordTypes: Readonly<Record<number, readonly [service: string, category: ActivityCategory]>> = {
  ...all("Exchange", "ADMIN", 1),
  ...all("Exchange", "USER", 2, 3, 19, 50, 101),
  ...all("SharePoint", "USER", 4, 6, 14, 36, 37, 54, 55, 56, 102, 277),
  ...all("OneDrive", "USER", 7),
  ...all("Microsoft Entra ID", "ADMIN", 8, 372),
  ...all("Microsoft Entra ID", "LOG_ON", 9, 15),
  ...all("Microsoft Entra ID", "USER", 294),
  ...all("Microsoft datacenter", "ADMIN", 10),
  ...all("Purview", "USER", 11, 13, 33, 43, 63, 71, 72, 75, 82, 83, 84, 99, 100, 107, 109, 157, 291),
  ...all("Purview", "ADMIN", 18, 24, 31, 38, 48, 52, 53, 61, 68, 87, 103, 106, 148, 285, 286, 295, 296, 297, 332, 358),
  ...all("Information Protection", "USER", 93, 94, 95, 96, 97, 154),
  ...all("Skype for Business", "USER", 16),
  ...all("Skype for Business", "ADMIN", 17, 23),
  ...all("Power BI", "USER", 20, 357),
  ...all("Dynamics 365 CRM", "USER", 21, 278),
  ...all("Yammer", "USER", 22, 374, 414, 422),
  ...all("Teams", "USER", 25, 49, 60, 73, 92, 206, 230, 293, 334, 462),
  ...all("Teams", "ADMIN", 57, 59, 444, 445),
  ...all("Defender for Office 365", "USER", 28, 29, 34, 41, 47, 51, 62, 64, 65, 78, 85, 86, 88, 89, 98, 113),
  ...all("Defender for Office 365", "ADMIN", 218),
  ...all("Security & Compliance", "USER", 40),
  ...all("Power Automate", "USER", 30),
  ...all("Power Apps", "USER", 45, 46, 79, 186),
  ...all("Power Platform", "ADMIN", 187, 256),
  ...all("Stream", "USER", 32),
  ...all("Project", "USER", 35, 195, 196, 197, 198, 199, 200, 287),
  ...all("Forms", "USER", 66),
  ...all("Office", "USER", 67, 70, 382),
  ...all("Office", "ADMIN", 288, 375, 376),
  ...all("Planner", "USER", 188, 189, 190, 191, 192, 193, 231, 386, 387, 401, 402),
  ...all("Planner", "ADMIN", 194),
  ...all("To Do", "USER", 202),
  ...all("Compliance Manager", "ADMIN", 155, 164),
  ...all("Microsoft 365", "ADMIN", 69, 147, 269, 298, 299, 300, 301, 302, 303, 304),
  ...all("Microsoft 365 Copilot", "USER", 261, 284, 328, 363),
  ...all("Microsoft 365 Copilot", "ADMIN", ...range(310, 325), 384),
  ...all("Viva", "USER", 44, 76, 105, 216, 265, 279, 280),
  ...all("Viva", "ADMIN", 251, 252, 253, 266, 281, 282, 283, ...range(346, 356)),
  ...all("Outlook on the web", "LOG_ON", 275),
};

function all(service: string, category: ActivityCategory, ...types: readonly number[]) {
  return Object.fromEntries(types.map((type) => [type, [service, category] as const]));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** What a record type is about; null for one that the schema does not list. */
export function recordTypeOf(type: number): { service: string; category: ActivityCategory } | null {
  const [service, category] = recordTypes[type] ?? [];
  return service && category ? { service, category } : null;
}

/**
 * The service in which something happened: Teams, Power Automate … A workload that is unknown is named in its own words.
 * Source: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema#auditlogrecordtype
 */
export function serviceOf(workload: string | null, recordType: number): string | null {
  const known = workload ? workloads[workload.toLowerCase()] : undefined;
  return known ?? recordTypeOf(recordType)?.service ?? (workload ? inWords(workload) : null);
}
