import { type Assertion, isWord, type Node, parseRegex, type RegexFlags, UnsupportedExpression } from "./parse.ts";
import { compile, maxRegexLength, type State } from "./program.ts";

/** Where an expression was found: UTF-16 offsets, `end` exclusive. */
export interface Found {
  start: number;
  end: number;
}

export interface Search {
  /** The first match that lies between `from` and the end of the text; null if there is none. */
  next(text: string, from: number): Found | null;
}

/**
 * Finds the places of an expression in long texts in linear time. The program of states (Thompson) becomes a deterministic automaton whose
 * states are made as the text needs them; when there are too many they are dropped and made again, so neither time nor memory can explode.
 * The match returned is the one that ends first, extended as far as it goes to the left, then to the right, to at most `maxLength` characters.
 * Throws UnsupportedExpression, also for an expression that matches the empty text: it would be found everywhere.
 */
export function regexSearch(source: string, flags: RegexFlags, maxLength = 1_000): Search {
  if (source.length > maxRegexLength)
    throw new UnsupportedExpression(`a regular expression is longer than ${maxRegexLength}`);
  const root = parseRegex(source, flags);
  const forward = compile(root);
  const alphabet = new Alphabet(forward);
  const scan = new Automaton(forward, alphabet, { anchored: false, backward: false });
  const toRight = new Automaton(forward, alphabet, { anchored: true, backward: false });
  const toLeft = new Automaton(compile(reversed(root)), alphabet, { anchored: true, backward: true });
  if (toRight.last("", 0, 0) === 0)
    throw new UnsupportedExpression("the regular expression matches the empty text, so it is found everywhere");
  return {
    next(text, from) {
      const firstEnd = scan.first(text, from, text.length);
      if (firstEnd < 0) return null;
      const start = toLeft.last(text, firstEnd, Math.max(from, firstEnd - maxLength));
      // Longer than maxLength: what is within reach of the end stands for it.
      if (start < 0) return { start: Math.max(from, firstEnd - maxLength), end: firstEnd };
      const end = toRight.last(text, start, Math.min(text.length, start + maxLength));
      return { start, end: Math.max(end, firstEnd) };
    },
  };
}

/** All matches, none overlapping the one before. */
export function* searchAll(search: Search, text: string): Generator<Found, void, void> {
  for (let from = 0; from <= text.length; ) {
    const found = search.next(text, from);
    if (!found) return;
    yield found;
    from = Math.max(found.end, found.start + 1);
  }
}

/** The same texts, read from the end. Assertions look both ways, so the automaton turns them. */
function reversed(node: Node): Node {
  if (node.kind === "sequence") return { kind: "sequence", parts: node.parts.map(reversed).reverse() };
  if (node.kind === "choice") return { kind: "choice", options: node.options.map(reversed) };
  if (node.kind === "repeat") return { ...node, part: reversed(node.part) };
  return node;
}

/** What an assertion needs to know of a neighbour. */
const beyond = 0;
const wordCharacter = 1;
const lineBreak = 2;
const otherCharacter = 3;
const kindOf = (code: number) =>
  isWord(code) ? wordCharacter : code === 10 || code === 13 ? lineBreak : otherCharacter;

/** Characters that the expression cannot tell apart share a class; class 0 is the end of the text. */
class Alphabet {
  readonly kinds: number[] = [beyond];
  /** One member of each class. */
  readonly members: number[] = [-1];
  readonly ascii = new Uint16Array(128);
  readonly #others = new Map<number, number>();
  readonly #bySignature = new Map<string, number>();
  readonly #tests: ((code: number) => boolean)[];

  constructor(states: readonly State[]) {
    this.#tests = [...new Set(states.flatMap((state) => (state.kind === "character" ? [state.test] : [])))];
    for (let code = 0; code < 128; code++) this.ascii[code] = this.#classify(code);
  }

  classOf(code: number): number {
    if (code < 128) return this.ascii[code]!;
    let known = this.#others.get(code);
    if (known === undefined) {
      known = this.#classify(code);
      this.#others.set(code, known);
    }
    return known;
  }

  #classify(code: number): number {
    const kind = kindOf(code);
    let signature = String(kind);
    for (const test of this.#tests) signature += test(code) ? "1" : "0";
    let known = this.#bySignature.get(signature);
    if (known === undefined) {
      known = this.members.push(code) - 1;
      this.kinds.push(kind);
      this.#bySignature.set(signature, known);
    }
    return known;
  }
}

const unknown = -2;
const dead = -1;
const maxAutomatonStates = 2_000;

class Automaton {
  readonly #program: readonly State[];
  readonly #alphabet: Alphabet;
  readonly #anchored: boolean;
  readonly #backward: boolean;
  /** Per state: which states of the program are about to be entered, and the kind of the character before. */
  #sets: Int32Array[] = [];
  #before: number[] = [];
  #byKey = new Map<string, number>();
  /** By the kind of the character before the place where reading begins. */
  #initials: (number | undefined)[] = [];
  #stride = 32;
  /** Next state times two, plus one if the expression is found before the character; or `unknown`, or `dead`. */
  #table = new Int32Array(0);
  #seenAt: Int32Array;
  #step = 0;

  constructor(
    program: readonly State[],
    alphabet: Alphabet,
    { anchored, backward }: { anchored: boolean; backward: boolean },
  ) {
    this.#program = program;
    this.#alphabet = alphabet;
    this.#anchored = anchored;
    this.#backward = backward;
    this.#seenAt = new Int32Array(program.length);
  }

