import { mix, originAt, placeOf, uuidAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import type { Timeline } from "../../timeline.ts";
import { timeOf } from "./answers.ts";
import { salesforceIds } from "./ids.ts";
import type { SalesforcePeople } from "./people.ts";
import type { Row } from "./soql.ts";

export type Log = "login" | "setup" | "file" | "realTime";

interface EventType {
  log: Log;
  type: string;
  weight: number;
  /** Of the set-up: section and text. */
  section?: string;
  display?: string;
}

/** Weights are made up. */
const types: EventType[] = [
  { log: "login", type: "LoginHistory", weight: 400 },
  ...setup("Manage Users", 14, {
    createduser: "Created new user {user}",
    changedemail: "Changed email for user {user} (UserID: [{id}]) from old@corp.example to new@corp.example",
    resetpassword: "Reset password for user {user}",
    PermSetAssign: "Permission set Event Reader: assigned to user {user} (UserID: [{id}])",
    PermSetUnassign: "Permission set Event Reader: unassigned from user {user} (UserID: [{id}])",
    frozeuser: "Froze user account for {user}",
    unfrozeuser: "Unfroze user account for {user}",
    deactivateduser: "Deactivated user {user} (UserID: [{id}])",
    changedprofileforuser: "Changed profile for user {user} from Read Only to Standard User",
    suOrgAdminLogin: "Logged in using Login-As access for {user}",
    suOrgAdminLogout: "Logged out using Login-As access for {user}",
  }),
  ...setup("Connected Apps", 5, { insertConnectedApplication: "Installed Connected App Sync Tool to Salesforce" }),
  ...setup("Groups", 8, { groupMembership: "Changed membership of Group Finance" }),
  ...setup("Password Policies", 4, {
    passwordminlength: "Changed password minimum length policy from 8 characters to 12 characters",
  }),
  ...["ReportExport", "RestApi", "Search", "ContentDistribution"].map((type) => ({
    log: "file" as const,
    type,
    weight: 45,
  })),
  { log: "file", type: "PackageInstall", weight: 8 },
  ...["LogoutEvent", "ApiEvent", "ReportEvent", "FileEventStore"].map((type) => ({
    log: "realTime" as const,
    type,
    weight: 45,
  })),
];

function setup(section: string, weight: number, texts: Record<string, string>): EventType[] {
  return Object.entries(texts).map(([type, display]) => ({ log: "setup", type, weight, section, display }));
}

const generated = new EventMix(types, ({ weight }) => weight);
const byName = new Map(types.map((type) => [type.type, type]));

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  /** Id of who did it. */
  actor?: string;
  ip?: string;
  failed?: boolean;
  /** Index of whom it was done to. */
  target?: number;
}

export interface EventParts {
  seed: number;
  people: SalesforcePeople;
  timeline: Timeline<EventNote>;
}

function noteAt({ timeline }: EventParts, number: number): EventNote {
  return timeline.noteAt(number) ?? {};
}

export function typeAt(parts: EventParts, number: number): EventType {
  const { type } = noteAt(parts, number);
  if (type === undefined) return generated.pick(mix(parts.seed, number, 421));
  return byName.get(type) ?? { log: "setup", type, weight: 0, section: "", display: "Changed something" };
}

/** The login history and the set-up know whole seconds. */
export function timeAt(parts: EventParts, number: number): number {
  const at = parts.timeline.timeAt(number);
  const { log } = typeAt(parts, number);
  return log === "login" || log === "setup" ? Math.floor(at / 1000) * 1000 : at;
}

export function actorAt(parts: EventParts, number: number): string {
  const { people, seed } = parts;
  const named = noteAt(parts, number).actor;
  if (named !== undefined) return named;
  const { log } = typeAt(parts, number);
  return people.idOf(mix(seed, number, 422) % (log === "setup" ? Math.min(3, people.count) : people.count));
}

export function loginId(seed: number, number: number): string {
  return salesforceIds("0Ya", seed).idOf(number);
}
export function setupId(seed: number, number: number): string {
  return salesforceIds("0Ym", seed).idOf(number);
}
export function realTimeId(seed: number, number: number): string {
  return uuidAt(seed, number, 42);
}

