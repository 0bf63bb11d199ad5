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
  /** The same each time this is sent, to any destination. */
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