  /** Where the first match ends that begins at or after `from`; -1 if none. Forward, not anchored: it is never dead. */
  first(text: string, from: number, to: number): number {
    let state = this.#initial(text, from);
    const { ascii } = this.#alphabet;
    // The loop that all the time is spent in: nothing but look-ups while characters are ASCII and states are known.
    let table = this.#table;
    let stride = this.#stride;
    for (let at = from; at < to; at++) {
      const place = at;
      const code = text.charCodeAt(at);
      let characterClass: number;
      if (code < 128) characterClass = ascii[code]!;
      else {
        const whole = text.codePointAt(at)!;
        characterClass = this.#alphabet.classOf(whole);
        if (whole > 0xffff && at + 1 < to) at++;
      }
      let next = characterClass < stride ? table[state * stride + characterClass]! : unknown;
      if (next === unknown) {
        next = this.#next(state, characterClass);
        table = this.#table;
        stride = this.#stride;
      }
      if ((next & 1) === 1) return place;
      state = next >> 1;
    }
    return (this.#next(state, 0) & 1) === 1 ? to : -1;
  }

  /** The furthest place up to `to` where a match ends that begins at `from`; -1 if none. */
  last(text: string, from: number, to: number): number {
    let state = this.#initial(text, from);
    let found = -1;
    const step = this.#backward ? -1 : 1;
    for (let at = from; ; ) {
      const place = at;
      const characterClass = this.#classBeside(text, at);
      const next = this.#next(state, characterClass);
      if (next === dead) return found;
      if ((next & 1) === 1) found = place;
      if (at === to) return found;
      state = next >> 1;
      at += step;
      if (characterClass !== 0 && at !== to && isPair(text, this.#backward ? at - 1 : place)) at += step;
    }
  }

  /** The class of the character that is read next. At a limit the neighbour beyond it still decides whether a word ends there. */
  #classBeside(text: string, at: number): number {
    const index = this.#backward ? at - 1 : at;
    if (index < 0 || index >= text.length) return 0;
    const code = text.charCodeAt(index);
    if (code < 128) return this.#alphabet.ascii[code]!;
    if (this.#backward && code >= 0xdc00 && code <= 0xdfff && index > 0) {
      const pair = text.codePointAt(index - 1)!;
      return this.#alphabet.classOf(pair > 0xffff ? pair : code);
    }
    return this.#alphabet.classOf(text.codePointAt(index)!);
  }

  #initial(text: string, from: number): number {
    const before = this.#backward ? from : from - 1;
    const kind = before < 0 || before >= text.length ? beyond : kindOf(text.charCodeAt(before));
    this.#initials[kind] ??= this.#stateOf(new Int32Array([0]), kind);
    return this.#initials[kind];
  }

  #next(state: number, characterClass: number): number {
    if (characterClass >= this.#stride) return this.#widen(state, characterClass);
    const known = this.#table[state * this.#stride + characterClass]!;
    return known === unknown ? this.#make(state, characterClass) : known;
  }

  #widen(state: number, characterClass: number): number {
    const [set, before] = [this.#sets[state]!, this.#before[state]!];
    this.#stride = Math.max(this.#stride * 2, characterClass + 1);
    this.#forget();
    return this.#next(this.#stateOf(set, before), characterClass);
  }

  #make(state: number, characterClass: number): number {
    const before = this.#before[state]!;
    const after = this.#alphabet.kinds[characterClass]!;
    const code = this.#alphabet.members[characterClass]!;
    const holds = (assertion: Assertion) =>
      this.#backward ? heldBetween(assertion, after, before) : heldBetween(assertion, before, after);
    this.#step++;
    let found = 0;
    const entered: number[] = [];
    const waiting = [...this.#sets[state]!];
    if (!this.#anchored) waiting.push(0);
    while (waiting.length > 0) {
      const index = waiting.pop()!;
      if (this.#seenAt[index] === this.#step) continue;
      this.#seenAt[index] = this.#step;
      const one = this.#program[index]!;
      if (one.kind === "split") waiting.push(...one.to);
      else if (one.kind === "found") found = 1;
      else if (one.kind === "assertion") {
        if (holds(one.assertion)) waiting.push(index + 1);
      } else if (characterClass !== 0 && one.test(code)) entered.push(index + 1);
    }
    const isDead = entered.length === 0 && this.#anchored;
    if (isDead && !found) {
      this.#table[state * this.#stride + characterClass] = dead;
      return dead;
    }
    const states = this.#sets.length;
    const next = this.#stateOf(Int32Array.from(entered).sort(), after) * 2 + found;
    // Too many: all were dropped, the one that was left among them.
    if (this.#sets.length >= states) this.#table[state * this.#stride + characterClass] = next;
    return next;
  }

  #stateOf(set: Int32Array, before: number): number {
    const key = `${before}:${set.join()}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#sets.length >= maxAutomatonStates) this.#forget();
    const state = this.#sets.push(set) - 1;
    this.#before.push(before);
    this.#byKey.set(key, state);
    const needed = (state + 1) * this.#stride;
    if (needed > this.#table.length) {
      const table = new Int32Array(Math.max(needed, this.#table.length * 2)).fill(unknown);
      table.set(this.#table);
      this.#table = table;
    }
    return state;
  }

  #forget(): void {
    this.#sets = [];
    this.#before = [];
    this.#byKey = new Map();
    this.#initials = [];
    this.#table = new Int32Array(0);
  }
}

/** A character of two UTF-16 units begins here. */
function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  return high >= 0xd800 && high < 0xdc00 && text.codePointAt(at)! > 0xffff;
}

function heldBetween(assertion: Assertion, left: number, right: number): boolean {
  if (assertion === "start") return left === beyond;
  if (assertion === "end") return right === beyond;
  if (assertion === "lineStart") return left === beyond || left === lineBreak;
  if (assertion === "lineEnd") return right === beyond || right === lineBreak;
  return ((left === wordCharacter) !== (right === wordCharacter)) === (assertion === "boundary");
}