export function loginRecord(parts: EventParts, number: number): Row {
  const note = noteAt(parts, number);
  const { ip, place, agent } = originOf(parts, number);
  const failed = note.failed ?? mix(parts.seed, number, 423) % 15 === 0;
  return {
    ...{ Id: loginId(parts.seed, number), UserId: actorAt(parts, number), LoginTime: timeOf(timeAt(parts, number)) },
    ...{
      LoginType: "Application",
      LoginSubType: null,
      SourceIp: ip,
      LoginUrl: `${parts.people.domain.split(".")[0]}.my.salesforce.com`,
    },
    ...{ Status: failed ? "Invalid Password" : "Success", Application: "Browser", Browser: agent, Platform: "Mac OSX" },
    ...{ ApiType: "N/A", ApiVersion: "N/A", ClientVersion: "N/A", CountryIso: place, TlsProtocol: "TLS 1.3" },
    ...{ AuthenticationServiceId: null, LoginGeoId: null },
  };
}

function originOf(parts: EventParts, number: number): { ip: string; place: string; agent: string } {
  const person = parts.people.find(actorAt(parts, number)) ?? 0;
  const origin = originAt(parts.seed, person, number);
  const { ip } = noteAt(parts, number);
  return { ip: ip ?? origin.ip, place: (ip ? placeOf(ip) : origin.place).code, agent: "Chrome 137" };
}

export function setupRecord(parts: EventParts, number: number): Row {
  const { people, seed } = parts;
  const { type, section = "", display = "" } = typeAt(parts, number);
  const target = noteAt(parts, number).target ?? mix(seed, number, 424) % people.count;
  const actor = actorAt(parts, number);
  const index = people.find(actor);
  return {
    ...{ Id: setupId(seed, number), Action: type, Section: section },
    Display: display.replace("{user}", people.person(target).name).replace("{id}", people.idOf(target).slice(0, 15)),
    ...{ CreatedDate: timeOf(timeAt(parts, number)), CreatedById: actor, CreatedByContext: null, DelegateUser: null },
    CreatedBy: {
      Username: index === undefined ? null : people.emailOf(index),
      Name: index === undefined ? null : people.person(index).name,
    },
    ResponsibleNamespacePrefix: null,
  };
}

export function realTimeRecord(parts: EventParts, number: number): Row {
  const actor = actorAt(parts, number);
  const index = parts.people.find(actor);
  return {
    ...{ EventIdentifier: realTimeId(parts.seed, number), EventDate: timeOf(timeAt(parts, number)), UserId: actor },
    Username: index === undefined ? null : parts.people.emailOf(index),
    ...{ SourceIp: originOf(parts, number).ip, SessionKey: "vMASKIU6AxEr+Op5", LoginKey: "8gHOMQu+xvjCmRUt" },
    ...realTimeFields(typeAt(parts, number).type),
  };
}

/** What each object has beside. */
export function realTimeFields(type: string): Row {
  return realTimeOwn[type] ?? {};
}

const realTimeOwn: Record<string, Row> = {
  ApiEvent: {
    ...{ Application: "Sync Tool", Client: null, ConnectedAppId: null, Operation: "Query", QueriedEntities: "Account" },
    ...{ RowsProcessed: 200, UserAgent: "python-requests/2.32" },
  },
  ReportEvent: {
    ...{
      ReportId: "00O5g00000AbCdEEAV",
      Name: "Open cases",
      Operation: "ReportRunFromLightning",
      ExportFileFormat: null,
    },
    ...{ QueriedEntities: "Case", RowsProcessed: 30 },
  },
  FileEventStore: {
    ...{
      FileAction: "UI_DOWNLOAD",
      DocumentId: "0695g00000AbCdEEAV",
      FileName: "Plan",
      FileType: "PDF",
      ContentSize: 2000,
    },
    VersionId: "0685g00000AbCdEEAV",
  },
  LogoutEvent: {},
};

/** A row of an event log file, its columns in order. Source: sforce_api_objects_eventlogfile_supportedeventtypes */
export function fileRow(parts: EventParts, number: number, organization: string): Record<string, string> {
  const at = new Date(timeAt(parts, number)).toISOString();
  const actor = actorAt(parts, number);
  const { type } = typeAt(parts, number);
  return {
    EVENT_TYPE: type,
    TIMESTAMP: at.replace(/[-T:Z]/g, ""),
    REQUEST_ID: uuidAt(parts.seed, number, 43).replaceAll("-", "").slice(0, 22),
    ORGANIZATION_ID: organization.slice(0, 15),
    USER_ID: actor.slice(0, 15),
    RUN_TIME: String(mix(parts.seed, number, 425) % 900),
    CPU_TIME: "12",
    URI: `/${type.toLowerCase()}`,
    SESSION_KEY: "vMASKIU6AxEr+Op5",
    LOGIN_KEY: "8gHOMQu+xvjCmRUt",
    TIMESTAMP_DERIVED: at,
    USER_ID_DERIVED: actor,
    CLIENT_IP: originOf(parts, number).ip,
    URI_ID_DERIVED: "",
  };
}
