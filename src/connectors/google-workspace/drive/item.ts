/** A file or folder that an action is about: its state, and what changes it. */
import { fileOf } from "#src/connector-kit/actions.ts";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, type Json, listOf, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, ProviderNotFoundError } from "#src/errors.ts";
import { driveUrl, fileUrl, folderType, inNameOf, isPersonRefused, quarantineName, withSharedDrives } from "./api.ts";
import { subjectOf } from "./drives.ts";
import { type Permission, permissionsOf } from "./permissions.ts";

/** Kept as `before`: JSON only. */
export type ItemState = {
  trashed: boolean;
  /** Address of the owner; null in a shared drive, where files belong to the drive. */
  owner: string | null;
  driveId: string | null;
  parent: string | null;
  parentName: string | null;
  permissions: Permission[];
};

const fields = "id,name,trashed,driveId,parents,owners(emailAddress)";

export class DriveItem {
  readonly id: string;
  readonly container: string;
  readonly #context: Context;
  readonly #candidates: readonly string[];
  #acting: Context | null = null;

  /** `others` may have become its owner meanwhile. Throws InvalidInputError without a file, ConflictError for one that no listing has named. */
  constructor(context: Context, target: ActionTarget, others: readonly string[] = []) {
    const { externalId, container } = fileOf(target);
    if (container === null)
      throw new ConflictError("The drive of the file is not known yet: wait until the files have been read.");
    this.id = externalId;
    this.container = container;
    this.#context = context;
    this.#candidates = [container, ...others];
  }

  /** Calls in the name of the owner, or of a member of the shared drive. Throws ProviderNotFoundError when the file was deleted. */
  async acting(): Promise<Context> {
    if (this.#acting === null) await this.#read();
    return this.#acting as Context;
  }

  async state(): Promise<ItemState> {
    const raw = await this.#read();
    const acting = this.#acting as Context;
    const parent = idOf(listOf(raw.parents)[0]);
    return {
      trashed: raw.trashed === true,
      owner: textOf(objectOf(listOf(raw.owners)[0]).emailAddress)?.toLowerCase() ?? null,
      driveId: idOf(raw.driveId),
      parent,
      parentName: parent === null ? null : await nameOf(acting, parent),
      permissions: await permissionsOf(acting, this.id),
    };
  }

  /** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/update */
  async change(json: Json, query: Record<string, string> = {}): Promise<void> {
    const { http } = await this.acting();
    await http.request({ method: "PATCH", url: fileUrl(this.id), query: { ...withSharedDrives, ...query }, json });
  }

  move(from: string | null, to: string): Promise<void> {
    return this.change({}, { addParents: to, ...(from === null ? {} : { removeParents: from }) });
  }

  async removePermission({ id }: Permission): Promise<void> {
    const { http } = await this.acting();
    const url = `${fileUrl(this.id)}/permissions/${encodeURIComponent(id)}`;
    await http.request({ method: "DELETE", url, query: { ...withSharedDrives }, allow: [404] });
  }

  /** Nobody is written to. https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/create */
  async addPermission(one: Omit<Permission, "id" | "inherited">): Promise<void> {
    const { type, role, email, domain, discoverable, expiresAt } = one;
    const isPerson = type === "user" || type === "group";
    const { http } = await this.acting();
    await http.post(`${fileUrl(this.id)}/permissions`, {
      query: { ...withSharedDrives, ...(isPerson ? { sendNotificationEmail: false } : {}) },
      json: {
        ...{ type, role },
        ...(isPerson ? { emailAddress: email } : { allowFileDiscovery: discoverable }),
        ...(type === "domain" ? { domain } : {}),
        ...(expiresAt === null ? {} : { expirationTime: expiresAt }),
      },
    });
  }

  /** The present owner becomes an editor. Only within the organisation. */
  async giveTo(email: string): Promise<void> {
    const { http } = await this.acting();
    const query = { transferOwnership: true, ...withSharedDrives };
    await http.post(`${fileUrl(this.id)}/permissions`, {
      query,
      json: { type: "user", role: "owner", emailAddress: email },
    });
    this.#acting = inNameOf(this.#context, email);
  }

  /** The top folder of its drive. */
  async top({ driveId }: ItemState): Promise<string> {
    if (driveId !== null) return driveId;
    const { http } = await this.acting();
    const { body } = await http.get(fileUrl("root"), { query: { fields: "id" } });
    return needId(objectOf(body).id, "id");
  }

  /**
   * The folder for quarantined files; made if it is not there. In a shared drive it is closed to those who do not manage the drive: what lies in
   * a drive is open to all of its members otherwise.
   */
  async quarantine(state: ItemState): Promise<string> {
    const { http } = await this.acting();
    const top = await this.top(state);
    const q = `name = '${quarantineName}' and mimeType = '${folderType}' and '${top}' in parents and trashed = false`;
    const { driveId } = state;
    const where = driveId === null ? {} : { corpora: "drive", driveId, includeItemsFromAllDrives: true };
    const query = { q, fields: "kind,files(id)", ...withSharedDrives, ...where };
    const found = listOf(objectOf((await http.get(`${driveUrl}/files`, { query })).body).files)[0];
    if (found) return needId(objectOf(found).id, "files[0].id");
    const json = { name: quarantineName, mimeType: folderType, parents: [top] };
    const { body } = await http.post(`${driveUrl}/files`, { query: { ...withSharedDrives, fields: "id" }, json });
    const id = needId(objectOf(body).id, "id");
    if (driveId !== null) {
      const closed = { method: "PATCH", url: fileUrl(id), query: { ...withSharedDrives } } as const;
      await http.request({ ...closed, json: { inheritedPermissionsDisabled: true } });
    }
    return id;
  }

  async #read(): Promise<Json> {
    for (const candidate of this.#candidates) {
      const raw = await this.#readAs(candidate);
      if (raw !== null) return raw;
    }
    throw new ProviderNotFoundError("The file no longer exists in Drive, or belongs to another person now.");
  }

  async #readAs(container: string): Promise<Json | null> {
    try {
      const acting = this.#acting ?? inNameOf(this.#context, await subjectOf(this.#context, container));
      const { body } = await acting.http.get(fileUrl(this.id), { query: { ...withSharedDrives, fields } });
      this.#acting = acting;
      return needObject(body, "body");
    } catch (error) {
      if (isPersonRefused(error)) return null;
      throw error;
    }
  }
}

async function nameOf({ http }: Context, id: string): Promise<string | null> {
  try {
    const { body } = await http.get(fileUrl(id), { query: { ...withSharedDrives, fields: "name" } });
    return textOf(objectOf(body).name);
  } catch (error) {
    if (error instanceof ProviderNotFoundError) return null;
    throw error;
  }
}
