import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { followCursor } from "#src/connector-kit/log.ts";
import { isObject, type Json, listOf, needObject, textOf, valueAt } from "#src/connector-kit/record.ts";
import { Sharing } from "../access.ts";
import { byCursor, call, tagOf } from "../api.ts";
import { entryOf, listFolder, pageIn, Readings } from "../folders.ts";
import { toSharedFolder } from "../map-files.ts";

/**
 * Follows the log's events of sharing, and reads the files and folders again that they are about; of a folder also the first thousand items
 * below it, since a link to it opens them. The first run takes the present position.
 */
export function sharingChanges(context: StreamContext, cursor: string | null) {
  const sharing = new Sharing(context);
  const readings = new Readings(context, sharing);
  const start = context
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, "Z");
  return followCursor<FileItem>(context, cursor, {
    name: "changes of sharing",
    first: call("team_log/get_events", { time: { start_time: start }, category: { ".tag": "sharing" }, limit: 200 }),
    page: byCursor("events"),
    items: async (record, path) => {
      const items: FileItem[] = [];
      for (const asset of listOf(needObject(record, path).assets).filter(isObject))
        items.push(...(await readAsset(context, readings, asset)));
      return items;
    },
  });
}

async function readAsset(context: StreamContext, readings: Readings, asset: Json): Promise<FileItem[]> {
  const namespaceId = textOf(valueAt(asset, "path.namespace_relative.ns_id"));
  const id = textOf(asset.file_id);
  const namespace = (await readings.sharing.team.namespaces()).get(namespaceId ?? "");
  if (!namespace) return [];
  const access = await readings.sharing.of(namespace);
  // The root of a shared folder has no place of its own in it.
  if (textOf(valueAt(asset, "path.namespace_relative.relative_path")) === "/" || id === null)
    return (await toSharedFolder(context, readings.sharing, access)).items;
  const raw = await entryOf(context, id, access.headers);
  // A deletion comes with the changes of content.
  if (raw === null) return [];
  const items = await readings.read(access, raw, "asset");
  if (tagOf(raw) !== "folder") return items;
  const { records } = await pageIn(readings.sharing, namespace)(context, listFolder(id, { recursive: true }), null);
  for (const below of records.filter(isObject))
    if (below.id !== id && tagOf(below) !== "deleted") items.push(...(await readings.read(access, below, "entries")));
  return items;
}
