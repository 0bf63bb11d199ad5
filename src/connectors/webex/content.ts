import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { listOf, needObject } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { contentPath, placeOf } from "./messages.ts";

/** The content of a file, whose address its message holds. https://developer.webex.com/docs/basics#message-attachments */
export async function* readContent(
  { http }: Context,
  { externalId }: Extract<FileItem, { kind: "file" }>,
): AsyncGenerator<Uint8Array, void, void> {
  const place = placeOf(externalId);
  if (place === null) return;
  const message = needObject((await http.get(`/messages/${encodeURIComponent(place.messageId)}`)).body, "body");
  const content = contentPath(listOf(message.files)[place.index]);
  if (content === null) throw new ProviderNotFoundError("The message no longer has this file.");
  yield* http.stream(content);
}
