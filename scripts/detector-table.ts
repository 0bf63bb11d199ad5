// `npm run docs`: writes the table of detectors in docs/inspection.md from the list of detectors.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { builtInDetectors } from "#src/inspection/detectors/index.ts";

export const inspectionDocs = resolve(import.meta.dirname, "../docs/inspection.md");

const begin = "<!-- detectors: written by `npm run docs` -->\n";
const end = "<!-- /detectors -->\n";

/** The document with the table as the list has it now. Throws when the marks around the table are missing. */
export function withDetectorTable(document: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/inspection.md has lost its marks: ${begin.trim()} … ${end.trim()}`);
  return document.slice(0, from + begin.length) + detectorTable() + document.slice(to);
}

function detectorTable(): string {
  const rows = builtInDetectors.map(({ slug, name, category, countries, check, confidence, minCount }) => {
    const certainty = [confidence.alone ?? "–", confidence.withContext ?? confidence.alone].join(" / ");
    const cells = [
      `\`${slug}\``,
      name,
      category.toLowerCase().replaceAll("_", " "),
      countries.join(", "),
      check?.name ?? "",
      certainty,
      minCount ? String(minCount) : "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return `${[
    "| detector | finds | category | countries | check | confidence alone / with context | different values needed |",
    "|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n")}\n`;
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(inspectionDocs, withDetectorTable(readFileSync(inspectionDocs, "utf8")));
