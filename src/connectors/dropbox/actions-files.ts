import { ensure } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, listOf, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";
import { asMember, inNamespace, read, write } from "./api.ts";
import { entryOf } from "./folders.ts";
import { quarantineName } from "./map-files.ts";
import { restoreSharing } from "./restore-sharing.ts";
import { missing, SharedItem, storedOf } from "./shared-item.ts";

/** Source: https://www.dropbox.com/developers/documentation/http/documentation#files-delete */
export const trashFile: ActionFunction = async (context, target) => {
  const item = await SharedItem.open(context, target);
  refuseSharedFolder(item);
  return await ensure({
    target,
    read: async () => {
      const entry = await entryOf(context, item.id, item.access.headers);
      return { isThere: entry !== null, deletedFrom: textOf(entry?.path_display), rev: textOf(entry?.rev) };
    },
    wanted: { isThere: false },
    write: async () => write(context, "files/delete_v2", { path: item.id }, (await item.writer()).headers),
  });
};

/** Where a file was moved from, and whose quarantine holds it. */
interface Moved {
  from: string;
  holder: string;
  home: string;
}

export const quarantineFile: ActionFunction = async (context, target) => {
  const item = await SharedItem.open(context, target);
  refuseSharedFolder(item);
  const { holder, home } = await quarantineOf(item);
  return await ensure({
    target,
    read: async () => {
      const held = await entryOf(context, item.id, await item.sharing.headersIn(home));
      if (held !== null && isQuarantined(held)) return { isQuarantined: true, moved: null, links: [], people: [] };
      const entry = (await entryOf(context, item.id, item.access.headers)) ?? missing();
      const path = needText(entry.path_display, "path_display");
      const moved: Moved = { from: `ns:${item.access.namespace.id}${path}`, holder, home };
      return { isQuarantined: false, moved, ...storedOf(await item.state()) };
    },
    wanted: { isQuarantined: true },
    write: async ({ moved }) => {
      const { links, people } = await item.state();
      for (const link of links) await item.removeLink(link);
      for (const person of people) await item.removePerson(person);
      const name = moved?.from.split("/").at(-1);
      await move(context, item.id, `ns:${home}/${quarantineName}/${name}`, holder, item.access.namespace.id);
    },
  });
};

/**
 * Undoes what an action did, by what it had noted before; without that, brings back a deleted file.
 * Source: https://www.dropbox.com/developers/documentation/http/documentation#files-restore
 */
export const restoreFile: ActionFunction = async (context, target) => {
  const before = objectOf(target.parameters.before);
  const moved = objectOf(before.moved) as Partial<Moved>;
  const isBack = moved.home && moved.from ? await moveBack(context, target, moved as Moved) : false;
  const from = /^ns:([^/]+)/.exec(moved.from ?? "")?.[1];
  const item = from
    ? await SharedItem.in(context, target.file?.externalId ?? "", from)
    : await SharedItem.open(context, target);
  const isUndeleted = item.folder === null && (await undelete(context, item, before));
  const isShared = await restoreSharing(context, item, before);
  return { changed: isBack || isUndeleted || isShared };
};

async function moveBack(context: Context, target: ActionTarget, { from, holder, home }: Moved): Promise<boolean> {
  const id = target.file?.externalId ?? missing();
  const { sharing } = await SharedItem.in(context, id, home);
  const held = await entryOf(context, id, await sharing.headersIn(home));
  if (held === null || !isQuarantined(held)) return false;
  await move(context, id, from, holder, home);
  return true;
}

async function undelete(context: Context, item: SharedItem, before: Json): Promise<boolean> {
  if ((await entryOf(context, item.id, item.access.headers)) !== null) return false;
  const asked = { path: item.id, mode: { ".tag": "id" }, limit: 1 };
  const revisions = await read(context, "files/list_revisions", asked, item.access.headers);
  const newest = objectOf(listOf(revisions.entries)[0]);
  const path = textOf(before.deletedFrom) ?? textOf(newest.path_display);
  const rev = textOf(before.rev) ?? textOf(newest.rev);
  if (path === null || rev === null) throw new ConflictError("Dropbox no longer keeps what was deleted.");
  await write(context, "files/restore", { path, rev }, (await item.writer()).headers);
  return true;
}

async function quarantineOf(item: SharedItem): Promise<{ holder: string; home: string }> {
  const { team } = item.sharing;
  const holder = (await item.writer()).memberId ?? (await team.admin()).id;
  const home = (await team.member(holder))?.homeId;
  if (!home) throw new ConflictError("The owner has no folder to keep the file in.");
  return { holder, home };
}

async function move(
  context: Context,
  from_path: string,
  to_path: string,
  as: string,
  namespaceId: string,
): Promise<void> {
  const asked = { from_path, to_path, autorename: true, allow_ownership_transfer: true };
  await write(context, "files/move_v2", asked, { ...asMember(as), ...inNamespace(namespaceId) });
}

function isQuarantined(entry: Json): boolean {
  return (textOf(entry.path_lower) ?? "").startsWith(`/${quarantineName.toLowerCase()}/`);
}

function refuseSharedFolder({ folder }: SharedItem): void {
  if (folder !== null)
    throw new ConflictError(
      "A shared folder as a whole cannot be moved or deleted here: make it private, or delete it in Dropbox.",
    );
}
