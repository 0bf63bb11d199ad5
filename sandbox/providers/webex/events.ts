import { mix, originAt, uuidAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import type { SandboxEvent } from "../../provider.ts";
import { bare, hydra, iso } from "./answers.ts";
import type { WebexPeople } from "./people.ts";
import type { Message, Spaces } from "./spaces.ts";

export type Log = "audit" | "security" | "compliance";

interface EventType {
  type: string;
  log: Log;
  /** Of the audit logs. */
  category?: string;
  about?: "person" | "org";
  weight: number;
}

const audit = (type: string, category: string, about: "person" | "org", weight: number): EventType => ({
  ...{ type, log: "audit", category, about, weight },
});
const compliance = (type: string, weight: number): EventType => ({ type, log: "compliance", weight });

/** https://help.webex.com/article/nqzomav, and the resources of https://developer.webex.com/docs/api/v1/events; weights are made up. */
const all: readonly EventType[] = [
  audit("An Admin logged in", "EventCategory.LOGINS", "org", 60),
  audit("User was updated", "WEBEX_IDENTITY", "person", 40),
  audit("User was created", "USERS", "person", 10),
  audit("User was deleted", "USERS", "person", 4),
  audit("Role Was Assigned", "USERS", "person", 6),
  audit("User's token was revoked by an Admin.", "USERS", "person", 6),
  audit("An org setting was created or updated.", "ORG_SETTINGS", "org", 20),
  audit("Device Was Created", "DEVICES", "org", 10),
  audit("Device Configurations Were Updated", "DEVICES", "org", 6),
  audit("eDiscovery Report Was Created", "COMPLIANCE", "org", 4),
  audit("Users Csv Was Exported", "USERS", "org", 4),
  audit("An Admin Uploaded A CSV File", "USERS", "org", 4),
  { type: "User Login Attempted", log: "security", category: "LOGINS", weight: 150 },
  { type: "User Logout Attempted", log: "security", category: "LOGOUT", weight: 40 },
  compliance("messages.created", 160),
  compliance("messages.updated", 20),
  compliance("messages.deleted", 10),
  compliance("memberships.created", 20),
  compliance("memberships.deleted", 10),
  compliance("rooms.updated", 4),
  compliance("files.created", 40),
  compliance("file_transcodings.created", 10),
  compliance("meetings.ended", 30),
  compliance("attachmentActions.created", 4),
  compliance("tabs.created", 2),
];
const mixture = new EventMix(all, ({ weight }) => weight);

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  actor?: string;
  ip?: string;
  failed?: boolean;
  /** Index of the person it is about. */
  target?: number;
  room?: number;
  /** It is about a message that can be read. */
  message?: Message;
  member?: Record<string, unknown>;
}

interface Parts {
  seed: number;
  people: WebexPeople;
  spaces: Spaces;
}

export function typeAt({ seed }: Parts, number: number, note: EventNote = {}): EventType {
  if (note.type === undefined) return mixture.pick(mix(seed, number, 931));
  return all.find(({ type }) => type === note.type) ?? audit(note.type, "USERS", "person", 0);
}

function actorAt({ seed, people }: Parts, number: number, { log }: EventType, note: EventNote): number {
  const named = note.actor === undefined ? undefined : people.find(note.actor);
  if (named !== undefined) return named;
  return log === "audit" ? number % 2 : mix(seed, number, 932) % Math.max(1, people.count);
}

export function eventAt(parts: Parts, number: number, at: number, note: EventNote = {}): SandboxEvent {
  const type = typeAt(parts, number, note);
  const actor = actorAt(parts, number, type, note);
  const { people } = parts;
  const name = type.log === "compliance" ? people.idOf(actor) : (note.actor ?? people.emailOf(actor));
  return { id: idOf(parts, number, type), type: type.type, at, actor: name };
}

function idOf({ seed }: Parts, number: number, { log }: EventType): string {
  const uuid = uuidAt(seed, number, 933);
  return log === "compliance" ? hydra("EVENT", uuid) : bare(uuid);
}

export function eventRecord(parts: Parts, number: number, at: number, note: EventNote = {}): Record<string, unknown> {
  const type = typeAt(parts, number, note);
  const actor = actorAt(parts, number, type, note);
  const id = idOf(parts, number, type);
  return type.log === "compliance"
    ? complianceRecord(parts, { number, at, note, type: type.type, actor, id })
    : auditRecord(parts, { number, at, note, type, actor, id });
}

interface Made<T> {
  number: number;
  at: number;
  note: EventNote;
  type: T;
  actor: number;
  id: string;
}

function auditRecord({ seed, people }: Parts, { number, at, note, type, actor, id }: Made<EventType>) {
  const { ip, agent } = originAt(seed, actor, number);
  const organization = people.domain.split(".")[0] ?? "";
  const email = note.actor?.includes("@") ? note.actor : people.emailOf(actor);
  const name = people.person(actor).name;
  const target = note.target ?? mix(seed, number, 934) % Math.max(1, people.count);
  const isSecurity = type.log === "security";
  const outcome = note.failed ? "FAILURE" : "SUCCESS";
  const data = {
    actorOrgName: organization,
    eventDescription: type.type,
    actorName: isSecurity ? email : name,
    actorEmail: email,
    eventCategory: type.category,
    trackingId: `ATLAS_${uuidAt(seed, number, 935)}_0`,
    actorIp: note.ip ?? ip,
    actorUserAgent: agent.raw,
    actionText: `${name}: ${type.type}`,
    ...(isSecurity
      ? {
          ...{ eventStatus: outcome, failedReason: note.failed ? "Invalid credentials" : " " },
          ...{ actionClientName: "Webex App", actionClientId: "C5e85e0fsandbox" },
        }
      : {
          ...{ adminRoles: ["User", "Full_Admin"], targetOrgId: bare(people.orgUuid), targetOrgName: organization },
          ...(type.about === "person"
            ? { targetType: "PERSON", targetId: bare(people.uuidOf(target)), targetName: people.person(target).name }
            : { targetType: "TargetResourceType.ORG", targetId: bare(people.orgUuid), targetName: organization }),
          ...(type.category === "ORG_SETTINGS" && {
            settingKey: "sign-in-audit",
            settingName: "Sign In Audit",
            settingValue: "true",
          }),
          ...(type.type === "Role Was Assigned" && { roleAdded: "User Administrator" }),
        }),
  };
  return { data, created: iso(at), actorOrgId: bare(people.orgUuid), id, actorId: bare(people.uuidOf(actor)) };
}

function complianceRecord({ seed, people, spaces }: Parts, { number, at, note, type, actor, id }: Made<string>) {
  const [resource = "", kind] = type.split(".");
  const room = note.room ?? mix(seed, number, 936) % Math.max(1, spaces.count);
  const data = note.message
    ? spaces.messageRecord(note.message)
    : {
        id: hydra(resource === "memberships" ? "MEMBERSHIP" : "ACTIVITY", uuidAt(seed, number, 937)),
        ...(resource === "meetings" ? { title: "Weekly" } : { roomId: spaces.idOf(room), roomType: "group" }),
        ...(resource === "rooms" && { title: `Project ${room + 1}` }),
        ...(resource === "messages" && {
          ...{ personId: people.idOf(actor), personEmail: people.emailOf(actor), text: "See you tomorrow." },
        }),
        ...(resource === "memberships" &&
          (note.member ?? spaces.membership(room, spaces.person((actor + 1) % people.count)))),
        created: iso(at),
      };
  return {
    ...{ id, resource, type: kind, appId: "null", actorId: people.idOf(actor), orgId: people.orgUuid },
    ...{ created: iso(at), data },
  };
}
