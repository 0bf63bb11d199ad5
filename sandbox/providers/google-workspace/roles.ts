import type { GoogleGroups } from "./groups.ts";
import type { GooglePeople } from "./people.ts";

interface Role {
  roleId: string;
  roleName: string;
  isSuperAdminRole: boolean;
  privileges: string[];
}

interface Assignment {
  roleAssignmentId: string;
  roleId: string;
  assignedTo: string;
  assigneeType: "user" | "group";
}

const firstRole = 8_312_000_000_000_000;
const seedRole = String(firstRole);

const roles: readonly Role[] = (
  [
    ["_SEED_ADMIN_ROLE", true, ["SUPER_ADMIN"]],
    ["_GROUPS_ADMIN_ROLE", false, ["GROUPS_ALL"]],
    ["_USER_MANAGEMENT_ADMIN_ROLE", false, ["USERS_ALL"]],
    ["_HELP_DESK_ADMIN_ROLE", false, ["USERS_RETRIEVE", "USERS_RESET_PASSWORD"]],
    ["Auditors", false, ["REPORTS_ACCESS"]],
  ] as const
).map(([roleName, isSuperAdminRole, privileges], index) => ({
  ...{ roleId: String(firstRole + index), roleName, isSuperAdminRole, privileges: [...privileges] },
}));

/** Admin roles, and to whom they are assigned: super admins, one person each of three others, and a group of auditors. */
export class Roles {
  readonly #people: GooglePeople;
  readonly #initial: readonly Assignment[];
  readonly #removed = new Set<string>();

  constructor(people: GooglePeople, groups: GoogleGroups) {
    this.#people = people;
    const persons = [0, 1, 2, 3, 4].filter((index) => index < people.count);
    const toPeople = persons.map((index) => ({
      roleId: String(firstRole + Math.max(0, index - 1)),
      assignedTo: people.idOf(index),
      assigneeType: "user" as const,
    }));
    const group = { roleId: String(firstRole + 4), assignedTo: groups.idOf(3), assigneeType: "group" as const };
    const all = groups.count > 3 ? [...toPeople, group] : toPeople;
    this.#initial = all.map((one, index) => ({ roleAssignmentId: String(9_400_000_000_000_000 + index), ...one }));
  }

  /** https://developers.google.com/workspace/admin/directory/reference/rest/v1/roles#Role */
  get records(): Record<string, unknown>[] {
    return roles.map(({ roleId, roleName, isSuperAdminRole, privileges }) => ({
      kind: "admin#directory#role",
      roleId,
      roleName,
      isSystemRole: roleName.startsWith("_"),
      isSuperAdminRole,
      rolePrivileges: privileges.map((privilegeName) => ({ privilegeName, serviceId: "00haapch16h1ysv" })),
    }));
  }

  /** https://developers.google.com/workspace/admin/directory/reference/rest/v1/roleAssignments#RoleAssignment */
  get assignments(): (Assignment & { kind: string; scopeType: string })[] {
    return this.#initial
      .filter(({ roleAssignmentId, roleId, assignedTo }) => {
        const person = this.#people.indexOf(assignedTo);
        if (person !== undefined && !this.#people.exists(person)) return false;
        const isSuper = roleId !== seedRole || person === undefined || this.#people.isSuperAdmin(person);
        return isSuper && !this.#removed.has(roleAssignmentId);
      })
      .map((one) => ({ kind: "admin#directory#roleAssignment", ...one, scopeType: "CUSTOMER" }));
  }

  isDelegated(person: number): boolean {
    const id = this.#people.idOf(person);
    return this.assignments.some(({ assignedTo, roleId }) => assignedTo === id && roleId !== seedRole);
  }

  /** False when there is none. */
  remove(roleAssignmentId: string): boolean {
    const found = this.assignments.some((one) => one.roleAssignmentId === roleAssignmentId);
    if (found) this.#removed.add(roleAssignmentId);
    return found;
  }
}
