import { chance, homeOf, indexOfHandle, mix, personAt, pick, uuidAt } from "../../generator.ts";
import type { TenantOptions } from "../../provider.ts";
import type { XmlNode } from "./soap.ts";
import { text } from "./soap.ts";

const titles = [
  "Controller",
  "Payroll Analyst",
  "HR Partner",
  "Software Engineer",
  "Account Executive",
  "Support Specialist",
  "Data Analyst",
  "Recruiter",
  "Facilities Coordinator",
  "Product Manager",
];
const organizations = [
  "Finance",
  "Human Resources",
  "Engineering",
  "Sales",
  "Customer Support",
  "Legal",
  "Operations",
  "Marketing",
];

export interface Worker {
  index: number;
  /** Workday ID: 32 hexadecimal digits. */
  wid: string;
  employeeId: string;
  userName: string;
  first: string;
  last: string;
  name: string;
  email: string;
  phone: string;
  title: string;
  isManager: boolean;
  contingent: boolean;
  administrator: boolean;
  location: { id: string; descriptor: string };
  organization: { id: string; descriptor: string };
  terminated: boolean;
  accountDisabled: boolean;
  requireNewPassword: boolean;
}

/** The first few workers are the tenant's administrators. */
export const administrators = 3;

/** Workers by index; only what was changed by hand or through the API is remembered. */
export class Workers {
  readonly #options: Required<TenantOptions>;
  readonly #terminated: number[] = [];
  readonly #disabled = new Set<number>();
  readonly #newPassword = new Set<number>();
  #all: number;

  constructor(options: Required<TenantOptions>) {
    this.#options = options;
    this.#all = options.users;
  }

  /** Everybody who ever worked here. */
  get all(): number {
    return this.#all;
  }

  get current(): number {
    return this.#all - this.#terminated.length;
  }

  at(index: number): Worker {
    const { seed, name: tenant } = this.#options;
    const person = personAt(seed, index);
    const number = mix(seed, index, 411);
    const place = homeOf(seed, index);
    const organization = number % organizations.length;
    return {
      index,
      wid: uuidAt(seed, index, 7).replaceAll("-", ""),
      employeeId: String(200_000 + index),
      userName: person.handle,
      first: person.first,
      last: person.last,
      name: person.name,
      email: `${person.handle}@${tenant.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-")}.example`,
      phone: `+1 303 555 ${String(mix(seed, index, 412) % 10_000).padStart(4, "0")}`,
      title: pick(titles, mix(seed, index, 413)),
      isManager: chance(mix(seed, index, 414), 12),
      contingent: chance(mix(seed, index, 415), 8),
      administrator: index < administrators,
      location: { id: uuidAt(seed, place.asn, 8).replaceAll("-", ""), descriptor: place.city },
      organization: {
        id: uuidAt(seed, organization, 9).replaceAll("-", ""),
        descriptor: organizations[organization] as string,
      },
      terminated: this.#terminated.includes(index),
      accountDisabled: this.#disabled.has(index),
      requireNewPassword: this.#newPassword.has(index),
    };
  }

  /** Current workers in the order of the API. */
  list(offset: number, limit: number): Worker[] {
    const page: Worker[] = [];
    for (let position = offset; position < Math.min(this.current, offset + limit); position++)
      page.push(this.at(this.#currentAt(position)));
    return page;
  }

  /** Index of a worker named by WID, user name, work e-mail or employee id. */
  find(text: string): number | undefined {
    const { seed } = this.#options;
    const handle = text.includes("@") ? text.slice(0, text.indexOf("@")) : text;
    const candidates = [
      /^[0-9a-f]{32}$/.test(text) ? Number.parseInt(text.slice(-8), 16) : undefined,
      Number(text) - 200_000,
      indexOfHandle(seed, handle),
    ];
    return candidates.find((index) => {
      if (index === undefined || !Number.isSafeInteger(index) || index < 0 || index >= this.#all) return false;
      const { wid, userName, email, employeeId } = this.at(index);
      return [wid, userName, email, employeeId].includes(text);
    });
  }

  /** Index of the worker that one of the ids of a reference names, each `{ "@type", "#text" }`. */
  named(ids: readonly XmlNode[]): number | undefined {
    for (const id of ids) {
      const [type, value] = [text(id, "@type"), text(id, "#text") ?? ""];
      const index = this.find(value);
      if (index === undefined) continue;
      const { wid, userName, employeeId, contingent } = this.at(index);
      const idOfType =
        type === "WID"
          ? wid
          : type === "WorkdayUserName"
            ? userName
            : type === (contingent ? "Contingent_Worker_ID" : "Employee_ID")
              ? employeeId
              : undefined;
      if (value === idOfType) return index;
    }
    return undefined;
  }

  byEmployeeId(id: string): number | undefined {
    const index = this.find(id);
    return index !== undefined && this.at(index).employeeId === id ? index : undefined;
  }

  setDisabled(index: number, disabled: boolean): void {
    if (disabled) this.#disabled.add(index);
    else this.#disabled.delete(index);
  }

  setRequireNewPassword(index: number, required: boolean): void {
    if (required) this.#newPassword.add(index);
    else this.#newPassword.delete(index);
  }

  terminate(index: number): void {
    if (this.#terminated.includes(index)) return;
    this.#terminated.push(index);
    this.#terminated.sort((a, b) => a - b);
  }

  hire(): Worker {
    this.#all += 1;
    return this.at(this.#all - 1);
  }

  #currentAt(position: number): number {
    let index = position;
    for (const gone of this.#terminated) if (gone <= index) index += 1;
    return index;
  }
}
