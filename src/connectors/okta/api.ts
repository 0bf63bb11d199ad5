import type { Context } from "#src/connector-kit/contract/context.ts";
import { isObject, type Json, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { StreamCursorError } from "#src/errors.ts";
import type { HttpResponse } from "#src/platform/http/client.ts";

/** Where a listing goes on: the query is kept word for word, the host is not. */
export function nextOf(response: HttpResponse): string | null {
  return response.next === null ? null : pathOf(response.next);
}

export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** `/api/v1/iam/...` put the next page into the body. */
export function nextInBody(context: Context, body: Json): string | null {
  const href = textOf(objectOf(objectOf(body._links).next).href);
  const next = href === null ? null : URL.parse(href, `https://${context.settings.domain}`);
  return next ? next.pathname + next.search : null;
}

export function itemsOf(body: unknown): Json[] {
  return needList(body, "body").map((one, index) => needObject(one, `[${index}]`));
}

/** Everything of a short listing. */
export async function readAll(context: Context, url: string): Promise<Json[]> {
  const all: Json[] = [];
  for await (const page of context.http.pages(url)) all.push(...itemsOf(page.body));
  return all;
}

/** Positions in listings are JSON objects; anything else is not ours. */
export function readCursor(cursor: string): Json {
  try {
    const value: unknown = JSON.parse(cursor);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new StreamCursorError("The stored position cannot be read.", { cause });
  }
  throw new StreamCursorError("The stored position cannot be read.");
}

/** A path of one API, taken from a stored cursor: it can lead nowhere else. */
export function storedPath(value: unknown, api: string): string {
  const path = textOf(value);
  if (path?.startsWith(api) && /^([/?]|$)/.test(path.slice(api.length))) return path;
  throw new StreamCursorError("The stored position belongs to something else.");
}
