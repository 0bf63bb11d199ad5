import { createHash } from "node:crypto";
import { mix, originAt, placeOf } from "../../generator.ts";
import { groupName } from "../../kit/directory.ts";
import { tag, timeOf } from "./answers.ts";
import { type EventType, eventType, generated } from "./event-types.ts";
import type { Files } from "./files.ts";
import type { DropboxGroups, DropboxPeople } from "./people.ts";

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  /** Index of who did it, or the address of an outsider. */
  actor?: number | string;
  ip?: string;
  /** Whom it was done to. */
  person?: number;
  group?: number;
  item?: number;
  details?: Record<string, unknown>;
}

export interface EventParts {
  seed: number;
  people: DropboxPeople;
  groups: DropboxGroups;
  files: Files;
  team: { id: string; name: string };
}

export function typeAt({ seed }: EventParts, number: number, note: EventNote | undefined): EventType {
  return note?.type ? eventType(note.type) : generated.pick(mix(seed, number, 541));
}

export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): number | string {
  if (note?.actor !== undefined) return note.actor;
  const { byAdmin } = typeAt(parts, number, note);
  const choice =
    mix(parts.seed, number, 542) % Math.max(1, byAdmin ? Math.min(3, parts.people.count) : parts.people.count);
  return choice;
}

/** One event as Dropbox writes it. https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events */
export function eventRecord(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { people, seed } = parts;
  const type = typeAt(parts, number, note);
  const who = actorAt(parts, number, note);
  const person = typeof who === "number" ? who : 0;
  const origin = originAt(seed, person, number);
  const ip = note?.ip ?? origin.ip;
  const place = note?.ip === undefined ? origin.place : placeOf(ip);
  const session = {
    ".tag": "web",
    session_id: `dbwsid:${String(seed).padStart(12, "0")}${String(number).padStart(9, "0")}`,
  };
  const console = type.byAdmin ?? false;
  const other = note?.person ?? mix(seed, number, 543) % Math.max(1, people.count);
  return {
    timestamp: timeOf(at),
    event_category: tag(type.category),
    actor: console ? { ".tag": "admin", admin: user(parts, who) } : { ".tag": "user", user: user(parts, who) },
    origin: {
      geo_location: { city: place.city, region: place.state, country: place.code, ip_address: ip },
      access_method: console ? { ...session, ".tag": "admin_console" } : { ".tag": "end_user", end_user: session },
    },
    involve_non_team_member: typeof who === "string",
    context: { ...user(parts, type.about === "member" ? other : who) },
    ...aboutOf(parts, number, type, note, person, other),
    event_type: { ".tag": type.type, description: type.description },
    details: { ".tag": `${type.type}_details`, ...type.details, ...detailsOf(type, number, seed), ...note?.details },
  };
}

function user({ people, team }: EventParts, who: number | string): Record<string, unknown> {
  if (typeof who === "string") return { ".tag": "non_team_member", display_name: who, email: who };
  return {
    ".tag": "team_member",
    account_id: people.accountOf(who),
    display_name: people.person(who).name,
    email: people.emailOf(who),
    team_member_id: people.idOf(who),
    team: { display_name: team.name },
  };
}

function aboutOf(
  parts: EventParts,
  number: number,
  { about }: EventType,
  note: EventNote | undefined,
  person: number,
  other: number,
): Record<string, unknown> {
  if (about === "group") {
    const group = note?.group ?? mix(parts.seed, number, 544) % Math.max(1, parts.groups.count);
    const named = { group_id: parts.groups.idOf(group), display_name: groupName(group) };
    return {
      participants: [
        { ".tag": "user", user: user(parts, other) },
        { ".tag": "group", ...named },
      ],
      assets: [],
    };
  }
  if (about === "file" || about === "link" || about === "sharing") {
    const item = note?.item ?? itemFor(parts, number, person, note !== undefined);
    const participants = about === "sharing" ? [{ ".tag": "user", user: user(parts, other) }] : [];
    return { participants, assets: item === undefined ? [] : [asset(parts, item)] };
  }
  return { participants: [], assets: [] };
}

/** What is made to happen by hand concerns a file of the person, where there is one. */
function itemFor({ files, seed }: EventParts, number: number, person: number, byHand: boolean): number | undefined {
  const { drive } = files;
  if (byHand) {
    const own = files.childrenOf(files.home(person), undefined)[0];
    const file = own && drive.childrenOf(own.number).find(({ isFolder }) => !isFolder);
    if (file) return file.number;
  }
  for (let step = 0; step < 20; step++) {
    const choice = 1 + (mix(seed, number + step * 7, 545) % (drive.count - 1));
    if (files.present(choice) && !drive.at(choice)?.isFolder) return choice;
  }
  return undefined;
}

function asset({ files }: EventParts, number: number): Record<string, unknown> {
  const item = files.drive.at(number);
  const namespace = files.namespaceOf(number);
  const relative_path = item && namespace.folder === number ? "/" : files.pathOf(number);
  return {
    ".tag": item?.isFolder ? "folder" : "file",
    path: {
      contextual: relative_path,
      namespace_relative: { ns_id: namespace.id, relative_path, is_shared_namespace: namespace.folder !== undefined },
    },
    display_name: item?.name ?? "",
    file_id: files.idOf(number),
    ...(item?.isFolder ? {} : { file_size: files.drive.contentOf(number).length }),
  };
}

function detailsOf({ about, type }: EventType, number: number, seed: number): Record<string, unknown> {
  if (about === "app")
    return {
      app_info: {
        ".tag": "user_linked_app",
        app_id: String(804_411 + (mix(seed, number, 546) % 4)),
        display_name: "Whiteboard",
      },
    };
  if (type === "member_change_status") return { previous_value: tag("active"), new_value: tag("suspended") };
  return {};
}

/** Dropbox gives events no ids: readers know them by what they state, but for names that may change. */
export function keyOf(event: Record<string, unknown>): string {
  const { timestamp, event_type, actor, context, origin, participants, assets, details } = event;
  const stated = [
    timestamp,
    (event_type as { ".tag": string })[".tag"],
    actor,
    context,
    origin,
    participants,
    assets,
    details,
  ];
  return createHash("sha256").update(sorted(stated)).digest("hex");
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([name, inner]) => name !== "display_name" && inner !== null);
  const written = fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${sorted(inner)}`);
  return `{${written.join(",")}}`;
}
