import { createHash } from "node:crypto";
import { mix, originAt } from "../../generator.ts";
import { groupName } from "../../kit/directory.ts";
import { EventMix } from "../../kit/event-mix.ts";
import { seconds } from "./answers.ts";
import { topFolders } from "./folders.ts";
import type { EgnytePeople } from "./people.ts";

/** Logs and some of their actions; how often the generator chooses one. 0: on demand. */
const kinds: readonly (readonly [log: string, action: string, weight: number])[] = [
  ["LOGIN_AUDIT", "Login", 30],
  ["LOGIN_AUDIT", "Logout", 12],
  ["LOGIN_AUDIT", "Failed Attempt", 4],
  ["LOGIN_AUDIT", "Account Lockout", 1],
  ["LOGIN_AUDIT", "Password Reset", 1],
  ["FILE_AUDIT", "Preview", 20],
  ["FILE_AUDIT", "Download", 15],
  ["FILE_AUDIT", "Upload", 12],
  ["FILE_AUDIT", "Delete", 3],
  ["FILE_AUDIT", "Move", 3],
  ["FILE_AUDIT", "Create Link", 3],
  ["PERMISSION_AUDIT", "+Editor", 3],
  ["PERMISSION_AUDIT", "-Viewer", 1],
  ["USER_AUDIT", "Create", 1],
  ["USER_AUDIT", "Update", 1],
  ["USER_AUDIT", "Disable", 1],
  ["USER_AUDIT", "Enable", 1],
  ["USER_AUDIT", "Delete", 0],
  ["GROUP_AUDIT", "Create", 1],
  ["GROUP_AUDIT", "Add users", 1],
  ["GROUP_AUDIT", "Remove users", 1],
  ["WG_SETTINGS_AUDIT", "Update", 1],
  ["WORKFLOW_AUDIT", "approved", 1],
];
const kindMix = new EventMix(kinds, ([, , weight]) => weight);

export interface EventNote {
  /** `LOGIN_AUDIT.Login` */
  type?: string;
  actor?: number | string;
  ip?: string;
  /** Whom it was done to. */
  person?: number;
  group?: number;
}

export interface EventParts {
  seed: number;
  people: EgnytePeople;
  groupCount: number;
}

/** One thing that happened, before the stream or a report writes it. */
export interface Happened {
  log: string;
  action: string;
  at: number;
  /** `Ana Ruiz ( ana@acme.example )` */
  actor: string;
  actorId: string | undefined;
  /** The address of the actor, where there is one. */
  who: string;
  file: string;
  subject: string;
  subjectId: string;
  group: string;
  ip: string;
}

export function happenedAt(parts: EventParts, number: number, at: number, note: EventNote = {}): Happened {
  const { seed, people, groupCount } = parts;
  const chosen = kindMix.pick(mix(seed, number, 811));
  const [log = "", ...action] = note.type?.split(".") ?? chosen;
  const isAdmin = /^(USER|GROUP|WG_SETTINGS|PERMISSION)_/.test(log);
  const choice = mix(seed, number, 812) % Math.max(1, isAdmin ? Math.min(2, people.count) : people.count);
  const who = note.actor ?? choice;
  const person = typeof who === "number" ? who : 0;
  const subject = note.person ?? mix(seed, number, 813) % Math.max(1, people.count);
  const group = note.group ?? mix(seed, number, 814) % Math.max(1, groupCount);
  const folder = topFolders[mix(seed, number, 815) % topFolders.length];
  return {
    ...{ log, action: note.type ? action.join(".") : String(action[0]), at },
    actor: typeof who === "number" ? people.labelOf(who) : who,
    actorId: typeof who === "number" ? people.idOf(who) : undefined,
    who: typeof who === "number" ? people.emailOf(who) : who,
    file: `/Shared/${folder}/report-${number}.docx`,
    subject: people.labelOf(subject),
    subjectId: people.idOf(subject),
    group: groupName(group),
    ip: note.ip ?? originAt(seed, person, number).ip,
  };
}

/** As the audit stream writes it. https://developers.egnyte.com/docs/read/Audit_Reporting_API_V2 */
export function streamed({
  log,
  action,
  at,
  actor,
  actorId,
  file,
  subject,
  group,
  ip,
}: Happened): Record<string, unknown> {
  const byUser = { user: actor, userId: actorId, action, access: "Web UI", ipAddress: ip, actionInfo: "" };
  const byActor = { actor, action, actionInfo: "", source: "Web UI" };
  const written: Record<string, Record<string, unknown>> = {
    LOGIN_AUDIT: byUser,
    FILE_AUDIT: { sourcePath: file, targetPath: action === "Move" ? `${file}.old` : "N/A", ...byUser },
    PERMISSION_AUDIT: { folder: folderOf(file), assignee: subject, assigner: actor, change: action },
    USER_AUDIT: { ...byActor, subject },
    GROUP_AUDIT: { ...byActor, group },
    WG_SETTINGS_AUDIT: { ...byActor, settingName: "Link expiration" },
    WORKFLOW_AUDIT: { sourcePath: file, ...byUser },
  };
  return { date: at, ...written[log], auditSource: log };
}

/** As an audit report writes it: to the second. https://developers.egnyte.com/docs/read/Audit_Reporting_API */
export function reported(event: Happened): Record<string, unknown> {
  const { log, action, at, actor, actorId, file, subject, subjectId, ip } = event;
  const time = seconds(at);
  // Reports write names without blanks inside the brackets.
  const name = (text: string) => text.replace("( ", "(").replace(" )", ")");
  const by = { username: name(actor), user_id: Number(actorId), ip_address: ip, access: "Web", time };
  if (log === "LOGIN_AUDIT") return { ...by, event: action };
  if (log === "FILE_AUDIT")
    return { ...by, file, target_path: action === "Move" ? `${file}.old` : "N/A", transaction: action };
  if (log === "PERMISSION_AUDIT")
    return {
      ...{ folder: folderOf(file), assignee: name(subject), assignee_id: Number(subjectId) },
      ...{ assigner: name(actor), assigner_id: Number(actorId), change: action, time },
    };
  const { date: _, auditSource: __, ...rest } = streamed(event);
  return { ...rest, time };
}

/** Egnyte gives events no ids: readers know them by what stream and reports both state, to the second. */
export function keyOf({ log, action, at, who, file, subject, group, ip }: Happened): string {
  const address = (label: string) => label.slice(label.indexOf("( ") + 2, -2);
  const hasFile = log === "FILE_AUDIT" || log === "WORKFLOW_AUDIT";
  const stated = [
    ...[log, Math.floor(at / 1000), who.toLowerCase(), action.toLowerCase()],
    hasFile ? file : log === "PERMISSION_AUDIT" ? folderOf(file) : "",
    log === "FILE_AUDIT" && action === "Move" ? `${file}.old` : "",
    log === "PERMISSION_AUDIT" ? address(subject) : "",
    log === "USER_AUDIT" ? address(subject) : "",
    log === "GROUP_AUDIT" ? group : "",
    log === "WG_SETTINGS_AUDIT" ? "Link expiration" : "",
    hasFile || log === "LOGIN_AUDIT" ? ip : "",
    "",
  ];
  return createHash("sha256").update(stated.join("|")).digest("hex");
}

const folderOf = (file: string) => file.slice(0, file.lastIndexOf("/"));
