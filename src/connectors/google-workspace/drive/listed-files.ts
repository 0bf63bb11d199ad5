import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { idOf, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderRequestError } from "#src/errors.ts";
import { byPageToken } from "../../_google/paging.ts";
import { inParallel } from "./api.ts";
import type { FolderPaths } from "./folder-paths.ts";
import type { ListedFile } from "./map-files.ts";
import { type Permission, permissionsOf } from "./permissions.ts";

/** Calls at once for what a page of files does not hold. */
const atOnce = 6;

export const filePages = byPageToken("files", { kind: "drive#fileList" });

/** A pager whose records are files with their permissions and their folder; the context that it is given acts as a person who may read the drive. */
export function withSharing(page: Pager, paths: FolderPaths): Pager {
  return async (context, first, at) => {
    const found = await page(context, first, at);
    return { ...found, records: await completed(context, found.records, paths) };
  };
}

export async function completed(
  context: Context,
  records: readonly unknown[],
  paths: FolderPaths,
): Promise<ListedFile[]> {
  paths.learn(records.map(objectOf));
  const permissions = await inParallel(records, atOnce, (record) => sharingOf(context, objectOf(record)));
  const files: ListedFile[] = [];
  for (const [index, raw] of records.entries()) {
    const folder = await paths.of(idOf(listOf(objectOf(raw).parents)[0]));
    files.push({ raw, permissions: permissions[index] ?? null, folder });
  }
  return files;
}

/** Of a file that is not shared the owner alone has access. `shared` is not filled for what lies in a shared drive. */
async function sharingOf(context: Context, raw: Json): Promise<Permission[] | null> {
  const id = idOf(raw.id);
  if (id === null) return null;
  if (raw.shared === false && textOf(raw.driveId) === null) return ownerAlone(raw);
  try {
    return await ifThere(() => permissionsOf(context, id));
  } catch (error) {
    // Who may not share the file does not see who else has access.
    if (error instanceof ProviderRequestError) return null;
    throw error;
  }
}

function ownerAlone(raw: Json): Permission[] {
  const { permissionId, emailAddress } = objectOf(listOf(raw.owners)[0]);
  const id = idOf(permissionId);
  if (id === null) return [];
  const none = { domain: null, discoverable: false, expiresAt: null, inherited: false };
  return [{ id, type: "user", role: "owner", email: textOf(emailAddress), ...none }];
}
