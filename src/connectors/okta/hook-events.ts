import { hooked } from "./events.ts";

/**
 * What the event hook asks for: the types Okta offers to event hooks that concern people, rights or settings (at most 300).
 * Everything else comes with the next poll.
 * Source: https://developer.okta.com/docs/reference/api/event-types/#catalog (event-hook-eligible)
 */
export const hookEvents: readonly string[] = [...hooked].sort();
