import { hash } from "node:crypto";
import type { AlertRow } from "#src/detection/alerts/list.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { epochOf } from "#src/platform/instant.ts";

/** How many entries of lists, and which parts, an event came without because its message would have been too large. */
export interface LeftOut {
  targets?: number;
  evidence?: number;
  explanation?: true;
}

export interface EventInstance {
  id: number;
  name: string;
  connectorSlug: string;
  /** What the app is called. */
  appName: string;
  externalAccountId: string | null;
}

export interface EventUser {
  instanceId: number;
  externalId: string;
  login: string | null;
  email: string | null;
  displayName: string | null;
  type: string;
  isAdmin: boolean;
}

interface Common {
  /** The same each time this is sent, to any destination, also after the database was restored. */
  id: string;
  instance: EventInstance;
  /** The account that acted, or that an alert is about. */
  user: EventUser | null;
  /** What it comes without; left out when it is whole. */
  leftOut?: LeftOut;
}

export interface ActivityOut extends Common {
  type: "activity";
  activity: ActivityRow;
}

export interface AlertOut extends Common {
  type: "alert";
  /** False: it was there before, and changed or happened again. */
  isNew: boolean;
  alert: AlertRow;
  policy: { id: number; name: string; mitreTechniques: string[] } | null;
}

/** Events that destinations receive. */
export type OutboundEvent = ActivityOut | AlertOut;

/** Names content: 132 bits of SHA-256, which is enough for ids. */
export function contentHash(content: unknown): string {
  return hash("sha256", JSON.stringify(content), "base64url").slice(0, 22);
}

/**
 * The id of an alert's event. Bound to what the alert is about, not to its row or its place in the log: an alert that is raised again by a
 * restored database has the id that receivers know, and no other alert ever has it.
 */
export function alertEventId(alert: AlertRow, isNew: boolean): string {
  const { instanceId, kind, policyId, userId, oauthAppId, title, evidence, createdAt } = alert;
  const about = [instanceId, kind, policyId, userId, oauthAppId, title, evidence[0] ?? isoOf(createdAt)];
  const { status, severity, occurrences, assignee, resolution, updatedAt } = alert;
  const change = isNew ? [] : [status, severity, occurrences, assignee, resolution, isoOf(updatedAt)];
  return `alert-${contentHash([...about, ...change])}`;
}

/** As PostgreSQL writes it → RFC 3339. */
export function isoOf(instant: string): string {
  return new Date(epochOf(instant)).toISOString();
}

/** `Mira Holt`, `mira@acme.example`, or whatever is known of who did it. */
export function actorName(event: OutboundEvent): string | null {
  const { user } = event;
  const named = user?.displayName ?? user?.email ?? user?.login ?? user?.externalId ?? null;
  return event.type === "activity" ? (event.activity.actorName ?? named) : named;
}
