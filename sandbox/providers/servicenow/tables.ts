import { missesScope } from "../../trouble.ts";
import { timeOf } from "./answers.ts";
import type { Row } from "./encoded-query.ts";
import { type LogTable, rowOf } from "./events.ts";
import { roles } from "./people.ts";
import type { ServicenowTenant } from "./tenant.ts";

/** A table: its records, and the columns that are references. */
export interface Table {
  rows(tenant: ServicenowTenant): Row[];
  references?: readonly string[];
  /** For the fault `changedShape`. */
  stream?: string;
}

function logTable(name: LogTable, references: readonly string[] = []): Table {
  return {
    rows: (tenant) => tenant.eventsOf(name).map((number) => rowOf(tenant, number)),
    ...{ references, stream: "activities" },
  };
}

const tables: Readonly<Record<string, Table>> = {
  sys_user: {
    rows: ({ people }) =>
      indexes(people.count).flatMap((index) => (people.exists(index) ? [people.record(index)] : [])),
    ...{ references: ["company", "department"], stream: "users" },
  },
  sys_user_group: {
    rows: ({ groups }) =>
      indexes(groups.count).map((group) => ({
        ...{ sys_id: groups.ids.idOf(group), name: groups.name(group), description: "", active: "true", manager: "" },
        ...{ email: "", type: "" },
      })),
    ...{ references: ["manager"], stream: "groups" },
  },
  sys_user_grmember: {
    rows: ({ groups, people }) =>
      indexes(groups.count).flatMap((group) =>
        indexes(people.count).flatMap((person) =>
          groups.has(group, person)
            ? {
                sys_id: groups.ids.idOf(1000 + group * 100_000 + person),
                ...{ group: groups.ids.idOf(group), user: people.idOf(person) },
              }
            : [],
        ),
      ),
    ...{ references: ["group", "user"], stream: "groups" },
  },
  sys_user_role: {
    rows: ({ roleIds }) =>
      roles.map((name, index) => ({
        ...{
          sys_id: roleIds.idOf(index),
          name,
          description: "",
          elevated_privilege: String(name === "security_admin"),
        },
      })),
    stream: "privileges",
  },
  sys_user_has_role: { rows: grants, references: ["user", "role", "granted_by"], stream: "privileges" },
  sysevent: logTable("sysevent"),
  sys_audit: logTable("sys_audit"),
  sys_audit_delete: logTable("sys_audit_delete"),
  sys_user_impersonation_history: logTable("sys_user_impersonation_history", ["impersonated_by", "impersonated_to"]),
  syslog_transaction: logTable("syslog_transaction"),
  sys_attachment: { rows: ({ attachments }) => attachments.rows(), stream: "files" },
  kb_knowledge: { rows: ({ attachments }) => attachments.articles(), references: ["kb_knowledge_base"] },
  kb_uc_can_read_mtom: {
    rows: ({ attachments }) => attachments.readers(),
    references: ["kb_knowledge_base", "user_criteria"],
  },
  oauth_entity: { rows: ({ apps }) => apps.clients(), stream: "apps" },
  oauth_credential: { rows: ({ apps }) => apps.tokens(), references: ["peer", "user"], stream: "apps" },
  sys_properties: {
    rows: ({ properties, propertyIds }) =>
      [...properties].map(([name, value], index) => ({ sys_id: propertyIds.idOf(index), name, value })),
  },
  multi_factor_criteria: {
    rows: () => [{ sys_id: "d427668b73003300fdbd04fbc4f6a7b6", name: "Role-based", active: "true" }],
  },
  sysevent_script_action: {
    rows: () => [{ sys_id: "5e44f9bf0a0a0a0a019a6440b2137767", name: "SNC User Lockout Check", active: "true" }],
  },
};

export function tableNamed(name: string): Table | undefined {
  return Object.hasOwn(tables, name) ? tables[name] : undefined;
}

/** A role that Gatehouse's user lacks is none of its own. */
function grants(tenant: ServicenowTenant): Row[] {
  const { people, roleIds, revokedRoles, options } = tenant;
  return indexes(people.count).flatMap((person) => {
    if (!people.exists(person)) return [];
    return people.rolesOf(person).flatMap(({ role, inherited }) => {
      const name = roles[role] ?? "";
      const sys_id = roleIds.idOf(1000 + person * roles.length + role);
      if (revokedRoles.has(sys_id) || (person === 0 && missesScope(tenant, name))) return [];
      return {
        ...{ sys_id, user: people.idOf(person), role: roleIds.idOf(role), "role.name": name, state: "active" },
        ...{ inherited: String(inherited), granted_by: "", "user.user_name": people.userName(person) },
        ...{ "user.active": String(people.status(person) !== "inactive"), "user.name": people.person(person).name },
        "user.last_login_time": timeOf(people.lastSignIn(person)),
        ...{ sys_created_on: timeOf(options.createdAt - 150 * 86_400_000), sys_created_by: "admin" },
      };
    });
  });
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
