import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderResponseError, ProviderUnavailableError } from "#src/errors.ts";
import { asUser, itemRefOf, pathOf } from "./api.ts";
import type { BoxFile } from "./map-files.ts";

/**
 * The content of a file, as its owner gets it. Box answers with an address of its content network, which needs no credential and gets none; or
 * with 202 while it is still preparing the file.
 * Source: https://developer.box.com/reference/get-files-id-content/
 */
export async function* readContent({ http }: Context, file: BoxFile): AsyncGenerator<Uint8Array, void, void> {
  const url = `${pathOf(itemRefOf(file.externalId))}/content`;
  const answer = await http.get<Buffer>(url, { headers: asUser(file.container), allow: [302], accept: "bytes" });
  if (answer.status === 202) throw new ProviderUnavailableError("Box is still preparing the file.", { status: 202 });
  if (answer.status !== 302) return yield answer.body;
  const location = answer.headers.get("location");
  if (!location) throw new ProviderResponseError("Box names no address of the content.", "Location");
  yield* http.stream(location, { sign: false });
}
