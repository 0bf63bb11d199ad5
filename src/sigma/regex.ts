import { UnsupportedRule } from "./errors.ts";
import type { TextTest } from "./pattern.ts";

export interface RegexFlags {
  /** `i` */
  ignoreCase: boolean;
  /** `m`: ^ and $ hold at each line. */
  multiline: boolean;
  /** `s`: . takes line breaks too. */
  dotAll: boolean;
}

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
  const program = compile(parse(source, { ...flags }));
  return (text) => run(program, text.length > maxRegexText ? text.slice(0, maxRegexText) : text);
}

type CharacterTest = (code: number) => boolean;
type Assertion = "start" | "end" | "lineStart" | "lineEnd" | "boundary" | "noBoundary";

type Node =
  | { kind: "character"; test: CharacterTest }
  | { kind: "assertion"; assertion: Assertion }
  | { kind: "sequence"; parts: Node[] }
  | { kind: "choice"; options: Node[] }
  | { kind: "repeat"; part: Node; min: number; max: number };

function parse(source: string, initial: RegexFlags): Node {
  const text = [...source];
  let at = 0;
  let depth = 0;
  let flags = initial;
  const fail = (problem: string): never => {
    throw new UnsupportedRule(`the regular expression /${source.slice(0, 80)}/ ${problem}`);
  };

  function choice(): Node {
    if (++depth > 50) fail("is nested too deep");
    const options = [sequence()];
    while (text[at] === "|") {
      at++;
      options.push(sequence());
    }
    depth--;
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  function sequence(): Node {
    const parts: Node[] = [];
    while (at < text.length && text[at] !== "|" && text[at] !== ")") {
      const part = atom();
      if (part) parts.push(quantified(part));
    }
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  function quantified(part: Node): Node {
    const bounds = quantifier();
    if (!bounds) return part;
    // Lazy or greedy finds the same texts.
    if (text[at] === "?") at++;
    else if (text[at] === "+") fail("has a possessive quantifier");
    if (quantifier()) fail("has a quantifier after a quantifier");
    return { kind: "repeat", part, ...bounds };
  }

  function quantifier(): { min: number; max: number } | null {
    const simple = { "*": [0, Infinity], "+": [1, Infinity], "?": [0, 1] }[text[at] ?? ""];
    if (simple) {
      at++;
      return { min: simple[0]!, max: simple[1]! };
    }
    if (text[at] !== "{") return null;
    const counted = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(text.slice(at, at + 12).join(""));
    // A brace that counts nothing is a brace.
    if (!counted) return null;
    at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[3] !== undefined ? Number(counted[3]) : counted[2] ? Infinity : min;
    if (max < min) fail("counts from more to less");
    return { min, max };
  }

  function atom(): Node | null {
    const character = text[at++]!;
    if (character === "(") return group();
    if (character === "[") return { kind: "character", test: set() };
    if (character === ".") {
      const { dotAll } = flags;
      return { kind: "character", test: (code) => dotAll || (code !== 10 && code !== 13) };
    }
    if (character === "^") return { kind: "assertion", assertion: flags.multiline ? "lineStart" : "start" };
    if (character === "$") return { kind: "assertion", assertion: flags.multiline ? "lineEnd" : "end" };
    if (character === "\\") return escaped();
    if (character === "*" || character === "+" || character === "?") fail("has a quantifier with nothing before it");
    return literal(character);
  }

  function group(): Node | null {
    if (text[at] !== "?") return closed(flags);
    const head = /^\?(?:([ims]*)(?:-([ims]+))?([:)])|(P?<[A-Za-z]\w*>))/.exec(text.slice(at, at + 60).join(""));
    if (!head) return fail("looks around, or has a kind of group that is not supported");
    at += head[0].length;
    if (head[4]) return closed(flags);
    const inner = { ...flags };
    for (const [letters, on] of [
      [head[1], true],
      [head[2], false],
    ] as const)
      for (const letter of letters ?? "") {
        if (letter === "i") inner.ignoreCase = on;
        if (letter === "m") inner.multiline = on;
        if (letter === "s") inner.dotAll = on;
      }
    if (head[3] === ":") return closed(inner);
    flags = inner;
    return null;
  }

  /** What is in brackets; flags that are set inside end with them. */
  function closed(inner: RegexFlags): Node {
    const outer = flags;
    flags = inner;
    const node = choice();
    flags = outer;
    if (text[at++] !== ")") fail("has an open bracket");
    return node;
  }

  function literal(character: string): Node {
    return { kind: "character", test: oneOf(character, flags.ignoreCase) };
  }

  function escaped(): Node {
    const character = text[at++];
    if (character === undefined) return fail("ends with a backslash");
    const assertion = ({ b: "boundary", B: "noBoundary", A: "start", z: "end", Z: "end" } as const)[character];
    if (assertion) return { kind: "assertion", assertion };
    const shorthand = shorthandOf(character);
    if (shorthand) return { kind: "character", test: shorthand };
    return literal(escapedCharacter(character));
  }

  function escapedCharacter(character: string): string {
    const control = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", "0": "\0" }[character];
    if (control !== undefined) return control;
    if (character === "x" || character === "u") {
      const digits = text.slice(at, at + (character === "x" ? 2 : 4)).join("");
      if (!/^[0-9a-f]+$/i.test(digits) || digits.length < (character === "x" ? 2 : 4)) fail("has half an escape");
      at += digits.length;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (/[A-Za-z0-9]/.test(character)) fail(`has the escape \\${character}, which is not supported`);
    return character;
  }

  function set(): CharacterTest {
    const negated = text[at] === "^";
    if (negated) at++;
    const tests: CharacterTest[] = [];
    let first = true;
    for (; text[at] !== "]" || first; first = false) {
      if (at >= text.length) fail("has an open bracket");
      const low = member();
      if (typeof low !== "string") {
        tests.push(low);
        continue;
      }
      if (text[at] !== "-" || text[at + 1] === "]" || text[at + 1] === undefined) {
        tests.push(oneOf(low, flags.ignoreCase));
        continue;
      }
      at++;
      const high = member();
      if (typeof high !== "string") return fail("has a range that ends with a class");
      tests.push(range(low, high));
    }
    at++;
    const any: CharacterTest = (code) => tests.some((test) => test(code));
    return negated ? (code) => !any(code) : any;
  }

  function member(): string | CharacterTest {
    const character = text[at++]!;
    if (character === "[" && /^\[?[:.=]/.test(text[at] ?? "")) fail("has a POSIX class");
    if (character !== "\\") return character;
    const after = text[at++];
    if (after === undefined) return fail("ends with a backslash");
    if (after === "b") return "\b";
    return shorthandOf(after) ?? escapedCharacter(after);
  }

  function range(low: string, high: string): CharacterTest {
    const [from, to] = [low.codePointAt(0)!, high.codePointAt(0)!];
    if (from > to) fail("has a range from high to low");
    const inside: CharacterTest = (code) => code >= from && code <= to;
    if (!flags.ignoreCase) return inside;
    return (code) => inside(code) || inside(lower(code)) || inside(upper(code));
  }

  const node = choice();
  if (at < text.length) fail("has a bracket too many");
  return node;
}

const isDigit: CharacterTest = (code) => code >= 48 && code <= 57;
const isWord: CharacterTest = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: CharacterTest = (code) => /\s/.test(String.fromCodePoint(code));

function shorthandOf(character: string): CharacterTest | null {
  const test = { d: isDigit, w: isWord, s: isSpace }[character.toLowerCase()];
  if (!test) return null;
  return character === character.toLowerCase() ? test : (code) => !test(code);
}

function oneOf(character: string, ignoreCase: boolean): CharacterTest {
  const wanted = character.codePointAt(0)!;
  if (!ignoreCase) return (code) => code === wanted;
  const folded = lower(wanted);
  return (code) => code === wanted || lower(code) === folded;
}

const lower = (code: number) => String.fromCodePoint(code).toLowerCase().codePointAt(0)!;
const upper = (code: number) => String.fromCodePoint(code).toUpperCase().codePointAt(0)!;

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
