import { uuidAt } from "../../generator.ts";

const microsoft = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
export const graphRoles = [
  ["df021288-bdef-4463-88db-98f22de89214", "User.Read.All"],
  ["810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Mail.Read"],
  ["75359482-378d-4052-8f01-80520e7db3cd", "Files.ReadWrite.All"],
] as const;

export interface App {
  id: string;
  appId: string;
  displayName: string;
  owner: string;
  publisher: string | null;
  accountEnabled: boolean;
}

export interface Grant {
  id: string;
  app: number;
  /** Undefined: an administrator consented for everybody. */
  person?: number;
  scope: string;
}

/** Apps in the tenant, with what was granted to them. The first is Microsoft Graph itself. */
export class Apps {
  readonly all: App[];
  grants: Grant[];
  assignments: { id: string; app: number; role: number }[];

  constructor(seed: number, tenantId: string, users: number) {
    const named: [string, string, string | null][] = [
      ["Microsoft Graph", microsoft, null],
      ["Office 365 Exchange Online", microsoft, null],
      ["Calendly", uuidAt(seed, 1, 871), "Calendly LLC"],
      ["Mail Merge Pro", uuidAt(seed, 2, 871), null],
      ["Backup for Mailboxes", uuidAt(seed, 3, 871), "Backup Corp"],
      ["Payroll sync", tenantId, null],
      ["Survey widget", uuidAt(seed, 4, 871), null],
    ];
    this.all = named.map(([displayName, owner, publisher], index) => ({
      id: uuidAt(seed, index, 872),
      appId: uuidAt(seed, index, 873),
      ...{ displayName, owner, publisher, accountEnabled: true },
    }));
    const people = [...Array(Math.min(6, users)).keys()];
    this.grants = [
      { id: `g${uuidAt(seed, 0, 874)}`, app: 2, scope: "openid profile User.Read Calendars.ReadWrite" },
      ...people.map((person) => ({
        ...{ id: `g${uuidAt(seed, 10 + person, 874)}`, app: 3 + (person % 2) * 3, person },
        scope: person % 2 === 0 ? "User.Read Mail.ReadWrite offline_access" : "openid profile User.Read",
      })),
    ];
    this.assignments = [
      { id: `a${uuidAt(seed, 1, 875)}`, app: 4, role: 1 },
      { id: `a${uuidAt(seed, 2, 875)}`, app: 5, role: 0 },
      { id: `a${uuidAt(seed, 3, 875)}`, app: 5, role: 2 },
    ];
  }

  find(id: string): number | undefined {
    const index = this.all.findIndex((app) => app.id === id);
    return index < 0 ? undefined : index;
  }
}
