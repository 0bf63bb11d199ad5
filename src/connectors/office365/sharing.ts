import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readAll } from "../_microsoft/graph.ts";
import { type Drive, type ItemRef, isLocked, itemPath } from "./drives.ts";
import { type Permission, toPermission } from "./file-permissions.ts";

/** So many folders are remembered; a walk goes through a drive folder by folder, so the oldest are done with. */
const maxKnown = 20_000;

/**
 * Permissions of items, asked for where they begin and passed on to what inherits them: one call for a folder with a thousand files. An item that
 * has permissions of its own is marked by `shared`, which the delta query then states even when it is empty.
 */
export class Sharing {
  readonly #context: Context;
  readonly #known = new Map<string, Promise<Permission[] | null>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Null: the item is no longer there, or its permissions are closed to applications. */
  async of(drive: Drive, raw: Json): Promise<Permission[] | null> {
    const item = String(raw.id);
    const above = textOf(objectOf(raw.parentReference).id);
    const isOwn = raw.shared !== undefined || raw.root !== undefined || above === null;
    const found = isOwn ? this.#read(drive, item, raw.root === undefined ? above : null) : this.#passedOn(drive, above);
    if (raw.folder !== undefined || raw.root !== undefined) this.#remember(drive, item, found);
    return await found;
  }

  /** As it is, whatever was known. */
  read(drive: Drive, item: string, above: string | null): Promise<Permission[] | null> {
    return this.#read(drive, item, above);
  }

  async #passedOn(drive: Drive, above: string): Promise<Permission[] | null> {
    const permissions = await this.#ofFolder(drive, above);
    return permissions?.map((one) => ({ ...one, inherited: true })) ?? null;
  }

  #ofFolder(drive: Drive, item: string): Promise<Permission[] | null> {
    return (
      this.#known.get(`${drive.id}/${item}`) ?? this.#remember(drive, item, this.#list({ drive: drive.id, item }, []))
    );
  }

  async #read(drive: Drive, item: string, above: string | null): Promise<Permission[] | null> {
    const inherited = above === null ? [] : await this.#ofFolder(drive, above);
    return await this.#list({ drive: drive.id, item }, inherited ?? []);
  }

  async #list(ref: ItemRef, above: readonly Permission[]): Promise<Permission[] | null> {
    const ids = new Set(above.map(({ id }) => id));
    const records = await this.#records(ref);
    return records?.map((record, index) => toPermission(record, `value[${index}]`, ids)) ?? null;
  }

  async #records(ref: ItemRef): Promise<Json[] | null> {
    try {
      return await ifThere(() => readAll(this.#context, `${itemPath(ref)}/permissions`, "permissions"));
    } catch (error) {
      if (isLocked(error)) return null;
      throw error;
    }
  }

  #remember(drive: Drive, item: string, found: Promise<Permission[] | null>): Promise<Permission[] | null> {
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(`${drive.id}/${item}`, found);
    // The failure is thrown to the first caller; it is not remembered for others.
    found.catch(() => this.#known.delete(`${drive.id}/${item}`));
    return found;
  }
}
