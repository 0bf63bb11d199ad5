/** Levels of lists and objects that a caller may send: in the variables of an operation, and in the literals of a document. */
export const maxInputNesting = 100;

/**
 * Levels of lists and objects that are kept of what a provider sends. JSON.parse reads any number of them, but what calls itself for each
 * level (JSON.stringify, PostgreSQL's parser, a search through the event) exhausts its stack at some four thousand.
 */
export const maxKeptNesting = 2_000;

/** How large a value may be that a caller sends. */
export interface ValueBounds {
  /** Of lists and objects inside each other. */
  levels: number;
  /** Values of one list, and characters of one text. */
  listLength: number;
  textLength: number;
}

/** A bound that a parsed JSON value does not keep, and how large the value is there; null when it keeps all. */
export function exceededBound(
  value: unknown,
  bounds: ValueBounds,
  left = bounds.levels,
): { bound: keyof ValueBounds; computed: number | null } | null {
  if (typeof value === "string")
    return value.length > bounds.textLength ? { bound: "textLength", computed: value.length } : null;
  if (typeof value !== "object" || value === null) return null;
  // Deeper is not looked at, so how deep it is is not known.
  if (left === 0) return { bound: "levels", computed: null };
  if (Array.isArray(value)) {
    if (value.length > bounds.listLength) return { bound: "listLength", computed: value.length };
    for (let index = 0; index < value.length; index++) {
      const found = exceededBound(value[index], bounds, left - 1);
      if (found) return found;
    }
    return null;
  }
  for (const key in value) {
    const found = exceededBound((value as Record<string, unknown>)[key], bounds, left - 1);
    if (found) return found;
  }
  return null;
}

/** Whether lists and objects stand more than `levels` deep in a parsed JSON value. Looks no deeper than that. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isNestedDeeper(item, levels - 1)) return true;
    return false;
  }
  for (const key in value) if (isNestedDeeper((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}

/** Whether a value of which `json` is the text is nested too deep to be kept. Each level takes two characters: most texts are too short. */
export function isTooDeep(value: unknown, json: string): boolean {
  return json.length > 2 * maxKeptNesting && isNestedDeeper(value, maxKeptNesting);
}

/** A parsed JSON value as it is kept: itself, or a copy in which a text stands for each part that is nested too deep. */
export function keptLevels(value: unknown): unknown {
  return isNestedDeeper(value, maxKeptNesting) ? cutBelow(value, maxKeptNesting) : value;
}

function cutBelow(value: unknown, levels: number): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (levels === 0) return `(nested deeper than ${maxKeptNesting} levels)`;
  if (Array.isArray(value)) return value.map((item) => cutBelow(item, levels - 1));
  // From entries, so that `__proto__` stays a key.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutBelow(item, levels - 1)]));
}

/** Whether a text is one that PostgreSQL and other programs take: no U+0000, and no half of a surrogate pair alone. */
export function isPlainText(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** Whether all texts and keys in a value are plain. The value must not be nested deep. */
export function holdsPlainText(value: unknown): boolean {
  if (typeof value === "string") return isPlainText(value);
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(holdsPlainText);
  return Object.entries(value).every(([key, item]) => isPlainText(key) && holdsPlainText(item));
}

/** A text without the byte order mark that some programs (PowerShell, .NET) put before JSON; RFC 8259 lets a reader leave it out. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
