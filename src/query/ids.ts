import { InvalidInputError } from "#src/errors.ts";
import { epochOf } from "#src/platform/instant.ts";
import { isStorable } from "./paging.ts";

/** The key of an account, group, privilege or app permission: the provider's id within an instance. */
export interface AccountKey {
  instanceId: number;
  externalId: string;
}
export interface ActivityKey {
  instanceId: number;
  occurredAt: Date;
  externalId: string;
}
export interface ScanKey {
  instanceId: number;
  id: number;
}

/** Public ids: opaque, stable, and of one type each. */
export function encodeId(type: string, key: string | number | bigint): string {
  if (typeof key === "number") return encodeNumber(type, key);
  return encodeText(`${type}:${key}`);
}

/** Things with a number, such as instances, are few, and named in every row that belongs to them. */
const numbered = new Map<string, Map<number, string>>();
const maxNumbered = 1_000;

function encodeNumber(type: string, key: number): string {
  const ofType = numbered.get(type) ?? new Map<number, string>();
  if (ofType.size === 0) numbered.set(type, ofType);
  let id = ofType.get(key);
  if (id === undefined) {
    id = encodeText(`${type}:${key}`);
    if (ofType.size >= maxNumbered) ofType.clear();
    ofType.set(key, id);
  }
  return id;
}

function encodeText(text: string): string {
  // A buffer for each would cost more than all the rest; a character is at most three bytes.
  if (text.length > scratch.length / 3) return Buffer.from(text).toString("base64url");
  return scratch.toString("base64url", 0, scratch.write(text));
}
const scratch = Buffer.alloc(1024);

/** The type and key inside an id. Throws InvalidInputError for what encodeId never made. */
export function decodeAnyId(text: string, field?: string[]): { type: string; key: string } {
  const match = /^([A-Za-z]{1,40}):([^\0]+)$/.exec(Buffer.from(text, "base64url").toString("utf8"));
  if (!match || text.length > 4000)
    throw new InvalidInputError(`"${text.slice(0, 60)}" is not an id of this API.`, field);
  return { type: match[1] as string, key: match[2] as string };
}

/** The key inside an id of the given type. Throws InvalidInputError naming the argument. */
export function decodeId(type: string, text: string, field: string[]): string {
  const id = decodeAnyId(text, field);
  if (id.type !== type) throw new InvalidInputError(`This is the id of a ${id.type}; a ${type} is needed here.`, field);
  return id.key;
}

/** Keys of records inside ids: `<instance>/<the app's id>`, and for activities `<instance>/<epoch ms>/<the app's id>`. */

export function accountId(key: AccountKey): string {
  return `${key.instanceId}/${key.externalId}`;
}

export function parseAccountId(text: string): AccountKey {
  const match = /^(\d{1,9})\/([\s\S]+)$/.exec(text);
  if (!match) throw new InvalidInputError("This is not an id of this API.");
  return { instanceId: Number(match[1]), externalId: match[2] as string };
}

export function activityId(row: { instanceId: number; occurredAt: string | Date; externalId: string }): string {
  const epoch = typeof row.occurredAt === "string" ? epochOf(row.occurredAt) : row.occurredAt.getTime();
  return `${row.instanceId}/${epoch}/${row.externalId}`;
}

export function parseActivityId(text: string): ActivityKey {
  const match = /^(\d{1,9})\/(-?\d{1,15})\/([\s\S]+)$/.exec(text);
  const occurredAt = new Date(Number(match?.[2]));
  if (!match || !isStorable(occurredAt)) throw new InvalidInputError("This is not an id of this API.");
  return { instanceId: Number(match[1]), occurredAt, externalId: match[3] as string };
}

export function parseScanId(text: string): ScanKey {
  const match = /^(\d{1,9})\/(\d{1,15})$/.exec(text);
  if (!match) throw new InvalidInputError("This is not an id of this API.");
  return { instanceId: Number(match[1]), id: Number(match[2]) };
}

export function parseNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidInputError("This is not an id of this API.");
  return Number(text);
}

/** Of a row whose number outgrows the others'. */
export function parseLongNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidInputError("This is not an id of this API.");
  return Number(text);
}

/** Ids as clients send them → keys; each error names the argument. */
function keyIn<T>(type: string, id: string, field: string[], parse: (key: string) => T): T {
  const key = decodeId(type, id, field);
  try {
    return parse(key);
  } catch (error) {
    throw error instanceof InvalidInputError ? new InvalidInputError(error.message, field) : error;
  }
}
export const scanKey = (id: string, field: string[]): ScanKey => keyIn("Scan", id, field, parseScanId);
export const apiTokenKey = (id: string, field: string[]): number => keyIn("ApiToken", id, field, parseNumber);
export const destinationKey = (id: string, field: string[]): number => keyIn("Destination", id, field, parseNumber);
export const deliveryKeys = (ids: readonly string[] | null | undefined, field: string[]): number[] | null =>
  ids?.map((id) => keyIn("Delivery", id, field, parseLongNumber)) ?? null;
export const containmentKey = (id: string, field: string[]): number => keyIn("Containment", id, field, parseLongNumber);
export const containmentKeys = (ids: readonly string[] | null | undefined, field: string[]): number[] | null =>
  ids?.map((id) => containmentKey(id, field)) ?? null;
export const identityKey = (id: string, field: string[]): number => keyIn("Identity", id, field, parseNumber);
export const identityKeys = (ids: readonly string[] | null | undefined, field: string[]): number[] | null =>
  ids?.map((id) => identityKey(id, field)) ?? null;
export const ipRangeKey = (id: string, field: string[]): number => keyIn("IpRange", id, field, parseNumber);
export const instanceKey = (id: string, field: string[]): number => keyIn("Instance", id, field, parseNumber);
/** An instance as people name it outside of GraphQL, by its number or by its id: `3` or `SW5zdGFuY2U6Mw`. Null for anything else. */
export function instanceNumber(text: string): number | null {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : numberInId("Instance", text);
  return number !== null && number > 0 ? number : null;
}

function numberInId(type: string, text: string): number | null {
  const match = /^([A-Za-z]{1,40}):(\d{1,9})$/.exec(Buffer.from(text, "base64url").toString("utf8"));
  return match?.[1] === type ? Number(match[2]) : null;
}
export const instanceKeys = (ids: readonly string[] | null | undefined, field: string[]): number[] | null =>
  ids?.map((id) => instanceKey(id, field)) ?? null;
export const accountKeys = (
  type: "User" | "Group" | "Privilege" | "File",
  ids: readonly string[] | null | undefined,
  field: string[],
): AccountKey[] | null => ids?.map((id) => keyIn(type, id, field, parseAccountId)) ?? null;
export const activityKeys = (ids: readonly string[] | null | undefined, field: string[]): ActivityKey[] | null =>
  ids?.map((id) => keyIn("Activity", id, field, parseActivityId)) ?? null;
export const policyKey = (id: string, field: string[]): number => keyIn("Policy", id, field, parseNumber);
export const policyKeys = (ids: readonly string[] | null | undefined, field: string[]): number[] | null =>
  ids?.map((id) => policyKey(id, field)) ?? null;
