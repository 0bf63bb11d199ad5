/**
 * How an inspection ended. INSPECTED alone means that everything that can hold text was read; whatever was not read has a status of its own and
 * never looks clean.
 */
export const inspectionOutcomes = [
  "INSPECTED",
  "PARTIALLY_INSPECTED",
  "TOO_LARGE",
  "ENCRYPTED",
  "UNSUPPORTED_TYPE",
  "CORRUPT",
  "TIMED_OUT",
  "FAILED",
] as const;
export type InspectionOutcome = (typeof inspectionOutcomes)[number];

export interface Limits {
  /** Of the file as downloaded, and of each file inside an archive. */
  bytes: number;
  /** Of everything that is unpacked or decoded from one file, archives in archives included. */
  inflatedBytes: number;
  /** Of text that is handed to the detectors. */
  characters: number;
  /** Archives in archives, and attachments of attachments. */
  depth: number;
  /** Files in archives and attachments, of one file altogether. */
  entries: number;
  /** After so long reading stops, and what was read is inspected. */
  readingMilliseconds: number;
}

export const defaultLimits: Limits = {
  bytes: 30 * 1024 * 1024,
  inflatedBytes: 200 * 1024 * 1024,
  characters: 1_000_000,
  depth: 5,
  entries: 5_000,
  readingMilliseconds: 20_000,
};
