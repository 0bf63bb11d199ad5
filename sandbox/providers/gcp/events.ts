import { hex, mix, originAt } from "../../generator.ts";
import { type EventType, eventType, generated } from "./event-types.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { Principals } from "./principals.ts";

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  /** Index of who did it, or an address that is nobody's. */
  actor?: number | string;
  ip?: string;
  failure?: boolean;
  /** Index of whom it was done to. */
  about?: number;
  /** Epoch ms that the entry bears, where Logging received it later. */
  occurredAt?: number;
}

export interface EventParts {
  seed: number;
  people: Principals;
  hierarchy: Hierarchy;
}

const receivedAfterMs = 240;

export function typeAt({ seed }: EventParts, number: number, note: EventNote | undefined): EventType {
  if (note?.type) return eventType(note.type);
  if (note?.failure) return eventType("google.login.LoginService.loginFailure");
  return generated.pick(mix(seed, number, 641));
}

/** The container in whose log an event is: `projects/acme-prod`. */
export function homeOf({ seed, hierarchy }: EventParts, number: number, { at }: EventType): string {
  if (at === "organization") return hierarchy.organization.path;
  return at === "folder" ? (hierarchy.folders[0]?.path ?? "") : hierarchy.project(mix(seed, number, 642)).path;
}

export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): string {
  const { seed, people } = parts;
  if (typeof note?.actor === "string") return note.actor;
  if (typeof note?.actor === "number") return people.emailOf(note.actor);
  const { by } = typeAt(parts, number, note);
  if (by === "google") return "system@google.com";
  const choice = mix(seed, number, 643);
  const persons = people.count - people.accounts;
  const index =
    by === "account"
      ? choice % people.accounts
      : people.accounts + (choice % (by === "admin" ? Math.min(3, persons) : persons));
  return people.emailOf(index);
}

export interface Times {
  occurredAt: number;
  receivedAt: number;
}

export function timesOf(at: number, note: EventNote | undefined): Times {
  return { occurredAt: note?.occurredAt ?? at, receivedAt: at + receivedAfterMs };
}

/** Nanoseconds, of which Google leaves out trailing zeros. */
function instant(ms: number, nanoseconds: number): string {
  return new Date(ms).toISOString().replace(
    "Z",
    `${String(nanoseconds % 1_000_000)
      .padStart(6, "0")
      .replace(/(000)?$/, "")}Z`,
  );
}

export interface Identity {
  logName: string;
  timestamp: string;
  insertId: string;
}

export function identityOf(parts: EventParts, number: number, at: number, note: EventNote | undefined): Identity {
  const type = typeAt(parts, number, note);
  return {
    logName: `${homeOf(parts, number, type)}/logs/cloudaudit.googleapis.com%2F${type.log}`,
    timestamp: instant(timesOf(at, note).occurredAt, mix(parts.seed, number, 644)),
    insertId: `${hex(mix(parts.seed, number, 645))}${number.toString(36)}`,
  };
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
export function logEntry(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { seed, people, hierarchy } = parts;
  const type = typeAt(parts, number, note);
  const home = homeOf(parts, number, type);
  const project = home.startsWith("projects/") ? home.slice("projects/".length) : undefined;
  const actor = actorAt(parts, number, note);
  const person = people.find(actor) ?? 0;
  const { ip, agent } = originAt(seed, person, number);
  const about = note?.about ?? mix(seed, number, 646) % people.accounts;
  const account = people.emailOf(people.isAccount(about) ? about : 0);
  const fill = (pattern: string) =>
    pattern
      .replace("{o}", hierarchy.organization.path)
      .replace("{f}", hierarchy.folders[0]?.path ?? "")
      .replaceAll("{p}", project ?? "")
      .replace("{sa}", account)
      .replace("{n}", String(number % 40));
  const resourceName = fill(type.resource);
  const isDenied = type.log === "policy" || note?.failure === true;
  const isAccount = actor.endsWith(".gserviceaccount.com");
  const isOperation = type.service === "compute.googleapis.com" && type.log === "activity";
  return {
    protoPayload: {
      "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
      status: isDenied && !type.shared ? { code: 7, message: "PERMISSION_DENIED" } : {},
      authenticationInfo: {
        principalEmail: actor,
        ...(isAccount && { principalSubject: `serviceAccount:${actor}` }),
        ...(type.method === "GenerateAccessToken" && {
          serviceAccountDelegationInfo: [
            {
              firstPartyPrincipal: { principalEmail: people.emailOf(people.accounts) },
              principalSubject: people.idOf(people.accounts),
            },
          ],
        }),
      },
      requestMetadata: {
        callerIp: type.by === "google" ? "private" : (note?.ip ?? ip),
        callerSuppliedUserAgent: agent.raw,
        requestAttributes: {},
        destinationAttributes: {},
      },
      serviceName: type.service,
      methodName: type.method,
      resourceName,
      ...(type.permission && {
        authorizationInfo: [{ permission: type.permission, granted: !isDenied, resource: resourceName }],
      }),
      ...(type.method === "SetIamPolicy" && {
        serviceData: {
          "@type": "type.googleapis.com/google.iam.v1.logging.AuditData",
          policyDelta: {
            bindingDeltas: [
              { action: "ADD", role: "roles/viewer", member: people.idOf(people.accounts + (number % 5)) },
            ],
          },
        },
      }),
      ...(type.shared && {
        metadata: {
          "@type": "type.googleapis.com/ccc_hosted_reporting.ActivityProto",
          activityId: { timeUsec: String(at * 1000), uniqQualifier: String(mix(seed, number, 647)) },
          event: [type.shared],
        },
      }),
    },
    ...identityOf(parts, number, at, note),
    resource: {
      type: type.type,
      labels: {
        ...(project !== undefined ? { project_id: project } : {}),
        ...(type.type === "service_account" && { email_id: account, unique_id: people.uniqueIdOf(about) }),
        ...(type.type === "gcs_bucket" && { bucket_name: `${project}-data`, location: "us" }),
        ...(type.shared && { service: type.service, method: type.method }),
      },
    },
    severity: isDenied ? "ERROR" : type.log === "activity" ? "NOTICE" : "INFO",
    ...(isOperation && { operation: { id: `operation-${number}`, producer: type.service, first: true, last: true } }),
    receiveTimestamp: instant(timesOf(at, note).receivedAt, mix(seed, number, 648)),
  };
}
