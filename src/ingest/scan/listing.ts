import type { Scan, Stream } from "#db/tables/scans.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

/** A stream without parts, or a part of one. */
export type Read = Pick<Stream, "stream" | "isFeed">;

/** A log or a change feed: it goes on from its cursor, and what it does not name is still there. */
export function isIncremental(manifest: Manifest, { stream, isFeed }: Read): boolean {
  return isFeed || stream === "ACTIVITIES" || manifest.streams[stream as ScanStream]?.fullListing === false;
}

/** Whether a scan names everything there is: that of a listing, or of a change feed that starts over as one. */
export function listsEverything(manifest: Manifest, read: Read, scan: Pick<Scan, "mode">): boolean {
  if (!isIncremental(manifest, read)) return true;
  if (read.isFeed || read.stream === "ACTIVITIES") return false;
  return scan.mode === "FULL" && manifest.streams[read.stream as ScanStream]?.fullEverySeconds !== undefined;
}
