import { encodeId } from "#src/query/ids.ts";
import { type EventInstance, type EventUser, isoOf, type OutboundEvent } from "./event.ts";

/** The event as the API would answer it: the same names, values and ids. */
export function toJson(event: OutboundEvent): object {
  const { id, type, leftOut } = event;
  const content =
    event.type === "activity" ? { activity: activityOf(event) } : { isNew: event.isNew, alert: alertOf(event) };
  return { id, type, ...content, ...(leftOut ? { leftOut } : {}) };
}

function activityOf({ id, activity, instance, user }: Extract<OutboundEvent, { type: "activity" }>): object {
  return {
    id,
    instance: instanceOf(instance),
    externalId: activity.externalId,
    category: activity.category,
    eventType: activity.eventType,
    description: activity.description,
    occurredAt: isoOf(activity.occurredAt),
    ingestedAt: isoOf(activity.ingestedAt),
    user: userOf(user),
    actorName: activity.actorName,
    outcome: activity.outcome,
    impersonated: activity.impersonated,
    interactive: activity.interactive,
    sessionId: activity.sessionId,
    ipAddress: activity.ipAddress,
    ipCategory: activity.ipCategory,
    ipTags: activity.ipTags,
    country: activity.country,
    city: activity.city,
    isp: activity.isp,
    userAgent: activity.userAgent,
    userAgentTags: activity.userAgentTags,
    targets: activity.targets,
    unmapped: activity.unmapped,
  };
}

function alertOf({ alert, instance, user, policy }: Extract<OutboundEvent, { type: "alert" }>): object {
  return {
    id: encodeId("Alert", `${alert.instanceId}/${alert.id}`),
    kind: alert.kind,
    policy: policy && { id: encodeId("Policy", policy.id), name: policy.name, mitreTechniques: policy.mitreTechniques },
    instance: instanceOf(instance),
    user: userOf(user),
    severity: alert.severity,
    status: alert.status,
    title: alert.title,
    explanation: alert.explanation,
    evidence: alert.evidence.map(([at, externalId]) => ({
      id: encodeId("Activity", `${alert.instanceId}/${at}/${externalId}`),
    })),
    occurrences: alert.occurrences,
    lastOccurredAt: isoOf(alert.lastOccurredAt),
    createdAt: isoOf(alert.createdAt),
    updatedAt: isoOf(alert.updatedAt),
    assignee: alert.assignee,
    resolution: alert.resolution,
  };
}

function instanceOf({ id, name, connectorSlug, appName }: EventInstance): object {
  return { id: encodeId("Instance", id), name, connector: { slug: connectorSlug, name: appName } };
}

function userOf(user: EventUser | null): object | null {
  if (!user) return null;
  const { instanceId, externalId, login, email, displayName, type, isAdmin } = user;
  return {
    id: encodeId("User", `${instanceId}/${externalId}`),
    externalId,
    login,
    email,
    displayName,
    type,
    isAdmin,
  };
}
