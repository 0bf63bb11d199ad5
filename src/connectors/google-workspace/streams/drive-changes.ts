import type { FileItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import {
  isObject,
  type Json,
  needList,
  needObject,
  needText,
  objectOf,
  readEach,
  textOf,
} from "#src/connector-kit/record.ts";
import { ProviderRequestError } from "#src/errors.ts";
import { driveUrl, folderType, inNameOf, inParallel, isPersonRefused } from "../drive/api.ts";
import { subjectOf } from "../drive/drives.ts";
import { type DriveFeed, feedQuery, feedsOf, startOf } from "../drive/feeds.ts";
import { FolderPaths } from "../drive/folder-paths.ts";
import { type LabelName, labelIds } from "../drive/labels.ts";
import { completed, filePages, withSharing } from "../drive/listed-files.ts";
import { fileFields, type ListedFile, toFileItems } from "../drive/map-files.ts";

const kind = { form: "drive-feeds1" };

/** Drives that are asked at once. */
const atOnce = 6;
/** Items that are stored together. */
const enoughItems = 500;
/** Pages of one drive in a run; the rest waits for the next one, so that no drive holds up the others. */
const maxPages = 10;
/** Below a folder that changed so much is read at once; the rest waits for the next listing. */
const maxBelow = 500;

/** Where the feed of one drive is, and in whose name it is read. */
interface Position {
  token: string;
  as: string;
}

interface Polled {
  feed: DriveFeed;
  items: (FileItem | UnreadableItem)[];
  /** Null: nobody can be asked; where the feed was stays. */
  position: Position | null;
}

/**
 * Follows the changes of every drive, each from its own position, and reads again who has access to what has changed. The first run takes the
 * present positions. Cursor: the position of each drive.
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/list
 */
export async function* driveChanges(
  context: StreamContext,
  cursor: string | null,
  labels: readonly LabelName[],
): AsyncGenerator<StreamPage<FileItem | UnreadableItem>, void, void> {
  const known = cursor === null ? new Map<string, Position>() : readPositions(cursor);
  const feeds = await feedsOf(context);
  const positions = new Map(feeds.flatMap(({ key }) => (known.has(key) ? [[key, known.get(key) as Position]] : [])));
  let items: (FileItem | UnreadableItem)[] = [];
  let stored = cursor;
  for (let from = 0; from < feeds.length; from += atOnce) {
    context.signal.throwIfAborted();
    const polled = await inParallel(feeds.slice(from, from + atOnce), atOnce, (feed) =>
      poll(context, feed, positions.get(feed.key) ?? null, labels),
    );
    for (const { feed, items: found, position } of polled) {
      items.push(...found);
      if (position) positions.set(feed.key, position);
    }
    if (items.length < enoughItems) continue;
    stored = writePositions(positions);
    yield { items, cursor: stored };
    items = [];
  }
  const last = writePositions(positions);
  if (items.length > 0 || last !== stored) yield { items, cursor: last };
}

function readPositions(cursor: string): Map<string, Position> {
  const { positions } = readCursor(kind, cursor);
  return new Map(
    Object.entries(objectOf(positions)).flatMap(([key, value]): [string, Position][] => {
      const [token, as] = Array.isArray(value) ? value : [];
      return typeof token === "string" && typeof as === "string" ? [[key, { token, as }]] : [];
    }),
  );
}

function writePositions(positions: ReadonlyMap<string, Position>): string {
  return writeCursor(kind, {
    positions: Object.fromEntries([...positions].map(([key, { token, as }]) => [key, [token, as]])),
  });
}

async function poll(
  context: StreamContext,
  feed: DriveFeed,
  known: Position | null,
  labels: readonly LabelName[],
): Promise<Polled> {
  try {
    const position = known ?? (await present(context, feed, await subjectOf(context, feed.key)));
    return known === null ? { feed, items: [], position } : await follow(context, feed, position, labels);
  } catch (error) {
    // A member who has left the drive: another one is looked for in the next run.
    if (isPersonRefused(error)) return { feed, items: [], position: await anew(context, feed, known) };
    // The position is no longer accepted: what was missed is in the next listing.
    if (error instanceof ProviderRequestError && known !== null)
      return { feed, items: [], position: await present(context, feed, known.as) };
    throw error;
  }
}

async function anew(context: StreamContext, feed: DriveFeed, known: Position | null): Promise<Position | null> {
  if (feed.name === null || known === null) return null;
  try {
    return { ...known, as: await subjectOf(context, feed.key) };
  } catch (error) {
    if (isPersonRefused(error)) return null;
    throw error;
  }
}

async function present(context: StreamContext, feed: DriveFeed, as: string): Promise<Position> {
  return { as, token: await startOf(inNameOf(context, as), feed) };
}

async function follow(
  context: StreamContext,
  feed: DriveFeed,
  { token, as }: Position,
  labels: readonly LabelName[],
): Promise<Polled> {
  const acting = inNameOf(context, as);
  const includeLabels = labelIds(labels);
  const query = {
    ...feedQuery(feed),
    ...{ pageSize: 500, includeRemoved: true, ...(includeLabels === undefined ? {} : { includeLabels }) },
    fields: `kind,nextPageToken,newStartPageToken,changes(changeType,removed,fileId,time,file(${fileFields}))`,
  };
  const changes: Json[] = [];
  let at = token;
  for (let page = 0; page < maxPages; page++) {
    const { body } = await acting.http.get(`${driveUrl}/changes`, { query: { ...query, pageToken: at } });
    const read = needObject(body, "body");
    // Google leaves empty lists out of answers.
    if (read.changes !== undefined) changes.push(...needList(read.changes, "changes").map(objectOf));
    const next = textOf(read.nextPageToken);
    at = next ?? needText(read.newStartPageToken, "newStartPageToken");
    if (next === null) break;
  }
  const items = await itemsOf(acting, feed, changes, labels);
  return { feed, items, position: { token: at, as } };
}

async function itemsOf(
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
