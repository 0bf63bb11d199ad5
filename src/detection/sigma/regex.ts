import { UnsupportedRule } from "./errors.ts";
import type { TextTest } from "./pattern.ts";
import { type Assertion, type CharacterTest, isWord, type Node, parseRegex, type RegexFlags } from "./regex-parse.ts";

/** Only so much of a text is looked at. */
export const maxRegexText = 32_768;
const maxRegexLength = 2_000;
const maxStates = 4_000;

/**
 * Whether an expression is found in a text. All alternatives are followed at once, one character at a time (Thompson's simulation), so the
 * time is bounded by length of text times size of expression: there is no backtracking that could explode.
 * What the Sigma specification names is understood, and the usual shorthand classes, lazy quantifiers and \b; neither look-around nor
 * references to groups. Throws UnsupportedRule.
 */
export function regexTest(source: string, flags: RegexFlags): TextTest {
  if (source.length > maxRegexLength)
    throw new UnsupportedRule(`a regular expression is longer than ${maxRegexLength}`);
  const program = compile(parseRegex(source, flags));
  return (text) => run(program, text.length > maxRegexText ? text.slice(0, maxRegexText) : text);
}

/** One state: takes a character and goes on to the next state, holds only in a place, splits, or is the end. */
type State =
  | { kind: "character"; test: CharacterTest }
  | { kind: "assertion"; assertion: Assertion }
  | { kind: "split"; to: number[] }
  | { kind: "found" };

function compile(root: Node): State[] {
  const states: State[] = [];
  const add = (state: State): number => {
    if (states.length >= maxStates) throw new UnsupportedRule("a regular expression counts to too much");
    return states.push(state) - 1;
  };
  let written = 0;
  function write(node: Node): void {
    // Empty groups that are counted make no state, but work.
    if (++written > 4 * maxStates) throw new UnsupportedRule("a regular expression counts to too much");
    if (node.kind === "sequence") for (const part of node.parts) write(part);
    else if (node.kind === "choice") {
      const split = { kind: "split" as const, to: [] as number[] };
      add(split);
      const jumps: { to: number[] }[] = [];
      for (const option of node.options) {
        split.to.push(states.length);
        write(option);
        const jump = { kind: "split" as const, to: [] as number[] };
        add(jump);
        jumps.push(jump);
      }
      for (const jump of jumps) jump.to.push(states.length);
    } else if (node.kind === "repeat") {
      for (let count = 0; count < node.min; count++) write(node.part);
      if (node.max === Infinity) {
        const split = { kind: "split" as const, to: [] as number[] };
        const start = add(split);
        split.to.push(states.length);
        write(node.part);
        add({ kind: "split", to: [start] });
        split.to.push(states.length);
        return;
      }
      const splits: { to: number[] }[] = [];
      for (let count = node.min; count < node.max; count++) {
        const split = { kind: "split" as const, to: [] as number[] };
        add(split);
        split.to.push(states.length);
        splits.push(split);
        write(node.part);
      }
      for (const split of splits) split.to.push(states.length);
    } else add(node);
  }
  write(root);
  add({ kind: "found" });
  return states;
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
