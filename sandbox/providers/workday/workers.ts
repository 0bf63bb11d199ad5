import { chance, homeOf, indexOfHandle, mix, pick, uuidAt } from "../../generator.ts";
import { People } from "../../kit/directory.ts";
import { uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { text, type XmlNode } from "./soap.ts";

const titles = [
  ...["Controller", "Payroll Analyst", "HR Partner", "Software Engineer", "Account Executive"],
  ...["Support Specialist", "Data Analyst", "Recruiter", "Facilities Coordinator", "Product Manager"],
];
const organizations = [
  ...["Finance", "Human Resources", "Engineering", "Sales"],
  ...["Customer Support", "Legal", "Operations", "Marketing"],
];

/** The state of the Workday account. */
export type Status = "active" | "disabled";

export interface Worker {
  /** Workday ID: 32 hexadecimal digits. */
  wid: string;
  employeeId: string;
  userName: string;
  first: string;
  last: string;
  name: string;
  email: string;
  contingent: boolean;
  terminated: boolean;
  accountDisabled: boolean;
  requireNewPassword: boolean;
}

/** The first few workers are the tenant's administrators. */
export const administrators = 3;
const firstEmployeeId = 200_000;

/** Workers by index; the terminated are those who were deleted. */
export function workdayPeople(options: Required<TenantOptions>): People<Status> {
  return new People<Status>(options, { ...uuids(options.seed, 7, { dashes: false }), statusOf: () => "active" });
}

export function workerAt(people: People<Status>, index: number): Worker {
  const { handle, first, last, name } = people.person(index);
  return {
    wid: people.idOf(index),
    employeeId: String(firstEmployeeId + index),
    userName: handle,
    first,
    last,
    name,
    email: people.emailOf(index),
    contingent: chance(mix(people.seed, index, 415), 8),
    terminated: !people.exists(index),
    accountDisabled: people.status(index) === "disabled",
    requireNewPassword: people.edits(index).profile?.requireNewPassword === true,
  };
}

/** The worker as the REST API shows one. */
export function workerBody(people: People<Status>, index: number, base: string): Record<string, unknown> {
  const { seed } = people;
  const { wid, name, email } = workerAt(people, index);
  const organization = mix(seed, index, 411) % organizations.length;
  const organizationId = uuidAt(seed, organization, 9).replaceAll("-", "");
  const place = homeOf(seed, index);
  return {
    id: wid,
    descriptor: name,
    href: `${base}/workers/${wid}`,
    primaryWorkEmail: email,
    primaryWorkPhone: `+1 303 555 ${String(mix(seed, index, 412) % 10_000).padStart(4, "0")}`,
    businessTitle: titleOf(people, index),
    isManager: chance(mix(seed, index, 414), 12),
    location: { id: uuidAt(seed, place.asn, 8).replaceAll("-", ""), descriptor: place.city },
    primarySupervisoryOrganization: {
      id: organizationId,
      descriptor: organizations[organization],
      href: `${base}/supervisoryOrganizations/${organizationId}`,
    },
  };
}

export function titleOf({ seed }: People<Status>, index: number): string {
  return pick(titles, mix(seed, index, 413));
}

/** Index of the worker with this user name, also of a terminated one; undefined for other accounts. */
export function indexOfAccount(people: People<Status>, userName: string): number | undefined {
  const index = indexOfHandle(people.seed, userName);
  return index !== undefined && index < people.count ? index : undefined;
}

/** By employee ID or contingent worker ID. */
export function indexOfEmployee(people: People<Status>, id: string, contingent: boolean): number | undefined {
  const index = /^\d+$/.test(id) ? Number(id) - firstEmployeeId : -1;
  if (index < 0 || index >= people.count) return undefined;
  return workerAt(people, index).contingent === contingent ? index : undefined;
}

/** The worker that one of the ids of a reference names, each `{ "@type", "#text" }`. */
export function indexOfReference(people: People<Status>, ids: readonly XmlNode[]): number | undefined {
  const found = ids.map((id) => {
    const [type, value = ""] = [text(id, "@type"), text(id, "#text")];
    if (type === "WID") return people.indexOf(value);
    if (type === "WorkdayUserName") return indexOfAccount(people, value);
    if (type !== "Employee_ID" && type !== "Contingent_Worker_ID") return undefined;
    return indexOfEmployee(people, value, type === "Contingent_Worker_ID");
  });
  return found.find((index) => index !== undefined);
}
