import type { Sql } from "postgres";
import { type InstanceRow, instanceTable } from "#src/instances/row.ts";
import { type UserRow, userTable } from "#src/inventory/users/row.ts";
import { readerOf, type Table } from "#src/query/reading.ts";
import { render } from "#src/query/sql.ts";

/** An activity as it is read for the API. Instants as PostgreSQL writes them: `2026-11-18 07:42:19.118+00`. */
export interface ActivityRow {
  instanceId: number;
  occurredAt: string;
  externalId: string;
  ingestedAt: string;
  category: string;
  action: string;
  eventType: string;
  description: string;
  userId: string | null;
  actorName: string | null;
  outcome: string;
  impersonated: boolean;
  interactive: boolean | null;
  sessionId: string | null;
  ipAddress: string | null;
  ipCategory: string;
  ipTags: string[];
  country: string | null;
  city: string | null;
  isp: string | null;
  userAgent: string | null;
  userAgentTags: string[];
  targets: { type: string; id: string | null; name: string | null }[];
  unmapped: boolean;
  /** The actor's account and the instance, when they were read with it. */
  user?: UserRow | null;
  instance?: InstanceRow | null;
}

/** The raw event is large and asked for seldom: it is loaded apart. */
export const activityTable: Table<ActivityRow> = {
  from: "activities",
  alias: "a",
  columns: {
    instanceId: "instance_id",
    occurredAt: "occurred_at",
    externalId: "external_id",
    ingestedAt: "ingested_at",
    category: "category",
    action: "action",
    eventType: "event_type",
    description: "description",
    userId: "user_id",
    actorName: "actor_name",
    outcome: "outcome",
    impersonated: "impersonated",
    interactive: "interactive",
    sessionId: "session_id",
    ipAddress: "ip_address",
    ipCategory: "ip_category",
    ipTags: "ip_tags",
    country: "country",
    city: "city",
    isp: "isp",
    userAgent: "user_agent",
    userAgentTags: "user_agent_tags",
    targets: "targets",
    unmapped: "unmapped",
  },
  key: ["instanceId", "occurredAt", "externalId"],
  // An activity is seen by those who see its instance, and with it the instance and its accounts.
  toOne: {
    user: {
      alias: "u",
      table: userTable,
      on: `u.instance_id = r."instanceId" and u.external_id = r."userId"`,
      by: ["userId"],
    },
    instance: { alias: "i", table: instanceTable, on: `i.id = r."instanceId"`, by: [] },
  },
};

/** All columns of `activities a` as ActivityRow. */
export const activityColumns = (sql: Sql) => sql.unsafe(render(readerOf(activityTable, "all").inner).text);
