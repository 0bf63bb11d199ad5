import { type Document, isScalar, LineCounter, parseAllDocuments, visit, type YAMLParseError } from "yaml";
import { InvalidInputError } from "#src/errors.ts";
import { resolveMergeKeys } from "./merge-keys.ts";

/** One document of a file of rules. */
export interface RuleDocument {
  /** Where it begins, from 1. */
  line: number;
  /** The document alone, as it was written. */
  text: string;
  content: Readonly<Record<string, unknown>>;
}

export const maxFileLength = 1_000_000;
export const maxDocuments = 1_000;
const maxDepth = 20;
const maxAliases = 20;

/**
 * The documents of a file, and what is wrong with its YAML, with line and column. Throws InvalidInputError for a file that is too large.
 * Aliases are resolved a few times at most, so that a small file cannot become a large one.
 */
export function readDocuments(
  file: string,
  field: string[],
): { documents: RuleDocument[]; problems: InvalidInputError[] } {
  const problem = (message: string) => new InvalidInputError(message, field);
  // Each file of those that were put together may begin with a byte order mark.
  const yaml = file.replace(/^\ufeff/gm, "");
  if (yaml.length > maxFileLength)
    throw problem(`The file has ${yaml.length} characters; up to ${maxFileLength} can be imported at once.`);
  // PostgreSQL keeps no such characters.
  if (yaml.includes("\u0000") || !yaml.isWellFormed())
    throw problem("The file is no text: it has null or half characters.");
  const separators = yaml.match(/^---/gm)?.length ?? 0;
  if (separators > maxDocuments)
    throw problem(`The file has ${separators} documents; up to ${maxDocuments} can be imported at once.`);
  const counter = new LineCounter();
  const problems: InvalidInputError[] = [];
  const documents: RuleDocument[] = [];
  for (const document of parsed(yaml, counter, field)) {
    const errors = [...document.errors.map((error) => yamlProblem(error, counter)), ...repeatedKeys(document, counter)];
    problems.push(...errors.map((message) => problem(`The YAML cannot be read: ${message}`)));
    if (errors.length > 0) continue;
    const [start, , end] = document.range;
    const text = bare(yaml.slice(start, end));
    const { line } = counter.linePos(document.contents?.range?.[0] ?? start);
    const content = contentOf(document);
    // Nothing between two separators.
    if (content === null) continue;
    if (typeof content === "string") problems.push(problem(`Document at line ${line}: ${content}.`));
    else documents.push({ line, text, content });
  }
  return { documents, problems };
}

type Parsed = Document.Parsed;

function parsed(yaml: string, counter: LineCounter, field: string[]): readonly Parsed[] {
  try {
    const documents = parseAllDocuments(yaml, {
      lineCounter: counter,
      schema: "core",
      prettyErrors: false,
      stringKeys: true,
      // Checked below: the parser compares each key with each other.
      uniqueKeys: false,
    });
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidInputError("The file is nested too deep.", field);
    throw error;
  }
}

function yamlProblem(error: YAMLParseError, counter: LineCounter): string {
  const { line, col } = counter.linePos(error.pos[0]);
  // The parser calls itself for each level, and throws when that exhausts the stack.
  const message = error.message.startsWith("Maximum call stack") ? "nested too deep" : error.message;
  return `line ${line}, column ${col}: ${message}`;
}

function repeatedKeys(document: Parsed, counter: LineCounter): string[] {
  const found: string[] = [];
  if (depthOf(document.contents) > maxDepth) return found;
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const { line, col } = counter.linePos(key.range?.[0] ?? 0);
          found.push(`line ${line}, column ${col}: the key "${String(key.value)}" is there twice`);
        }
        seen.add(key.value);
      }
    },
  });
  return found;
}

/** The map that a document is; null when it is empty; else what is wrong with it. */
function contentOf(document: Parsed): Record<string, unknown> | string | null {
  if (depthOf(document.contents) > maxDepth) return "it is nested too deep";
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    if (error instanceof ReferenceError) return "it has too many aliases";
    throw error;
  }
  if (content === null || content === undefined) return null;
  if (typeof content !== "object" || Array.isArray(content)) return "a rule is a map of fields and values";
  return resolveMergeKeys(content) ?? (content as Record<string, unknown>);
}

function depthOf(node: unknown): number {
  const levels: unknown[][] = [[node]];
  for (let depth = 0; depth <= maxDepth; depth++) {
    const next = levels[depth]!.flatMap((one) => {
      const items = (one as { items?: unknown[] } | null)?.items ?? [];
      return items.flatMap((item) => {
        const { value } = item as { value?: unknown };
        return [typeof value === "object" && value !== null ? value : item];
      });
    });
    if (next.length === 0) return depth;
    levels.push(next);
  }
  return maxDepth + 1;
}

/** Without its separators. */
function bare(text: string): string {
  return `${text
    .replace(/^(?:%[^\n]*\n)*\s*---[ \t]*\n?/, "")
    .replace(/\n\.\.\.\s*$/, "\n")
    .trim()}\n`;
}
