import { detect, type Match } from "./detect.ts";
import type { DetectorSet } from "./detector-set.ts";
import { extractText } from "./extract/index.ts";
import type { InspectionOutcome, Limits } from "./status.ts";

export interface FileAbout {
  name?: string | undefined;
  mimeType?: string | undefined;
}

/** All that leaves an inspection: no text of the file but masked samples. */
export interface Inspection {
  outcome: InspectionOutcome;
  /** Why the file was not inspected, or not as a whole; null if it was. */
  reason: string | null;
  /** Also of a file that was inspected in part. */
  matches: Match[];
  /** Of text that the detectors saw. */
  characters: number;
}

/** Reads a file and runs the detectors over its text. Belongs into the cage: what the bytes contain is hostile. */
export async function inspectBytes(
  bytes: Uint8Array,
  about: FileAbout,
  detectors: DetectorSet,
  limits: Limits,
): Promise<Inspection> {
  const reading = await extractText(bytes, { name: about.name ?? "", mimeType: about.mimeType ?? "" }, limits);
  const { text } = reading;
  return { ...reading.outcome(), matches: detect(text, detectors), characters: text.length };
}
