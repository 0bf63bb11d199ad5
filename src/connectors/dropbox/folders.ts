import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import { type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { type Json, textOf } from "#src/connector-kit/record.ts";
import type { HttpRequest } from "#src/platform/http/client.ts";
import type { Access, Sharing } from "./access.ts";
import { byCursor, call, read, tagOf } from "./api.ts";
import { type Place, toFileItems, toSharedFolder } from "./map-files.ts";
import { folderIdOf, isSharedFolder, type Namespace } from "./namespaces.ts";
import { once } from "./team.ts";

const listed = { include_mounted_folders: false, include_has_explicit_shared_members: true };

/** What lies in a folder by its id, or with an empty text in the root of a namespace; with `recursive`, below it. */
export function listFolder(folder: string, { recursive = false } = {}): HttpRequest {
  return call("files/list_folder", { path: folder, recursive, ...listed, limit: 1000 });
}

/** Pages of a listing in a namespace. */
export function pageIn(sharing: Sharing, namespace: Namespace): Pager {
  const page = byCursor("entries");
  return async (context, first, at) => {
    const { headers } = await sharing.of(namespace);
    return page(context, { ...toRequest(first), headers: { ...headers } }, at);
  };
}

/** A file or folder by its id, or by its path; null when it is not there. */
export async function entryOf(context: Context, path: string, headers: Access["headers"]): Promise<Json | null> {
  const asked = { path, include_has_explicit_shared_members: true };
  const entry = await ifThere(() => read(context, "files/get_metadata", asked, headers));
  return entry === null || tagOf(entry) === "deleted" ? null : entry;
}

/** Reads single files and folders again, each with its place: the folders above are read once for all that lies in them. */
export class Readings {
  readonly sharing: Sharing;
  readonly #context: Context;
  readonly #folders = new Map<string, Promise<Place>>();

  constructor(context: Context, sharing: Sharing) {
    this.#context = context;
    this.sharing = sharing;
  }

  /** Items of an entry that a change names. */
  async read(access: Access, raw: Json, path: string): Promise<FileItem[]> {
    const place = await this.#placeIn(access, textOf(raw.path_lower) ?? "");
    return (await toFileItems(this.#context, this.sharing, access, raw, path, place)).items;
  }

  /** The place that everything at the path's folder has. */
  #placeIn(access: Access, path: string): Promise<Place> {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    return once(this.#folders, `${access.container}${folder}`, () => this.#placeOf(access, folder));
  }

  async #placeOf(access: Access, folder: string): Promise<Place> {
    if (folder === "") {
      const { linkBelow } = await toSharedFolder(this.#context, this.sharing, access);
      return {
        parentId: isSharedFolder(access.namespace) ? folderIdOf(access.namespace.id) : null,
        linkAbove: linkBelow,
      };
    }
    const raw = await entryOf(this.#context, folder, access.headers);
    if (raw === null) return { parentId: null, linkAbove: null };
    const above: SharingLevel | null = (await this.#placeIn(access, folder)).linkAbove;
    const place = { parentId: null, linkAbove: above };
    const { linkBelow } = await toFileItems(this.#context, this.sharing, access, raw, folder, place);
    return { parentId: textOf(raw.id), linkAbove: linkBelow };
  }
}
