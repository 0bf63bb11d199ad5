/** A file or folder that an action is about: its state, and what changes it. */
import { fileOf } from "#src/connector-kit/actions.ts";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, isObject, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, ProviderNotFoundError } from "#src/errors.ts";
import { asUser, type ItemRef, itemRefOf, pathOf } from "./api.ts";
import { type Collaboration, collaborationsOf } from "./collaborations.ts";
import { isTrashed } from "./map-files.ts";
import { readItem } from "./streams/file-changes.ts";

/** What a link opens, as Box writes it. */
export interface Link {
  access: string;
  expiresAt: string | null;
  canDownload: boolean | null;
  password: boolean;
}

/** Kept as `before`: JSON only. */
export type ItemState = {
  trashed: boolean;
  owner: string | null;
  /** Id of the folder, `0` for the root. */
  parent: string | null;
  parentName: string | null;
  link: Link | null;
  collaborations: Collaboration[];
};

export class BoxItem {
  readonly ref: ItemRef;
  /** Whom calls are made as: its owner, or the first of those asked for who can open it. */
  owner: string;
  readonly #context: Context;
  readonly #candidates: readonly string[];

  /** `others` may have become its owner meanwhile. Throws InvalidInputError without a file, ConflictError for one that no listing has named. */
  constructor(context: Context, target: ActionTarget, others: readonly string[] = []) {
    const { externalId, container } = fileOf(target);
    this.ref = itemRefOf(externalId);
    if (container === null)
      throw new ConflictError("The owner of the file is not known yet: wait until the files have been read.");
    this.owner = container;
    this.#context = context;
    this.#candidates = [container, ...others];
  }

  /** Throws ProviderNotFoundError when it was deleted permanently. */
  async state(): Promise<ItemState> {
    const raw = await this.#read();
    const trashed = isTrashed(raw);
    const parent = objectOf(raw.parent);
    return {
      trashed,
      owner: idOf(objectOf(raw.owned_by).id),
      parent: idOf(parent.id),
      parentName: textOf(parent.name),
      link: trashed ? null : linkOf(raw.shared_link),
      collaborations: trashed ? [] : await collaborationsOf(this.#context, this.ref, this.owner),
    };
  }

  /** https://developer.box.com/reference/put-files-id/ */
  change(json: Record<string, unknown>): Promise<unknown> {
    return this.#call("PUT", pathOf(this.ref), json);
  }

  /** `present`: the link that is there. That it is not to expire any longer is written as null, which Box takes although its description does not. */
  setLink(link: Link | null, present: Link | null = null): Promise<unknown> {
    if (link === null) return this.change({ shared_link: null });
    const { access, expiresAt, canDownload } = link;
    // What opens nothing to anybody has no download to allow.
    const hasDownload = canDownload !== null && access !== "collaborators";
    return this.change({
      shared_link: {
        access,
        ...(expiresAt !== null || present?.expiresAt != null ? { unshared_at: expiresAt } : {}),
        ...(hasDownload ? { permissions: { can_download: canDownload } } : {}),
      },
    });
  }

  trash(): Promise<unknown> {
    const recursive = this.ref.type === "folder" ? "?recursive=true" : "";
    return this.#call("DELETE", pathOf(this.ref) + recursive);
  }

  /** To the folder it was deleted from; its link does not come back. https://developer.box.com/reference/post-files-id/ */
  untrash(): Promise<unknown> {
    return this.#call("POST", pathOf(this.ref), {});
  }

  removeCollaboration({ id }: Collaboration): Promise<unknown> {
    return this.#call("DELETE", `/2.0/collaborations/${encodeURIComponent(id)}`, undefined, [404]);
  }

  /** Nobody is written to. https://developer.box.com/reference/post-collaborations/ */
  addCollaboration({ principal, accountId, email, role, expiresAt }: Collaboration): Promise<unknown> {
    const who = accountId === null ? { login: email } : { id: accountId };
    return this.#call("POST", "/2.0/collaborations?notify=false", {
      item: this.ref,
      accessible_by: { type: principal === "GROUP" ? "group" : "user", ...who },
      role,
      ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    });
  }

  /** The id of a folder in the root of the owner; made if it is not there. */
  async folderInRoot(name: string): Promise<string> {
    const json = { name, parent: { id: "0" } };
    const options = { headers: asUser(this.owner), json, allow: [409] };
    const { body } = await this.#context.http.post("/2.0/folders", options);
    const conflicts = objectOf(objectOf(body).context_info).conflicts;
    const [existing] = isObject(conflicts) ? [conflicts] : listOf(conflicts).map(objectOf);
    const id = idOf(objectOf(body).id) ?? idOf(existing?.id);
    if (id === null) throw new ConflictError(`The folder “${name}” could be neither made nor found.`);
    return id;
  }

  async #read(): Promise<Json> {
    for (const owner of this.#candidates) {
      const raw = await readItem(this.#context, this.ref, owner);
      if (raw === null) continue;
      this.owner = owner;
      return raw;
    }
    throw new ProviderNotFoundError("The file or folder no longer exists in Box, or belongs to another person now.");
  }

  async #call(method: "PUT" | "POST" | "DELETE", url: string, json?: object, allow: number[] = []): Promise<unknown> {
    const options = json === undefined ? {} : { json };
    return await this.#context.http.request({ method, url, headers: asUser(this.owner), ...options, allow });
  }
}

function linkOf(value: unknown): Link | null {
  if (!isObject(value)) return null;
  const canDownload = objectOf(value.permissions).can_download;
  return {
    access: textOf(value.access) ?? "collaborators",
    expiresAt: textOf(value.unshared_at),
    canDownload: typeof canDownload === "boolean" ? canDownload : null,
    password: value.is_password_enabled === true,
  };
}
