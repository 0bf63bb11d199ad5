import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { needObject } from "#src/connector-kit/record.ts";
import { type Folder, walkTrees } from "#src/connector-kit/tree.ts";
import { type Access, Sharing } from "../access.ts";
import { byCursor, call, tagOf } from "../api.ts";
import { listFolder, pageIn } from "../folders.ts";
import { toFileItems, toSharedFolder } from "../map-files.ts";
import { folderIdOf, isSharedFolder, type Namespace, toNamespace } from "../namespaces.ts";
import { contentChanges } from "./content-changes.ts";
import { sharingChanges } from "./sharing-changes.ts";

export const fileParts: StreamParts = async () => [
  { name: "content", label: "Files of the team" },
  { name: "changes", label: "Changed content", feed: true },
  { name: "sharing", label: "Changed sharing", feed: true, scopes: ["events.read"] },
];

/** Everything in the team's namespaces, one after the other; or what has changed. */
export const files: StreamFunction<"FILES"> = (context, cursor) => {
  if (context.part === "changes") return contentChanges(context, cursor);
  return context.part === "sharing" ? sharingChanges(context, cursor) : content(context, cursor);
};

/** A folder that is to be listed; `id` is empty for the root of its namespace. */
interface DropboxFolder extends Folder {
  namespace: Namespace;
  parentId: string | null;
  /** Whom the links to it and to folders above open what lies in it to; null where not all are known. */
  link: SharingLevel | null;
}

/**
 * Folder by folder, so that every item has its parent and what it inherits. Mounted folders are left out: they are namespaces of their own. Those
 * of other teams are among them, where members of this team take part.
 */
function content(context: StreamContext, cursor: string | null) {
  const sharing = new Sharing(context);
  return walkTrees<FileItem, DropboxFolder, Access>(context, cursor, {
    roots: {
      name: "namespaces",
      first: call("team/namespaces/list", { limit: 1000 }),
      page: byCursor("namespaces"),
      root: (record, path) => {
        const namespace = toNamespace(record, path);
        const parentId = isSharedFolder(namespace) ? folderIdOf(namespace.id) : null;
        return { id: namespace.id, folders: [{ id: "", namespace, parentId, link: null }] };
      },
    },
    begin: async (folder) => {
      const { items, linkBelow } = await toSharedFolder(context, sharing, await sharing.of(folder.namespace));
      return { items, folder: { ...folder, link: linkBelow } };
    },
    contents: ({ id, namespace }) => ({ first: listFolder(id), page: pageIn(sharing, namespace) }),
    enter: ({ namespace }) => sharing.of(namespace),
    child: async (record, path, { namespace, parentId, link }, access) => {
      const raw = needObject(record, path);
      if (tagOf(raw) === "deleted") return { items: [] };
      const place = { parentId, linkAbove: link };
      const { items, linkBelow } = await toFileItems(context, sharing, access, raw, path, place);
      const id = String(raw.id);
      if (tagOf(raw) !== "folder") return { items };
      return { items, folder: { id, namespace, parentId: id, link: linkBelow } };
    },
  });
}
