import type { Sql } from "postgres";
import { encodeId } from "../schema/ids.ts";

export const queryNames = ["Q1", "Q2", "Q3", "Q4"] as const;
export type QueryName = (typeof queryNames)[number];
export const serverNames = ["limit", "PostGraphile", "Mercurius", "Gatehouse"] as const;
export type ServerName = (typeof serverNames)[number];

export const about: Record<QueryName, string> = {
  Q1: "newest 50 activities with user and instance, by category and instance",
  Q2: "dashboard: 25 instances, user count, 3 newest activities each",
  Q3: "one activity by id",
  Q4: "{ __typename }",
};

const narrow = "id externalId occurredAt category eventType description outcome";
const wide = `${narrow} actorName ipAddress country user { id displayName email isAdmin } instance { id name }`;
// PostGraphile names the opaque id as Relay does, and the column `id` differently.
const wideRows = wide.replace("instance { id name }", "instance { id: rowId name }");

const documents: Record<Exclude<ServerName, "limit">, Record<QueryName, string>> = {
  Gatehouse: {
    Q1: `query Q1($instance: ID!, $category: ActivityCategory!) { activities(first: 50, filter: { instanceIds: [$instance], categories: [$category] }) { nodes { ${wide} } } }`,
    Q2: `query Q2 { instances(first: 50) { nodes { id name status userCount activities(first: 3) { nodes { ${narrow} } } } } }`,
    Q3: `query Q3($id: ID!) { node(id: $id) { ... on Activity { ${wide} } } }`,
    Q4: "{ __typename }",
  },
  Mercurius: {
    Q1: `query Q1($instance: Int!, $category: String!) { activities(first: 50, instance: $instance, category: $category) { nodes { ${wide} } } }`,
    Q2: `query Q2 { instances { nodes { id name status userCount activities(first: 3) { nodes { ${narrow} } } } } }`,
    Q3: `query Q3($instance: Int!, $occurredAt: String!, $externalId: String!) { activity(instance: $instance, occurredAt: $occurredAt, externalId: $externalId) { ${wide} } }`,
    Q4: "{ __typename }",
  },
  PostGraphile: {
    Q1: `query Q1($instance: Int!, $category: String!) { activities: allActivities(first: 50, condition: { instanceId: $instance, category: $category }, orderBy: [OCCURRED_AT_DESC, EXTERNAL_ID_DESC]) { nodes { ${wideRows} } } }`,
    Q2: `query Q2 { instances: allInstances(first: 50, orderBy: ROW_ID_ASC) { nodes { id: rowId name status userCount: usersByInstanceId(condition: { status: "ACTIVE" }) { totalCount } activities: activitiesByInstanceId(first: 3, orderBy: [OCCURRED_AT_DESC, EXTERNAL_ID_DESC]) { nodes { ${narrow} } } } } }`,
    Q3: `query Q3($instance: Int!, $occurredAt: Datetime!, $externalId: String!) { activity: activityByInstanceIdAndOccurredAtAndExternalId(instanceId: $instance, occurredAt: $occurredAt, externalId: $externalId) { ${wideRows} } }`,
    Q4: "{ __typename }",
  },
};

/** What is asked, in turn: some of everything, so that no server answers from a cache of one page. */
export interface Asked {
  Q1: { instance: number; category: string }[];
  Q2: object[];
  Q3: { instance: number; occurredAt: string; externalId: string }[];
  Q4: object[];
}

export async function chooseAsked(sql: Sql): Promise<Asked> {
  const instances = await sql<{ id: number }[]>`select id from instances order by id`;
  const rows = await sql<{ instance: number; at: string; external: string }[]>`
    select instance_id as instance, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, external_id as external
    from activities where hashtext(external_id) % (select greatest(1, reltuples::int / 400) from (select sum(reltuples) as reltuples from pg_class where relname like 'activities\\_20%') c) = 0
    order by external_id limit 400`;
  return {
    Q1: instances.flatMap(({ id }) => ["LOG_ON", "USER", "ADMIN"].map((category) => ({ instance: id, category }))),
    Q2: [{}],
    Q3: rows.map(({ instance, at, external }) => ({ instance, occurredAt: at, externalId: external })),
    Q4: [{}],
  };
}

export function bodiesOf(server: ServerName, query: QueryName, asked: Asked): string[] {
  return asked[query].map((variables) => {
    if (server === "limit") return JSON.stringify({ query: query.toLowerCase(), variables });
    return JSON.stringify({
      query: documents[server][query],
      variables: server === "Gatehouse" ? forGatehouse(query, variables) : variables,
    });
  });
}

function forGatehouse(query: QueryName, variables: object): object {
  if (query === "Q1") {
    const { instance, category } = variables as Asked["Q1"][number];
    return { instance: encodeId("Instance", instance), category };
  }
  if (query !== "Q3") return variables;
  const { instance, occurredAt, externalId } = variables as Asked["Q3"][number];
  return { id: encodeId("Activity", `${instance}/${Date.parse(occurredAt)}/${externalId}`) };
}

/** An answer without what each server has in a form of its own (opaque ids, wrappers), to compare rows by. */
export function rowsOf(body: string): string {
  const { data, errors } = JSON.parse(body);
  if (errors) throw new Error(body);
  return JSON.stringify(plain(data.activity ?? data.node ?? data.activities ?? data.instances ?? data));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const { nodes, totalCount, ...rest } = value as Record<string, unknown>;
  if (nodes) return plain(nodes);
  if (totalCount !== undefined) return totalCount;
  const kept = Object.entries(rest).filter(([name]) => name !== "id");
  return Object.fromEntries(
    kept
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, name === "occurredAt" ? Date.parse(one as string) : plain(one)]),
  );
}
