/** Whether a text is what a rule asks for. */
export type TextTest = (text: string) => boolean;

/** A value of a rule: plain stretches, and wildcards between them. */
export type Token = string | typeof anyText | typeof anyCharacter;
export const anyText = Symbol("*");
export const anyCharacter = Symbol("?");

/**
 * `*` and `?` are wildcards; a backslash takes their meaning from them, or its own from a second one. Before anything else a backslash is one.
 * Source: https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-rules-specification.md#escape-character
 */
export function tokensOf(value: string): Token[] {
  const tokens: Token[] = [];
  let plain = "";
  const wildcard = (token: Token) => {
    if (plain !== "") tokens.push(plain);
    plain = "";
    tokens.push(token);
  };
  for (let at = 0; at < value.length; at++) {
    const character = value[at]!;
    const next = value[at + 1];
    if (character === "\\" && (next === "*" || next === "?" || next === "\\")) {
      plain += next;
      at++;
    } else if (character === "*") wildcard(anyText);
    else if (character === "?") wildcard(anyCharacter);
    else plain += character;
  }
  if (plain !== "") tokens.push(plain);
  return tokens;
}

/** The text itself, when it has no wildcard; else null. */
export function plainOf(tokens: readonly Token[]): string | null {
  if (tokens.length === 0) return "";
  return tokens.length === 1 && typeof tokens[0] === "string" ? tokens[0] : null;
}

/** Case makes no difference unless `cased`. The whole text has to fit. */
export function textTest(tokens: readonly Token[], cased: boolean): TextTest {
  const folded = cased ? tokens : tokens.map((token) => (typeof token === "string" ? token.toLowerCase() : token));
  const test = foldedTest(folded);
  return cased ? test : (text) => test(text.toLowerCase());
}

function foldedTest(tokens: readonly Token[]): TextTest {
  const plain = plainOf(tokens);
  if (plain !== null) return (text) => text === plain;
  const open = { start: tokens[0] === anyText, end: tokens[tokens.length - 1] === anyText };
  const middle = tokens.slice(open.start ? 1 : 0, open.end ? -1 : undefined);
  if (middle.every((token) => token === anyText)) return () => true;
  const only = middle.length === 1 && typeof middle[0] === "string" ? middle[0] : null;
  if (only !== null && open.start && open.end) return (text) => text.includes(only);
  if (only !== null && open.start) return (text) => text.endsWith(only);
  if (only !== null && open.end) return (text) => text.startsWith(only);
  return (text) => fits(piecesOf(tokens), text);
}

/** What stands between the stars; in each piece `null` is one character, whichever. */
type Piece = readonly (string | null)[];

function piecesOf(tokens: readonly Token[]): Piece[] {
  const pieces: (string | null)[][] = [[]];
  for (const token of tokens) {
    if (token === anyText) pieces.push([]);
    else pieces[pieces.length - 1]!.push(token === anyCharacter ? null : (token as string));
  }
  return pieces;
}

/** The first piece at the start, the last one at the end, each other one at the first place where it fits: no place is tried again. */
function fits(pieces: readonly Piece[], text: string): boolean {
  let at = endOf(pieces[0]!, text, 0);
  if (at === null) return false;
  if (pieces.length === 1) return at === text.length;
  for (const piece of pieces.slice(1, -1)) {
    let end: number | null = null;
    for (let start = at; start <= text.length && end === null; start++) end = endOf(piece, text, start);
    if (end === null) return false;
    at = end;
  }
  const last = pieces[pieces.length - 1]!;
  for (let start = at; start <= text.length; start++) if (endOf(last, text, start) === text.length) return true;
  return false;
}

/** Where a piece that starts here ends, or null. */
function endOf(piece: Piece, text: string, start: number): number | null {
  let at = start;
  for (const part of piece) {
    if (part === null) {
      const code = text.codePointAt(at);
      if (code === undefined) return null;
      at += code > 0xffff ? 2 : 1;
    } else if (text.startsWith(part, at)) at += part.length;
    else return null;
  }
  return at;
}
