import {
  checkFilter,
  type FileFilter as Filter,
  filterAt,
  type RelativeFileFilter,
} from "#src/inventory/files/filter.ts";
import { checkFilterDepth, checkSearch } from "#src/query/paging.ts";
import { builder } from "./builder.ts";
import { SharingLevel } from "./file-enums.ts";
import { accountKeys, instanceKeys } from "./ids.ts";

export interface FileFilterShape extends Omit<RelativeFileFilter, "instanceIds" | "ownerIds" | "not"> {
  instanceIds?: (string | number)[] | null;
  ownerIds?: (string | number)[] | null;
  not?: FileFilterShape | null;
}

export const FileFilter = builder.inputRef<FileFilterShape>("FileFilter").implement({
  description:
    "Selects files and folders. All conditions must hold; a list holds if one of its values matches. A condition that is absent or null is not applied.",
  fields: (t) => ({
    instanceIds: t.idList({ description: "Return only files of these instances." }),
    sharing: t.field({
      type: [SharingLevel],
      description:
        "Return only files that are shared at one of these levels. Files whose level is not known match none.",
    }),
    ownerIds: t.idList({ description: "Return only files that one of these accounts owns." }),
    collaboratorDomains: t.stringList({
      description: "Return only files to which a person, group or domain of one of these e-mail domains has access.",
    }),
    extensions: t.stringList({
      description: "Return only files whose name has one of these extensions, with or without the dot, in any case.",
    }),
    mimeTypes: t.stringList({ description: "Return only files of these MIME types, without regard to case." }),
    labels: t.stringList({
      description: "Return only files with one of these labels. A label that no file has had is an error in queries.",
    }),
    isFolder: t.boolean({ description: "True returns only folders, false only files." }),
    trashed: t.boolean({ description: "True returns only files in the trash of the app, false only the others." }),
    quarantined: t.boolean({ description: "True returns only quarantined files, false only the others." }),
    removed: t.boolean({
      description:
        "True returns only files that the app no longer has, false only the others. Default false in queries; fileChanged delivers both by default.",
    }),
    modifiedFrom: t.field({
      type: "DateTime",
      description: "Return only files that were changed at or after this instant.",
    }),
    modifiedTo: t.field({ type: "DateTime", description: "Return only files that were changed before this instant." }),
    unmodifiedForDays: t.int({
      description:
        "Return only files that were not changed for so many days or more, from 1 to 3,650. A policy is applied again every day.",
    }),
    path: t.string({
      description: "Return only the file or folder with exactly this path, and everything below it.",
    }),
    search: t.string({
      description: "Return only files whose name or owner's name contains this text, or whose externalId equals it.",
    }),
    not: t.field({
      type: FileFilter,
      description: "Exclude files that match this filter. May be nested 4 levels deep.",
    }),
  }),
});

/** Decoded, as of an instant. Throws InvalidInputError for ids that are none, and for a filter that no file can match. */
export function fileFilter(
  filter: FileFilterShape | null | undefined,
  now: Date,
  field: string[] = ["filter"],
): Filter | null {
  const decoded = decode(filter, field);
  checkFilter(decoded, field);
  return decoded && filterAt(decoded, now);
}

function decode(filter: FileFilterShape | null | undefined, field: string[]): RelativeFileFilter | null {
  if (!filter) return null;
  checkFilterDepth(field);
  if (filter.search != null) checkSearch(filter.search, [...field, "search"]);
  return {
    ...filter,
    instanceIds: instanceKeys(filter.instanceIds?.map(String), [...field, "instanceIds"]),
    ownerIds: accountKeys("User", filter.ownerIds?.map(String), [...field, "ownerIds"]),
    not: decode(filter.not, [...field, "not"]),
  };
}
