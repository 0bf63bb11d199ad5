import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, needObject, needText, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { byPageToken } from "../_google/paging.ts";
import { type Organization, readOrganization } from "./api.ts";
import { groupsReader } from "./scopes.ts";

const api = "https://cloudidentity.googleapis.com/v1";

/** A group of Cloud Identity with those in it, and in the groups inside it. */
export interface GroupWithMembers {
  raw: Json;
  /** Addresses, each once. */
  emails: string[];
}

/**
 * Reads who is in the groups that hold roles, each group once in a run.
 * Sources: https://cloud.google.com/identity/docs/reference/rest/v1/groups/lookup, …/groups.memberships/list
 */
export class GroupMembers {
  readonly #context: Context;
  readonly #known = new Map<string, Promise<GroupWithMembers>>();
  #organization: Promise<Organization> | undefined;
  #refused = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Nobody for a group that was deleted, or that is another organization's: Google refuses it like one that may not be read. Throws
   * ProviderScopeError when the organization's own groups may not be read.
   */
  of(email: string): Promise<GroupWithMembers> {
    const known = this.#known.get(email) ?? this.#read(email);
    this.#known.set(email, known);
    return known;
  }

  /** As `of`; nobody when groups may not be read, and then no more of them are asked for. */
  async emailsIfReadable(email: string): Promise<readonly string[]> {
    if (this.#refused) return [];
    try {
      return (await this.of(email)).emails;
    } catch (error) {
      if (!(error instanceof ProviderScopeError)) throw error;
      this.#refused = true;
      return [];
    }
  }

  async #read(email: string): Promise<GroupWithMembers> {
    const emails = new Set<string>();
    const visited = new Set<string>([email]);
    let raw: Json = {};
    for (const group of visited) {
      const found = await this.#direct(group);
      if (group === email) raw = { email, ...found };
      for (const member of found.members) {
        const address = textOf(valueAt(member, "preferredMemberKey.id"))?.toLowerCase();
        if (!address) continue;
        // A set that grows while it is walked is walked to its new end.
        if (textOf(objectOf(member).type) === "GROUP") visited.add(address);
        else emails.add(address);
      }
    }
    return { raw, emails: [...emails] };
  }

  async #direct(email: string): Promise<{ name: string | null; members: unknown[] }> {
    const { http } = this.#context;
    try {
      const answer = await http.get(`${api}/groups:lookup`, { query: { "groupKey.id": email } });
      const name = needText(needObject(answer.body, "group").name, "group.name");
      const first = `${api}/${name}/memberships?view=FULL&pageSize=500`;
      const members: unknown[] = [];
      const listing = { name: "members of groups", first, page: byPageToken("memberships") };
      for await (const { records } of walkPages(this.#context, listing)) members.push(...records);
      return { name, members };
    } catch (error) {
      if (error instanceof ProviderNotFoundError) return { name: null, members: [] };
      if (!(error instanceof ProviderScopeError)) throw error;
      this.#organization ??= readOrganization(this.#context);
      const { domain } = await this.#organization;
      if (domain !== null && !email.endsWith(`@${domain}`)) return { name: null, members: [] };
      throw error.scopes.length > 0 ? error : new ProviderScopeError(error.message, [groupsReader], { cause: error });
    }
  }
}
