import { uuidAt } from "../../generator.ts";
import type { EntraGroups, EntraPeople } from "../_microsoft/people.ts";
import type { ServicePrincipal } from "./identities.ts";
import type { Subscription } from "./subscriptions.ts";

/** Built-in roles by their names, with the ids that are the same everywhere. */
const builtIn = {
  Owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  Contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  Reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
  "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
} as const;
const custom = { "Application Operator": "5f0e3a52-6b1d-4a7e-9c34-0c1b7a9d2e61" } as const;
export type RoleName = keyof typeof builtIn | keyof typeof custom;
export const roleIds: Readonly<Record<RoleName, string>> = { ...builtIn, ...custom };

const actions: Readonly<Record<RoleName, [actions: string[], notActions: string[]]>> = {
  Owner: [["*"], []],
  Contributor: [
    ["*"],
    [
      "Microsoft.Authorization/*/Delete",
      "Microsoft.Authorization/*/Write",
      "Microsoft.Authorization/elevateAccess/Action",
    ],
  ],
  Reader: [["*/read"], []],
  "User Access Administrator": [["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"], []],
  "Role Based Access Control Administrator": [
    ["*/read", "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"],
    [],
  ],
  "Storage Blob Data Reader": [["Microsoft.Storage/storageAccounts/blobServices/containers/read"], []],
  "Application Operator": [["Microsoft.Compute/virtualMachines/restart/action", "*/read"], []],
};

/** https://learn.microsoft.com/en-us/rest/api/authorization/role-definitions/get */
export function roleRecord(name: RoleName, scope: string): Record<string, unknown> {
  const [allowed, notActions] = actions[name];
  const isCustom = name in custom;
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${roleIds[name]}`,
    type: "Microsoft.Authorization/roleDefinitions",
    name: roleIds[name],
    properties: {
      roleName: name,
      type: isCustom ? "CustomRole" : "BuiltInRole",
      description: `The role ${name}.`,
      assignableScopes: isCustom ? [scope] : ["/"],
      permissions: [{ actions: allowed, notActions, dataActions: [], notDataActions: [] }],
    },
  };
}

export const roleNamed = (id: string): RoleName | undefined =>
  (Object.keys(roleIds) as RoleName[]).find((name) => roleIds[name] === id.toLowerCase());
export const customRoles = Object.keys(custom) as RoleName[];

export interface Assignment {
  name: string;
  scope: string;
  role: RoleName;
  principalId: string;
  principalType: "User" | "Group" | "ServicePrincipal";
}

/** https://learn.microsoft.com/en-us/rest/api/authorization/role-assignments/get */
export function assignmentRecord({
  name,
  scope,
  role,
  principalId,
  principalType,
}: Assignment): Record<string, unknown> {
  const [subscription = ""] = /^\/subscriptions\/[^/]+/.exec(scope) ?? [];
  return {
    id: `${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    type: "Microsoft.Authorization/roleAssignments",
    name,
    properties: {
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleIds[role]}`,
      principalId,
      principalType,
      scope,
      createdOn: "2025-03-04T09:12:31.0000000Z",
      updatedOn: "2025-03-04T09:12:31.0000000Z",
    },
  };
}

/** Who has which role at first. People are named by index; one principal no longer exists. */
export function firstAssignments(
  seed: number,
  subscriptions: readonly Subscription[],
  directory: { people: EntraPeople; groups: EntraGroups; services: readonly ServicePrincipal[]; root: string },
): Assignment[] {
  const { people, groups, services, root } = directory;
  const [production, research] = subscriptions.map(({ id }) => `/subscriptions/${id}`) as [string, string];
  const group = (name: string) => `/providers/Microsoft.Management/managementGroups/${name}`;
  const person = (index: number) => ({ principalId: people.idOf(index), principalType: "User" as const });
  const service = (index: number) => ({ principalId: services[index]!.id, principalType: "ServicePrincipal" as const });
  const team = (index: number) => ({ principalId: groups.idOf(index), principalType: "Group" as const });
  const given: Omit<Assignment, "name">[] = [
    { scope: production, role: "Owner", ...person(2) },
    { scope: production, role: "Contributor", ...person(4) },
    { scope: `${production}/resourceGroups/shop`, role: "Owner", ...person(4) },
    { scope: production, role: "Reader", ...person(5) },
    { scope: production, role: "Contributor", ...service(1) },
    {
      scope: `${production}/resourceGroups/shop/providers/Microsoft.Storage/storageAccounts/shopdata`,
      role: "Storage Blob Data Reader",
      ...service(2),
    },
    { scope: `${production}/resourceGroups/shop`, role: "Reader", ...service(3) },
    { scope: production, role: "Reader", principalId: uuidAt(seed, 1, 824), principalType: "User" },
    { scope: research, role: "Owner", ...person(3) },
    { scope: research, role: "Application Operator", ...person(6) },
    { scope: group("platform"), role: "User Access Administrator", ...person(3) },
    { scope: group(root), role: "Reader", ...service(0) },
    { scope: group(root), role: "Role Based Access Control Administrator", ...service(0) },
    ...(groups.count > 0 ? [{ scope: production, role: "Contributor" as const, ...team(0) }] : []),
    ...(groups.count > 1 ? [{ scope: research, role: "Reader" as const, ...team(1) }] : []),
  ];
  return given.map((one, index) => ({ ...one, name: uuidAt(seed, index, 823) }));
}
