import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { type Child, type Root, walkTrees } from "#src/connector-kit/tree.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { DriveReader } from "../drive-reader.ts";
import { allSites, contentOfDrive, contentOfSite, isDrive, type Place, sitePages, toDrive } from "../drives.ts";
import { manifest } from "../manifest.ts";
import { fileChanges } from "./file-changes.ts";

const { scopes } = manifest.streams.FILES;

export const fileParts: StreamParts = async () => [
  { name: "content", label: "Files of all sites and OneDrives" },
  { name: "changes", label: "Changes", feed: true },
];

/** Everything in the drives of all sites, drive by drive; or what has changed in them. */
export const files: StreamFunction<"FILES"> = naming<"FILES">(scopes, (context, cursor) =>
  context.part === "changes" ? fileChanges(context, cursor) : content(context, cursor),
);

/** Site by site: its drives, each from its root, then its subsites. */
function content(context: StreamContext, cursor: string | null) {
  const reader = new DriveReader(context);
  return walkTrees<FileItem, Place, null>(context, cursor, {
    roots: { name: "sites", first: allSites, page: sitePages, root: toRoot },
    contents: (place) => (place.is === "site" ? contentOfSite(place) : contentOfDrive(place)),
    enter: () => null,
    child: (record, path, place) => childOf(reader, record, path, place),
  });
}

function toRoot(record: unknown, path: string): Root<Place> {
  const site = toSite(record, path);
  return { id: site.id, folders: [site] };
}

export function toSite(record: unknown, path: string): Extract<Place, { is: "site" }> {
  const raw = needObject(record, path);
  return { is: "site", id: needText(raw.id, `${path}.id`), personal: raw.isPersonalSite === true };
}

async function childOf(
  reader: DriveReader,
  record: unknown,
  path: string,
  place: Place,
): Promise<Child<FileItem, Place>> {
  const raw = needObject(record, path);
  const locked = textOf(raw.locked);
  if (locked) throw new ProviderResponseError(locked, path);
  if (place.is === "drive") return { items: await reader.itemsOf(place.drive, raw, path) };
  if (!isDrive(raw)) return { items: [], folder: toSite(raw, path) };
  const drive = toDrive(raw, path);
  return { items: [], folder: { is: "drive", id: drive.id, drive } };
}
