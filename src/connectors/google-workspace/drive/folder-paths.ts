import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { fileUrl, folderType, withSharedDrives } from "./api.ts";

interface Known {
  name: string;
  parent: string | null;
}

/** Deeper than Drive allows: folders that lie in each other. */
const maxDepth = 100;

/** Where folders of one drive lie. Each that is not on a page that was read is asked for once. */
export class FolderPaths {
  readonly #context: Context;
  readonly #known = new Map<string, Known | null>();
  #root: string | null;
  readonly #rootName: string;

  /** The context acts as a person who may read the drive. `sharedDrive` absent: the root is that of the person. */
  constructor(context: Context, sharedDrive?: { id: string; name: string }) {
    this.#context = context;
    this.#root = sharedDrive?.id ?? null;
    this.#rootName = sharedDrive ? `/${sharedDrive.name}` : "";
  }

  learn(records: readonly Json[]): void {
    for (const { id, mimeType, name, parents } of records)
      if (mimeType === folderType && typeof id === "string") this.#known.set(id, known(name, parents));
  }

  /** `/Finance/2026`; empty at the top, and for what lies in a folder that may not be read. */
  async of(folder: string | null): Promise<string> {
    const names: string[] = [];
    let at = folder;
    for (let depth = 0; at !== null && depth < maxDepth; depth++) {
      this.#root ??= idOf(
        objectOf((await this.#context.http.get(fileUrl("root"), { query: { fields: "id" } })).body).id,
      );
      if (at === this.#root) return [this.#rootName, ...names].join("/");
      const found = await this.#read(at);
      if (found === null) break;
      names.unshift(found.name);
      at = found.parent;
    }
    return names.length === 0 ? this.#rootName : ["", ...names].join("/");
  }

  async #read(id: string): Promise<Known | null> {
    const stored = this.#known.get(id);
    if (stored !== undefined) return stored;
    const query = { ...withSharedDrives, fields: "id,name,parents" };
    const answer = await ifThere(() => this.#context.http.get(fileUrl(id), { query }));
    const raw = objectOf(answer?.body);
    const found = answer === null ? null : known(raw.name, raw.parents);
    this.#known.set(id, found);
    return found;
  }
}

function known(name: unknown, parents: unknown): Known {
  return { name: textOf(name) ?? "?", parent: idOf(listOf(parents)[0]) };
}
