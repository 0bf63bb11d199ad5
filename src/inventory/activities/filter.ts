import type { Fragment } from "postgres";
import type { ActivityAction, ActivityCategory, ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import { epochOf } from "#src/platform/instant.ts";
import type { AccountKey, ActivityKey } from "#src/query/ids.ts";
import { containing, foldCase } from "#src/query/paging.ts";
import type { SqlTag } from "#src/query/sql.ts";
import type { ActivityRow } from "./row.ts";

/** What activities to speak of: all conditions must hold; a list holds when one of its values does. Ids are decoded. */
export interface ActivityFilter {
  instanceIds?: number[] | null;
  connectorSlugs?: string[] | null;
  categories?: ActivityCategory[] | null;
  actions?: ActivityAction[] | null;
  eventTypes?: string[] | null;
  userIds?: AccountKey[] | null;
  /** Persons, by any of their accounts. */
  identityIds?: number[] | null;
  /** Of an account that is an administrator now. */
  isAdmin?: boolean | null;
  actor?: string | null;
  ipAddresses?: string[] | null;
  countries?: string[] | null;
  ipCategories?: string[] | null;
  outcomes?: ActivityOutcome[] | null;
  impersonated?: boolean | null;
  interactive?: boolean | null;
  occurredFrom?: Date | null;
  occurredTo?: Date | null;
  ingestedFrom?: Date | null;
  ingestedTo?: Date | null;
  ids?: ActivityKey[] | null;
  policyIds?: number[] | null;
  groupIds?: AccountKey[] | null;
  userDomains?: string[] | null;
  involvement?: "ACTOR" | "TARGET" | "ANY" | null;
  target?: string | null;
  ipTags?: string[] | null;
  isps?: string[] | null;
  userAgent?: string | null;
  userAgentTags?: string[] | null;
  hasUser?: boolean | null;
  search?: string | null;
  not?: ActivityFilter | null;
}

/** What a filter asks of other tables, at hand. */
export interface People {
  /** Groups of the account as `<instance>/<group>`. */
  groupsOf(instanceId: number, userId: string): ReadonlySet<string>;
  /** Of the account's e-mail address, lower case; null when it has none. */
  domainOf(instanceId: number, userId: string): string | null;
  /** The person an account belongs to, if it is linked to one. */
  personOf(instanceId: number, userId: string): number | null;
  isAdmin(instanceId: number, userId: string): boolean;
}

/** The filter as SQL over `activities a`. Every value is a bound parameter. */
export function filterSql(sql: SqlTag, filter: ActivityFilter | null | undefined): Fragment {
  const conditions = filter ? conditionsOf(sql, filter) : [];
  return conditions.reduce((all, one) => sql`${all} and ${one}`, sql`true`);
}

function conditionsOf(sql: SqlTag, filter: ActivityFilter): Fragment[] {
  const conditions: Fragment[] = [];
  const add = (fragment: Fragment) => conditions.push(fragment);
  const actor = filter.involvement !== "TARGET";
  const target = filter.involvement === "TARGET" || filter.involvement === "ANY";
  const involved = (byActor: Fragment, byTarget: Fragment) =>
    actor && target ? sql`(${byActor} or ${byTarget})` : actor ? byActor : byTarget;

  // An equality lets an index give the order.
  const oneOf = (column: Fragment, values: string[]) =>
    values.length === 1 ? sql`${column} = ${values[0] as string}` : sql`${column} = any(${values})`;

  if (filter.instanceIds)
    add(
      filter.instanceIds.length === 1
        ? sql`a.instance_id = ${filter.instanceIds[0] as number}::int`
        : sql`a.instance_id = any(${filter.instanceIds}::int[])`,
    );
  if (filter.connectorSlugs)
    add(sql`a.instance_id in (select id from instances where connector_slug = any(${filter.connectorSlugs}))`);
  if (filter.categories) add(sql`a.category = any(${filter.categories})`);
  if (filter.actions) add(sql`a.action = any(${filter.actions})`);
  if (filter.eventTypes) add(oneOf(sql`a.event_type`, filter.eventTypes));
  if (filter.userIds) {
    const instances = filter.userIds.map((key) => key.instanceId);
    const ids = filter.userIds.map((key) => key.externalId);
    const wanted = sql`(select * from unnest(${instances}::int[], ${ids}::text[]))`;
    add(
      involved(
        // One account is the common case, and an equality finds the index.
        filter.userIds.length === 1
          ? sql`(a.instance_id = ${instances[0] as number} and a.user_id = ${ids[0] as string})`
          : sql`(a.instance_id, a.user_id) in ${wanted}`,
        sql`exists (select from jsonb_array_elements(a.targets) t where (a.instance_id, t->>'id') in ${wanted})`,
      ),
    );
  }
  const account = (user: Fragment, holds: Fragment) =>
    sql`exists (select from users u where u.instance_id = a.instance_id and u.external_id = ${user} and ${holds})`;
  const involvedAccount = (holds: Fragment) =>
    involved(
      account(sql`a.user_id`, holds),
      sql`exists (select from jsonb_array_elements(a.targets) t where ${account(sql`t->>'id'`, holds)})`,
    );
  if (filter.identityIds) add(involvedAccount(sql`u.identity_id = any(${filter.identityIds}::bigint[])`));
  if (filter.isAdmin != null) {
    const byAdmin = involvedAccount(sql`u.is_admin`);
    add(filter.isAdmin ? byAdmin : sql`not coalesce(${byAdmin}, false)`);
  }
  if (filter.policyIds)
    add(sql`exists (select from policy_matches m where m.instance_id = a.instance_id and m.occurred_at = a.occurred_at
      and m.external_id = a.external_id and m.policy_id = any(${filter.policyIds}::int[]))`);
  if (filter.groupIds) {
    const instances = filter.groupIds.map((key) => key.instanceId);
    const ids = filter.groupIds.map((key) => key.externalId);
    const member = (
      user: Fragment,
    ) => sql`exists (select from group_members m where m.instance_id = a.instance_id and m.user_id = ${user}
      and (m.instance_id, m.group_id) in (select * from unnest(${instances}::int[], ${ids}::text[])))`;
    add(
      involved(
        member(sql`a.user_id`),
        sql`exists (select from jsonb_array_elements(a.targets) t where ${member(sql`t->>'id'`)})`,
      ),
    );
  }
  if (filter.userDomains) {
    const domains = filter.userDomains.map((domain) => domain.toLowerCase());
    add(involvedAccount(sql`split_part(lower(u.email), '@', 2) = any(${domains})`));
  }
  if (filter.actor != null) add(sql`a.actor_name ilike ${containing(filter.actor)}`);
  if (filter.ipAddresses) add(oneOf(sql`a.ip_address`, filter.ipAddresses));
  if (filter.countries) add(sql`a.country = any(${filter.countries.map((country) => country.toUpperCase())})`);
  if (filter.ipCategories) add(sql`a.ip_category = any(${filter.ipCategories})`);
  if (filter.ipTags) add(sql`a.ip_tags && ${filter.ipTags}::text[]`);
  if (filter.outcomes) add(sql`a.outcome = any(${filter.outcomes})`);
  if (filter.impersonated != null) add(sql`a.impersonated = ${filter.impersonated}`);
  if (filter.interactive != null) add(sql`a.interactive is not distinct from ${filter.interactive}`);
  if (filter.occurredFrom) add(sql`a.occurred_at >= ${filter.occurredFrom.toISOString()}::timestamptz`);
  if (filter.occurredTo) add(sql`a.occurred_at < ${filter.occurredTo.toISOString()}::timestamptz`);
  if (filter.ingestedFrom) add(sql`a.ingested_at >= ${filter.ingestedFrom.toISOString()}::timestamptz`);
  if (filter.ingestedTo) add(sql`a.ingested_at < ${filter.ingestedTo.toISOString()}::timestamptz`);
  if (filter.ids) {
    add(sql`(a.instance_id, a.occurred_at, a.external_id) in (select * from unnest(${filter.ids.map((key) => key.instanceId)}::int[],
      ${filter.ids.map((key) => key.occurredAt.toISOString())}::text[]::timestamptz[], ${filter.ids.map((key) => key.externalId)}::text[]))`);
  }
  if (filter.target != null) {
    add(
      sql`exists (select from jsonb_array_elements(a.targets) t where t->>'id' = ${filter.target} or t->>'name' ilike ${containing(filter.target)})`,
    );
  }
  if (filter.isps) add(sql`a.isp = any(${filter.isps})`);
  if (filter.userAgent != null) add(sql`a.user_agent ilike ${containing(filter.userAgent)}`);
  if (filter.userAgentTags) add(sql`a.user_agent_tags && ${filter.userAgentTags}::text[]`);
  if (filter.hasUser != null) add(filter.hasUser ? sql`a.user_id is not null` : sql`a.user_id is null`);
  if (filter.search != null) {
    const text = containing(filter.search);
    add(
      sql`(a.description ilike ${text} or a.actor_name ilike ${text} or a.event_type ilike ${text} or a.ip_address ilike ${text})`,
    );
  }
  // A condition on something the app did not say is not met, and so its negation is.
  if (filter.not) add(sql`not coalesce((${filterSql(sql, filter.not)}), false)`);
  return conditions;
}

/** Conditions on what accounts are: they ask other tables. */
export const accountConditions = ["groupIds", "userDomains", "identityIds", "isAdmin"] as const;

/**
 * The same filter over a row in memory, for live events. Null when it needs other tables (what accounts are) and they are not at hand
 * as `people`: then the batch is asked for with filterSql.
 */
export function filterPredicate(
  filter: ActivityFilter | null | undefined,
  people: People | null = null,
): ((row: ActivityRow, connectorSlug: string) => boolean) | null {
  if (!filter) return () => true;
  if (filter.policyIds || (!people && accountConditions.some((name) => filter[name] != null))) return null;
  const inner = filter.not ? filterPredicate(filter.not, people) : null;
  if (filter.not && inner === null) return null;
  const tests: ((row: ActivityRow, connectorSlug: string) => boolean)[] = [];
  const oneOf = <T>(values: readonly T[] | null | undefined, pick: (row: ActivityRow) => T | null | undefined) => {
    if (!values) return;
    const set = new Set<T>(values);
    tests.push((row) => {
      const value = pick(row);
      return value != null && set.has(value);
    });
  };
  const contains = (text: string | null | undefined, pick: (row: ActivityRow) => readonly (string | null)[]) => {
    if (text == null) return;
    const wanted = foldCase(text);
    tests.push((row) => pick(row).some((value) => value !== null && foldCase(value).includes(wanted)));
  };
  oneOf(filter.instanceIds, (row) => row.instanceId);
  if (filter.connectorSlugs) {
    const slugs = new Set(filter.connectorSlugs);
    tests.push((_, connectorSlug) => slugs.has(connectorSlug));
  }
  oneOf<string>(filter.categories, (row) => row.category);
  oneOf<string>(filter.actions, (row) => row.action);
  oneOf(filter.eventTypes, (row) => row.eventType);
  oneOf(filter.ipAddresses, (row) => row.ipAddress);
  oneOf(
    filter.countries?.map((country) => country.toUpperCase()),
    (row) => row.country,
  );
  oneOf(filter.ipCategories, (row) => row.ipCategory);
  oneOf<string>(filter.outcomes, (row) => row.outcome);
  oneOf(filter.isps, (row) => row.isp);
  if (filter.ipTags) tests.push((row) => row.ipTags.some((tag) => filter.ipTags?.includes(tag)));
  if (filter.userAgentTags) tests.push((row) => row.userAgentTags.some((tag) => filter.userAgentTags?.includes(tag)));
  const involving = (is: (instanceId: number, userId: string) => boolean): ((row: ActivityRow) => boolean) => {
    const byActor = (row: ActivityRow) => row.userId !== null && is(row.instanceId, row.userId);
    const byTarget = (row: ActivityRow) => row.targets.some((one) => one.id !== null && is(row.instanceId, one.id));
    if (filter.involvement === "TARGET") return byTarget;
    return filter.involvement === "ANY" ? (row) => byActor(row) || byTarget(row) : byActor;
  };
  const involves = (is: (instanceId: number, userId: string) => boolean) => void tests.push(involving(is));
  if (filter.userIds) {
    const accounts = new Set(filter.userIds.map((key) => `${key.instanceId}/${key.externalId}`));
    involves((instanceId, userId) => accounts.has(`${instanceId}/${userId}`));
  }
  if (filter.groupIds && people) {
    const groups = filter.groupIds.map((key) => `${key.instanceId}/${key.externalId}`);
    involves((instanceId, userId) => {
      const own = people.groupsOf(instanceId, userId);
      return own.size > 0 && groups.some((group) => own.has(group));
    });
  }
  if (filter.userDomains && people) {
    const domains = new Set(filter.userDomains.map((domain) => domain.toLowerCase()));
    involves((instanceId, userId) => {
      const domain = people.domainOf(instanceId, userId);
      return domain !== null && domains.has(domain);
    });
  }
  if (filter.identityIds && people) {
    const persons = new Set(filter.identityIds);
    involves((instanceId, userId) => {
      const person = people.personOf(instanceId, userId);
      return person !== null && persons.has(person);
    });
  }
  if (filter.isAdmin != null && people) {
    const wanted = filter.isAdmin;
    const byAdmin = involving((instanceId, userId) => people.isAdmin(instanceId, userId));
    tests.push((row) => byAdmin(row) === wanted);
  }
  contains(filter.actor, (row) => [row.actorName]);
  contains(filter.userAgent, (row) => [row.userAgent]);
  contains(filter.search, (row) => [row.description, row.actorName, row.eventType, row.ipAddress]);
  if (filter.target != null) {
    const wanted = filter.target;
    const part = foldCase(wanted);
    tests.push((row) =>
      row.targets.some((one) => one.id === wanted || (one.name !== null && foldCase(one.name).includes(part))),
    );
  }
  if (filter.impersonated != null) tests.push((row) => row.impersonated === filter.impersonated);
  if (filter.interactive != null) tests.push((row) => row.interactive === filter.interactive);
  if (filter.hasUser != null) tests.push((row) => (row.userId !== null) === filter.hasUser);
  const between = (from: Date | null | undefined, to: Date | null | undefined, pick: (row: ActivityRow) => string) => {
    if (from) tests.push((row) => epochOf(pick(row)) >= from.getTime());
    if (to) tests.push((row) => epochOf(pick(row)) < to.getTime());
  };
  between(filter.occurredFrom, filter.occurredTo, (row) => row.occurredAt);
  between(filter.ingestedFrom, filter.ingestedTo, (row) => row.ingestedAt);
  if (filter.ids) {
    const keys = new Set(filter.ids.map((key) => `${key.instanceId}/${key.occurredAt.getTime()}/${key.externalId}`));
    tests.push((row) => keys.has(`${row.instanceId}/${epochOf(row.occurredAt)}/${row.externalId}`));
  }
  if (inner) tests.push((row, connectorSlug) => !inner(row, connectorSlug));
  return (row, connectorSlug) => tests.every((test) => test(row, connectorSlug));
}
