/**
 * `npm run check`: idioms that readers of an API reference do not expect, and the plain words to use instead. Walks descriptions, documentation,
 * the comments and texts of the source, and the comments of the sandbox; code in backticks, names and SQL are left alone.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Idiom {
  pattern: RegExp;
  instead: string;
}

export const idioms: readonly Idiom[] = [
  { pattern: /\b(tells|told)\b/i, instead: "reports, returns, states" },
  { pattern: /\bsa(ys|id)\b/i, instead: "states, reports, returns" },
  { pattern: /\bdoors?\b/i, instead: "transport, entry point" },
  { pattern: /\bgone\b/i, instead: "deleted, closed, no longer available" },
  { pattern: /\b(somebody|whoever)\b/i, instead: "a person, the account, the caller" },
  { pattern: /\banew\b/i, instead: "again; is replaced" },
  { pattern: /\bquiet(ly)?\b/i, instead: "suppressed, idle" },
  { pattern: /\bstor(y|ies)\b/i, instead: "episode" },
  { pattern: /\b(customs|habits?)\b/i, instead: "baseline" },
  { pattern: /\buntrue\b/i, instead: "retracted" },
  { pattern: /\bas far as\b.{0,20}\bknown\b/i, instead: "if it is known; null if it is not" },
  { pattern: /\bwho (somebody|they|one) (is|are)\b/i, instead: "authentication, identity" },
  { pattern: /\bkeeps? house\b/i, instead: "applies the retention period" },
  { pattern: /\bpretend(s|ed)?\b/i, instead: "simulated" },
  { pattern: /\b(now and then|by and by)\b/i, instead: "periodically, gradually" },
  { pattern: /\bblot(s|ted)?\b/i, instead: "redacts, redacted" },
  { pattern: /\b(dearer|dearest)\b/i, instead: "more, most expensive" },
  { pattern: /\bfor good\b/i, instead: "permanently" },
  { pattern: /\bweaker twins?\b/i, instead: "the less specific one" },
];

/** Where one of these words is right. */
const allowed: readonly RegExp[] = [
  /\b(that|as|aforesaid) said\b(?=,)/i, // "that said," is plain English
];

export function bannedIn(text: string): Idiom[] {
  const judged = allowed.reduce((rest, phrase) => rest.replace(phrase, " "), text);
  return idioms.filter(({ pattern }) => pattern.test(judged));
}

const prose = ["schema.graphql", "docs/**/*.md", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "sandbox/**/*.md"];
const source = ["src/**/*.ts", "schema/**/*.ts", "jobs/**/*.ts", "db/**/*.ts"];
/** Its comments only: what a simulated provider answers is in the words of the provider. */
const sandbox = ["sandbox/**/*.ts"];

/** Every line with a banned idiom, as one readable line each; empty when all is well. */
export function findBannedWords(root: string): string[] {
  const found: string[] = [];
  const walk = (patterns: string[], textsOf: (content: string) => Text[]) => {
    for (const file of globSync(patterns, { cwd: root }).sort())
      for (const { line, text } of textsOf(readFileSync(join(root, file), "utf8")))
        for (const { pattern, instead } of bannedIn(text))
          found.push(`${file}:${line}: "${pattern.exec(text)?.[0]}"; instead: ${instead}`);
  };
  walk(prose, linesOfProse);
  walk(source, textsOfSource);
  walk(sandbox, commentsOfSource);
  return found;
}

interface Text {
  line: number;
  text: string;
}

function linesOfProse(content: string): Text[] {
  const blank = (code: string) => code.replace(/[^\n]/g, " ");
  return content
    .replace(/^```.*?^```/gms, blank)
    .replace(/`[^`\n]+`/g, blank)
    .split("\n")
    .map((text, index) => ({ line: index + 1, text }));
}

// Comments, strings, templates and regular expressions: the last only so that a quote in one opens no string.
const token =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<tag>[\w>]?)(?<template>`(?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\})*`)|(?<=[(,=:[!&|?{};]\s*)\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//g;

/** Comments, and strings of more than one word. Tagged templates are SQL. */
export function textsOfSource(content: string): Text[] {
  return textsIn(
    content,
    ({ comment, string, tag, template }) =>
      comment ?? string ?? (tag === "" ? template && textOfTemplate(template) : undefined),
  );
}

export function commentsOfSource(content: string): Text[] {
  return textsIn(content, ({ comment }) => comment);
}

function textsIn(content: string, chosen: (parts: Record<string, string | undefined>) => string | undefined): Text[] {
  const texts: Text[] = [];
  for (const match of content.matchAll(token)) {
    const parts = match.groups as Record<string, string | undefined>;
    const { comment } = parts;
    let text = chosen(parts);
    if (text === undefined || (comment === undefined && !/\S\s+\S/.test(text))) continue;
    text = text.replace(/`[^`\n]+`/g, (code) => " ".repeat(code.length));
    const first = content.slice(0, match.index).split("\n").length;
    for (const [index, one] of text.split("\n").entries()) texts.push({ line: first + index, text: one });
  }
  return texts;
}

/** Without what is computed, and without the attributes of HTML. */
function textOfTemplate(template: string): string {
  return template
    .slice(1, -1)
    .replace(/\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}/g, " ")
    .replace(/\w+="[^"]*"/g, " ");
}
