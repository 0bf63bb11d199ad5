/** Sites, their drives, and the items in them, as Graph addresses them. */
import type { ActorRecord } from "#src/connector-kit/contract/records.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { byOData } from "#src/connector-kit/pagers.ts";
import { type Json, needText, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import type { Folder } from "#src/connector-kit/tree.ts";
import { InvalidInputError, type ProviderError, ProviderRequestError, ProviderScopeError } from "#src/errors.ts";
import { pathOf } from "../_microsoft/graph.ts";

/** A document library, or the OneDrive of a person. It stands in cursors, so it holds JSON only. */
export interface Drive {
  id: string;
  /** Null: of a site, which a group or nobody owns. */
  owner: DriveOwner | null;
}

export interface DriveOwner {
  id: string;
  email: string | null;
  name: string | null;
}

/** What is listed one below the other: a site with its drives and subsites, a drive with its items. */
export type Place = Folder & ({ is: "site"; personal: boolean } | { is: "drive"; drive: Drive });

/** Every site collection of the organisation, those of OneDrive included. https://learn.microsoft.com/en-us/graph/api/site-getallsites */
export const allSites = { url: "/sites/getAllSites", query: { $top: 200 } };

/** The next page of all sites has another name than the first. */
export const sitePages: Pager = byOData({ below: ["/sites"] });

/** A site is locked, or closed to applications: what it holds cannot be read, and that must not end the listing of all others. */
export interface Locked {
  locked: string;
}

/** All sites are listed with the same permission, so a refusal is of this one. */
export function isLocked(error: unknown): error is ProviderError {
  return error instanceof ProviderScopeError || (error instanceof ProviderRequestError && error.status === 423);
}

/** Drives of a site, then its subsites. */
export function contentOfSite({ id, personal }: { id: string; personal: boolean }): { first: string; page: Pager } {
  const drives = pathOf`/sites/${id}/drives?$select=id,name,driveType,owner,webUrl`;
  const subsites = pathOf`/sites/${id}/sites?$select=id,displayName,webUrl,isPersonalSite`;
  const pages = byOData({ below: [pathOf`/sites/${id}`] });
  const page: Pager = async (context, first, at) => {
    const found = await pages(context, first, at);
    const wasDrives = at === null || !at.includes("/sites?");
    return found.next === null && wasDrives && !personal ? { ...found, next: subsites } : found;
  };
  return { first: drives, page: unlessLocked(page) };
}

/** What a drive holds: its root, then folders before what lies in them. Permissions are named where they begin, see sharing.ts. */
export function contentOfDrive({ id }: Pick<Drive, "id">): { first: ReturnType<typeof deltaOf>; page: Pager } {
  return { first: deltaOf(id), page: unlessLocked(deltaPages(id)) };
}

/**
 * `hierarchicalsharing`: items that inherit all their permissions have no `shared`; without it every file of a site would be asked for its own.
 * `deltashowsharingchanges`: what changed because of its sharing is marked.
 * Source: https://learn.microsoft.com/en-us/onedrive/developer/rest-api/concepts/scan-guidance
 */
const prefer = "hierarchicalsharing, deltashowsharingchanges, deltashowremovedasdeleted, deltatraversepermissiongaps";

export function deltaOf(driveId: string, token?: string) {
  const query = token === undefined ? {} : { token };
  return { url: pathOf`/drives/${driveId}/root/delta`, query, headers: { prefer } };
}

/** A link may carry its token as an argument, in brackets. */
export function deltaPages(driveId: string): Pager {
  return byOData({ below: [pathOf`/drives/${driveId}/root`, deltaWithArgument(driveId)] });
}

function deltaWithArgument(driveId: string): RegExp {
  const escaped = pathOf`/drives/${driveId}/root/delta`.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped}\\(token='[^'/]*'\\)$`, "i");
}

function unlessLocked(pages: Pager): Pager {
  return async (context, first, at) => {
    try {
      return await pages(context, first, at);
    } catch (error) {
      if (!isLocked(error)) throw error;
      const record: Locked = { locked: error.message };
      return { records: [record], path: "value", next: null, body: null };
    }
  };
}

export function isDrive(raw: Json): boolean {
  return raw.driveType !== undefined;
}

export function toDrive(raw: Json, path: string): Drive {
  const user = objectOf(valueAt(raw, "owner.user"));
  const id = textOf(user.id);
  const owner = id === null ? null : { id, email: textOf(user.email), name: textOf(user.displayName) };
  return { id: needText(raw.id, `${path}.id`), owner };
}

export function actorOf({ owner }: Drive): ActorRecord | null {
  return owner && { externalId: owner.id, email: owner.email, name: owner.name ?? owner.email };
}

/** Ids of items are unique within their drive only. */
export interface ItemRef {
  drive: string;
  item: string;
}

export function externalIdOf({ drive, item }: ItemRef): string {
  return `${drive}/${item}`;
}

/** Throws InvalidInputError for an id that is no item of a drive. */
export function itemRefOf(externalId: string): ItemRef {
  const [drive, item, ...rest] = externalId.split("/");
  if (!drive || !item || rest.length > 0)
    throw new InvalidInputError("This is no file or folder of OneDrive or SharePoint.", ["input", "fileId"]);
  return { drive, item };
}

export function itemPath({ drive, item }: ItemRef): string {
  return pathOf`/drives/${drive}/items/${item}`;
}
