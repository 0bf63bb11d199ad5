import { mix, originAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import type { Timeline } from "../../timeline.ts";
import { timeOf } from "./answers.ts";
import type { Row } from "./encoded-query.ts";
import type { ServicenowPeople } from "./people.ts";

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  /** Index of a person. */
  actor?: number;
  ip?: string;
  target?: { id: string; name: string };
  value?: string;
}

export interface EventParts {
  readonly seed: number;
  readonly people: ServicenowPeople;
  readonly timeline: Timeline<EventNote>;
  readonly eventIds: { idOf(number: number): string };
}

/** Types as the control API names them, and how often they happen. */
const kinds: Readonly<Record<string, number>> = {
  login: 30,
  "login.failed": 5,
  logout: 5,
  "external.authentication.succeeded": 8,
  "external.authentication.failed": 2,
  "SNC.Auth.SAML.Login.Success": 3,
  "security.elevated_role.enabled": 1,
  "impersonation.start": 1,
  "incident.update.state": 18,
  "incident.update.work_notes": 8,
  "incident.insert.short_description": 6,
  "change_request.update.state": 5,
  "sys_user.update.locked_out": 1,
  "sys_user_group.update.manager": 1,
  "sys_properties.update.value": 1,
  "kb_knowledge.update.workflow_state": 2,
  "incident.delete": 1,
  "sys_user_grmember.delete": 1,
  "transaction.export.csv": 3,
  "transaction.export.xlsx": 2,
  "transaction.attachment": 3,
};

const frequency = new EventMix(Object.keys(kinds), (kind) => kinds[kind] ?? 0);

export type LogTable =
  | "sysevent"
  | "sys_audit"
  | "sys_audit_delete"
  | "sys_user_impersonation_history"
  | "syslog_transaction";

export function typeAt({ seed, timeline }: EventParts, number: number): string {
  return timeline.noteAt(number)?.type ?? frequency.pick(mix(seed, number, 521));
}

export function tableOf(type: string): LogTable {
  if (type === "impersonation.start") return "sys_user_impersonation_history";
  if (/^(login|logout|session|external|SNC|saml2|security)\b/.test(type)) return "sysevent";
  if (type.startsWith("transaction.")) return "syslog_transaction";
  return type.endsWith(".delete") ? "sys_audit_delete" : "sys_audit";
}

/** Records carry whole seconds. */
export function timeAt({ timeline }: EventParts, number: number): number {
  return Math.floor(timeline.timeAt(number) / 1000) * 1000;
}

export function actorAt(parts: EventParts, number: number): number {
  const noted = parts.timeline.noteAt(number)?.actor;
  if (noted !== undefined) return noted;
  const all = parts.people.count;
  const first = mix(parts.seed, number, 522) % all;
  for (let step = 0; step < all; step++) if (parts.people.exists((first + step) % all)) return (first + step) % all;
  return first;
}

/** The event as a record of its table. */
export function rowOf(parts: EventParts, number: number): Row {
  const type = typeAt(parts, number);
  const actor = actorAt(parts, number);
  const name = parts.people.userName(actor);
  const common = {
    sys_id: parts.eventIds.idOf(number),
    sys_created_on: timeOf(timeAt(parts, number)),
    sys_created_by: name,
  };
  const origin = originAt(parts.seed, actor, number);
  const ip = parts.timeline.noteAt(number)?.ip ?? origin.ip;
  const table = tableOf(type);
  if (table === "sysevent") return { ...common, ...eventOf(parts, number, type, name, ip) };
  if (table === "syslog_transaction")
    return { ...common, ...transactionOf(parts, number, type), remote_ip: ip, user_agent: origin.agent.raw };
  if (table === "sys_user_impersonation_history") return { ...common, ...impersonationOf(parts, number, actor) };
  return { ...common, ...changeOf(parts, number, type, name) };
}

function eventOf({ seed }: EventParts, number: number, type: string, name: string, ip: string): Row {
  const session = addressOfSession(seed, number);
  const isFailure = /fail/.test(type);
  const isExternal = type.startsWith("external.");
  return {
    name: type,
    parm1: type.startsWith("SNC.") ? `user_name=${name}` : name,
    parm2: isExternal
      ? isFailure
        ? "User locked out."
        : "/now/nav/ui/home"
      : type.startsWith("security.")
        ? "security_admin"
        : ip,
    instance: isFailure ? "" : session,
    ...{ table: isFailure ? "" : "sys_user_session", uri: "", user_id: "", user_name: name, state: "processed" },
    // Nobody has signed in yet.
    ...(isFailure ? { sys_created_by: "guest" } : {}),
    processed: "",
  };
}

function addressOfSession(seed: number, number: number): string {
  return [531, 532, 533, 534].map((salt) => mix(seed, number, salt).toString(16).padStart(8, "0")).join("");
}

function transactionOf({ seed }: EventParts, number: number, type: string): Row {
  const list = ["incident", "sys_user", "cmdb_ci_server"][mix(seed, number, 535) % 3];
  const format = type.endsWith("csv") ? "CSV" : "EXCEL";
  const url =
    type === "transaction.attachment"
      ? `/sys_attachment.do?sys_id=${addressOfSession(seed, number)}`
      : `/${list}_list.do?${format}&sysparm_query=active%3Dtrue`;
  return { url, type: "Form", session: addressOfSession(seed, number), http_status: "200", response_time: "210" };
}

function impersonationOf({ seed, people }: EventParts, number: number, actor: number): Row {
  const candidates = [1, 2, 3].map((step) => (mix(seed, number, 536) + step) % people.count);
  const other = candidates.find((one) => one !== actor && people.exists(one)) ?? actor;
  return {
    ...{ impersonated_by: people.idOf(actor), "impersonated_by.user_name": people.userName(actor) },
    ...{ impersonated_to: people.idOf(other), "impersonated_to.user_name": people.userName(other) },
    ...{ impersonation_start_time: "", impersonation_end_time: "", session_id: addressOfSession(seed, number) },
  };
}

function changeOf(parts: EventParts, number: number, type: string, name: string): Row {
  const [tablename = "", operation = "", fieldname = ""] = type.split(".");
  const note = parts.timeline.noteAt(number);
  const documentkey = note?.target?.id ?? addressOfSession(parts.seed, number);
  if (operation === "delete")
    return { tablename, documentkey, display_value: note?.target?.name ?? `${tablename.toUpperCase()} ${number}` };
  return {
    ...{ tablename, documentkey, fieldname, user: name, reason: "" },
    oldvalue: operation === "insert" ? "" : "1",
    newvalue: note?.value ?? String(mix(parts.seed, number, 537) % 2),
    record_checkpoint: operation === "insert" ? "0" : "4",
  };
}
