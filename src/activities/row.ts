import type { Sql } from "postgres";

/** An activity as it is read for the API. Instants as PostgreSQL writes them: `2026-11-18 07:42:19.118+00`. */
export interface ActivityRow {
  instanceId: number;
  occurredAt: string;
  externalId: string;
  ingestedAt: string;
  category: string;
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
  targets: { type: string; id: string | null; name: string | null }[];
  unmapped: boolean;
}

/** Columns of `activities a` as ActivityRow. The raw event is large and asked for seldom: it is loaded apart. */
export const activityColumns = (sql: Sql) => sql`
  a.instance_id as "instanceId", a.occurred_at as "occurredAt", a.external_id as "externalId", a.ingested_at as "ingestedAt", a.category,
  a.event_type as "eventType", a.description, a.user_id as "userId", a.actor_name as "actorName", a.outcome, a.impersonated, a.interactive,
  a.session_id as "sessionId", a.ip_address as "ipAddress", a.ip_category as "ipCategory", a.ip_tags as "ipTags", a.country, a.city, a.isp,
  a.user_agent as "userAgent", a.targets, a.unmapped`;
