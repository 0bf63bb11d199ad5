/** For `mapEvent`: what an archive of events holds is one event, a list of them, or a page or delivery of the provider's with a list in it. */
import { InvalidInputError, ProviderResponseError } from "#src/errors.ts";
import type { ActivityRecord, UnreadableItem } from "./contract/records.ts";
import { isObject, isUnreadable, type Json, valueAt } from "./record.ts";

export interface ArchiveFacts {
  /** What an event is called in messages, with its article: `an Acme event`. */
  event: string;
  /** How an event is recognised, in words: `events have a type and a created_at`. */
  hint: string;
  /** Where pages and deliveries hold their lists, as paths of names: `entries`, `data.events`. A place may also hold a single event. */
  lists?: readonly string[];
  /**
   * The activities of one event; null when this is none. `path` is its place in what was given. Throws ProviderResponseError for an
   * event that cannot be read, and InvalidInputError for something else of the provider's that deserves a message of its own.
   */
  map: (event: Json, path: string) => ActivityRecord | readonly ActivityRecord[] | null;
}

/** Throws InvalidInputError, with the place, for what is no event and holds none. */
export function archived(facts: ArchiveFacts): (event: unknown) => ActivityRecord[] {
  const { event, hint, lists = [], map } = facts;

  function mapAt(value: unknown, path: string): ActivityRecord[] {
    if (Array.isArray(value)) return value.flatMap((one, index) => mapAt(one, `${path}[${index}]`));
    if (!isObject(value))
      throw new InvalidInputError(`This is not ${event}: an object or a list of objects is expected.`, [path]);
    const mapped = map(value, path);
    if (mapped !== null) return [mapped].flat();
    for (const place of lists) {
      const held = valueAt(value, place);
      if (Array.isArray(held) || isObject(held)) return mapAt(held, `${path}.${place}`);
    }
    throw new InvalidInputError(whyNone(value), [path]);
  }

  function whyNone(value: Json): string {
    if (Object.keys(value).length === 0) return `This is an empty object, not ${event}.`;
    // A file of answers is easily kept beside the events, and a token must not travel further.
    if (["access_token", "refresh_token", "token"].some((name) => name in value))
      return `This is the answer of a token request, not ${event}.`;
    return `This is not ${event}: ${hint}.`;
  }

  return (value) => mapAt(value, "event");
}

/** The items, none of which may have been set aside. Throws ProviderResponseError for the first that was. */
export function allReadable<T extends object>(items: readonly (T | UnreadableItem)[]): T[] {
  return items.map((item) => {
    if (isUnreadable(item)) throw new ProviderResponseError(item.reason, item.path);
    return item;
  });
}
