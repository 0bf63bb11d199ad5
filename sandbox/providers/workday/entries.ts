import { chance, mix, originAt } from "../../generator.ts";
import type { People } from "../../kit/directory.ts";
import type { TenantOptions } from "../../provider.ts";
import type { Logs } from "./log.ts";
import { adminTask, integrationTask, taskIdOf, taskNamed, userTask } from "./tasks.ts";
import { administrators, indexOfAccount, type Status, workerAt } from "./workers.ts";

/** What rows are computed from. */
export interface Source {
  options: Required<TenantOptions>;
  logs: Logs;
  people: People<Status>;
}

/** A row of the user activity log, as `activityLogging` returns it. */
export interface ActivityRow {
  requestTime: string;
  systemAccount: string;
  activityAction: string;
  taskDisplayName: string;
  taskId: string;
  target?: { id: string; descriptor: string; href?: string };
  sessionId?: string;
  ipAddress: string;
  deviceType?: string;
  userAgent?: string;
}

export interface SignonRow {
  at: number;
  userName: string;
  wid: string;
  successful: boolean;
  failure: string | null;
  invalidCredentials: boolean;
  passwordChanged: boolean;
  accountDisabled: boolean;
  ip: string;
  channel: "UI" | "Web Services";
  type: string;
  mfaExempt: boolean;
  sessionId: string;
  /** When the person signs off; null for sessions that time out. */
  signoffAt: number | null;
}

const integrationAccount = "ISU_Payroll_Export";
const internalAddress = "Workday Internal";

/** Whose a session is: mostly a worker's, sometimes an administrator's at work or an integration's. */
function sessionOf({ options: { seed, users } }: Source, block: number) {
  const number = mix(seed, block, 421);
  const person = mix(seed, block, 422) % Math.max(1, users);
  const id = mix(seed, block, 423).toString(36).padStart(6, "0").slice(-6);
  if (chance(number, 2)) return { kind: "integration", person, id };
  return chance(number, 6) ? { kind: "admin", person: person % administrators, id } : { kind: "worker", person, id };
}

export function activityAt(source: Source, number: number): ActivityRow {
  const { logs, people } = source;
  const { seed, users } = source.options;
  const record = logs.recordOf(number);
  const note = logs.noteAt(record);
  const block = logs.blockOf(record);
  const session = sessionOf(source, block);
  const requestTime = new Date(logs.timeAt(record)).toISOString();
  if (session.kind === "integration" && !note)
    return { requestTime, systemAccount: integrationAccount, ipAddress: internalAddress, ...named(integrationTask) };
  const random = mix(seed, record, 424);
  const generated = session.kind === "admin" ? adminTask(random) : userTask(random);
  const task = note?.task === undefined ? generated : taskNamed(note.task);
  const known = note?.account === undefined ? session.person : indexOfAccount(people, note.account);
  const origin = originAt(seed, known ?? session.person, block);
  const isAboutWorker = task.aboutWorker && chance(mix(seed, record, 425), 70);
  const target = note?.target ?? (isAboutWorker ? mix(seed, record, 426) % users : undefined);
  return {
    requestTime,
    systemAccount: note?.account ?? workerAt(people, session.person).userName,
    ...named(task),
    sessionId: session.id,
    ipAddress: note?.ip ?? origin.ip,
    deviceType: origin.agent.device === "Mobile" ? "Phone" : "Desktop",
    userAgent: origin.agent.raw,
    ...(target === undefined ? {} : { target: targetAt(people, target) }),
  };
}

function named({ name, action }: { name: string; action: string }) {
  return { activityAction: action, taskDisplayName: name, taskId: taskIdOf(name) };
}

function targetAt(people: People<Status>, index: number) {
  const { wid, userName, name } = workerAt(people, index);
  return { id: wid, descriptor: `${userName} / ${name}` };
}

export function signonAt(source: Source, number: number): SignonRow {
  const { logs, people } = source;
  const { seed } = source.options;
  const note = logs.noteAt(number);
  const block = logs.blockOf(number);
  const at = logs.timeAt(number);
  const session = sessionOf(source, block);
  if (session.kind === "integration" && !note) return integrationSignon(at, session.id);
  const random = mix(seed, number, 427);
  const found = note?.account === undefined ? session.person : indexOfAccount(people, note.account);
  const worker = found === undefined ? undefined : workerAt(people, found);
  const accountDisabled = note !== undefined && (worker?.accountDisabled ?? false);
  const successful = !accountDisabled && (note?.successful ?? !chance(random, 7));
  const type = successful && chance(mix(seed, number, 428), 88) ? "SAML" : "User Name Password";
  const changes = successful && type !== "SAML" && chance(mix(seed, number, 430), 6);
  const stays = 5 + (mix(seed, number, 429) % 55);
  return {
    at,
    userName: note?.account ?? worker?.userName ?? "",
    wid: worker?.wid ?? taskIdOf(note?.account ?? ""),
    successful,
    failure: successful ? null : accountDisabled ? "Account is disabled or expired" : "Invalid user name or password",
    invalidCredentials: !successful && !accountDisabled,
    passwordChanged: note?.passwordChanged ?? changes,
    accountDisabled,
    ip: note?.ip ?? originAt(seed, found ?? session.person, block).ip,
    channel: "UI",
    type,
    mfaExempt: chance(mix(seed, found ?? 0, 431), 1),
    sessionId: session.id,
    signoffAt: successful && chance(mix(seed, number, 432), 70) ? at + stays * 60_000 : null,
  };
}

/** An integration signs on from within, and never off. */
function integrationSignon(at: number, sessionId: string): SignonRow {
  return {
    at,
    userName: integrationAccount,
    wid: taskIdOf(integrationAccount),
    successful: true,
    failure: null,
    invalidCredentials: false,
    passwordChanged: false,
    accountDisabled: false,
    ip: internalAddress,
    channel: "Web Services",
    type: "Trusted",
    mfaExempt: false,
    sessionId,
    signoffAt: null,
  };
}
