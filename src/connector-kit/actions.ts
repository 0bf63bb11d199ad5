/** For the actions of a connector: whom they are about, and changing only what is not yet as it should be. */
import { InvalidInputError, ProviderNotFoundError } from "#src/errors.ts";
import type { ActionResult, ActionTarget } from "./contract/actions.ts";
import type { Context } from "./contract/context.ts";

/** Throws InvalidInputError without an account. */
export function userOf({ user }: ActionTarget): NonNullable<ActionTarget["user"]> {
  return user ?? missing("an account", "userId");
}

/** Throws InvalidInputError without an app. */
export function appOf({ oauthApp }: ActionTarget): NonNullable<ActionTarget["oauthApp"]> {
  return oauthApp ?? missing("an app", "oauthAppId");
}

/** Throws InvalidInputError without a file. */
export function fileOf({ file }: ActionTarget): NonNullable<ActionTarget["file"]> {
  return file ?? missing("a file", "fileId");
}

/** The account, the app, and the reference that the stream kept for revoking this one grant. Throws InvalidInputError without one of them. */
export function grantOf(target: ActionTarget): { userId: string; appId: string; reference: string } {
  const reference = target.grant?.reference;
  if (!reference)
    throw new InvalidInputError("The grant of the app is not known: read the apps again and repeat the action.");
  return { userId: userOf(target).externalId, appId: appOf(target).externalId, reference };
}

function missing(what: string, field: string): never {
  throw new InvalidInputError(`This action needs ${what}.`, ["input", field]);
}

/**
 * Brings a state about. Reads first and writes only where they differ, so that repeating an action after a crash does no harm. `before` is what was
 * read, and what a revert needs. `wanted`: the fields that must hold, compared as JSON; or a test of the state.
 * What `read` throws is thrown: an unknown state is never written over.
 */
export async function ensure<S extends Record<string, unknown>>(change: {
  read: () => Promise<S>;
  wanted: Partial<S> | ((state: S) => boolean);
  /** Gets what was read; may refuse the state with a ConflictError. */
  write: (before: S) => Promise<unknown>;
  /** Of an action whose revert needs the state as it was: it is kept before anything is written. */
  target?: ActionTarget;
}): Promise<ActionResult> {
  const { read, wanted, write, target } = change;
  const before = await read();
  const holds =
    typeof wanted === "function"
      ? wanted(before)
      : Object.entries(wanted).every(([name, value]) => JSON.stringify(before[name]) === JSON.stringify(value));
  if (holds) return { changed: false, before };
  await target?.remember?.(before);
  await write(before);
  return { changed: true, before };
}

/** False when it was deleted already. Throws ProviderError as any call does. */
export async function deleteIfThere({ http }: Context, url: string): Promise<boolean> {
  const { status } = await http.request({ method: "DELETE", url, allow: [404, 410] });
  return status !== 404 && status !== 410;
}

/** Null if the provider answers 404: a feature that is not licensed or switched on. Everything else is thrown. */
export async function ifThere<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProviderNotFoundError) return null;
    throw error;
  }
}
