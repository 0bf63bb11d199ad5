import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { idOf, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import type { Child, Folder } from "#src/connector-kit/tree.ts";
import { ProviderResponseError, ProviderScopeError } from "#src/errors.ts";
import { asUser, byMarker } from "./api.ts";
import { collaborationsOf } from "./collaborations.ts";
import { audienceOf, type Inherited, isTrashed, itemFields, refOf, toFileItems, wider } from "./map-files.ts";
import type { Ownership } from "./ownership.ts";

/** A folder of one person: `0` is the root, `trash` what they deleted. */
export interface BoxFolder extends Folder {
  owner: string;
  /** Who its link, and those of the folders above it, open it to. */
  link: SharingLevel;
  /** Others than the owner have access to it. */
  shared: boolean;
  /** The owner is suspended. */
  inactive?: boolean;
}

export function rootsOf(owner: string, inactive: boolean): BoxFolder[] {
  const folder = { owner, link: "PRIVATE", shared: false, ...(inactive ? { inactive } : {}) } as const;
  return [
    { ...folder, id: "0" },
    { ...folder, id: "trash" },
  ];
}

/** Source: https://developer.box.com/reference/get-folders-id-items/ */
export function contentsOf({ id, owner, inactive }: BoxFolder) {
  const query = { fields: itemFields, usemarker: true, limit: 1000 };
  const first = { url: `/2.0/folders/${encodeURIComponent(id)}/items`, query, headers: asUser(owner) };
  return { first, page: inactive ? evenIfRefused : byMarker };
}

/** That nobody may act as a person who is suspended must not end the listing of all others: it is set aside, and nothing is concluded of their files. */
const evenIfRefused: Pager = async (context, first, at) => {
  try {
    return await byMarker(context, first, at);
  } catch (error) {
    if (!(error instanceof ProviderScopeError)) throw error;
    return { records: [{ refused: error.message }], path: "entries", next: null, body: null };
  }
};

export async function enter(
  context: Context,
  own: Ownership,
  { id, owner, link, shared }: BoxFolder,
): Promise<Inherited> {
  if (!shared) return { collaborations: [], link };
  const collaborations = await own.withoutOurApps(await collaborationsOf(context, { type: "folder", id }, owner));
  return { collaborations: collaborations.map((one) => ({ ...one, inherited: true })), link };
}

/** What lies in a folder. What belongs to another person is listed with its owner, or is of another enterprise. */
export async function childOf(
  context: Context,
  own: Ownership,
  record: unknown,
  path: string,
  folder: BoxFolder,
  inherited: Inherited,
): Promise<Child<FileItem, BoxFolder>> {
  const raw = needObject(record, path);
  if (textOf(raw.refused)) throw new ProviderResponseError(`${raw.refused} The account is inactive.`, path);
  const ref = refOf(raw, path);
  if (ref === null || idOf(objectOf(raw.owned_by).id) !== folder.owner) return { items: [] };
  const collaborations =
    raw.has_collaborations === true && !isTrashed(raw)
      ? await own.withoutOurApps(await collaborationsOf(context, ref, folder.owner))
      : inherited.collaborations;
  const items = toFileItems(raw, ref, folder.owner, { collaborations, link: inherited.link });
  if (ref.type !== "folder" || isTrashed(raw)) return { items };
  const link = wider(inherited.link, audienceOf(objectOf(raw.shared_link).effective_access));
  return { items, folder: { id: ref.id, owner: folder.owner, link, shared: collaborations.length > 0 } };
}
