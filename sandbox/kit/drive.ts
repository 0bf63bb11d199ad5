import { mix } from "../generator.ts";
import { groupName } from "./directory.ts";
import type { ContentKind } from "./drive-content.ts";
import { contentOf, fileFace } from "./drive-content.ts";
import type { Share } from "./drive-layout.ts";
import { generatedShares, Layout } from "./drive-layout.ts";
import type { Listing } from "./paging.ts";

/** A folder or file as it is now. Instants are epoch ms, people are indexes. */
export interface Item {
  number: number;
  isFolder: boolean;
  name: string;
  /** Null for the root. */
  parent: number | null;
  mimeType: string | null;
  owner: number;
  createdAt: number;
  modifiedAt: number;
  modifiedBy: number;
  trashedAt: number | null;
  /** Counts from 1; of a folder always 1. */
  version: number;
}

export type ChangeKind =
  | "created"
  | "edited"
  | "renamed"
  | "moved"
  | "shared"
  | "unshared"
  | "trashed"
  | "restored"
  | "deleted";

export interface DriveChange {
  /** Counts from 1: the position of the feed after this change. */
  position: number;
  kind: ChangeKind;
  item: number;
  by: number;
  at: number;
}

interface Edits {
  item: Partial<Item>;
  shares?: Share[];
  contents?: Map<number, Buffer>;
  kind?: ContentKind;
  deleted?: boolean;
}

const dayMs = 86_400_000;

/**
 * The files of a tenant or of one person. Items are computed from the seed, so a drive of any size costs nothing;
 * only edits and the feed of changes are kept. Editing an item that does not exist throws.
 */
export class Drive implements Listing<Item> {
  readonly #seed: number;
  readonly #createdAt: number;
  readonly #owners: number;
  readonly #byFolder: boolean;
  readonly #layout: Layout;
  readonly #edits = new Map<number, Edits>();
  /** Items that were created in or moved to a folder. */
  readonly #arrived = new Map<number, Set<number>>();
  readonly #feed: DriveChange[] = [];
  #made = 0;
  #shared = 0;

  /**
   * `folders`: one for every twenty files, unless a number is given. `ownership`: each item has an owner of its own (default), or everything in
   * a folder of the root belongs to the owner of that folder, as where people have a root of their own; half of the folders are then in the root.
   */
  constructor(
    options: { seed: number; createdAt: number; files: number; folders?: number },
    owners: number,
    ownership: "item" | "folder" = "item",
  ) {
    this.#seed = options.seed;
    this.#createdAt = options.createdAt;
    this.#owners = Math.max(1, owners);
    this.#byFolder = ownership === "folder";
    const { files, folders = Math.ceil(files / 20) } = options;
    this.#layout = new Layout(files, folders, this.#byFolder ? Math.max(1, Math.ceil(folders / 2)) : undefined);
  }

  /** Items ever made, the deleted included. */
  get count(): number {
    return this.#layout.count + this.#made;
  }

  /** The item with this number, a trashed one too; undefined when it was deleted or never was. */
  at(number: number): Item | undefined {
    const edits = this.#edits.get(number);
    if (number < 0 || number >= this.count || edits?.deleted) return undefined;
    const item = number < this.#layout.count ? { ...this.#generated(number), ...edits?.item } : (edits?.item as Item);
    if (item.parent === null) return item;
    const folder = this.at(item.parent);
    // What lies in a deleted folder was deleted with it.
    if (!folder) return undefined;
    return this.#byFolder && item.parent !== 0 ? { ...item, owner: folder.owner } : item;
  }

