import type { AccountKey, ActivityKey } from "#src/activities/filter.ts";
import { InvalidInputError } from "#src/errors.ts";
import type { ScanKey } from "#src/scan/list.ts";
import { decodeId } from "./builder.ts";

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
  return `${row.instanceId}/${typeof row.occurredAt === "string" ? Date.parse(row.occurredAt) : row.occurredAt.getTime()}/${row.externalId}`;
}

export function parseActivityId(text: string): ActivityKey {
  const match = /^(\d{1,9})\/(-?\d{1,15})\/([\s\S]+)$/.exec(text);
  if (!match) throw new InvalidInputError("This is not an id of this API.");
  return { instanceId: Number(match[1]), occurredAt: new Date(Number(match[2])), externalId: match[3] as string };
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

/** Ids as clients send them → keys; each error names the argument. */
export const instanceKey = (id: string, field: string[]): number => parseNumber(decodeId("Instance", id, field));
export const instanceKeys = (ids: readonly string[] | null | undefined, field: string[]): number[] | null =>
  ids?.map((id) => instanceKey(id, field)) ?? null;
export const accountKeys = (
  type: "User" | "Group" | "Privilege",
  ids: readonly string[] | null | undefined,
  field: string[],
): AccountKey[] | null => ids?.map((id) => parseAccountId(decodeId(type, id, field))) ?? null;
export const activityKeys = (ids: readonly string[] | null | undefined, field: string[]): ActivityKey[] | null =>
  ids?.map((id) => parseActivityId(decodeId("Activity", id, field))) ?? null;
