import { InvalidInputError } from "#src/errors.ts";

/** A place in the log: after item `index` of the batch at `position`. Everything up to and including it has been seen. */
export interface LogCursor {
  position: number;
  /** Number of items of that batch already seen, less one; `wholeBatch` for all of them. */
  index: number;
}

/** A place of one history of the log: what clients are given. */
export interface NamedCursor extends LogCursor {
  /** Name of its epoch; see epoch.ts. */
  epoch: string;
}

export const wholeBatch = 2_147_483_647;

/** Opaque for clients; the same place always gives the same text. */
export function encodeCursor({ epoch, position, index }: NamedCursor): string {
  const place = index === wholeBatch ? `${position}` : `${position}.${index}`;
  // Without a name the text is that of builds that know no epochs, so that both kinds work side by side.
  return Buffer.from(epoch === "" ? `log:${place}` : `log:${epoch}:${place}`).toString("base64url");
}

/** Throws InvalidInputError for anything encodeCursor did not make. */
export function decodeCursor(text: string, field: string[] = ["after"]): NamedCursor {
  const match = /^log:(?:([0-9a-f]{12}):)?(\d{1,15})(?:\.(\d{1,9}))?$/.exec(
    Buffer.from(text, "base64url").toString("latin1"),
  );
  if (!match)
    throw new InvalidInputError(
      "This is not a cursor of the activity log. Take it from `cursor`, `streamCursor` or `streamPosition`.",
      field,
    );
  const [, epoch = "", position, index] = match;
  return { epoch, position: Number(position), index: index === undefined ? wholeBatch : Number(index) };
}

/** Negative when `one` lies before `other`, 0 at the same place. */
export function compareCursors(one: LogCursor, other: LogCursor): number {
  return one.position - other.position || one.index - other.index;
}
