import type { FileItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { type Json, needList, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderRequestError } from "#src/errors.ts";
import { driveUrl, inNameOf, inParallel, isPersonRefused } from "../drive/api.ts";
import { changedFiles } from "../drive/changed-files.ts";
import { subjectOf } from "../drive/drives.ts";
import { type DriveFeed, feedQuery, feedsOf, startOf } from "../drive/feeds.ts";
import { type LabelName, labelIds } from "../drive/labels.ts";
import { fileFields } from "../drive/map-files.ts";

const kind = { form: "drive-feeds1" };

/** Drives that are asked at once. */
const atOnce = 6;
/** Items that are stored together. */
const enoughItems = 500;
/** Pages of one drive in a run; the rest waits for the next one, so that no drive holds up the others. */
const maxPages = 10;

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
  const items = await changedFiles(acting, feed, changes, labels);
  return { feed, items, position: { token: at, as } };
}
