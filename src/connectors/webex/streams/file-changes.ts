import { ifThere } from "#src/connector-kit/actions.ts";
import type { FileItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { needStoredInstant, readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import {
  instantOf,
  type Json,
  listOf,
  needObject,
  needText,
  objectOf,
  readEachInTurn,
  textOf,
} from "#src/connector-kit/record.ts";
import { byItems, orgOf } from "../api.ts";
import { fileIdOf, filesOf, messagesIn } from "../messages.ts";
import { readSpace, type Space, toFolder } from "../spaces.ts";
import { complianceSpan } from "./activities.ts";

const kind = { form: "changes1" };
const windowMs = 86_400_000;
/** Events that come late are met when they are read again; later ones by the next listing. */
const overlapMs = 10 * 60_000;
/** A deleted message may no longer name its files. */
const maxFilesOfMessage = 10;

/**
 * Follows the compliance events of messages and memberships: files that were posted or deleted, and spaces that a person joined or left, with
 * all their files. Cursor: the instant up to which was read, and the events since shortly before it, which are not acted on again.
 * The first run starts at `context.from`.
 */
export async function* fileChanges(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<FileItem | UnreadableItem>, void, void> {
  const now = context.now();
  const stored = cursor === null ? null : readCursor(kind, cursor);
  const orgId = orgOf(context);
  let from = stored ? needStoredInstant(stored.from, now) : context.from;
  let done = new Map(Object.entries(objectOf(stored?.done)).map(([id, at]) => [id, String(at)]));
  while (from < now) {
    const to = new Date(Math.min(from.getTime() + windowMs, now.getTime()));
    const changed = new ChangedSpaces(context, orgId);
    const span = complianceSpan(now, new Date(from.getTime() - overlapMs), to);
    for (const resource of ["messages", "memberships"]) {
      const first = { url: "/events", query: { resource, ...span, max: 1000 } };
      for await (const { records, path } of walkPages(context, {
        name: `changes of ${resource}`,
        first,
        page: byItems,
      })) {
        const items = await readEachInTurn(records, path, async (record, place) => {
          const event = needObject(record, place);
          const id = needText(event.id, `${place}.id`);
          if (done.has(id)) return [];
          const found = await changed.itemsOf(event, place);
          if (found.length > 0) done.set(id, textOf(event.created) ?? to.toISOString());
          return found;
        });
        yield { items, cursor: writeCursor(kind, { from, done: Object.fromEntries(done) }) };
      }
    }
    from = to;
    const kept = to.getTime() - overlapMs;
    done = new Map([...done].filter(([, at]) => (instantOf(at)?.getTime() ?? 0) >= kept));
    yield { items: [], cursor: writeCursor(kind, { from, done: Object.fromEntries(done) }) };
  }
}

/** Spaces that events name, each read once for a window. */
class ChangedSpaces {
  readonly #context: StreamContext;
  readonly #orgId: string;
  readonly #spaces = new Map<string, Promise<Space | null>>();
  readonly #whole = new Set<string>();

  constructor(context: StreamContext, orgId: string) {
    this.#context = context;
    this.#orgId = orgId;
  }

  async itemsOf(event: Json, path: string): Promise<FileItem[]> {
    const data = objectOf(event.data);
    const files = listOf(data.files).length;
    const isMessage = event.resource === "messages";
    if (isMessage && event.type === "deleted") {
      const id = needText(data.id, `${path}.data.id`);
      return Array.from({ length: files || maxFilesOfMessage }, (_, index) => ({
        ...{ kind: "removed", externalId: fileIdOf(id, index) },
      }));
    }
    const roomId = textOf(data.roomId);
    if (roomId === null || (isMessage && files === 0)) return [];
    const space = await this.#read(roomId);
    if (space === null) return [];
    if (!isMessage) return await this.#wholeSpace(space);
    const items = await filesOf(this.#context, space, data, `${path}.data`);
    return items.length === 0 ? [] : [...toFolder(space), ...items];
  }

  /** Null for one that was deleted. */
  #read(roomId: string): Promise<Space | null> {
    const read = this.#spaces.get(roomId) ?? ifThere(() => readSpace(this.#context, this.#orgId, roomId));
    this.#spaces.set(roomId, read);
    return read;
  }

  /** Another member is another one who can open everything in it. */
  async #wholeSpace(space: Space): Promise<FileItem[]> {
    if (this.#whole.has(space.id)) return [];
    this.#whole.add(space.id);
    const items: FileItem[] = [];
    for await (const { records, path } of walkPages(this.#context, messagesIn(space.id)))
      for (const [index, record] of records.entries())
        items.push(...(await filesOf(this.#context, space, record, `${path}[${index}]`)));
    return items.length === 0 ? [] : [...toFolder(space), ...items];
  }
}
