import { type Confidence, confidences } from "./detector.ts";
import type { CompiledDetector, DetectorSet } from "./detector-set.ts";
import { type Hidden, maskedSample } from "./mask.ts";
import { isWholeWord } from "./words.ts";

/** What one detector found in a file. */
export interface Match {
  /** Slug of the detector. */
  detector: string;
  /** Different values; the same number on every page counts once. At most 10,000. */
  count: number;
  /** Of the surest value. */
  confidence: Confidence;
  /** Why the surest value counts as found, in full sentences. */
  reasons: string[];
  /** Masked, the surest first; at most five. */
  samples: string[];
}

export const maxValues = 10_000;
export const maxSamples = 5;

interface Hit extends Hidden {
  confidence: Confidence;
  reasons: string[];
}

/** Everything that the detectors of the set find in a text. Only masked text is returned. */
export function detect(text: string, { detectors, words, isContextWord }: DetectorSet): Match[] {
  const places = placesOf(text, words, isContextWord);
  const specific = claimsOf(
    text,
    detectors.filter(({ generic }) => !generic),
    places,
  );
  // Generic detectors give way to what others found.
  const taken = merged(specific.filter(isEnough).flatMap(({ hits }) => hits));
  const generic = claimsOf(
    text,
    detectors.filter(({ generic }) => generic),
    places,
    taken,
  );
  const claims = [...specific, ...generic];
  // What is too little to count as found is masked all the same.
  const hidden = merged(claims.flatMap(({ hits }) => hits));
  return claims.filter(isEnough).map((claim) => matchOf(text, claim, hidden));
}

interface Claim {
  detector: CompiledDetector;
  hits: Hit[];
  /** The surest hit of each different value. */
  values: Hit[];
}

const isEnough = ({ detector, values }: Claim) => values.length >= detector.minCount;

/** Offsets of each word of the set that is in the text, ascending; of a hint only the first. */
function placesOf(
  text: string,
  words: DetectorSet["words"],
  isContextWord: DetectorSet["isContextWord"],
): Map<number, number[]> {
  const places = new Map<number, number[]>();
  words.find(text, ({ word, start, end }) => {
    const known = places.get(word);
    if (!isContextWord[word]) {
      if (!known) places.set(word, [start]);
    } else if (isWholeWord(text, start, end)) {
      if (known) known.push(start);
      else places.set(word, [start]);
    }
  });
  return places;
}

function claimsOf(
  text: string,
  detectors: readonly CompiledDetector[],
  places: Map<number, number[]>,
  taken: readonly Hidden[] = [],
): Claim[] {
  return detectors.flatMap((detector) => {
    const hits = hitsOf(text, detector, places).filter((hit) => !overlaps(taken, hit));
    return hits.length > 0 ? [{ detector, hits, values: differentValues(text, hits) }] : [];
  });
}

function hitsOf(text: string, detector: CompiledDetector, places: Map<number, number[]>): Hit[] {
  if (detector.hints.length > 0 && !detector.hints.some((word) => places.has(word))) return [];
  const present = detector.context.filter(({ word }) => places.has(word));
  if (detector.confidence.alone === null && present.length === 0) return [];
  const hits: Hit[] = [];
  for (const find of detector.finders)
    for (const place of find(text)) {
      const near = present.find(({ word, length }) => isNear(places.get(word)!, length, place, detector.within));
      const hit = judged(place, detector, near?.text ?? null);
      if (hit) hits.push(hit);
      if (hits.length >= maxValues) return hits;
    }
  return hits;
}

function judged(place: Hidden, detector: CompiledDetector, near: string | null): Hit | null {
  const { alone, withContext } = detector.confidence;
  const confidence = near === null ? alone : (withContext ?? alone);
  if (!confidence) return null;
  const context = near === null ? [] : [`The word "${near}" stands within ${detector.within} characters.`];
  return { ...place, confidence, reasons: [...detector.reasons, ...context] };
}

/** Whether a word, of which all places are given, ends or begins close enough to the place. */
function isNear(places: readonly number[], length: number, { start, end }: Hidden, within: number): boolean {
  const earliest = start - within - length;
  const index = firstIndex(places.length, (at) => places[at]! >= earliest);
  return index < places.length && places[index]! <= end + within;
}

/** The first index at which a condition holds that then holds on; `length` if nowhere. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The same places as few stretches, ascending and apart. */
function merged(places: readonly Hidden[]): Hidden[] {
  const out: Hidden[] = [];
  for (const { start, end } of [...places].sort((one, other) => one.start - other.start)) {
    const last = out.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else out.push({ start, end });
  }
  return out;
}

function overlaps(apart: readonly Hidden[], { start, end }: Hidden): boolean {
  const index = firstIndex(apart.length, (at) => apart[at]!.end > start);
  return index < apart.length && apart[index]!.start < end;
}

/** Surest first. The same value with other spaces and punctuation is the same. */
function differentValues(text: string, hits: readonly Hit[]): Hit[] {
  const byValue = new Map<string, Hit>();
  for (const hit of hits) {
    const key = text
      .slice(hit.start, hit.end)
      .replace(/[\s.\-/]/g, "")
      .toLowerCase();
    const known = byValue.get(key);
    if (!known || rank(hit) > rank(known)) byValue.set(key, hit);
  }
  return [...byValue.values()].sort((one, other) => rank(other) - rank(one));
}

function matchOf(text: string, { detector, values }: Claim, hidden: readonly Hidden[]): Match {
  const surest = values[0]!;
  return {
    detector: detector.slug,
    count: values.length,
    confidence: surest.confidence,
    reasons: surest.reasons,
    samples: values.slice(0, maxSamples).map((hit) => maskedSample(text, hit, hidden)),
  };
}

const rank = ({ confidence }: Hit) => confidences.indexOf(confidence);
