import { mix, originAt, uuidAt } from "../../generator.ts";
import { timeOf } from "./answers.ts";
import { type EventType, eventType, generated } from "./event-types.ts";
import type { BoxGroups } from "./groups.ts";
import { folderMini, type ItemParts, itemId, labelOf, typeOf } from "./items.ts";
import type { Mini } from "./people.ts";

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  /** Address or id of who did it. */
  actor?: string;
  ip?: string;
  item?: number;
  /** What was written of the item, where it is deleted permanently. */
  source?: Record<string, unknown>;
  /** Of whom it was done to. */
  user?: Mini;
  group?: number;
  details?: Record<string, unknown>;
}

export interface EventParts extends ItemParts {
  groups: BoxGroups;
}

export function typeAt({ seed }: EventParts, number: number, note: EventNote | undefined): EventType {
  return note?.type ? eventType(note.type) : generated.pick(mix(seed, number, 341));
}

export function eventId({ seed }: EventParts, number: number): string {
  return uuidAt(seed, number, 34);
}

/** Box knows no milliseconds. */
export const secondOf = (at: number): number => Math.floor(at / 1000) * 1000;

export function actorOf(parts: EventParts, number: number, type: EventType, note: EventNote | undefined): Mini {
  const { people, seed } = parts;
  const named = note?.actor === undefined ? undefined : people.find(note.actor);
  if (named !== undefined) return people.mini(named);
  const partner = people.partner(note?.actor ?? "");
  if (partner) return partner;
  if (note?.actor === people.service.login) return people.service;
  // A visitor with an open link, or one who typed in an address that nobody has.
  const isVisitor = note?.actor === undefined && type.type === "PREVIEW" && mix(seed, number, 342) % 20 === 0;
  if (note?.actor !== undefined || isVisitor) return { type: "user", id: "2", name: "Unknown User", login: "" };
  const choice = mix(seed, number, 343);
  return people.mini(choice % (type.admin ? Math.min(4, people.count) : people.count));
}

/** https://developer.box.com/reference/resources/event/ */
export function eventRecord(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { people, seed } = parts;
  const type = typeAt(parts, number, note);
  const actor = actorOf(parts, number, type, note);
  const index = people.find(actor.login) ?? 0;
  const other = note?.user ?? people.mini(mix(seed, number, 344) % people.count);
  return {
    type: "event",
    event_id: eventId(parts, number),
    event_type: type.type,
    created_at: timeOf(at),
    recorded_at: timeOf(at + 2000),
    created_by: actor,
    action_by: null,
    ip_address: note?.ip ?? originAt(seed, index, number).ip,
    session_id: null,
    ...sourceOf(parts, number, type, note, { actor, other }),
  };
}

function sourceOf(
  parts: EventParts,
  number: number,
  { about }: EventType,
  note: EventNote | undefined,
  { actor, other }: { actor: Mini; other: Mini },
): Record<string, unknown> {
  const { groups, seed } = parts;
  const details = note?.details ?? { service_id: "5000", service_name: "Box Web" };
  const group = note?.group ?? mix(seed, number, 345) % Math.max(1, groups.count);
  const { id: group_id, name: group_name } = groups.mini(group);
  switch (about) {
    case "self":
      return { source: actor, additional_details: details };
    case "user":
      return { source: other, additional_details: details };
    case "item":
      return {
        source: note?.source ?? itemSource(parts, itemAt(parts, number, note, actor)),
        additional_details: details,
      };
    case "collaboration": {
      const item = itemAt(parts, number, note, actor);
      const source = itemSource(parts, item);
      const kind = typeOf(parts.drive.at(item) ?? { isFolder: false });
      return {
        accessible_by: other,
        source: {
          [`${kind}_id`]: source.item_id,
          [`${kind}_name`]: source.item_name,
          user_id: other.id,
          user_name: other.name,
          parent: source.parent,
          owned_by: source.owned_by,
        },
        additional_details: { collab_id: "5000000001", role: "Editor", is_performed_by_admin: false, ...note?.details },
      };
    }
    case "group":
      return { source: { group_id, group_name }, additional_details: null };
    case "groupUser":
      return { source: { user_id: other.id, user_name: other.name, group_id, group_name }, additional_details: null };
    case "app":
      return { source: { type: "application", name: "Gatehouse" }, additional_details: details };
    default:
      return { source: null, additional_details: note?.details ?? null };
  }
}

/** What is made to happen by hand concerns the newest folder, of the person where one is named. */
function itemAt(parts: EventParts, number: number, note: EventNote | undefined, actor: Mini): number {
  const { drive, people, seed } = parts;
  if (note?.item !== undefined) return note.item;
  const person = note?.actor === undefined ? undefined : people.find(actor.login);
  const own = note && drive.childrenOf(0).findLast(({ owner }) => person === undefined || owner === person);
  if (own) return drive.childrenOf(own.number).find(({ isFolder }) => !isFolder)?.number ?? own.number;
  return 1 + (mix(seed, number, 346) % (drive.count - 1));
}

export function itemSource(parts: EventParts, number: number): Record<string, unknown> {
  const { drive, people } = parts;
  const item = drive.at(number);
  if (!item) return { item_type: "file", item_id: String(980_000_000 + number), item_name: "deleted", parent: null };
  const label = labelOf(parts, item);
  return {
    item_type: typeOf(item),
    item_id: itemId(item),
    item_name: item.name,
    ...(label !== null && { classification: { name: label } }),
    parent: item.parent === null ? null : folderMini(drive.at(item.parent) ?? item),
    owned_by: people.mini(item.owner),
  };
}
