/** A file or folder that an action is about: its state, and what changes it. */
import { deleteIfThere, fileOf, ifThere } from "#src/connector-kit/actions.ts";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, ProviderNotFoundError } from "#src/errors.ts";
import { pathOf, readAll, readOne } from "../_microsoft/graph.ts";
import { type Drive, type ItemRef, itemPath, itemRefOf, toDrive } from "./drives.ts";
import type { Grantee, Permission } from "./file-permissions.ts";
import { pathAbove, quarantineName } from "./map-files.ts";
import { Sharing } from "./sharing.ts";

/** Kept as `before`: JSON only. */
export type FileState = {
  name: string;
  /** Id of the folder; null for what has none, the root of a drive. */
  parent: string | null;
  quarantined: boolean;
  /** What the item grants by itself. */
  own: Permission[];
  /** What folders above grant. */
  above: Permission[];
};

export class DriveFile {
  readonly ref: ItemRef;
  readonly #context: Context;
  readonly #path: string;

  /** Throws InvalidInputError without a file. */
  constructor(context: Context, target: ActionTarget) {
    this.ref = itemRefOf(fileOf(target).externalId);
    this.#context = context;
    this.#path = itemPath(this.ref);
  }

  /** Null when it was deleted. */
  async raw(): Promise<Json | null> {
    return await ifThere(() => readOne(this.#context, this.#path));
  }

  /** Throws ProviderNotFoundError when it was deleted. */
  async state(): Promise<FileState> {
    const raw = (await this.raw()) ?? deletedMeanwhile();
    const parent = textOf(objectOf(raw.parentReference).id);
    const drive = await this.drive();
    const permissions = (await new Sharing(this.#context).read(drive, this.ref.item, parent)) ?? deletedMeanwhile();
    // The owner of a OneDrive has all of it, whatever is granted.
    const others = permissions.filter(
      ({ grantees, link }) => link || !grantees.every(({ id }) => id !== null && id === drive.owner?.id),
    );
    return {
      name: textOf(raw.name) ?? this.ref.item,
      parent,
      quarantined: pathAbove(raw)[0] === quarantineName,
      own: others.filter(({ inherited }) => !inherited),
      above: others.filter(({ inherited }) => inherited),
    };
  }

  async drive(): Promise<Drive> {
    return toDrive(await readOne(this.#context, pathOf`/drives/${this.ref.drive}?$select=id,owner,driveType`), "body");
  }

  /** To the recycle bin of its site; or permanently. */
  async delete(permanently: boolean): Promise<void> {
    if (permanently) await this.#context.http.post(`${this.#path}/permanentDelete`);
    else await deleteIfThere(this.#context, this.#path);
  }

  async moveTo(folder: string): Promise<void> {
    await this.#send("PATCH", this.#path, { parentReference: { id: folder } });
  }

  async remove({ id }: Permission): Promise<void> {
    await deleteIfThere(this.#context, `${this.#path}/permissions/${encodeURIComponent(id)}`);
  }

  /** Of a link for anybody: no other can be changed. https://learn.microsoft.com/en-us/graph/api/permission-update */
  async expireAt({ id }: Permission, at: Date): Promise<void> {
    const expirationDateTime = at.toISOString();
    await this.#send("PATCH", `${this.#path}/permissions/${encodeURIComponent(id)}`, { expirationDateTime });
  }

  async createLink(
    scope: string,
    type: string,
    more: { expiresAt?: string | null; for?: readonly Grantee[] } = {},
  ): Promise<void> {
    await this.#send("POST", `${this.#path}/createLink`, {
      type,
      scope,
      ...(more.expiresAt ? { expirationDateTime: more.expiresAt } : {}),
      ...(more.for ? { recipients: more.for.map(recipient), sendNotification: false } : {}),
    });
  }

  /** Nobody is written to. https://learn.microsoft.com/en-us/graph/api/driveitem-invite */
  async grant(grantee: Grantee, roles: readonly string[]): Promise<void> {
    await this.#send("POST", `${this.#path}/invite`, {
      recipients: [recipient(grantee)],
      roles: [roles.some((role) => /write|owner/.test(role)) ? "write" : "read"],
      requireSignIn: true,
      sendInvitation: false,
    });
  }

  /** The id of a folder in the root of the drive that its administrators alone can open; made if it is not there. */
  async quarantine(): Promise<string> {
    const root = itemPath({ drive: this.ref.drive, item: "root" });
    const folder = { name: quarantineName, folder: {}, "@microsoft.graph.conflictBehavior": "fail" };
    const { body, status } = await this.#context.http.post(`${root}/children`, { json: folder, allow: [409] });
    const id = status === 409 ? await this.#folderIn(root) : needText(needObject(body, "body").id, "id");
    const path = itemPath({ drive: this.ref.drive, item: id });
    const granted = await readAll(this.#context, `${path}/permissions`, "permissions");
    if (granted.some((one) => objectOf(one.grantedToV2).user === undefined)) await this.#close(path);
    return id;
  }

  async #folderIn(root: string): Promise<string> {
    const children = await readAll(this.#context, `${root}/children?$select=id,name,folder`, "folders");
    const found = children.find(({ name }) => name === quarantineName);
    if (!found) throw new ConflictError(`The folder “${quarantineName}” could be neither made nor found.`);
    return needText(found.id, "id");
  }

  /** A link to nobody, made without what is inherited, ends the inheritance; then it goes as well. */
  async #close(path: string): Promise<void> {
    const json = { type: "view", scope: "users", retainInheritedPermissions: false };
    const { body } = await this.#context.http.post(`${path}/createLink`, { json });
    const link = needText(needObject(body, "body").id, "id");
    await deleteIfThere(this.#context, `${path}/permissions/${encodeURIComponent(link)}`);
  }

  async #send(method: "POST" | "PATCH", url: string, json: object): Promise<void> {
    await this.#context.http.request({ method, url, json });
  }
}

function recipient({ id, email }: Grantee): object {
  return id === null ? { email } : { objectId: id };
}

function deletedMeanwhile(): never {
  throw new ProviderNotFoundError("The file is no longer in its drive: restore it from the recycle bin of its site.");
}
