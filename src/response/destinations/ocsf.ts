import { epochOf } from "#src/platform/instant.ts";
import { version } from "#src/platform/version.ts";
import { encodeId } from "#src/query/ids.ts";
import { type ActivityOut, type AlertOut, actorName, type EventUser, isoOf, type OutboundEvent } from "./event.ts";
import { type Verb, verbIn, wordsOf } from "./verbs.ts";

/** What the objects below follow. Source: https://schema.ocsf.io/1.3.0/ */
const schemaVersion = "1.3.0";

const severities: Record<string, number> = { INFORMATIONAL: 1, LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 };
const severityNames = ["Unknown", "Informational", "Low", "Medium", "High", "Critical"];
const outcomes: Record<string, number> = { SUCCESS: 1, FAILURE: 2 };

interface EventClass {
  uid: number;
  name: string;
  category: string;
  activities: Readonly<Record<number, string>>;
}

const authentication: EventClass = {
  uid: 3002,
  name: "Authentication",
  category: "Identity & Access Management",
  activities: { 1: "Logon", 2: "Logoff" },
};
const accountChange: EventClass = {
  uid: 3001,
  name: "Account Change",
  category: "Identity & Access Management",
  activities: {
    1: "Create",
    2: "Enable",
    3: "Password Change",
    4: "Password Reset",
    5: "Disable",
    6: "Delete",
    9: "Lock",
    10: "MFA Factor Enable",
    11: "MFA Factor Disable",
  },
};
const apiActivity: EventClass = {
  uid: 6003,
  name: "API Activity",
  category: "Application Activity",
  activities: { 1: "Create", 2: "Read", 3: "Update", 4: "Delete" },
};
const detectionFinding: EventClass = {
  uid: 2004,
  name: "Detection Finding",
  category: "Findings",
  activities: { 1: "Create", 2: "Update", 3: "Close" },
};

/** The event in the Open Cybersecurity Schema Framework: Authentication, Account Change, API Activity, Detection Finding. */
export function toOcsf(event: OutboundEvent): object {
  return event.type === "alert" ? finding(event) : activity(event);
}

function activity(event: ActivityOut): object {
  const { activity: row, instance, user } = event;
  const words = wordsOf(row.eventType);
  const actor = person(user, row.actorName);
  const endpoint = {
    ...(row.ipAddress ? { ip: row.ipAddress } : { name: "unknown" }),
    ...(row.country || row.city || row.isp
      ? {
          location: {
            ...(row.country ? { country: row.country } : {}),
            ...(row.city ? { city: row.city } : {}),
            ...(row.isp ? { isp: row.isp } : {}),
          },
        }
      : {}),
  };
  const common = {
    ...metadata(event, row.occurredAt),
    time: epochOf(row.occurredAt),
    severity_id: 1,
    severity: severityNames[1],
    status_id: outcomes[row.outcome] ?? 0,
    status: row.outcome === "SUCCESS" ? "Success" : row.outcome === "FAILURE" ? "Failure" : "Unknown",
    message: row.description,
    src_endpoint: endpoint,
    ...(row.userAgent ? { http_request: { user_agent: row.userAgent } } : {}),
    unmapped: {
      category: row.category,
      action: row.action,
      impersonated: row.impersonated,
      interactive: row.interactive,
      ip_category: row.ipCategory,
      ip_tags: row.ipTags,
      user_agent_tags: row.userAgentTags,
      targets: row.targets,
      ...(event.leftOut ? { left_out: event.leftOut } : {}),
    },
  };
  if (row.category === "LOG_ON") {
    const isEnd =
      row.action === "SIGN_OUT" ||
      words.some((word) => ["end", "logoff", "logout", "signoff", "signout"].includes(word));
    return {
      ...classified(authentication, isEnd ? 2 : 1, row.eventType),
      ...common,
      user: actor,
      service: { name: instance.appName, uid: instance.externalAccountId ?? String(instance.id) },
      is_remote: true,
      ...(row.sessionId ? { session: { uid: row.sessionId } } : {}),
    };
  }
  const change = accountChangeOf(words);
  const target = row.targets.find(({ type }) => /^(user|person|account|member|worker|people)$/i.test(type));
  if (change !== null && target)
    return {
      ...classified(accountChange, change, row.eventType),
      ...common,
      actor: { user: actor },
      user: { ...(target.id ? { uid: target.id } : {}), name: target.name ?? target.id ?? "unknown" },
    };
  return {
    ...classified(apiActivity, byAction[row.action] ?? apiActivities[verbIn(words)], row.eventType),
    ...common,
    actor: { user: actor },
    api: { operation: row.eventType, service: { name: instance.appName } },
    resources: row.targets.map(({ type, id, name }) => ({
      type,
      ...(id ? { uid: id } : {}),
      ...(name ? { name } : {}),
    })),
  };
}

