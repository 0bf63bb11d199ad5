import type { Context } from "#src/connector-kit/contract/context.ts";
import type { ServicenowFile } from "./map-files.ts";

/** Source: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_AttachmentAPI.html (GET /now/attachment/{sys_id}/file) */
export async function* readContent({ http }: Context, file: ServicenowFile): AsyncGenerator<Uint8Array, void, void> {
  yield* http.stream(`/api/now/attachment/${encodeURIComponent(file.externalId)}/file`);
}
