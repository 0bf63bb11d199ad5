import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { type Json, needText } from "#src/connector-kit/record.ts";
import { type Drive, externalIdOf } from "./drives.ts";
import { Labels } from "./labels.ts";
import { toFileItems } from "./map-files.ts";
import { Sharing } from "./sharing.ts";

/** Reads what a drive lists, with permissions and labels. */
export class DriveReader {
  readonly sharing: Sharing;
  readonly #labels: Labels;
  readonly #now: () => Date;

  constructor(context: Context) {
    this.sharing = new Sharing(context);
    this.#labels = new Labels(context);
    this.#now = context.now;
  }

  /** An item that was deleted is removed; the root of the drive is no item, but its permissions are those of what lies in it. */
  async itemsOf(drive: Drive, raw: Json, path: string): Promise<FileItem[]> {
    const item = needText(raw.id, `${path}.id`);
    const ref = { drive: drive.id, item };
    if (raw.deleted !== undefined) return [{ kind: "removed", externalId: externalIdOf(ref) }];
    const permissions = await this.sharing.of(drive, raw);
    if (raw.root !== undefined) return [];
    needText(raw.name, `${path}.name`);
    return toFileItems(raw, drive, permissions, await this.#labels.of(ref, raw), this.#now());
  }
}
