import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { type Child, type Folder, walkTrees } from "#src/connector-kit/tree.ts";
import { byItems, orgOf, people } from "../api.ts";
import { complianceScope, manifest } from "../manifest.ts";
import { filesOf, messagesIn } from "../messages.ts";
import { readSpace, type Space, toFolder } from "../spaces.ts";
import { fileChanges } from "./file-changes.ts";

const { scopes } = manifest.streams.FILES;

export const fileParts: StreamParts = async () => [
  { name: "content", label: "Files in all spaces" },
  { name: "changes", label: "Changes", feed: true, scopes: [complianceScope] },
];

/** The files of all spaces, or what has changed. */
export const files: StreamFunction<"FILES"> = (context, cursor) =>
  context.part === "changes"
    ? naming<"FILES">([...scopes, complianceScope], fileChanges)(context, cursor)
    : naming<"FILES">(scopes, content)(context, cursor);

/** What is listed: the spaces of a person, or the messages of a space. */
interface Place extends Folder {
  of: "person" | "space";
}

/**
 * There is no list of an organization's spaces: a Compliance Officer finds them person by person. A space is read where it is met first; a
 * run that goes on after an interruption may read some a second time.
 */
async function* content(context: StreamContext, cursor: string | null) {
  const orgId = orgOf(context);
  const met = new Set<string>();
  const shown = new Set<string>();
  let present: Space | null = null;

  yield* walkTrees<FileItem, Place, Space | null>(context, cursor, {
    roots: {
      ...people,
      name: "files",
      root: (record, path) => {
        const id = needText(needObject(record, path).id, `${path}.id`);
        return { id, folders: [{ id, of: "person" }] };
      },
    },
    contents: ({ id, of }) =>
      of === "space"
        ? messagesIn(id)
        : { first: { url: "/memberships", query: { personId: id, max: 1000 } }, page: byItems },
    enter: async ({ id, of }) => {
      if (of === "person") return null;
      if (present?.id !== id) present = await readSpace(context, orgId, id);
      return present;
    },
    child: async (record, path, _place, space): Promise<Child<FileItem, Place>> => {
      if (space === null) {
        const id = needText(needObject(record, path).roomId, `${path}.roomId`);
        if (met.has(id)) return { items: [] };
        met.add(id);
        return { items: [], folder: { id, of: "space" } };
      }
      const items = await filesOf(context, space, record, path);
      if (items.length === 0 || shown.has(space.id)) return { items };
      shown.add(space.id);
      return { items: [...toFolder(space), ...items] };
    },
  });
}
