import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { itemPath, itemRefOf } from "./drives.ts";
import type { Office365File } from "./map-files.ts";

/**
 * The content of a file. Graph answers with an address at SharePoint that needs no token and gets none, good for a few minutes.
 * Source: https://learn.microsoft.com/en-us/graph/api/driveitem-get-content
 */
export async function* readContent({ http }: Context, file: Office365File): AsyncGenerator<Uint8Array, void, void> {
  const url = `${itemPath(itemRefOf(file.externalId))}/content`;
  const answer = await http.get<Buffer>(url, { allow: [302], accept: "bytes" });
  if (answer.status !== 302) return yield answer.body;
  const location = answer.headers.get("location");
  if (!location) throw new ProviderResponseError("Microsoft names no address of the content.", "Location");
  yield* http.stream(location, { sign: false });
}
