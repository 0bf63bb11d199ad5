import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { type Json, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderRequestError, ProviderScopeError } from "#src/errors.ts";
import { graphPages, pathOf, readAll } from "../../_microsoft/graph.ts";

/**
 * Roles of the directory: who holds one now, activations of Privileged Identity Management included, and who may activate one, which needs
 * Microsoft Entra ID P2. A role that a group holds is held by its members.
 * Source: https://learn.microsoft.com/en-us/graph/api/rbacapplication-list-roleassignments
 */
export const privileges: StreamFunction<"PRIVILEGES"> = (context, cursor) => {
  const roles = new Roles(context);
  return stages<PrivilegeItem>(context, cursor, [
    held(roles, "active", "/roleManagement/directory/roleAssignments?$expand=principal"),
    {
      ...held(roles, "eligible", "/roleManagement/directory/roleEligibilityScheduleInstances?$expand=principal"),
      skipWhen: (error) => error instanceof ProviderScopeError || error instanceof ProviderRequestError,
    },
  ]);
};

const definitions = "/roleManagement/directory/roleDefinitions?$select=id,displayName,templateId,isBuiltIn";

type Kind = "active" | "eligible";

function held(roles: Roles, name: Kind, first: string): Stage<PrivilegeItem> {
  return { name, first, page: graphPages, items: (one, path) => roles.holders(name, needObject(one, path), path) };
}

/** Roles that only let look, or invite: who holds them is no administrator. */
const harmless = /\b(reader|viewer|inviter)\b/i;

class Roles {
  readonly #context: StreamContext;
  readonly #members = new Map<string, Promise<string[]>>();
  #names: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(context: StreamContext) {
    this.#context = context;
  }

  async holders(kind: Kind, assignment: Json, path: string): Promise<PrivilegeItem[]> {
    const roleId = needText(assignment.roleDefinitionId, `${path}.roleDefinitionId`);
    const principalId = needText(assignment.principalId, `${path}.principalId`);
    const people = await this.#people(principalId, textOf(objectOf(assignment.principal)["@odata.type"]));
    if (people.length === 0) return [];
    this.#names ??= this.#readNames();
    const name = (await this.#names).get(roleId) ?? roleId;
    const privilege = {
      kind: "privilege" as const,
      externalId: kind === "active" ? roleId : `eligible:${roleId}`,
      name: kind === "active" ? name : `${name} (eligible)`,
      isAdmin: !harmless.test(name),
    };
    return [
      privilege,
      ...people.map((userId) => ({ kind: "holder" as const, privilegeId: privilege.externalId, userId })),
    ];
  }

  async #readNames(): Promise<ReadonlyMap<string, string>> {
    const roles = await readAll(this.#context, definitions, "roles");
    return new Map(
      roles.flatMap(({ id, displayName }) => {
        const [roleId, name] = [textOf(id), textOf(displayName)];
        return roleId && name ? [[roleId, name] as const] : [];
      }),
    );
  }

  /** Service principals hold roles, too, and are no people. */
  async #people(id: string, type: string | null): Promise<string[]> {
    if (type === "#microsoft.graph.user") return [id];
    if (type !== "#microsoft.graph.group") return [];
    const known = this.#members.get(id) ?? this.#membersOf(id);
    this.#members.set(id, known);
    return await known;
  }

  async #membersOf(id: string): Promise<string[]> {
    const url = pathOf`/groups/${id}/transitiveMembers/microsoft.graph.user?$select=id&$top=999`;
    const members = await readAll(this.#context, url, "members of a group with roles");
    return members.map((member, index) => needText(member.id, `value[${index}].id`));
  }
}
