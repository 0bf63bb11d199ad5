/** A stretch of the text that must not be readable. */
export interface Hidden {
  start: number;
  end: number;
}

/** Characters of context on each side of a match. */
export const contextLength = 40;
const maxShown = 80;
const mark = "*";

/**
 * A match as evidence: the value, every digit around it, every other sensitive value, and whatever looks like part of one are masked, and
 * decided on the whole text, so that a value is masked also where the context cuts through it.
 * `hidden` is sorted by start.
 */
export function maskedSample(text: string, value: Hidden, hidden: readonly Hidden[]): string {
  const from = Math.max(0, value.start - contextLength);
  const to = Math.min(text.length, value.end + contextLength);
  const masked = new Uint8Array(to - from);
  const hide = ({ start, end }: Hidden) => {
    for (let at = Math.max(start, from); at < Math.min(end, to); at++) masked[at - from] = 1;
  };
  for (const one of hidden) {
    if (one.start >= to) break;
    if (one.end > from) hide(one);
  }
  for (const one of suspiciousTokens(text, from, to)) hide(one);
  // Last, so that it is masked even if it is not among the hidden ones.
  hide(value);
  const show = (start: number, end: number) => {
    let out = "";
    for (let at = start; at < end; at++) {
      const character = text[at]!;
      if (/[\p{Cc}\p{Z}]/u.test(character)) out += " ";
      else if (/\p{N}/u.test(character)) out += mark;
      else if (masked[at - from] && !/[-.:/@_]/.test(character)) out += mark;
      else out += character;
    }
    return out;
  };
  const middle = show(value.start, Math.min(value.end, to));
  const shown = middle.length > maxShown ? `${middle.slice(0, maxShown)}…` : middle;
  return `${show(from, value.start)}${shown}${show(Math.min(value.end, to), to)}`
    .replace(/ {2,}/g, " ")
    .trim()
    .toWellFormed();
}

/** Tokens that mix letters with digits, are long, or are addresses: parts of keys, numbers and names that no detector claimed. */
function* suspiciousTokens(text: string, from: number, to: number): Generator<Hidden> {
  const isPart = (at: number) => at >= 0 && at < text.length && /[\p{L}\p{N}_@+/=.%-]/u.test(text[at]!);
  let start = from;
  // A token that begins before the context, by a bounded step.
  while (isPart(start) && isPart(start - 1) && from - start < 200) start--;
  for (let at = start; at < to; ) {
    if (!isPart(at)) {
      at++;
      continue;
    }
    let end = at;
    while (isPart(end) && end - at < 400) end++;
    const token = text.slice(at, end);
    const mixes = /\p{N}/u.test(token) && /\p{L}/u.test(token);
    if (mixes || token.length >= 24 || /.@./.test(token)) yield { start: at, end };
    at = end;
  }
}
