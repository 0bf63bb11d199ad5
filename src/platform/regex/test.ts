import {
  type Assertion,
  type CharacterTest,
  isWord,
  parseRegex,
  type RegexFlags,
  UnsupportedExpression,
} from "./parse.ts";
import { compile, maxRegexLength, type State } from "./program.ts";

/** Only so much of a text is looked at. */
export const maxRegexText = 32_768;

/**
 * Whether an expression is found in a text. All alternatives are followed at once, one character at a time (Thompson's simulation), so the
 * time is bounded by length of text times size of expression: there is no backtracking that could explode.
 * What the Sigma specification names is understood, and the usual shorthand classes, lazy quantifiers and \b; neither look-around nor
 * references to groups. Throws UnsupportedExpression.
 */
export function regexTest(source: string, flags: RegexFlags): (text: string) => boolean {
  if (source.length > maxRegexLength)
    throw new UnsupportedExpression(`a regular expression is longer than ${maxRegexLength}`);
  const program = compile(parseRegex(source, flags));
  return (text) => run(program, text.length > maxRegexText ? text.slice(0, maxRegexText) : text);
}

function run(states: readonly State[], text: string): boolean {
  let current: number[] = [];
  const seenAt = new Int32Array(states.length).fill(-1);
  let step = 0;
  let found = false;

  function enter(state: number, at: number, into: number[]): void {
    const waiting = [state];
    while (waiting.length > 0) {
      const index = waiting.pop()!;
      if (seenAt[index] === step) continue;
      seenAt[index] = step;
      const one = states[index]!;
      if (one.kind === "split") for (let next = one.to.length - 1; next >= 0; next--) waiting.push(one.to[next]!);
      else if (one.kind === "assertion") {
        if (holds(one.assertion, text, at)) waiting.push(index + 1);
      } else if (one.kind === "found") found = true;
      else into.push(index);
    }
  }

  for (let at = 0; ; ) {
    enter(0, at, current);
    if (found) return true;
    if (at >= text.length) return false;
    const code = text.codePointAt(at)!;
    const after = at + (code > 0xffff ? 2 : 1);
    const next: number[] = [];
    step++;
    for (const index of current) {
      const one = states[index] as { test: CharacterTest };
      if (one.test(code)) enter(index + 1, after, next);
    }
    if (found) return true;
    current = next;
    at = after;
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  const isBreak = (index: number) => text[index] === "\n" || text[index] === "\r";
  if (assertion === "start") return at === 0;
  // As in PCRE: also before a line break that ends the text.
  if (assertion === "end") return at === text.length || (at === text.length - 1 && text[at] === "\n");
  if (assertion === "lineStart") return at === 0 || isBreak(at - 1);
  if (assertion === "lineEnd") return at === text.length || isBreak(at);
  const word = (index: number) => index >= 0 && index < text.length && isWord(text.charCodeAt(index));
  return (word(at - 1) !== word(at)) === (assertion === "boundary");
}
