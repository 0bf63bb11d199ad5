import { idAt, mix, originAt } from "../../generator.ts";
import { iso } from "./answers.ts";
import { type EventType, eventType, generated } from "./event-types.ts";
import type { SmartsheetGroups } from "./groups.ts";
import { itemOfEvent } from "./items.ts";
import type { SmartsheetPeople } from "./people.ts";

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  actor?: string;
  ip?: string;
  /** Whom it is done to. */
  person?: number;
  group?: number;
  /** Epoch ms, of one that is reported late. */
  happenedAt?: number;
}

export interface EventParts {
  seed: number;
  accountId: number;
  people: SmartsheetPeople;
  groups: SmartsheetGroups;
}

/** Reported by parts of Smartsheet itself. */
const automation = 3_940_654_876_256_132;

export const eventId = (seed: number, number: number): string => idAt("4b", seed, number, 32);

export function typeAt({ seed }: EventParts, number: number, note: EventNote | undefined): EventType {
  return note?.type ? eventType(note.type) : generated.pick(mix(seed, number, 911));
}

/** Index of the person; undefined for the automation. */
export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): number | undefined {
  const { people, seed } = parts;
  const named = note?.actor === undefined ? undefined : people.find(note.actor);
  if (named !== undefined) return named;
  const { objectType, action } = typeAt(parts, number, note);
  if (objectType === "SHEET" && action === "UPDATE" && !note && mix(seed, number, 912) % 8 === 0) return undefined;
  const isAdmin = ["ACCOUNT", "USER", "GROUP"].includes(objectType) && !/^LOG/.test(action);
  return mix(seed, number, 913) % (isAdmin ? Math.min(5, people.count) : people.count);
}

/** https://developers.smartsheet.com/api/smartsheet/openapi/events/event */
export function eventRecord(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { people, seed } = parts;
  const { objectType, action } = typeAt(parts, number, note);
  const actor = actorAt(parts, number, note);
  const userId = actor === undefined ? automation : Number(people.idOf(actor));
  const isApi = objectType === "ACCESS_TOKEN" || mix(seed, number, 914) % 9 === 0;
  const source = actor === undefined ? "UNKNOWN" : isApi ? "API_INTEGRATED_APP" : "WEB_APP";
  const objectId = objectIdOf(parts, number, note, objectType, actor);
  const ip = actor === undefined ? undefined : (note?.ip ?? originAt(seed, actor, number).ip);
  return {
    eventId: eventId(seed, number),
    objectType,
    action,
    objectId,
    objectIdStr: String(objectId),
    eventTimestamp: iso(note?.happenedAt ?? at),
    userId,
    requestUserId: userId,
    ...(isApi && { accessTokenName: "reporting" }),
    source,
    ...(ip !== undefined && { eventDetails: { sourceIpAddress: ip } }),
    additionalDetails: {
      ...(actor !== undefined && { emailAddress: people.emailOf(actor) }),
      ...detailsOf(parts, number, note, { objectType, action }),
    },
  };
}

function objectIdOf(
  parts: EventParts,
  number: number,
  note: EventNote | undefined,
  objectType: string,
  actor: number | undefined,
): number {
  const { seed, people, groups, accountId } = parts;
  if (objectType === "ACCOUNT") return accountId;
  if (objectType === "USER") return Number(people.idOf(note?.person ?? actor ?? 0));
  if (objectType === "GROUP") return Number(groups.idOf(note?.group ?? 0));
  const item = itemOfEvent(objectType, mix(seed, number, 915));
  return Number(item?.id ?? 9_000_000_000_000 + (mix(seed, number, 916) % 1_000_000));
}

/** Words that the documentation has for each type, as far as they are used. */
function detailsOf(
  parts: EventParts,
  number: number,
  note: EventNote | undefined,
  { objectType, action }: Pick<EventType, "objectType" | "action">,
): Record<string, unknown> {
  const { seed, people, groups } = parts;
  const other = note?.person ?? mix(seed, number, 917) % people.count;
  const item = itemOfEvent(objectType, mix(seed, number, 915));
  const name = item && { [`${objectType.toLowerCase()}Name`]: item.name };
  if (objectType === "ACCESS_TOKEN") return { tokenDisplayValue: "…k2v1", appClientId: "l4w8", appName: "Reporting" };
  if (objectType === "GROUP")
    return {
      groupName: groups.record(note?.group ?? 0).name,
      ...(/MEMBER|OWNERSHIP/.test(action) && { memberUserId: Number(people.idOf(other)) }),
    };
  if (/SHARE$|SHARE_MEMBER$/.test(action))
    return { ...name, userId: Number(people.idOf(other)), accessLevel: "EDITOR_SHARE" };
  if (action === "TRANSFER_OWNERSHIP")
    return { ...name, oldUserId: Number(people.idOf(0)), newUserId: Number(people.idOf(other)) };
  if (action === "RENAME") return { oldName: "Draft", newName: item?.name ?? "Final" };
  if (objectType === "ATTACHMENT") return { attachmentName: "Offer.pdf", sheetId: 3_285_357_287_400_000 };
  if (/^SEND/.test(action)) return { ...name, recipientEmail: people.emailOf(other) };
  return { ...name };
}
