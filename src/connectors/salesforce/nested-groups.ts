import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, textOf } from "#src/connector-kit/record.ts";
import { readAll } from "./api.ts";
import { isOf } from "./ids.ts";
import { soql } from "./soql.ts";

/** Groups lie in groups no deeper than this. */
const maxDepth = 10;

/** Who belongs to a group that is a member of another one: a group, a role, or a role with those below it. Each is asked for once. */
export class NestedGroups {
  readonly #context: Context;
  readonly #known = new Map<string, Promise<string[]>>();
  #roles: Promise<Map<string, string[]>> | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Ids of the users of a group, at any depth. */
  async membersOf(groupId: string, depth = 0): Promise<string[]> {
    if (depth > maxDepth) return [];
    const known = this.#known.get(groupId) ?? this.#read(groupId, depth);
    this.#known.set(groupId, known);
    return await known;
  }

  async #read(groupId: string, depth: number): Promise<string[]> {
    // A group that lies in itself has nobody more.
    this.#known.set(groupId, Promise.resolve([]));
    const found = await this.#ask("a group", soql`SELECT Type, RelatedId FROM Group WHERE Id = ${groupId}`);
    const [type, related] = [textOf(found[0]?.Type) ?? "", idOf(found[0]?.RelatedId)];
    if (/^Role/.test(type) && related !== null)
      return await this.#usersOfRoles(type === "Role" ? [related] : await this.#below(related));
    const rows = await this.#ask("members", soql`SELECT UserOrGroupId FROM GroupMember WHERE GroupId = ${groupId}`);
    const users: string[] = [];
    for (const { UserOrGroupId } of rows) {
      const id = idOf(UserOrGroupId);
      if (id === null) continue;
      if (isOf("user", id)) users.push(id);
      else users.push(...(await this.membersOf(id, depth + 1)));
    }
    return [...new Set(users)];
  }

  async #usersOfRoles(roles: readonly string[]): Promise<string[]> {
    const rows = await this.#ask(
      "users of roles",
      soql`SELECT Id FROM User WHERE IsActive = true AND UserRoleId IN ${roles}`,
    );
    return rows.flatMap(({ Id }) => idOf(Id) ?? []);
  }

  /** A role and all below it. */
  async #below(role: string): Promise<string[]> {
    this.#roles ??= this.#readRoles();
    const children = await this.#roles;
    const all = new Set([role]);
    for (const one of all) for (const child of children.get(one) ?? []) all.add(child);
    return [...all];
  }

  async #readRoles(): Promise<Map<string, string[]>> {
    const children = new Map<string, string[]>();
    for (const { Id, ParentRoleId } of await this.#ask("roles", soql`SELECT Id, ParentRoleId FROM UserRole`)) {
      const [id, parent] = [idOf(Id), idOf(ParentRoleId)];
      if (id !== null && parent !== null) children.set(parent, [...(children.get(parent) ?? []), id]);
    }
    return children;
  }

  #ask(name: string, q: string) {
    return readAll(this.#context, name, q);
  }
}
