import { ifThere } from "#src/connector-kit/actions.ts";
import type { FileItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { readCursor, storedInstant, writeCursor } from "#src/connector-kit/cursor.ts";
import type { Page } from "#src/connector-kit/pagers.ts";
import { isObject, type Json, needObject, objectOf, readEachInTurn, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, ProviderRequestError } from "#src/errors.ts";
import { readAll } from "../../_microsoft/graph.ts";
import { drivesOfAllSites } from "../all-drives.ts";
import { DriveReader } from "../drive-reader.ts";
import { type Drive, type DriveOwner, deltaOf, deltaPages, isLocked, itemPath } from "../drives.ts";

type Item = FileItem | UnreadableItem;

const kind = { form: "drives1" };

/** Positions are stored after so many items, or so many drives. */
const enoughItems = 500;
const enoughDrives = 100;

/** New drives are looked for so often: it takes a call for each site. */
const discoverEveryMs = 60 * 60_000;

/** Below a folder whose sharing changed so much is read at once; the rest waits for the next listing. */
const maxBelow = 2000;

interface Position {
  /** The link to go on from; null: from the start of the drive. */
  at: string | null;
  owner: DriveOwner | null;
}

/**
 * Follows what changes in every drive, content and sharing, from a position in each: one call for a drive where nothing has happened. The first
 * run takes the present positions; a drive that appears later is read from its start. A run that is interrupted goes on with the drive it had come to.
 * Source: https://learn.microsoft.com/en-us/graph/api/driveitem-delta
 */
export async function* fileChanges(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<Item>, void, void> {
  const stored = cursor === null ? null : readCursor(kind, cursor);
  const positions = new Map(Object.entries(objectOf(stored?.drives)).map(([id, one]) => [id, positionOf(one)]));
  const reader = new DriveReader(context);
  let discoveredAt = storedInstant(stored?.discoveredAt ?? null, context.now());
  const write = (next: string | null) =>
    writeCursor(kind, { next, discoveredAt, drives: Object.fromEntries(positions) });

  if (discoveredAt === null || context.now().getTime() - discoveredAt.getTime() >= discoverEveryMs) {
    const drives = await drivesOfAllSites(context);
    for (const id of positions.keys()) if (!drives.has(id)) positions.delete(id);
    for (const [id, { owner }] of drives) positions.set(id, { at: positions.get(id)?.at ?? null, owner });
    discoveredAt = context.now();
  }
  let items: Item[] = [];
  let count = 0;
  for (const id of inTurn([...positions.keys()], textOf(stored?.next))) {
    context.signal.throwIfAborted();
    const { at, owner } = positions.get(id) as Position;
    const drive: Drive = { id, owner };
    if (stored === null) {
      const latest = await ifThere(() => latestPosition(context, id));
      positions.set(id, { at: latest, owner });
    } else {
      for await (const page of changesIn(context, id, at)) {
        items.push(...(await itemsOf(context, reader, drive, page)));
        positions.set(id, { at: page.next ?? page.later ?? at, owner });
        if (items.length < enoughItems) continue;
        yield { items, cursor: write(id) };
        [items, count] = [[], 0];
      }
    }
    count += 1;
    if (count < enoughDrives) continue;
    yield { items, cursor: write(id) };
    [items, count] = [[], 0];
  }
  yield { items, cursor: write(null) };
}

function positionOf(value: unknown): Position {
  const { at, owner } = objectOf(value);
  return { at: textOf(at), owner: isObject(owner) ? (owner as unknown as DriveOwner) : null };
}

/** In order of ids, beginning with one. */
function inTurn(ids: readonly string[], next: string | null): string[] {
  const sorted = ids.toSorted();
  return [...sorted.filter((id) => next === null || id >= next), ...sorted.filter((id) => next !== null && id < next)];
}

async function latestPosition(context: StreamContext, driveId: string): Promise<string | null> {
  const { later } = await deltaPages(driveId)(context, deltaOf(driveId, "latest"), null);
  return later ?? null;
}

/** From the start where there is no position, or where Microsoft no longer knows it. Nothing of a drive that was deleted or is locked. */
async function* changesIn(
  context: StreamContext,
  driveId: string,
  from: string | null,
): AsyncGenerator<Page, void, void> {
  const page = deltaPages(driveId);
  for (let at = from, goesOn = true; goesOn; ) {
    try {
      const found = await page(context, deltaOf(driveId), at);
      goesOn = found.next !== null;
      at = found.next;
      yield found;
    } catch (error) {
      // A drive that is locked stays at its position; the listing sets it aside with the reason.
      if (error instanceof ProviderNotFoundError || isLocked(error)) return;
      if (!(error instanceof ProviderRequestError) || at === null) throw error;
      at = null;
    }
  }
}

/** An item that a page names several times is read once, in its last state. */
async function itemsOf(
  context: StreamContext,
  reader: DriveReader,
  drive: Drive,
  { records, path }: Page,
): Promise<Item[]> {
  const last = new Map(records.map((record) => [textOf(objectOf(record).id) ?? record, record]));
  const parents = new Set(records.map((record) => textOf(objectOf(objectOf(record).parentReference).id)));
  return await readEachInTurn([...last.values()], path, async (record, place) => {
    const raw = needObject(record, place);
    const items = await reader.itemsOf(drive, raw, place);
    return isReshared(raw, parents) ? [...items, ...(await below(context, reader, drive, raw))] : items;
  });
}

/**
 * What lies in a folder has its permissions, and is not named when they change. Microsoft does not mark all folders whose sharing changed: one
 * with permissions of its own that is not named for something in it may be such.
 */
function isReshared(raw: Json, parents: ReadonlySet<string | null>): boolean {
  if (!isObject(raw.folder) || raw.deleted !== undefined || raw.root !== undefined) return false;
  const isMarked = raw["@microsoft.graph.sharedChanged"] !== undefined;
  return isMarked || (raw.shared !== undefined && !parents.has(textOf(raw.id)));
}

async function below(context: StreamContext, reader: DriveReader, drive: Drive, top: Json): Promise<FileItem[]> {
  const items: FileItem[] = [];
  const pending = [String(top.id)];
  for (let folder = pending.pop(); folder !== undefined && items.length < maxBelow; folder = pending.pop()) {
    const path = `${itemPath({ drive: drive.id, item: folder })}/children?$top=200`;
    const children = await ifThere(() => readAll(context, path, "a changed folder"));
    for (const [index, child] of (children ?? []).entries()) {
      items.push(...(await reader.itemsOf(drive, child, `value[${index}]`)));
      if (isObject(child.folder)) pending.push(String(child.id));
    }
  }
  return items;
}
