import { InvalidInputError } from "#src/errors.ts";

/** A place in the log: after item `index` of the batch at `position`. Everything up to and including it has been seen. */
export interface LogCursor {
  position: number;
  /** Number of items of that batch already seen, less one; `wholeBatch` for all of them. */
  index: number;
}

export const wholeBatch = 2_147_483_647;

/** Opaque for clients; the same place always gives the same text. */
export function encodeCursor(cursor: LogCursor): string {
  const text = cursor.index === wholeBatch ? `${cursor.position}` : `${cursor.position}.${cursor.index}`;
  return Buffer.from(`log:${text}`).toString("base64url");
}

/** Throws InvalidInputError for anything encodeCursor did not make. */
export function decodeCursor(text: string, field: string[] = ["after"]): LogCursor {
  const match = /^log:(\d{1,15})(?:\.(\d{1,9}))?$/.exec(Buffer.from(text, "base64url").toString("latin1"));
  if (!match)
    throw new InvalidInputError(
      "This is not a cursor of the activity log. Take it from `cursor`, `streamCursor` or `streamPosition`.",
      field,
    );
  return { position: Number(match[1]), index: match[2] === undefined ? wholeBatch : Number(match[2]) };
}

/** Negative when `one` lies before `other`, 0 at the same place. */
export function compareCursors(one: LogCursor, other: LogCursor): number {
  return one.position - other.position || one.index - other.index;
}
