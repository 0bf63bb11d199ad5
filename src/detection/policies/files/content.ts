import type { Db } from "#db/client.ts";
import type { ContentCondition } from "#db/tables/policies.ts";
import { listDetectors } from "#src/detection/inspection/detectors.ts";
import { type Confidence, type DetectorCategory, detectorCategories, isAtLeast } from "#src/inspection/detector.ts";
import type { Problems } from "../problems.ts";

/** What one detector found in a file. */
export interface Found {
  detector: string;
  category: DetectorCategory;
  count: number;
  confidence: Confidence;
}

/** The findings that count for a condition; null when they are too few. */
export function contentTest(condition: ContentCondition): (found: readonly Found[]) => Found[] | null {
  const detectors = new Set(condition.detectors);
  const wanted = new Set<string>(condition.categories);
  const { minCount, minConfidence } = condition;
  return (found) => {
    const counting = found.filter(
      ({ detector, category, confidence }) =>
        (detectors.has(detector) || wanted.has(category)) && isAtLeast(confidence, minConfidence),
    );
    return counting.reduce((sum, { count }) => sum + count, 0) >= minCount ? counting : null;
  };
}

const maxDetectors = 300;
const maxCount = 10_000;

/** Everything wrong with a condition that is to be stored. */
export async function checkContent(
  db: Db,
  { detectors, categories: wanted, minCount }: ContentCondition,
  field: string[],
  problems: Problems,
): Promise<void> {
  if (detectors.length + wanted.length === 0)
    problems.add("Name detectors or categories of detectors; otherwise nothing can be found.", field);
  if (detectors.length > maxDetectors) problems.add(`At most ${maxDetectors} detectors.`, [...field, "detectors"]);
  else if (detectors.length > 0) {
    const known = new Set((await listDetectors(db)).map(({ slug }) => slug));
    detectors.forEach((slug, index) => {
      if (!known.has(slug))
        problems.add(`There is no detector "${slug.slice(0, 60)}".`, [...field, "detectors", String(index)]);
    });
  }
  wanted.forEach((category, index) => {
    if (!(detectorCategories as readonly string[]).includes(category))
      problems.add(`"${category.slice(0, 60)}" is none of ${detectorCategories.join(", ")}.`, [
        ...field,
        "categories",
        String(index),
      ]);
  });
  if (minCount < 1 || minCount > maxCount)
    problems.add(`Must be between 1 and ${maxCount.toLocaleString("en")}.`, [...field, "minCount"]);
}
