/** The expression is broken, or needs what is not supported (look-around, references to groups); the message is for its author. */
export class UnsupportedExpression extends Error {}

export interface RegexFlags {
  /** `i` */
  ignoreCase: boolean;
  /** `m`: ^ and $ hold at each line. */
  multiline: boolean;
  /** `s`: . takes line breaks too. */
  dotAll: boolean;
}

export type CharacterTest = (code: number) => boolean;
export type Assertion = "start" | "end" | "lineStart" | "lineEnd" | "boundary" | "noBoundary";

export type Node =
  | { kind: "character"; test: CharacterTest }
  | { kind: "assertion"; assertion: Assertion }
  | { kind: "sequence"; parts: Node[] }
  | { kind: "choice"; options: Node[] }
  | { kind: "repeat"; part: Node; min: number; max: number };

/** Throws UnsupportedExpression for what is no expression and for what is not understood. */
export function parseRegex(source: string, initial: RegexFlags): Node {
  const text = [...source];
  let at = 0;
  let depth = 0;
  let flags = initial;
  const fail = (problem: string): never => {
    throw new UnsupportedExpression(`the regular expression /${source.slice(0, 80)}/ ${problem}`);
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
export const isWord: CharacterTest = (code) =>
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
