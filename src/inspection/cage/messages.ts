import { z } from "zod";
import type { CustomDetector } from "../custom.ts";
import { maxSamples, maxValues } from "../detect.ts";
import { confidences } from "../detector.ts";
import type { FileAbout } from "../inspect.ts";
import { inspectionOutcomes, type Limits } from "../status.ts";

/** Which detectors run. */
export interface DetectorsMessage {
  /** Slugs; null: all built-in ones. */
  builtIn: readonly string[] | null;
  custom: readonly CustomDetector[];
}

export interface BeginMessage extends FileAbout {
  limits: Limits;
}

/** What may come out of the cage: short masked samples, and nothing else that could carry a file's text out. */
export const inspectionMessage = z.object({
  outcome: z.enum(inspectionOutcomes),
  reason: z.string().max(1_000).nullable(),
  matches: z
    .array(
      z.object({
        detector: z.string().max(100),
        count: z.number().int().min(1).max(maxValues),
        confidence: z.enum(confidences),
        reasons: z.array(z.string().max(300)).max(10),
        samples: z.array(z.string().max(300).regex(/^\D*$/)).max(maxSamples),
      }),
    )
    .max(1_000),
  characters: z.number().int().min(0),
});
