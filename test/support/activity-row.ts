import type { ActivityRow } from "#src/inventory/activities/row.ts";

/** An activity that says nothing of itself: tests spread it and add what they are about. */
export const blankActivity: ActivityRow = {
  instanceId: 1,
  occurredAt: "",
  externalId: "",
  ingestedAt: "",
  category: "USER",
  action: "OTHER",
  eventType: "event",
  description: "",
  userId: null,
  actorName: null,
  outcome: "SUCCESS",
  impersonated: false,
  interactive: null,
  sessionId: null,
  ipAddress: null,
  ipCategory: "OTHER",
  ipTags: [],
  country: null,
  city: null,
  isp: null,
  userAgent: null,
  userAgentTags: [],
  targets: [],
  unmapped: false,
};
