import type { FileFilter, FileOrder, SharingLevel } from "../../__generated__/files.ts";
import { oneOf, someOf, textOf, textsOf } from "../../shared/search.ts";

export const sharingLevels = ["PUBLIC", "EXTERNAL", "INTERNAL", "PRIVATE"] as const;
export const orders = ["MODIFIED", "NAME", "SIZE"] as const;
export const marks = ["QUARANTINED", "TRASHED", "STALE", "FOLDER"] as const;
export type Mark = (typeof marks)[number];

export interface FileSearch {
  search?: string | undefined;
  /** Default: what can be opened from outside. `all` for every level. */
  sharing?: SharingLevel[] | undefined;
  all?: "yes" | undefined;
  instance?: string[] | undefined;
  owner?: string[] | undefined;
  domain?: string[] | undefined;
  extension?: string[] | undefined;
  mark?: Mark[] | undefined;
  order?: (typeof orders)[number] | undefined;
  open?: string | undefined;
}

export function fileSearch(raw: Record<string, unknown>): FileSearch {
  return {
    search: textOf(raw.search),
    sharing: someOf(raw.sharing, sharingLevels),
    all: oneOf(raw.all, ["yes"]),
    instance: textsOf(raw.instance),
    owner: textsOf(raw.owner),
    domain: textsOf(raw.domain),
    extension: textsOf(raw.extension),
    mark: someOf(raw.mark, marks),
    order: oneOf(raw.order, orders),
    open: textOf(raw.open),
  };
}

export function sharingOf({ sharing, all, owner }: FileSearch): SharingLevel[] | undefined {
  return sharing ?? (all || owner ? undefined : ["PUBLIC", "EXTERNAL"]);
}

export function filterOf(search: FileSearch): FileFilter {
  const { instance, owner, domain, extension, mark } = search;
  const sharing = sharingOf(search);
  return {
    isFolder: mark?.includes("FOLDER") ?? false,
    ...(search.search && { search: search.search }),
    ...(sharing && { sharing }),
    ...(instance && { instanceIds: instance }),
    ...(owner && { ownerIds: owner }),
    ...(domain && { collaboratorDomains: domain }),
    ...(extension && { extensions: extension }),
    ...(mark?.includes("QUARANTINED") && { quarantined: true }),
    ...(mark?.includes("TRASHED") && { trashed: true }),
    ...(mark?.includes("STALE") && { unmodifiedForDays: 365 }),
  };
}

export function orderOf({ order = "MODIFIED" }: FileSearch): FileOrder {
  return { field: order, direction: order === "NAME" ? "ASC" : "DESC" };
}
