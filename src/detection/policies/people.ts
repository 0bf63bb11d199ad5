import type { Sql } from "postgres";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import type { People as Lookups } from "#src/inventory/activities/filter.ts";

/** What rules ask about accounts beyond the activity itself. */
export interface PeopleNeeds {
  /** Groups that some rule names, as `<instance>/<group>`. */
  groups: ReadonlySet<string>;
  domains: boolean;
  /** Which accounts are one person's. */
  persons: boolean;
  /** Which accounts are admins. */
  admins: boolean;
  /** Accounts that something was done to, too. */
  targets: boolean;
}

interface Account {
  groups: Set<string>;
  domain: string | null;
  identityId: number | null;
  isAdmin: boolean;
}

const nobody: ReadonlySet<string> = new Set();

function isAnything({ groups, domains, persons, admins }: PeopleNeeds): boolean {
  return groups.size > 0 || domains || persons || admins;
}

/** Facts of the accounts in one batch, read once for all rules. */
export class People implements Lookups {
  #accounts = new Map<string, Account>();

  /** Forgets the batch before. At most two statements, and none when nothing is needed. */
  async load(sql: Sql, activities: readonly EvaluatedActivity[], needs: PeopleNeeds): Promise<void> {
    this.#accounts = new Map();
    if (!isAnything(needs)) return;
    for (const { row } of activities) {
      if (row.userId !== null) this.#add(row.instanceId, row.userId);
      if (needs.targets) for (const { id } of row.targets) if (id !== null) this.#add(row.instanceId, id);
    }
    await this.#read(sql, needs);
  }

  /** The same for the owners of files. */
  async loadOwners(
    sql: Sql,
    files: readonly { instanceId: number; ownerId: string | null }[],
    groups: ReadonlySet<string>,
  ): Promise<void> {
    this.#accounts = new Map();
    if (groups.size === 0) return;
    for (const { instanceId, ownerId } of files) if (ownerId !== null) this.#add(instanceId, ownerId);
    await this.#read(sql, { groups, domains: false, persons: false, admins: false, targets: false });
  }

  async #read(sql: Sql, needs: PeopleNeeds): Promise<void> {
    const keys = [...this.#accounts.keys()].map((key) => key.split(/\/(.*)/s) as [string, string]);
    const instances = keys.map(([instanceId]) => Number(instanceId));
    const users = keys.map(([, userId]) => userId);
    if (needs.groups.size > 0) {
      const groups = [...needs.groups].map((key) => key.split(/\/(.*)/s) as [string, string]);
      const rows = await sql<{ instanceId: number; userId: string; groupId: string }[]>`
        select m.instance_id as "instanceId", m.user_id as "userId", m.group_id as "groupId" from group_members m
        where (m.instance_id, m.user_id) in (select * from unnest(${instances}::int[], ${users}::text[]))
          and (m.instance_id, m.group_id) in (select * from unnest(${groups.map(([id]) => Number(id))}::int[], ${groups.map(([, id]) => id)}::text[]))`;
      for (const row of rows)
        this.#accounts.get(`${row.instanceId}/${row.userId}`)?.groups.add(`${row.instanceId}/${row.groupId}`);
    }
    if (needs.domains || needs.persons || needs.admins) {
      const rows = await sql<
        { instanceId: number; userId: string; domain: string; identityId: number | null; isAdmin: boolean }[]
      >`
        select u.instance_id as "instanceId", u.external_id as "userId", split_part(lower(u.email), '@', 2) as domain, u.identity_id::float8 as "identityId",
          u.is_admin as "isAdmin"
        from users u where (u.instance_id, u.external_id) in (select * from unnest(${instances}::int[], ${users}::text[]))`;
      for (const row of rows) {
        const account = this.#accounts.get(`${row.instanceId}/${row.userId}`);
        if (account) {
          const { domain, identityId, isAdmin } = row;
          Object.assign(account, { domain: domain || null, identityId, isAdmin });
        }
      }
    }
  }

  groupsOf(instanceId: number, userId: string): ReadonlySet<string> {
    return this.#accounts.get(`${instanceId}/${userId}`)?.groups ?? nobody;
  }

  domainOf(instanceId: number, userId: string): string | null {
    return this.#accounts.get(`${instanceId}/${userId}`)?.domain ?? null;
  }

  isAdmin(instanceId: number, userId: string): boolean {
    return this.#accounts.get(`${instanceId}/${userId}`)?.isAdmin ?? false;
  }

  personOf(instanceId: number, userId: string): number | null {
    return this.#accounts.get(`${instanceId}/${userId}`)?.identityId ?? null;
  }

  #add(instanceId: number, userId: string): void {
    const key = `${instanceId}/${userId}`;
    if (!this.#accounts.has(key))
      this.#accounts.set(key, { groups: new Set(), domain: null, identityId: null, isAdmin: false });
  }
}
