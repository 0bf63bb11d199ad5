import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { objectOf } from "#src/connector-kit/record.ts";
import { Sharing } from "./access.ts";
import { placeOf } from "./namespaces.ts";

const content = "https://content.dropboxapi.com/2/files";

/**
 * Content of a file; of one that has no bytes of its own (Paper, Google Docs) what Dropbox exports it as.
 * Source: https://www.dropbox.com/developers/documentation/http/documentation#files-download
 */
export async function* readContent(
  context: Context,
  file: Extract<FileItem, { kind: "file" }>,
): AsyncGenerator<Uint8Array, void, void> {
  const headers = await new Sharing(context).headersIn(placeOf(file.container).id);
  const route = objectOf(file.raw).is_downloadable === false ? "export" : "download";
  // Headers take ASCII only; an id never has anything else.
  const argument = JSON.stringify({ path: file.externalId });
  yield* context.http.stream(`${content}/${route}`, {
    method: "POST",
    headers: { ...headers, "dropbox-api-arg": argument },
    retry: true,
  });
}