/** OTHER is none of them: then the words of the event type decide. */
const byAction: Readonly<Record<string, number>> = {
  ...{ CREATE: 1, COPY: 1, UPLOAD: 1, SHARE: 1, GRANT: 1 },
  ...{ READ: 2, DOWNLOAD: 2 },
  ...{ UPDATE: 3, MOVE: 3, RESTORE: 3, ENABLE: 3, DISABLE: 3, RESET_CREDENTIAL: 3 },
  ...{ DELETE: 4, REVOKE: 4, UNSHARE: 4 },
  ...{ DENY: 99, EXECUTE: 99 },
};

const apiActivities: Record<Verb, number> = {
  create: 1,
  read: 2,
  update: 3,
  enable: 3,
  disable: 3,
  lock: 3,
  delete: 4,
  other: 99,
};

const accountWords = ["user", "account", "member", "person", "worker", "employee"];
/** Things that accounts are added to, or that belong to them: then the account itself did not change. */
const otherWords = [
  "group",
  "team",
  "role",
  "privilege",
  "app",
  "application",
  "repo",
  "repository",
  "session",
  "token",
  "file",
];

/** Which change of an account it is; null when it is about something else, such as a group's members. */
function accountChangeOf(words: readonly string[]): number | null {
  const about = new Set(words);
  if (!accountWords.some((word) => about.has(word)) || otherWords.some((word) => about.has(word))) return null;
  const verb = verbIn(words);
  if (about.has("password")) return about.has("reset") ? 4 : 3;
  if (about.has("mfa") || about.has("factor")) {
    if (verb === "create" || verb === "enable") return 10;
    return verb === "delete" || verb === "disable" || about.has("reset") ? 11 : null;
  }
  const changes: Partial<Record<Verb, number>> = { create: 1, enable: 2, disable: 5, delete: 6, lock: 9 };
  return changes[verb] ?? null;
}

function finding(event: AlertOut): object {
  const { alert, instance, user, policy } = event;
  const isResolved = alert.status !== "OPEN" && alert.status !== "IN_PROGRESS";
  const [statusId, status] =
    alert.status === "OPEN"
      ? [1, "New"]
      : alert.status === "IN_PROGRESS"
        ? [2, "In Progress"]
        : alert.status === "TRUE_POSITIVE"
          ? [4, "Resolved"]
          : [3, "Suppressed"];
  const severity = severities[alert.severity] ?? 0;
  return {
    ...classified(detectionFinding, event.isNew ? 1 : isResolved ? 3 : 2, alert.kind),
    ...metadata(event, alert.createdAt),
    time: epochOf(event.isNew ? alert.createdAt : alert.updatedAt),
    severity_id: severity,
    severity: severityNames[severity],
    status_id: statusId,
    status,
    message: alert.title,
    count: alert.occurrences,
    finding_info: {
      uid: encodeId("Alert", `${alert.instanceId}/${alert.id}`),
      title: alert.title,
      types: [alert.kind],
      created_time: epochOf(alert.createdAt),
      modified_time: epochOf(alert.updatedAt),
      last_seen_time: epochOf(alert.lastOccurredAt),
      ...(policy
        ? {
            analytic: { uid: encodeId("Policy", policy.id), name: policy.name, type_id: 1, type: "Rule" },
            attacks: policy.mitreTechniques.map((uid) => ({ technique: { uid } })),
          }
        : {}),
    },
    evidences: [{ data: alert.explanation }],
    resources: [
      { type: "Instance", uid: encodeId("Instance", instance.id), name: instance.name },
      ...(user
        ? [{ type: "User", uid: encodeId("User", `${user.instanceId}/${user.externalId}`), name: actorName(event)! }]
        : []),
    ],
    ...(event.leftOut ? { unmapped: { left_out: event.leftOut } } : {}),
  };
}

function classified({ uid, name, category, activities }: EventClass, activityId: number, otherwise: string): object {
  const activityName = activities[activityId] ?? otherwise;
  return {
    class_uid: uid,
    class_name: name,
    category_uid: Math.floor(uid / 1000),
    category_name: category,
    activity_id: activityId,
    activity_name: activityName,
    type_uid: uid * 100 + activityId,
    type_name: `${name}: ${activities[activityId] ?? "Other"}`,
  };
}

function metadata(event: OutboundEvent, at: string): object {
  const { instance } = event;
  return {
    metadata: {
      version: schemaVersion,
      product: { name: "Gatehouse", vendor_name: "Gatehouse", version },
      uid: event.id,
      log_name: instance.name,
      log_provider: instance.appName,
      original_time: isoOf(at),
      ...(instance.externalAccountId ? { tenant_uid: instance.externalAccountId } : {}),
      ...(event.type === "activity"
        ? { event_code: event.activity.eventType, logged_time: epochOf(event.activity.ingestedAt) }
        : {}),
    },
  };
}

function person(user: EventUser | null, name: string | null): object {
  if (!user) return { name: name ?? "unknown" };
  return {
    uid: user.externalId,
    name: user.login ?? user.email ?? user.displayName ?? user.externalId,
    ...(user.displayName ? { full_name: user.displayName } : {}),
    ...(user.email ? { email_addr: user.email } : {}),
    type_id: user.isAdmin ? 2 : user.type === "SERVICE" ? 3 : 1,
    type: user.isAdmin ? "Admin" : user.type === "SERVICE" ? "System" : "User",
  };
}
