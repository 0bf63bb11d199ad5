import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { type Json, listOf, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { directoryObjects } from "../_microsoft/directory-objects.ts";
import { armOf, armPages, armUrl } from "./arm.ts";

const version = "2022-04-01";

/** A role given to a principal on a scope. */
export interface Assignment {
  /** Path of the assignment, by which it is deleted and made again. */
  id: string;
  scope: string;
  /** Path of the role definition. */
  roleDefinitionId: string;
  principalId: string;
  /** `User`, `Group`, `ServicePrincipal`, `ForeignGroup`, `Device`. */
  principalType: string;
  raw: Json;
}

/**
 * Where the assignments of a scope are listed: those on it and on all below it. `filter`: `atScope()` for those on it and above it,
 * `principalId eq '…'` for those of one principal, `assignedTo('…')` for those it has through groups as well.
 * Source: https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-list-rest
 */
export function assignmentsUrl(context: Context, scope: string, filter?: string): string {
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments`;
  return armUrl(context.settings, path, version, filter === undefined ? {} : { $filter: filter });
}

/** Path of one assignment with its API version. */
export function assignmentUrl(context: Context, id: string): string {
  return armUrl(context.settings, id, version);
}

export function toAssignment(value: unknown, path: string): Assignment {
  const raw = needObject(value, path);
  const properties = needObject(raw.properties, `${path}.properties`);
  return {
    id: needText(raw.id, `${path}.id`),
    scope: needText(properties.scope, `${path}.properties.scope`),
    roleDefinitionId: needText(properties.roleDefinitionId, `${path}.properties.roleDefinitionId`),
    principalId: needText(properties.principalId, `${path}.properties.principalId`),
    principalType: textOf(properties.principalType) ?? "Unknown",
    raw,
  };
}

/** The principals of a page of assignments, by id: one call of Graph for all. Those that were deleted are missing. */
export async function principalsOf(
  context: Context,
  records: readonly unknown[],
  isWanted: (type: string) => boolean = () => true,
): Promise<ReadonlyMap<string, Json>> {
  const ids = records.flatMap((record) => {
    const { principalId, principalType } = objectOf(objectOf(record).properties);
    return isWanted(textOf(principalType) ?? "Unknown") ? (textOf(principalId) ?? []) : [];
  });
  return ids.length > 0 ? await directoryObjects(context, ids) : new Map();
}

/** Pages of Azure Resource Manager, with the token for it; `context` itself is Graph's. */
export const assignmentPages: Pager = (context, first, at) => armPages(armOf(context), first, at);

export interface Role {
  /** The last part of its path. */
  guid: string;
  name: string;
  isCustom: boolean;
  /** It can do everything, or give roles: Owner, Contributor, User Access Administrator and the like. */
  isPrivileged: boolean;
  /** It can do everything, rights included. */
  isOwner: boolean;
}

/** Role definitions, each asked for once. */
export class Roles {
  readonly #context: Context;
  readonly #known = new Map<string, Promise<Role>>();

  constructor(context: Context) {
    this.#context = armOf(context);
  }

  get({ roleDefinitionId, scope }: Pick<Assignment, "roleDefinitionId" | "scope">): Promise<Role> {
    // One definition has a path below every subscription; what is given on a management group names it without one.
    const guid = roleDefinitionId.split("/").pop() ?? roleDefinitionId;
    const isBare = /^\/providers\/Microsoft\.Authorization\//i.test(roleDefinitionId);
    const path = isBare && scope !== "/" ? `${scope}${roleDefinitionId}` : roleDefinitionId;
    const known = this.#known.get(guid) ?? this.#read(path, guid);
    this.#known.set(guid, known);
    return known;
  }

  async #read(id: string, guid: string): Promise<Role> {
    const { body } = await this.#context.http.get(armUrl(this.#context.settings, id, version));
    return toRole(needObject(body, "roleDefinition"), guid);
  }
}

/** Source: https://learn.microsoft.com/en-us/azure/role-based-access-control/role-definitions */
export function toRole(definition: Json, guid: string): Role {
  const properties = objectOf(definition.properties);
  const permissions = listOf(properties.permissions).map(objectOf);
  const may = (action: string) =>
    permissions.some((one) => covers(one.actions, action) && !covers(one.notActions, action));
  const everything = permissions.some(({ actions }) => listOf(actions).includes("*"));
  const givesRoles = may("Microsoft.Authorization/roleAssignments/write");
  return {
    guid,
    name: textOf(properties.roleName) ?? guid,
    isCustom: properties.type === "CustomRole",
    isPrivileged: everything || givesRoles,
    isOwner: everything && givesRoles,
  };
}

/** `Microsoft.Authorization/*` covers `Microsoft.Authorization/roleAssignments/write`. Case does not matter. */
function covers(patterns: unknown, action: string): boolean {
  return listOf(patterns).some((pattern) => {
    const parts = String(pattern).toLowerCase().split("*").map(escaped);
    return new RegExp(`^${parts.join(".*")}$`).test(action.toLowerCase());
  });
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}

/** A subscription as a whole, a management group, or the tenant: who may do everything there is an administrator. */
export function isWide(scope: string): boolean {
  return /^\/(subscriptions\/[^/]+|providers\/Microsoft\.Management\/managementGroups\/[^/]+)?\/?$/i.test(scope);
}
