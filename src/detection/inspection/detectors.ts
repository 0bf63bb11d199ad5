import { asc } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { StoredDetector } from "#db/tables/detectors.ts";
import type { Core } from "#src/core.ts";
import type { DetectorChoice } from "#src/inspection/cage/index.ts";
import type { CustomDetector } from "#src/inspection/custom.ts";
import type { Detector, DetectorCategory } from "#src/inspection/detector.ts";
import { versionOf } from "#src/inspection/detector-set.ts";

/** A detector as lists show it. */
export interface DetectorRow {
  slug: string;
  name: string;
  description: string;
  category: DetectorCategory;
  countries: readonly string[];
  builtIn: boolean;
  examples: readonly string[];
  /** Null for a built-in one. */
  stored: StoredDetector | null;
}

/** Loaded when they are first asked for: they are 175, and a start needs none of them; the cage's process has its own. */
async function builtInDetectors(): Promise<readonly Detector[]> {
  return (await import("#src/inspection/detectors/index.ts")).builtInDetectors;
}

async function builtInRows(): Promise<DetectorRow[]> {
  return (await builtInDetectors()).map((detector) => ({
    ...detector,
    builtIn: true,
    examples: detector.examples.match,
    stored: null,
  }));
}

/** The category of a detector by its slug; whatever is not built in is a custom one. */
export async function detectorCategory(): Promise<(slug: string) => DetectorCategory> {
  const categories = new Map((await builtInDetectors()).map(({ slug, category }) => [slug, category]));
  return (slug) => categories.get(slug) ?? "CUSTOM";
}

/** Custom ones first, by name; then the built-in ones. */
export async function listDetectors(db: Db): Promise<DetectorRow[]> {
  const stored = await storedDetectors(db);
  const custom = stored.map(detectorRow).sort((one, other) => one.name.localeCompare(other.name));
  return [...custom, ...(await builtInRows())];
}

/** By slug. One that was deleted while a file was inspected with it keeps its slug for a name. */
export async function loadDetectors(db: Db, slugs: readonly string[]): Promise<DetectorRow[]> {
  const bySlug = new Map((await builtInRows()).map((row) => [row.slug, row]));
  if (slugs.some((slug) => !bySlug.has(slug)))
    for (const row of await storedDetectors(db)) bySlug.set(row.slug, detectorRow(row));
  return slugs.map((slug) => bySlug.get(slug) ?? deletedRow(slug));
}

export function detectorRow(stored: StoredDetector): DetectorRow {
  return {
    slug: stored.slug,
    name: stored.name,
    description: stored.description,
    category: "CUSTOM",
    countries: [],
    builtIn: false,
    examples: stored.matchExamples,
    stored,
  };
}

function deletedRow(slug: string): DetectorRow {
  const description = "A detector that was deleted.";
  return {
    slug,
    name: slug,
    description,
    category: "CUSTOM",
    countries: [],
    builtIn: false,
    examples: [],
    stored: null,
  };
}

function storedDetectors(db: Db): Promise<StoredDetector[]> {
  return db.select().from(tables.detectors).orderBy(asc(tables.detectors.slug));
}

/** Names the detectors as they are now, without opening the keys of exact data. */
export async function detectorVersion(db: Db): Promise<string> {
  const { slug, revision } = tables.detectors;
  return versionOf(
    await builtInDetectors(),
    await db.select({ slug, revision }).from(tables.detectors).orderBy(asc(slug)),
  );
}

/** All detectors, ready for the cage. */
export async function detectorChoice({ db, secrets }: Pick<Core, "db" | "secrets">): Promise<DetectorChoice> {
  const stored = await storedDetectors(db);
  return {
    version: versionOf(await builtInDetectors(), stored),
    builtIn: null,
    custom: stored.map((one) => customDetector(one, one.sealedKey && secrets.open(one.sealedKey, keyPlace(one.slug)))),
  };
}

/** What the sealed key of a detector is bound to. */
export const keyPlace = (slug: string): string => `detector/${slug}/key`;

export function customDetector(
  {
    slug,
    confidence,
    contextWords,
    minCount,
    definition,
  }: Pick<StoredDetector, "slug" | "confidence" | "contextWords" | "minCount" | "definition">,
  key: string | null,
): CustomDetector {
  const shared = { slug, confidence, contextWords, minCount };
  if (definition.kind === "EXPRESSION") return { ...shared, ...definition, exclude: definition.exclude ?? undefined };
  if (definition.kind === "KEYWORDS") return { ...shared, ...definition };
  if (key === null) throw new Error(`The detector ${slug} has no key for its hashes.`);
  return { ...shared, ...definition, key };
}
