import { BrokenRule } from "./errors.ts";

export type SigmaLevel = "informational" | "low" | "medium" | "high" | "critical";

/** Metadata of a rule. */
export interface SigmaFacts {
  id: string | null;
  /** By which correlations of the same file may speak of it. */
  name: string | null;
  title: string;
  description: string;
  status: string | null;
  level: SigmaLevel;
  author: string | null;
  tags: string[];
  /** Of MITRE ATT&CK, from the tags: `T1078.004`. */
  mitreTechniques: string[];
  falsePositives: string[];
  references: string[];
}

const levels: readonly string[] = ["informational", "low", "medium", "high", "critical"];
const maxTexts = 200;

/** Throws BrokenRule. */
export function readFacts(document: Readonly<Record<string, unknown>>): SigmaFacts {
  const title = textOf(document.title, "title", 256);
  if (title === null || title.trim() === "") throw new BrokenRule("it has no title");
  const level = textOf(document.level, "level", 40)?.toLowerCase() ?? "medium";
  if (!levels.includes(level)) throw new BrokenRule(`"${level}" is not a level: ${levels.join(", ")}`);
  const tags = textsOf(document.tags, "tags");
  return {
    id: textOf(document.id, "id", 200),
    name: textOf(document.name, "name", 256),
    title: title.trim(),
    description: textOf(document.description, "description", 65_535)?.trim() ?? "",
    status: textOf(document.status, "status", 40),
    level: level as SigmaLevel,
    author: Array.isArray(document.author)
      ? textsOf(document.author, "author").join(", ")
      : textOf(document.author, "author", 2_000),
    tags,
    mitreTechniques: [...new Set(tags.flatMap(techniqueOf))],
    falsePositives: textsOf(document.falsepositives, "falsepositives"),
    references: textsOf(document.references ?? document.reference, "references"),
  };
}

function techniqueOf(tag: string): string[] {
  const match = /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag.trim());
  return match ? [match[1]!.toUpperCase()] : [];
}

function textOf(value: unknown, field: string, maxLength: number): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== "string" && typeof value !== "number") throw new BrokenRule(`\`${field}\` is not a text`);
  const text = String(value);
  if (text.length > maxLength) throw new BrokenRule(`\`${field}\` is longer than ${maxLength} characters`);
  // PostgreSQL keeps no such character.
  if (text.includes("\u0000")) throw new BrokenRule(`\`${field}\` contains a null character`);
  return text;
}

function textsOf(value: unknown, field: string): string[] {
  if (value === null || value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  if (list.length > maxTexts) throw new BrokenRule(`\`${field}\` has more than ${maxTexts} entries`);
  return list.flatMap((one) => textOf(one, field, 10_000) ?? []);
}
