import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { needObject, needText, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { byCursor, call, membersRoute, read, readAll, tagAt } from "./api.ts";
import { type Namespace, toNamespace } from "./namespaces.ts";

export interface Member {
  id: string;
  accountId: string | null;
  email: string | null;
  name: string | null;
  /** Nobody can act as a member who is suspended or has not joined. */
  isActive: boolean;
  homeId: string | null;
}

export interface Admin {
  id: string;
  /** Namespace of the team space; null for teams without one. */
  teamSpaceId: string | null;
}

/** What one run learns of the team, each thing once. */
export class Team {
  readonly #context: Context;
  readonly #groups = new Map<string, Promise<string[]>>();
  #admin: Promise<Admin> | null = null;
  #members: Promise<Map<string, Member>> | null = null;
  #namespaces: Promise<Map<string, Namespace>> | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** The administrator who connected Gatehouse, in whose name content is read. Throws ProviderRequestError when that is one no longer. */
  admin(): Promise<Admin> {
    this.#admin ??= this.#readAdmin();
    return this.#admin;
  }

  /** All members, by id: a few calls, where asking for each would be one for every member. */
  members(): Promise<Map<string, Member>> {
    this.#members ??= this.#readMembers();
    return this.#members;
  }

  /** Null for a person who is not of the team. */
  async member(id: string): Promise<Member | null> {
    return (await this.members()).get(id) ?? null;
  }

  /** Ids of a group's members; none for one that was deleted. */
  groupMembers(groupId: string): Promise<string[]> {
    return once(this.#groups, groupId, () => this.#readGroup(groupId));
  }

  /** All namespaces, by id. */
  namespaces(): Promise<Map<string, Namespace>> {
    this.#namespaces ??= this.#readNamespaces();
    return this.#namespaces;
  }

  async #readAdmin(): Promise<Admin> {
    const profile = needObject(
      (await read(this.#context, "team/token/get_authenticated_admin")).admin_profile,
      "admin_profile",
    );
    const root = textOf(profile.root_folder_id);
    return {
      id: needText(profile.team_member_id, "admin_profile.team_member_id"),
      teamSpaceId: root === textOf(profile.member_folder_id) ? null : root,
    };
  }

  async #readMembers(): Promise<Map<string, Member>> {
    const first = call("team/members/list_v2", { limit: 1000, include_removed: false });
    const records = await readAll(this.#context, "members", first, byCursor("members", membersRoute));
    const all = records.map((record, index): Member => {
      const path = `members[${index}].profile`;
      const profile = needObject(objectOf(record).profile, path);
      return {
        id: needText(profile.team_member_id, `${path}.team_member_id`),
        accountId: textOf(profile.account_id),
        email: textOf(profile.email),
        name: textOf(valueAt(profile, "name.display_name")),
        isActive: tagAt(profile, "status") === "active",
        homeId: textOf(profile.member_folder_id),
      };
    });
    return new Map(all.map((member) => [member.id, member]));
  }

  async #readGroup(groupId: string): Promise<string[]> {
    const group = { ".tag": "group_id", group_id: groupId };
    const first = call("team/groups/members/list", { group, limit: 1000 });
    const members = await ifThere(() => readAll(this.#context, "members", first, byCursor("members")));
    return (members ?? []).flatMap((one) => textOf(valueAt(one, "profile.team_member_id")) ?? []);
  }

  async #readNamespaces(): Promise<Map<string, Namespace>> {
    const first = call("team/namespaces/list", { limit: 1000 });
    const records = await readAll(this.#context, "namespaces", first, byCursor("namespaces"));
    const all = records.map((record, index) => toNamespace(record, `namespaces[${index}]`));
    return new Map(all.map((namespace) => [namespace.id, namespace]));
  }
}

/** The same promise for everybody who asks meanwhile. One that failed is asked again. */
export function once<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const found = known.get(key);
  if (found) return found;
  const asked = ask();
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}
