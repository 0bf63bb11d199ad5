/** The names of event types, written once for many, and what they say in words. */
import { pastTense } from "./sentence.ts";

export interface EventName {
  type: string;
  /** The alternative taken in the first place that offers some, and in the last. */
  first: string;
  last: string;
  /** `+` stands after one of the alternatives taken. */
  marked: boolean;
}

/** Words of one provider. */
export interface Lexicon {
  /** Past tenses where the verb's own reads oddly, or the provider's word is no verb: `{ action: "acted on" }`. */
  pasts?: Readonly<Record<string, string>>;
  /** What it abbreviates or calls by a name of its own: `{ ou: "organizational unit" }`. */
  names?: Readonly<Record<string, string>>;
}

/** `a.(b+|c).d` is a.b.d and a.c.d, and the first is marked; `a+` is a, marked. */
export function expand(key: string): EventName[] {
  let expanded: EventName[] = [{ type: "", first: "", last: "", marked: false }];
  for (const part of key.split(/[()]/)) {
    const fixed = !part.includes("|");
    expanded = expanded.flatMap((before) =>
      part.split("|").map((alternative) => {
        const taken = alternative.replace("+", "");
        return {
          type: before.type + taken,
          first: before.first || (fixed ? "" : taken),
          last: fixed ? before.last : taken,
          marked: before.marked || alternative.includes("+"),
        };
      }),
    );
  }
  return expanded;
}

/** {did}: the past tense of the type's last segment; {thing}: the first alternative in words, {words}: the last, or the last segment. */
export function withWords(template: string, { type, first, last }: EventName, lexicon: Lexicon): string {
  const segment = type.slice(type.lastIndexOf(".") + 1);
  return template
    .replaceAll("{did}", () => pastOf(segment, lexicon))
    .replaceAll("{thing}", () => inWords(first.slice(first.lastIndexOf(".") + 1), lexicon))
    .replaceAll("{words}", () => inWords(last || segment, lexicon));
}

/** `enable_delauth_outbound` → `enabled`, `edit api client` → `edited`: the first word that is a verb. Throws where there is none: the table is wrong. */
function pastOf(segment: string, { pasts = {} }: Lexicon): string {
  for (const word of segment.split(/[_ ]/)) {
    const past = (Object.hasOwn(pasts, word) ? pasts[word] : undefined) ?? pastTense(word);
    if (past) return past;
  }
  throw new Error(`There is no verb in ${segment}, a part of an event type.`);
}

/** `user_sessionStart` → `user session start`; places and brackets of templates are taken out. */
export function inWords(segment: string, { names = {} }: Lexicon = {}): string {
  if (Object.hasOwn(names, segment)) return names[segment] as string;
  return segment
    .replace(/[{}[\]]/g, "")
    .replace(/([a-z\d])([A-Z])(?=[a-z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
    .split(/[._\- ]+/)
    .filter(Boolean)
    .map((word) => (Object.hasOwn(names, word) ? names[word] : word))
    .join(" ");
}
