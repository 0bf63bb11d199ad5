import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { needId, needObject } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { type Root, walkTrees } from "#src/connector-kit/tree.ts";
import { byMarker } from "../api.ts";
import { type BoxFolder, childOf, contentsOf, enter, rootsOf } from "../folders.ts";
import { manifest } from "../manifest.ts";
import { Ownership } from "../ownership.ts";
import { fileChanges } from "./file-changes.ts";

const { scopes } = manifest.streams.FILES;
const changeScopes = ["manage_enterprise_properties"];

export const fileParts: StreamParts = async () => [
  { name: "content", label: "Files of all users" },
  { name: "changes", label: "Changes", feed: true, scopes: changeScopes },
];

/** Everything that managed users own, person by person; or what has changed. */
export const files: StreamFunction<"FILES"> = (context, cursor) =>
  context.part === "changes"
    ? naming<"FILES">([...scopes, ...changeScopes], fileChanges)(context, cursor)
    : naming<"FILES">(scopes, content)(context, cursor);

const users = "/2.0/users?user_type=managed&fields=id,status&usemarker=true&limit=1000";

/** Acts as one person after the other: the root and the trash of each, folder by folder. */
function content(context: StreamContext, cursor: string | null) {
  const own = new Ownership(context);
  return walkTrees<FileItem, BoxFolder, Awaited<ReturnType<typeof enter>>>(context, cursor, {
    roots: { name: "files", first: users, page: byMarker, root: toRoot },
    contents: contentsOf,
    enter: (folder) => enter(context, own, folder),
    child: (record, path, folder, inherited) => childOf(context, own, record, path, folder, inherited),
  });
}

function toRoot(record: unknown, path: string): Root<BoxFolder> {
  const user = needObject(record, path);
  const id = needId(user.id, `${path}.id`);
  return { id, folders: rootsOf(id, user.status === "inactive") };
}
