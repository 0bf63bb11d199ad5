import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderRequestError } from "#src/errors.ts";
import { fileUrl, inNameOf, withSharedDrives } from "./api.ts";
import { subjectOf } from "./drives.ts";
import type { DriveFile } from "./map-files.ts";

const google = "application/vnd.google-apps.";

/** What documents of Google's own are exported as: what inspection reads. https://developers.google.com/workspace/drive/api/guides/ref-export-formats */
const exported: Readonly<Record<string, string>> = {
  [`${google}document`]: "text/plain",
  [`${google}spreadsheet`]: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  [`${google}presentation`]: "text/plain",
  [`${google}drawing`]: "application/pdf",
  [`${google}script`]: "application/vnd.google-apps.script+json",
};

/**
 * The content of a file, as its owner or a member of its shared drive gets it. Google exports at most 10 MB of a document of its own.
 * Throws ProviderRequestError for what has no content: forms, maps, shortcuts.
 * Sources: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/get, …/files/export
 */
export async function* readContent(context: Context, file: DriveFile): AsyncGenerator<Uint8Array, void, void> {
  const url = fileUrl(file.externalId);
  const mimeType = file.mimeType ?? "";
  const { http } = inNameOf(context, await subjectOf(context, file.container));
  if (!mimeType.startsWith(google)) {
    yield* http.stream(url, { query: { alt: "media", ...withSharedDrives } });
    return;
  }
  const format = exported[mimeType];
  if (!format) throw new ProviderRequestError(`Google exports no content of ${mimeType}.`, { status: 403 });
  yield* http.stream(`${url}/export`, { query: { mimeType: format } });
}
