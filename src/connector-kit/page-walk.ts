import { ProviderNotFoundError, ProviderRequestError, StreamCursorError } from "#src/errors.ts";
import { type KeptTrail, PageTrail } from "#src/platform/http/page-trail.ts";
import type { Context } from "./contract/context.ts";
import { type First, type Page, type Pager, toRequest } from "./pagers.ts";
import { isObject, textOf } from "./record.ts";

/** What is listed: its name as errors use it, its first page, and how its pages are cut. */
export interface Listing {
  name: string;
  first: First;
  page: Pager;
}

/** Where the next page is, and what finds circles across runs. */
export interface WalkPlace {
  at: string | null;
  trail: KeptTrail | null;
  contents: KeptTrail | null;
}

/**
 * Reads the pages of one listing, from a kept place or from its start. Pages that go round in a circle end in ProviderResponseError, whether
 * the positions repeat or whole pages come again under new positions. A position that the provider gave and now refuses is a StreamCursorError.
 */
export class PageWalk {
  readonly #context: Context;
  readonly #listing: Listing;
  readonly #positions: PageTrail;
  readonly #contents: PageTrail;
  #at: string | null;
  #done = false;

  constructor(context: Context, listing: Listing, from: WalkPlace | null = null) {
    this.#context = context;
    this.#listing = listing;
    this.#positions = new PageTrail(listing.name, "next page", from?.trail);
    this.#contents = new PageTrail(listing.name, "page", from?.contents);
    this.#at = from?.at ?? null;
    if (!from?.trail) this.#positions.start(this.#at ?? toRequest(listing.first).url);
  }

  async next(): Promise<Page> {
    const page = await this.#read();
    if (page.readTwice !== true && page.records.length > 0) this.#contents.follow(JSON.stringify(page.records));
    if (page.next !== null) this.#positions.follow(page.next);
    this.#at = page.next;
    this.#done = page.next === null;
    return page;
  }

  /** Whether the last page has been read. */
  get done(): boolean {
    return this.#done;
  }

  /** To go on from after the page read last. */
  get place(): WalkPlace {
    return { at: this.#at, trail: this.#positions.kept, contents: this.#contents.kept };
  }

  async #read(): Promise<Page> {
    const { name, first, page } = this.#listing;
    try {
      return await page(this.#context, first, this.#at);
    } catch (error) {
      if (this.#at === null || !isRefused(error)) throw error;
      throw new StreamCursorError(`The app no longer accepts the position in ${name}.`, { cause: error });
    }
  }
}

/** All pages of a listing in one go, for what is short or is not resumed: settings, a person's roles. Guards as `PageWalk` does. */
export async function* walkPages(context: Context, listing: Listing): AsyncGenerator<Page, void, void> {
  const walk = new PageWalk(context, listing);
  while (!walk.done) yield await walk.next();
}

/** The provider refuses the call as such: there is no such thing, or it cannot be asked like this. */
export function isRefused(error: unknown): boolean {
  return error instanceof ProviderRequestError || error instanceof ProviderNotFoundError;
}

/** A place read back from a cursor. Throws StreamCursorError. */
export function storedPlace(value: unknown): WalkPlace {
  if (!isObject(value)) throw new StreamCursorError("The stored position cannot be read.");
  return { at: textOf(value.at), trail: storedTrail(value.trail), contents: storedTrail(value.contents) };
}

function storedTrail(value: unknown): KeptTrail | null {
  if (!isObject(value)) return null;
  const { mark, steps, power } = value;
  if (typeof mark !== "string" || typeof steps !== "number" || typeof power !== "number") return null;
  return { mark, steps, power };
}
