import type { FileItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { isObject, type Json, objectOf, readEach } from "#src/connector-kit/record.ts";
import { driveUrl, folderType } from "./api.ts";
import { type DriveFeed, feedQuery } from "./feeds.ts";
import { FolderPaths } from "./folder-paths.ts";
import { type LabelName, labelIds } from "./labels.ts";
import { completed, filePages, withSharing } from "./listed-files.ts";
import { fileFields, type ListedFile, toFileItems } from "./map-files.ts";

/** Below a folder that changed so much is read at once; the rest waits for the next listing. */
const maxBelow = 500;

/** What a page of a feed comes to: the files that are there, with those in changed folders, and the ids of those that are not. */
export async function changedFiles(
  acting: StreamContext,
  feed: DriveFeed,
  changes: readonly Json[],
  labels: readonly LabelName[],
): Promise<(FileItem | UnreadableItem)[]> {
  // A file that a page names several times is read once: all of that has happened.
  const last = new Map(changes.filter(isOfFile).map((change) => [String(change.fileId), change]));
  const present = [...last.values()].map(({ file }) => file).filter((file) => belongs(feed, file));
  // What others own is reported as removed when the person has lost access to it: it is not known as theirs.
  const removed = [...last.values()]
    .filter(({ file }) => !belongs(feed, file))
    .map(({ fileId }): FileItem => ({ kind: "removed", externalId: String(fileId), container: feed.key }));
  if (present.length === 0) return removed;
  const paths = new FolderPaths(acting, feed.name === null ? undefined : { id: feed.key, name: feed.name });
  const changed = await completed(acting, present, paths);
  const listed = [...changed, ...(await below(acting, feed, changed, paths, labels))];
  const where = { container: feed.key, labels, now: acting.now() };
  const map = (record: unknown, path: string) => toFileItems(record as ListedFile, path, where);
  return [...removed, ...readEach(listed, "changes", map)];
}

function isOfFile({ changeType, fileId }: Json): boolean {
  return (changeType === undefined || changeType === "file") && typeof fileId === "string";
}

/** What others own and share appears in a person's feed, too. */
function belongs({ key, name }: DriveFeed, file: unknown): boolean {
  if (!isObject(file)) return false;
  return name === null ? file.ownedByMe === true : file.driveId === key;
}

/** What lies in a folder has its permissions, and its path, from it: it is read again with the folder. */
async function below(
  acting: StreamContext,
  feed: DriveFeed,
  changed: readonly ListedFile[],
  paths: FolderPaths,
  labels: readonly LabelName[],
): Promise<ListedFile[]> {
  const found: ListedFile[] = [];
  const seen = new Set(changed.map(({ raw }) => objectOf(raw).id));
  const pending = changed.map(({ raw }) => objectOf(raw)).filter(({ mimeType }) => mimeType === folderType);
  const includeLabels = labelIds(labels);
  for (let folder = pending.pop(); folder && found.length < maxBelow; folder = pending.pop()) {
    const query = {
      ...{ q: `'${String(folder.id)}' in parents`, pageSize: 500, fields: `kind,nextPageToken,files(${fileFields})` },
      ...(feed.name === null ? {} : { ...feedQuery(feed), corpora: "drive" }),
      ...(includeLabels === undefined ? {} : { includeLabels }),
    };
    const first = { url: `${driveUrl}/files`, query };
    const listing = { name: "a changed folder", first, page: withSharing(filePages, paths) };
    for await (const { records } of walkPages(acting, listing)) {
      const files = (records as ListedFile[]).filter(({ raw }) => belongs(feed, raw) && !seen.has(objectOf(raw).id));
      for (const file of files) {
        const raw = objectOf(file.raw);
        seen.add(raw.id);
        found.push(file);
        if (raw.mimeType === folderType) pending.push(raw);
      }
      if (found.length >= maxBelow) break;
    }
  }
  return found;
}
