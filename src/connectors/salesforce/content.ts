import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { recordUrl } from "./api.ts";
import type { SalesforceFile } from "./map-files.ts";

/** The bytes of the newest version. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_blob_retrieve.htm */
export async function* readContent({ http }: Context, file: SalesforceFile): AsyncGenerator<Uint8Array, void, void> {
  if (!file.version) throw new ProviderNotFoundError("The file has no published version.");
  yield* http.stream(`${recordUrl("ContentVersion", file.version)}/VersionData`);
}
