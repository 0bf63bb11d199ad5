import { createHash } from "node:crypto";
import { mix } from "../../generator.ts";
import type { Drive, Item } from "../../kit/drive.ts";
import { numericIds } from "../../kit/ids.ts";
import { timeOf } from "./answers.ts";
import type { BoxPeople } from "./people.ts";
import type { Collaboration, Link, Sharing } from "./sharing.ts";

const ids = { file: numericIds(980_000_000), folder: numericIds(160_000_000) };

export type ItemType = "file" | "folder";

export const typeOf = ({ isFolder }: Pick<Item, "isFolder">): ItemType => (isFolder ? "folder" : "file");

/** The root is folder 0 for everybody. */
export function itemId(item: Pick<Item, "number" | "isFolder">): string {
  return item.number === 0 ? "0" : ids[typeOf(item)].idOf(item.number);
}

/** What the records of items are made of. */
export interface ItemParts {
  drive: Drive;
  people: BoxPeople;
  sharing: Sharing;
  seed: number;
  /** Classifications by item, where they were changed. */
  labels: Map<number, string | null>;
}

/** The item with this id; undefined when it was deleted permanently, or is of the other type. */
export function findItem({ drive }: ItemParts, type: ItemType, id: string): Item | undefined {
  const number = type === "folder" && id === "0" ? 0 : ids[type].indexOfId(id);
  const item = number === undefined ? undefined : drive.at(number);
  return item && typeOf(item) === type ? item : undefined;
}

/** In the trash itself, or in a folder that is. */
export function isTrashed({ drive }: ItemParts, item: Item): boolean {
  return item.trashedAt !== null || drive.pathOf(item.number).some(({ trashedAt }) => trashedAt !== null);
}

export function labelOf({ labels, seed }: ItemParts, { number }: Item): string | null {
  const changed = labels.get(number);
  if (changed !== undefined) return changed;
  const choice = mix(seed, number, 321) % 12;
  return number === 0 || choice > 1 ? null : (["Confidential", "Internal"][choice] as string);
}

export function folderMini(item: Item): Record<string, unknown> {
  const { number } = item;
  const name = number === 0 ? "All Files" : item.name;
  return { type: "folder", id: itemId(item), sequence_id: "0", etag: "0", name };
}

/** https://developer.box.com/reference/resources/file/, https://developer.box.com/reference/resources/folder/ */
export function itemRecord(parts: ItemParts, item: Item, now: number): Record<string, unknown> {
  const { drive, people, sharing } = parts;
  const { number, isFolder, parent, owner, trashedAt } = item;
  const path = drive.pathOf(number);
  const label = labelOf(parts, item);
  const link = sharing.linkOf(number, now);
  const content = isFolder ? undefined : drive.contentOf(number);
  const sha1 = content && createHash("sha1").update(content).digest("hex");
  const shared = [...path.map((folder) => folder.number), number].some((one) => sharing.linkOf(one, now) !== null);
  return {
    type: typeOf(item),
    id: itemId(item),
    sequence_id: "1",
    etag: String(item.version),
    ...(content && { sha1 }),
    name: number === 0 ? "All Files" : item.name,
    description: "",
    size: content?.length ?? 0,
    path_collection: { total_count: path.length, entries: path.map(folderMini) },
    created_at: timeOf(item.createdAt),
    modified_at: timeOf(item.modifiedAt),
    trashed_at: trashedAt === null ? null : timeOf(trashedAt),
    purged_at: null,
    content_created_at: timeOf(item.createdAt),
    content_modified_at: timeOf(item.modifiedAt),
    created_by: people.mini(owner),
    modified_by: people.mini(item.modifiedBy),
    owned_by: people.mini(owner),
    shared_link: link && linkRecord(item, link),
    parent: parent === null ? null : folderMini(drive.at(parent) as Item),
    item_status: isTrashed(parts, item) ? "trashed" : "active",
    ...(content && {
      file_version: { type: "file_version", id: String(1_000_000 * item.version + number), sha1 },
      extension: item.name.split(".").at(-1),
    }),
    has_collaborations: sharing.effective(number).length > 0,
    is_externally_owned: false,
    is_accessible_via_shared_link: shared,
    classification: label === null ? null : { name: label, definition: `${label} content`, color: "#FF0000" },
  };
}

function linkRecord(item: Item, link: Link): Record<string, unknown> {
  const { access, unsharedAt, canDownload, password } = link;
  const hash = mix(item.number, unsharedAt ?? 1, 322)
    .toString(36)
    .padStart(8, "k");
  return {
    url: `https://tenant.box.com/s/${hash}`,
    download_url: item.isFolder || !canDownload ? null : `https://tenant.box.com/shared/static/${hash}`,
    vanity_url: null,
    vanity_name: null,
    access,
    effective_access: access,
    effective_permission: canDownload ? "can_download" : "can_preview",
    unshared_at: unsharedAt === null ? null : timeOf(unsharedAt),
    is_password_enabled: password,
    permissions: { can_download: canDownload && access !== "collaborators", can_preview: true, can_edit: false },
    download_count: 0,
    preview_count: 0,
  };
}

/** https://developer.box.com/reference/resources/collaboration/ */
export function collaborationRecord({ drive, people }: ItemParts, one: Collaboration): Record<string, unknown> {
  const item = drive.at(one.item) as Item;
  const createdAt = timeOf(item.createdAt);
  return {
    type: "collaboration",
    id: one.id,
    created_by: people.mini(item.owner),
    created_at: createdAt,
    modified_at: createdAt,
    expires_at: one.expiresAt,
    status: one.by === null ? "pending" : "accepted",
    accessible_by: one.by,
    invite_email: one.inviteEmail,
    role: one.role,
    acknowledged_at: createdAt,
    item: item.isFolder ? folderMini(item) : { type: "file", id: itemId(item), etag: "1", name: item.name },
  };
}
