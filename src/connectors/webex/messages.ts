import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { mediaTypeOf } from "#src/connector-kit/media-types.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { instantOf, listOf, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { byItems } from "./api.ts";
import { collaboratorsOf, type Space } from "./spaces.ts";

/** The messages of a space, newest first. https://developer.webex.com/docs/api/v1/messages/list-messages */
export function messagesIn(roomId: string) {
  return { name: "messages", first: { url: "/messages", query: { roomId, max: 100 } }, page: ofKnownSpace };
}

/** The space is there, it has just been read: not found then means that this account may not list its messages, and no more that there are none. */
const ofKnownSpace: Pager = async (context, first, at) => {
  try {
    return await byItems(context, first, at);
  } catch (error) {
    if (at !== null || !(error instanceof ProviderNotFoundError)) throw error;
    const message = "Webex lists the messages of spaces that the account is not in to a Compliance Officer only.";
    throw new ProviderScopeError(message, [], { cause: error });
  }
};

/** Our id of a file: its message, and its place among the files of the message. */
export function fileIdOf(messageId: string, index: number): string {
  return `${messageId}/${index}`;
}

/** Null for what is no file: the space itself. */
export function placeOf(externalId: string): { messageId: string; index: number } | null {
  const [, messageId, index] = /^([^/]+)\/(\d+)$/.exec(externalId) ?? [];
  return messageId === undefined ? null : { messageId, index: Number(index) };
}

/** `https://webexapis.com/v1/contents/Y2lz…?allow=dlpEvaluating` → `/contents/Y2lz…`; null for any other address. */
export function contentPath(url: unknown): string | null {
  const { pathname } = URL.parse(textOf(url) ?? "") ?? { pathname: "" };
  return /\/contents\/[^/]+$/.exec(pathname)?.[0] ?? null;
}

/** The files of a message in a space, each with a call for its name, type and size; none for most messages. */
export async function filesOf(context: Context, space: Space, record: unknown, path: string): Promise<FileItem[]> {
  const message = needObject(record, path);
  const messageId = needText(message.id, `${path}.id`);
  const { text: _text, markdown: _markdown, html: _html, ...raw } = message;
  const author = textOf(message.personId);
  const items: FileItem[] = [];
  for (const [index, url] of listOf(message.files).entries()) {
    const content = contentPath(url);
    const face = content === null ? {} : await readFace(context, content);
    if (face === null) continue;
    const externalId = fileIdOf(messageId, index);
    const name = face.name ?? `Attachment ${index + 1}`;
    const createdAt = instantOf(message.created);
    const owner = author === null ? null : { externalId: author, email: textOf(message.personEmail) };
    items.push(
      {
        ...{ kind: "file", externalId, container: space.id, parentId: space.id, path: `/${space.title}/${name}`, name },
        ...{ isFolder: false, mimeType: face.mimeType ?? mediaTypeOf(name), size: face.size ?? null },
        ...{ owner, sharing: space.sharing, labels: [] },
        ...{ createdAt, modifiedAt: createdAt, modifiedBy: owner },
        // What has been posted does not change.
        version: content,
        raw,
      },
      ...collaboratorsOf(space, externalId, author),
    );
  }
  return items;
}

interface Face {
  name?: string | null;
  mimeType?: string | null;
  size?: number | null;
}

/** Null for what was deleted or found infected; empty for what Webex is still scanning, or cannot scan. */
async function readFace({ http }: Context, url: string): Promise<Face | null> {
  const { status, headers } = await http.request({
    ...{ method: "HEAD", url, accept: "bytes", retry: true, allow: [404, 410, 423, 428] },
  });
  if (status === 404 || status === 410) return null;
  if (status !== 200) return {};
  const length = headers.get("content-length");
  return {
    name: nameIn(headers.get("content-disposition") ?? ""),
    mimeType: headers.get("content-type")?.replace(/;.*$/s, "").trim() || null,
    size: length !== null && /^\d+$/.test(length) ? Number(length) : null,
  };
}

/** `attachment; filename="Plan.pdf"; filename*=UTF-8''Pl%C3%A4n.pdf`: the second, where it is there. */
function nameIn(disposition: string): string | null {
  const [, encoded] = /filename\*=(?:UTF-8|ISO-8859-1)?'[^']*'([^;\s]+)/i.exec(disposition) ?? [];
  const [, plain] = /filename="([^"]+)"/i.exec(disposition) ?? /filename=([^;\s]+)/i.exec(disposition) ?? [];
  try {
    return encoded ? decodeURIComponent(encoded) : (plain ?? null);
  } catch {
    // Percent signs that encode nothing.
    return plain ?? encoded ?? null;
  }
}
