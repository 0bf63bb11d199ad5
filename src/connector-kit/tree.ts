import { ProviderResponseError, StreamCursorError } from "#src/errors.ts";
import { ifThere } from "./actions.ts";
import type { UnreadableItem } from "./contract/records.ts";
import type { StreamContext, StreamPage } from "./contract/streams.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { type Listing, PageWalk, storedPlace, type WalkPlace } from "./page-walk.ts";
import { isObject, needList, readEach, readEachInTurn, textOf } from "./record.ts";

/** A folder that is to be listed. It stands in cursors, so it holds JSON only. */
export interface Folder {
  id: string;
}

/** What has a tree of its own: a person, a site, a drive. */
export interface Root<F extends Folder> {
  /** The provider's id: a resumed walk finds the root by it. */
  id: string;
  /** Where its tree begins; several where parts of it are listed elsewhere, such as the trash. */
  folders: readonly F[];
}

export interface Tree<T extends object, F extends Folder, C> {
  /** `root` returns null for what has no tree. */
  roots: Listing & { root: (record: unknown, path: string) => Root<F> | null };
  /**
   * What the first folders of a root are by themselves, and how they are then listed; asked once, before anything that lies in them. Without
   * it they are no items: a home, the trash. A folder that is not there any more is left out.
   */
  begin?: (folder: F) => Promise<Child<T, F>>;
  /** How the content of a folder is listed. */
  contents: (folder: F) => Omit<Listing, "name">;
  /** What all that lies in a folder has from it: collaborators, a link. Asked before each of its pages. */
  enter: (folder: F) => C | Promise<C>;
  /** Maps what lies in a folder; with `folder` it is one itself, and is listed as well. */
  child: (record: unknown, path: string, folder: F, entered: C) => Child<T, F> | Promise<Child<T, F>>;
}

export interface Child<T extends object, F extends Folder> {
  items: readonly T[];
  folder?: F;
}

/** Small folders are stored together, but a run is never long without a page: it could not be interrupted. */
const enoughItems = 500;
const enoughPages = 50;

/** Deeper than any provider allows: folders that lie in each other. */
const maxDepth = 500;

const kind = { form: "tree1" };

interface Pending<F extends Folder> {
  folder: F;
  depth: number;
  place: WalkPlace | null;
}

/**
 * Walks trees of folders, one root after the other, depth first: what lies below a page of a folder is read before its next page, so that the
 * cursor stays small however large the tree is. Cursor: the page of roots, the root in it, and the folders that are still to be listed; null
 * after the last. A folder that was deleted or moved meanwhile does not matter: a listing that is refused as not found is left out.
 * Throws as `stages` does.
 */
export async function* walkTrees<T extends object, F extends Folder, C>(
  context: StreamContext,
  cursor: string | null,
  tree: Tree<T, F, C>,
): AsyncGenerator<StreamPage<T | UnreadableItem>, void, void> {
  let resumed = cursor === null ? null : readPosition<F>(cursor);
  const roots = new PageWalk(context, tree.roots, resumed?.roots);
  let items: (T | UnreadableItem)[] = [];
  let pages = 0;
  while (!roots.done) {
    const here: WalkPlace | null = roots.place.at === null ? null : roots.place;
    const page = await roots.next();
    const listed = readEach(page.records, page.path, (record, path) => tree.roots.root(record, path) ?? []);
    const found = listed.findIndex((one) => "id" in one && one.id === resumed?.root);
    for (const [index, root] of listed.entries()) {
      if (index < found) continue;
      if (!("id" in root)) {
        items.push(root);
        continue;
      }
      const begun = index === found && resumed ? { items: [], pending: resumed.pending } : await begin(tree, root);
      const { pending } = begun;
      items.push(...begun.items);
      while (pending.length > 0) {
        items.push(...(await readFolder(context, tree, pending)));
        pages += 1;
        if (items.length < enoughItems && pages < enoughPages) continue;
        yield { items, cursor: writeCursor(kind, { roots: here, root: root.id, pending }) };
        [items, pages] = [[], 0];
      }
    }
    resumed = null;
    yield { items, cursor: roots.done ? null : writeCursor(kind, { roots: roots.place, root: null, pending: [] }) };
    [items, pages] = [[], 0];
  }
}

/** Reads one page of the folder that is next, and puts what is to be listed after it on the pile. */
async function readFolder<T extends object, F extends Folder, C>(
  context: StreamContext,
  { contents, enter, child, roots }: Tree<T, F, C>,
  pending: Pending<F>[],
): Promise<(T | UnreadableItem)[]> {
  const { folder, depth, place } = pending.pop() as Pending<F>;
  const walk = new PageWalk(context, { ...contents(folder), name: roots.name }, place);
  const read = await ifThere(async () => ({ entered: await enter(folder), page: await walk.next() }));
  if (read === null) return [];
  const { entered, page } = read;
  const below: F[] = [];
  const items = await readEachInTurn(page.records, page.path, async (record, path) => {
    const mapped = await child(record, path, folder, entered);
    if (mapped.folder) below.push(mapped.folder);
    return mapped.items;
  });
  if (below.length > 0 && depth >= maxDepth)
    throw new ProviderResponseError(`Folders lie in each other, or more than ${maxDepth} deep.`, page.path || "body");
  if (!walk.done) pending.push({ folder, depth, place: walk.place });
  for (const one of below.reverse()) pending.push({ folder: one, depth: depth + 1, place: null });
  return items;
}

async function begin<T extends object, F extends Folder, C>(
  tree: Tree<T, F, C>,
  { folders }: Root<F>,
): Promise<{ items: T[]; pending: Pending<F>[] }> {
  const items: T[] = [];
  const first: F[] = [];
  for (const folder of folders) {
    const begun = tree.begin ? await ifThere(async () => await tree.begin?.(folder)) : { items: [], folder };
    items.push(...(begun?.items ?? []));
    if (begun?.folder) first.push(begun.folder);
  }
  return { items, pending: first.map((folder) => ({ folder, depth: 0, place: null })).reverse() };
}

interface Position<F extends Folder> {
  roots: WalkPlace | null;
  root: string | null;
  pending: Pending<F>[];
}

function readPosition<F extends Folder>(cursor: string): Position<F> {
  const stored = readCursor(kind, cursor);
  const place = (value: unknown) => (value === null ? null : storedPlace(value));
  const pending = needList(stored.pending, "pending").map((one): Pending<F> => {
    if (!isObject(one) || !isObject(one.folder) || typeof one.depth !== "number")
      throw new StreamCursorError("The stored position cannot be read.");
    return { folder: one.folder as unknown as F, depth: one.depth, place: place(one.place) };
  });
  return { roots: place(stored.roots), root: textOf(stored.root), pending };
}
