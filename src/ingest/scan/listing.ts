import type { Scan } from "#db/tables/scans.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

/** A log or a change feed: it goes on from its cursor, and what it does not name is still there. */
export function isIncremental(manifest: Manifest, stream: ScanStream): boolean {
  return stream === "ACTIVITIES" || manifest.streams[stream]?.fullListing === false;
}

/** Whether a scan names everything there is: that of a listing, or of a change feed that starts over as one. */
export function listsEverything(manifest: Manifest, scan: Pick<Scan, "stream" | "mode">): boolean {
  const stream = scan.stream as ScanStream;
  if (!isIncremental(manifest, stream)) return true;
  return stream !== "ACTIVITIES" && scan.mode === "FULL" && manifest.streams[stream]?.fullEverySeconds !== undefined;
}
