import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { followCursor } from "#src/connector-kit/log.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { idOf, type Json, listOf, needObject, objectOf } from "#src/connector-kit/record.ts";
import { asUser, externalIdOf, type ItemRef, pathOf } from "../api.ts";
import { collaborationsOf } from "../collaborations.ts";
import { byPosition, itemOfEvent } from "../event-stream.ts";
import { type BoxFolder, childOf, contentsOf, enter } from "../folders.ts";
import { audienceOf, isTrashed, itemFields, toFileItems, wider } from "../map-files.ts";
import { Ownership } from "../ownership.ts";

/** Events after which a file or folder is read again. */
const changes = [
  ...["UPLOAD", "EDIT", "COPY", "MOVE", "RENAME", "DELETE", "UNDELETE", "FILE_VERSION_RESTORE", "STORAGE_EXPIRATION"],
  ...["SHARE", "UNSHARE", "ITEM_SHARED_UPDATE", "SHARE_EXPIRATION", "UPDATE_SHARE_EXPIRATION"],
  ...["COLLABORATION_INVITE", "COLLABORATION_ACCEPT", "COLLABORATION_REMOVE", "COLLABORATION_ROLE_CHANGE"],
  ...["COLLABORATION_EXPIRATION", "UPDATE_COLLABORATION_EXPIRATION", "CHANGE_FOLDER_PERMISSION"],
  ...["METADATA_INSTANCE_CREATE", "METADATA_INSTANCE_UPDATE", "METADATA_INSTANCE_DELETE"],
];

/** Below a folder that changed so much is read at once; the rest waits for the next listing. */
const maxBelow = 2000;

/**
 * Follows the enterprise's events, and reads what they are about again, as its owner; of a folder also what lies in it, since that has its link and
 * collaborators. The first run takes the present position.
 */
export function fileChanges(context: StreamContext, cursor: string | null) {
  const query = {
    ...{ stream_type: "admin_logs_streaming", stream_position: "now", limit: 500 },
    event_type: changes.join(","),
  };
  const own = new Ownership(context);
  return followCursor<FileItem>(context, cursor, {
    name: "changes of files",
    first: { url: "/2.0/events", query },
    page: eachItemOnce,
    items: async (record, path) => {
      const { source } = needObject(record, path);
      const item = itemOfEvent(source);
      const owner = idOf(objectOf(objectOf(source).owned_by).id);
      if (item === null || owner === null || !(await own.isOurs(owner))) return [];
      return await readAgain(context, own, { type: item.type, id: item.id }, owner);
    },
  });
}

/** An item that a page names several times is read once: all of that has happened. */
const eachItemOnce: Pager = async (context, first, at) => {
  const page = await byPosition(context, first, at);
  const last = new Map<string, unknown>();
  for (const record of page.records) {
    const item = itemOfEvent(objectOf(record).source);
    if (item) last.set(externalIdOf(item), record);
  }
  return { ...page, records: [...last.values()] };
};

async function readAgain(context: Context, own: Ownership, ref: ItemRef, owner: string): Promise<FileItem[]> {
  const raw = await readItem(context, ref, owner);
  if (raw === null) return [{ kind: "removed", externalId: externalIdOf(ref) }];
  if (isTrashed(raw)) return toFileItems(raw, ref, owner, { collaborations: [], link: "PRIVATE" });
  const above = await linkAbove(context, raw, owner);
  const collaborations = await own.withoutOurApps(await collaborationsOf(context, ref, owner));
  const items = toFileItems(raw, ref, owner, { collaborations, link: above });
  if (ref.type === "file") return items;
  const link = wider(above, audienceOf(objectOf(raw.shared_link).effective_access));
  return [...items, ...(await readBelow(context, own, { id: ref.id, owner, link, shared: collaborations.length > 0 }))];
}

/** From its place, or from the trash; null when it was deleted permanently. */
export async function readItem({ http }: Context, ref: ItemRef, owner: string): Promise<Json | null> {
  const options = { query: { fields: itemFields }, headers: asUser(owner) };
  const read = (path: string) => ifThere(async () => needObject((await http.get(path, options)).body, "body"));
  return (await read(pathOf(ref))) ?? (await read(`${pathOf(ref)}/trash`));
}

/** Who the links of the folders above open an item to. */
async function linkAbove({ http }: Context, raw: Json, owner: string): Promise<SharingLevel> {
  let widest: SharingLevel = "PRIVATE";
  for (const { id } of listOf(objectOf(raw.path_collection).entries).map(objectOf)) {
    const folder = idOf(id);
    if (folder === null || folder === "0") continue;
    const url = `${pathOf({ type: "folder", id: folder })}?fields=shared_link`;
    const { body } = await http.get(url, { headers: asUser(owner) });
    widest = wider(widest, audienceOf(objectOf(objectOf(body).shared_link).effective_access));
  }
  return widest;
}

async function readBelow(context: Context, own: Ownership, top: BoxFolder): Promise<FileItem[]> {
  const items: FileItem[] = [];
  const pending = [top];
  for (let folder = pending.pop(); folder && items.length < maxBelow; folder = pending.pop()) {
    const inherited = await enter(context, own, folder);
    for await (const { records, path } of walkPages(context, { name: "a changed folder", ...contentsOf(folder) })) {
      for (const [index, record] of records.entries()) {
        const child = await childOf(context, own, record, `${path}[${index}]`, folder, inherited);
        items.push(...child.items);
        if (child.folder) pending.push(child.folder);
      }
      if (items.length >= maxBelow) break;
    }
  }
  return items;
}
