import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamParts } from "#src/connector-kit/contract/streams.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { needId, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { type Child, type Folder, type Root, walkTrees } from "#src/connector-kit/tree.ts";
import { directory, userPages } from "../api.ts";
import { driveUrl, inNameOf, isPersonRefused } from "../drive/api.ts";
import { memberOf, sharedDrives } from "../drive/drives.ts";
import { FolderPaths } from "../drive/folder-paths.ts";
import { type LabelName, labelIds, readLabels } from "../drive/labels.ts";
import { filePages, withSharing } from "../drive/listed-files.ts";
import { fileFields, type ListedFile, toFileItems } from "../drive/map-files.ts";
import { manifest } from "../manifest.ts";
import { driveChanges } from "./drive-changes.ts";

const { scopes } = manifest.streams.FILES;

export const fileParts: StreamParts = async () => [
  { name: "my-drives", label: "My Drives of all people" },
  { name: "shared-drives", label: "Shared drives" },
  { name: "changes", label: "Changes in all drives", feed: true },
];

/** Everything that people own, person by person; everything in shared drives; or what has changed. */
export const files: StreamFunction<"FILES"> = naming<"FILES">(scopes, async function* (context, cursor) {
  const labels = await readLabels(context);
  if (context.part === "changes") yield* driveChanges(context, cursor, labels);
  else if (context.part === "shared-drives") yield* listDrives(context, cursor, labels, drivesRoots);
  else yield* listDrives(context, cursor, labels, peopleRoots);
});

/** A drive, all of whose files are listed at once, whatever folder they lie in. */
interface DriveFolder extends Folder {
  /** Of a shared drive. */
  name?: string;
  /** Nobody may act in the name of people who are suspended or archived. */
  isClosed?: boolean;
}

const userFields = "kind,nextPageToken,users(id,primaryEmail,suspended,archived)";
const userQuery = { customer: "my_customer", maxResults: 500, orderBy: "email", fields: userFields };

const peopleRoots = {
  roots: {
    name: "people",
    first: { url: `${directory}/users`, query: userQuery },
    page: userPages,
    root(record: unknown, path: string): Root<DriveFolder> {
      const { primaryEmail, suspended, archived } = needObject(record, path);
      const id = needText(primaryEmail, `${path}.primaryEmail`);
      return { id, folders: [{ id, isClosed: suspended === true || archived === true }] };
    },
  },
  query: () => ({ corpora: "user", q: "'me' in owners" }),
};

const drivesRoots = {
  roots: {
    name: "shared drives",
    ...sharedDrives,
    root(record: unknown, path: string): Root<DriveFolder> {
      const { id: driveId, name } = needObject(record, path);
      const id = needId(driveId, `${path}.id`);
      return { id, folders: [{ id, name: textOf(name) ?? id }] };
    },
  },
  query: (driveId: string) => ({
    ...{ corpora: "drive", driveId, includeItemsFromAllDrives: true, supportsAllDrives: true },
  }),
};

/** Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
function listDrives(
  context: StreamContext,
  cursor: string | null,
  labels: readonly LabelName[],
  { roots, query }: typeof peopleRoots | typeof drivesRoots,
) {
  const includeLabels = labelIds(labels);
  const asked = {
    ...{ orderBy: "folder", pageSize: 500, fields: `kind,nextPageToken,incompleteSearch,files(${fileFields})` },
    ...(includeLabels === undefined ? {} : { includeLabels }),
  };
  return walkTrees<FileItem, DriveFolder, null>(context, cursor, {
    roots,
    contents: (drive) => ({
      first: { url: `${driveUrl}/files`, query: { ...asked, ...query(drive.id) } },
      page: filesOf(drive),
    }),
    enter: () => null,
    child: (record, path, drive) => toChild(record, path, { container: drive.id, labels, now: context.now() }),
  });
}

/**
 * Files of one drive, as the person whose it is, or as a member. Where nobody may act, nothing is concluded of what is known; the listing of all
 * others goes on.
 */
function filesOf({ id, name, isClosed }: DriveFolder): Pager {
  let opened: { context: StreamContext; page: Pager } | null = null;
  const open = async (context: StreamContext) => {
    const acting = inNameOf(context, name === undefined ? id : await memberOf(context, id));
    const paths = new FolderPaths(acting, name === undefined ? undefined : { id, name });
    return { context: acting, page: withSharing(filePages, paths) };
  };
  return async (context, first, at) => {
    if (isClosed) return unlisted;
    try {
      opened ??= await open(context as StreamContext);
      return await opened.page(opened.context, first, at);
    } catch (error) {
      if (!isPersonRefused(error)) throw error;
      return unlisted;
    }
  };
}

const unlisted = { records: ["unlisted"], path: "files", next: null, body: null };

function toChild(
  record: unknown,
  path: string,
  where: Parameters<typeof toFileItems>[2],
): Child<FileItem, DriveFolder> {
  if (record === "unlisted") return { items: [{ kind: "unlisted", container: where.container }] };
  return { items: toFileItems(record as ListedFile, path, where) };
}
