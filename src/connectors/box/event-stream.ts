import type { Pager } from "#src/connector-kit/pagers.ts";
import { toRequest } from "#src/connector-kit/pagers.ts";
import { idOf, isObject, needList, needObject } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";

/**
 * Pages of `GET /events`. Every answer names a position, the last as well; fewer events than asked for are no end, none at all are. Read as text,
 * since a position may be a number that JSON.parse rounds.
 * Source: https://developer.box.com/reference/get-events/
 */
export const byPosition: Pager = async (context, first, at) => {
  context.signal.throwIfAborted();
  const request = toRequest(first);
  const query = at === null ? request.query : { ...request.query, stream_position: at };
  const answer = await context.http.request<string>({ ...request, ...(query ? { query } : {}), accept: "text" });
  const body = needObject(parse(answer.body), "body");
  const records = needList(body.entries, "entries");
  const position = idOf(body.next_stream_position);
  if (position === null) throw new ProviderResponseError("A page of events names no position.", "next_stream_position");
  return {
    records,
    path: "entries",
    body,
    ...(records.length > 0 ? { next: position } : { next: null, later: position }),
  };
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/("next_stream_position"\s*:\s*)(\d+)/, '$1"$2"'));
  } catch (error) {
    throw new ProviderResponseError("The page of events is not JSON.", "body", { cause: error });
  }
}

/** What an event is about: Box has three ways to name it. */
export interface EventItem {
  type: "file" | "folder";
  id: string;
  name: unknown;
}

/** The file or folder in the source of an event; null where it is about something else. */
export function itemOfEvent(source: unknown): EventItem | null {
  if (!isObject(source)) return null;
  const { item_type, type } = source;
  const candidates = [
    { type: item_type, id: source.item_id, name: source.item_name },
    { type: "file", id: source.file_id, name: source.file_name },
    { type: "folder", id: source.folder_id, name: source.folder_name },
    { type, id: source.id, name: source.name },
  ];
  for (const { type: kind, id, name } of candidates) {
    const known = idOf(id);
    if (known !== null && (kind === "file" || kind === "folder")) return { type: kind, id: known, name };
  }
  return null;
}