  /** What lies in a folder and is not in the trash. */
  childrenOf(folder: number): Item[] {
    const numbers = new Set([...this.#layout.childrenOf(folder), ...(this.#arrived.get(folder) ?? [])]);
    return [...numbers]
      .map((number) => this.at(number))
      .filter((item) => item !== undefined && item.parent === folder && item.trashedAt === null) as Item[];
  }

  /** The folders above an item, the root first. */
  pathOf(number: number): Item[] {
    const above: Item[] = [];
    for (let at = this.#need(number).parent; at !== null; ) {
      const folder = this.#need(at);
      above.unshift(folder);
      at = folder.parent;
    }
    return above;
  }

  /** The bytes of a version; without one, of the newest. */
  contentOf(number: number, version = this.#need(number).version): Buffer {
    const edits = this.#edits.get(number);
    const kind = edits?.kind ?? fileFace(this.#seed, number).kind;
    return edits?.contents?.get(version) ?? contentOf(this.#seed, number, version, kind);
  }

  /** What an item grants by itself. */
  sharesOf(number: number): Share[] {
    return this.#edits.get(number)?.shares ?? generatedShares(this.#seed, number);
  }

  /** What holds in effect: the item's own shares and those of every folder above it, without those that have expired. */
  effectiveSharesOf(number: number, now: number): (Share & { inherited: boolean })[] {
    const own = this.sharesOf(number).map((share) => ({ ...share, inherited: false }));
    const above = this.pathOf(number).flatMap((folder) =>
      this.sharesOf(folder.number).map((share) => ({ ...share, inherited: true })),
    );
    return [...own, ...above].filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  }

  create(
    file: { name: string; parent: number; isFolder?: boolean; mimeType?: string; content?: Buffer },
    by: number,
    now: number,
  ): Item {
    this.#need(file.parent);
    const number = this.count;
    this.#made += 1;
    const isFolder = file.isFolder ?? false;
    const item: Item = {
      number,
      isFolder,
      name: file.name,
      parent: file.parent,
      mimeType: isFolder ? null : (file.mimeType ?? "text/plain"),
      owner: by,
      createdAt: now,
      modifiedAt: now,
      modifiedBy: by,
      trashedAt: null,
      version: 1,
    };
    this.#edits.set(number, {
      item,
      shares: [],
      kind: "minutes",
      ...(file.content && { contents: new Map([[1, file.content]]) }),
    });
    this.#arrive(number, file.parent);
    this.#record("created", number, by, now);
    return item;
  }

  /** A new version. Without content it is generated. */
  edit(number: number, by: number, now: number, content?: Buffer): void {
    const version = this.#need(number).version + 1;
    const edits = this.#change(number, { version, modifiedAt: now, modifiedBy: by });
    edits.contents ??= new Map();
    if (content) edits.contents.set(version, content);
    this.#record("edited", number, by, now);
  }

  rename(number: number, name: string, by: number, now: number): void {
    this.#change(number, { name, modifiedAt: now, modifiedBy: by });
    this.#record("renamed", number, by, now);
  }

  /** Where everything in a folder belongs to its owner, what is moved to the root may be given to another person. */
  move(number: number, parent: number, by: number, now: number, owner = this.#need(number).owner): void {
    if (parent === number || this.pathOf(parent).some((folder) => folder.number === number))
      throw new Error(`item ${number} cannot be moved into itself`);
    this.#change(number, { parent, owner });
    this.#arrive(number, parent);
    this.#record("moved", number, by, now);
  }

  share(number: number, share: Omit<Share, "id">, by: number, now: number): Share {
    const made = { ...share, id: `n${++this.#shared}` };
    this.#change(number, {}).shares = [...this.sharesOf(number), made];
    this.#record("shared", number, by, now);
    return made;
  }

  /** False when the item has no such share. */
  unshare(number: number, share: string, by: number, now: number): boolean {
    const before = this.sharesOf(number);
    const after = before.filter(({ id }) => id !== share);
    if (after.length === before.length) return false;
    this.#change(number, {}).shares = after;
    this.#record("unshared", number, by, now);
    return true;
  }

  trash(number: number, by: number, now: number): void {
    this.#change(number, { trashedAt: now });
    this.#record("trashed", number, by, now);
  }

  restore(number: number, by: number, now: number): void {
    this.#change(number, { trashedAt: null });
    this.#record("restored", number, by, now);
  }

  delete(number: number, by: number, now: number): void {
    this.#change(number, {}).deleted = true;
    this.#record("deleted", number, by, now);
  }

  /** The position a feed starts from now. */
  get position(): number {
    return this.#feed.length;
  }

  /** Changes after a position, oldest first, and the position to go on from. */
  changes(after: number, limit: number): { changes: DriveChange[]; position: number; more: boolean } {
    const changes = this.#feed.slice(after, after + limit);
    const position = after + changes.length;
    return { changes, position, more: position < this.#feed.length };
  }

  #generated(number: number): Item {
    const isFolder = this.#layout.isFolder(number);
    const face = isFolder ? undefined : fileFace(this.#seed, number);
    const createdAt = this.#createdAt - (30 + (mix(this.#seed, number, 241) % 600)) * dayMs;
    const owner = mix(this.#seed, number, 242) % this.#owners;
    return {
      number,
      isFolder,
      name: face?.name ?? (number === 0 ? "" : groupName(number - 1)),
      parent: this.#layout.parentOf(number),
      mimeType: face?.mimeType ?? null,
      owner,
      createdAt,
      modifiedAt: createdAt + (mix(this.#seed, number, 243) % 29) * dayMs,
      modifiedBy: owner,
      trashedAt: null,
      version: 1,
    };
  }

  #need(number: number): Item {
    const item = this.at(number);
    if (!item) throw new Error(`no such item: ${number}`);
    return item;
  }

  #change(number: number, item: Partial<Item>): Edits {
    this.#need(number);
    const edits = this.#edits.get(number) ?? { item: {} };
    edits.item = { ...edits.item, ...item };
    this.#edits.set(number, edits);
    return edits;
  }

  #arrive(number: number, folder: number): void {
    const arrived = this.#arrived.get(folder) ?? new Set<number>();
    this.#arrived.set(folder, arrived.add(number));
  }

  #record(kind: ChangeKind, item: number, by: number, at: number): void {
    this.#feed.push({ position: this.#feed.length + 1, kind, item, by, at });
  }
}
