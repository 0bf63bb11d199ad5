import { chance, mix, originAt } from "../../generator.ts";
import type { Logs } from "./log.ts";
import { adminTask, integrationTask, taskIdOf, taskNamed, userTask } from "./tasks.ts";
import type { Workers } from "./workers.ts";
import { administrators } from "./workers.ts";

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

/** Who a session belongs to: mostly a worker, now and then an administrator at work or an integration. */
function sessionOf(
  seed: number,
  users: number,
  block: number,
): { kind: "worker" | "admin" | "integration"; person: number } {
  const number = mix(seed, block, 421);
  const person = mix(seed, block, 422) % Math.max(1, users);
  if (chance(number, 2)) return { kind: "integration", person };
  if (chance(number, 6)) return { kind: "admin", person: person % administrators };
  return { kind: "worker", person };
}

export function sessionIdAt(seed: number, block: number): string {
  return mix(seed, block, 423).toString(36).padStart(6, "0").slice(-6);
}

export function activityAt(seed: number, users: number, logs: Logs, workers: Workers, number: number): ActivityRow {
  const record = logs.recordOf(number);
  const note = logs.noteAt(record);
  const block = logs.blockOf(record);
  const session = sessionOf(seed, users, block);
  const requestTime = new Date(logs.timeAt(record)).toISOString();
  const random = mix(seed, record, 424);
  if (session.kind === "integration" && !note) {
    const { name, action } = integrationTask;
    return {
      requestTime,
      systemAccount: integrationAccount,
      activityAction: action,
      taskDisplayName: name,
      taskId: taskIdOf(name),
      ipAddress: internalAddress,
    };
  }
  const generated = session.kind === "admin" ? adminTask(random) : userTask(random);
  const task = note?.task === undefined ? generated : taskNamed(note.task);
  const known = note?.account === undefined ? session.person : workers.find(note.account);
  const origin = originAt(seed, known ?? session.person, block);
  const target =
    note?.target ??
    (task.aboutWorker && chance(mix(seed, record, 425), 70) ? mix(seed, record, 426) % users : undefined);
  const row: ActivityRow = {
    requestTime,
    systemAccount: note?.account ?? workers.at(session.person).userName,
    activityAction: task.action,
    taskDisplayName: task.name,
    taskId: taskIdOf(task.name),
    sessionId: sessionIdAt(seed, block),
    ipAddress: note?.ip ?? origin.ip,
    deviceType: origin.agent.device === "Mobile" ? "Phone" : "Desktop",
    userAgent: origin.agent.raw,
  };
  if (target !== undefined) {
    const { wid, userName, name } = workers.at(target);
    row.target = { id: wid, descriptor: `${userName} / ${name}` };
  }
  return row;
}

export function signonAt(seed: number, users: number, logs: Logs, workers: Workers, number: number): SignonRow {
  const note = logs.noteAt(number);
  const block = logs.blockOf(number);
  const at = logs.timeAt(number);
  const session = sessionOf(seed, users, block);
  const random = mix(seed, number, 427);
  const sessionId = sessionIdAt(seed, block);
  if (session.kind === "integration" && !note) {
    const wid = taskIdOf(integrationAccount);
    const quiet = {
      failure: null,
      invalidCredentials: false,
      passwordChanged: false,
      accountDisabled: false,
      mfaExempt: false,
      signoffAt: null,
    };
    return {
      at,
      userName: integrationAccount,
      wid,
      successful: true,
      ip: internalAddress,
      channel: "Web Services",
      type: "Trusted",
      sessionId,
      ...quiet,
    };
  }
  const found = note?.account === undefined ? session.person : workers.find(note.account);
  const worker = found === undefined ? undefined : workers.at(found);
  const accountDisabled = note !== undefined && (worker?.accountDisabled ?? false);
  const successful = !accountDisabled && (note?.successful ?? !chance(random, 7));
  const type = chance(mix(seed, number, 428), 88) ? "SAML" : "User Name Password";
  const stays = 5 + (mix(seed, number, 429) % 55);
  return {
    at,
    userName: note?.account ?? (worker?.userName as string),
    wid: worker?.wid ?? taskIdOf(note?.account ?? ""),
    successful,
    failure: successful ? null : accountDisabled ? "Account is disabled or expired" : "Invalid user name or password",
    invalidCredentials: !successful && !accountDisabled,
    passwordChanged:
      note?.passwordChanged ?? (successful && type === "User Name Password" && chance(mix(seed, number, 430), 6)),
    accountDisabled,
    ip: note?.ip ?? originAt(seed, found ?? session.person, block).ip,
    channel: "UI",
    type: !successful ? "User Name Password" : type,
    mfaExempt: chance(mix(seed, found ?? 0, 431), 1),
    sessionId,
    signoffAt: successful && chance(mix(seed, number, 432), 70) ? at + stays * 60_000 : null,
  };
}
