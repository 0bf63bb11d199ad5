import { ifThere } from "#src/connector-kit/actions.ts";
import type { FileItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { isRefused } from "#src/connector-kit/page-walk.ts";
import {
  type Json,
  listOf,
  needObject,
  needText,
  objectOf,
  readEachInTurn,
  textOf,
} from "#src/connector-kit/record.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { type Access, Sharing } from "../access.ts";
import { byCursor, call, tagOf } from "../api.ts";
import { entryOf, listFolder, Readings } from "../folders.ts";
import type { Namespace } from "../namespaces.ts";

type Item = FileItem | UnreadableItem;

const kind = { form: "content1" };

/** Positions are stored after so many items, or so many namespaces. */
const enoughItems = 500;
const enoughNamespaces = 100;

/**
 * Follows what changes in every namespace, from a position in each: one call for a namespace where nothing has happened. The first run takes the
 * present positions; a namespace that appears later is read from its start. A run that is interrupted goes on with the namespace it had come to.
 * Changed sharing is not among the changes: see sharing-changes.ts.
 * Source: https://developers.dropbox.com/detecting-changes-guide
 */
export async function* contentChanges(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<Item>, void, void> {
  const stored = cursor === null ? null : readCursor(kind, cursor);
  const positions = new Map(Object.entries(objectOf(stored?.positions)).map(([id, at]) => [id, String(at)]));
  const sharing = new Sharing(context);
  const namespaces = await sharing.team.namespaces();
  for (const id of positions.keys()) if (!namespaces.has(id)) positions.delete(id);
  const write = (next: string | null) => writeCursor(kind, { next, positions: Object.fromEntries(positions) });

  let items: Item[] = [];
  let count = 0;
  for (const namespace of from([...namespaces.values()], textOf(stored?.next))) {
    context.signal.throwIfAborted();
    const headers = await sharing.headersIn(namespace.id);
    if (stored === null) {
      const at = await ifThere(() => latestPosition(context, headers));
      if (at !== null) positions.set(namespace.id, at);
    } else {
      const readings = new Readings(context, sharing);
      for await (const delta of changesIn(context, headers, positions.get(namespace.id) ?? null)) {
        items.push(...(await itemsOf(context, readings, namespace, delta.entries)));
        positions.set(namespace.id, delta.cursor);
        if (items.length < enoughItems) continue;
        yield { items, cursor: write(namespace.id) };
        [items, count] = [[], 0];
      }
    }
    count += 1;
    if (count < enoughNamespaces) continue;
    yield { items, cursor: write(namespace.id) };
    [items, count] = [[], 0];
  }
  yield { items, cursor: write(null) };
}

/** In order of ids, beginning with one. */
function from(namespaces: readonly Namespace[], next: string | null): Namespace[] {
  const sorted = namespaces.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const start =
    next === null
      ? 0
      : Math.max(
          0,
          sorted.findIndex(({ id }) => id >= next),
        );
  return [...sorted.slice(start), ...sorted.slice(0, start)];
}

async function latestPosition(context: StreamContext, headers: Access["headers"]): Promise<string> {
  const asked = { ...listFolder("", { recursive: true }), url: "/2/files/list_folder/get_latest_cursor" };
  const { body } = await context.http.request<Json>({ ...asked, headers: { ...headers }, retry: true });
  return needText(body.cursor, "cursor");
}

/** What has changed since a position. From the start where there is none, or where Dropbox no longer knows it. Nothing in a namespace that was deleted. */
async function* changesIn(
  context: StreamContext,
  headers: Access["headers"],
  position: string | null,
): AsyncGenerator<{ entries: readonly unknown[]; cursor: string }, void, void> {
  const page = byCursor("entries");
  const first = { ...listFolder("", { recursive: true }), headers: { ...headers } };
  for (let at = position, goesOn = true; goesOn; ) {
    try {
      const { records, next, later } = await page(context, first, at);
      goesOn = next !== null;
      at = next ?? later ?? at;
      if (at !== null) yield { entries: records, cursor: at };
    } catch (error) {
      if (error instanceof ProviderNotFoundError) return;
      if (at === null || !isRefused(error)) throw error;
      at = null;
    }
  }
}

/** Entries of the newest state, and what was deleted by the ids that stood at the deleted paths. */
async function itemsOf(
  context: StreamContext,
  readings: Readings,
  namespace: Namespace,
  entries: readonly unknown[],
): Promise<Item[]> {
  if (entries.length === 0) return [];
  const access = await readings.sharing.of(namespace);
  return await readEachInTurn(entries, "entries", async (entry, path) => {
    const raw = needObject(entry, path);
    if (tagOf(raw) !== "deleted") return await readings.read(access, raw, path);
    return await readDeleted(context, readings, access, needText(raw.path_lower, `${path}.path_lower`), path);
  });
}

/** A deletion names a path only. What stood there may have been moved: then it is read where it is now. The id of a deleted folder stays unknown. */
async function readDeleted(
  context: StreamContext,
  readings: Readings,
  access: Access,
  deletedPath: string,
  path: string,
): Promise<FileItem[]> {
  const id = await idAt(context, access, deletedPath);
  if (id === null) return [];
  const raw = await entryOf(context, id, access.headers);
  return raw === null ? [{ kind: "removed", externalId: id }] : await readings.read(access, raw, path);
}

async function idAt(context: StreamContext, { headers }: Access, path: string): Promise<string | null> {
  const asked = call("files/list_revisions", { path, mode: { ".tag": "path" }, limit: 1 }, headers);
  try {
    const { body } = await context.http.request({ ...asked, retry: true });
    const [newest] = listOf((body as Json | null)?.entries);
    return textOf(objectOf(newest).id);
  } catch (error) {
    // A folder has no revisions.
    if (isRefused(error)) return null;
    throw error;
  }
}
