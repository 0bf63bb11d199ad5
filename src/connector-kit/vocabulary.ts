/** What a provider's event types mean: tables of sentences, rules for what tables do not have, and a guess for the rest. */
import { actionOf } from "./action.ts";
import type { ActivityAction, ActivityCategory } from "./contract/kinds.ts";
import { type EventName, expand, inWords, type Lexicon, withWords } from "./event-names.ts";
import { pastTense, withArticle } from "./sentence.ts";

export interface Phrase {
  category: ActivityCategory;
  /** What the activity does, read from the template. */
  action: ActivityAction;
  /** For `sentence`. */
  template: string;
  /** The same for an event that failed. */
  failure: string;
  /** False: nobody has described this type; the sentence is a guess and the activity is `unmapped`. */
  known: boolean;
}

/** Sentences by event type, see VocabularyFacts. */
export type EventTable = Readonly<Record<string, string>>;

/** A sentence made of the type. `detail` is that of `phraseOf`; `written` is the type as the app wrote it, where `spell` changed it. */
export type Wording = (eventType: string, detail: string, written: string) => string | null;

export interface VocabularyFacts {
  /**
   * By event type: a sentence. `(a|b)` stands for either, `user.*` for all types below `user` that are not listed themselves. In the
   * sentence {did}, {thing} and {words} are made of the type, see event-names.ts. The category is that of the table, else what
   * `categoryOf` returns.
   */
  tables: readonly { category?: ActivityCategory; events: EventTable }[];
  /**
   * Sentences of events that failed, by type. Without one: ` (failed[: {reason}])` is added, unless the sentence speaks of a failure
   * itself.
   */
  failures?: Readonly<Record<string, string>>;
  /** For types that no table has, in order; null: the next. What a rule words is known. */
  rules?: readonly Wording[];
  /** Rules that come before the tables: whatever a task does, its form may only have been opened. */
  exceptions?: readonly Wording[];
  /** Types the provider lists, and that are known although only guessed at. */
  listed?: ReadonlySet<string>;
  /** Default USER. Also for types that the provider adds later. */
  categoryOf?: (eventType: string) => ActivityCategory;
  /** The sentence of a type nobody described. Default: made of its words, see `guessed`. */
  guess?: (...asked: Parameters<Wording>) => string;
  /** How a type is looked up: `Logged In On Mobile App` as `LOG_IN`. Default: as it is. */
  spell?: (eventType: string) => string;
  /** Words of this provider for {did}, {thing} and {words}. */
  lexicon?: Lexicon;
}

export interface Vocabulary {
  /**
   * Costs one look-up for types met before, and a few for others. `detail`: what beside the type decides between rules (whether a
   * task was opened or submitted); one of a few words, or empty.
   */
  phraseOf: (eventType: string, detail?: string) => Phrase;
  /** All types with a sentence of their own. */
  types: ReadonlySet<string>;
  /** Those marked with `+` in the tables: what a webhook asks for. */
  marked: readonly string[];
}

/** So many types are kept; a log with more of them invents them. */
const manyTypes = 10_000;

/** Throws when two tables have the same type. */
export function defineVocabulary(facts: VocabularyFacts): Vocabulary {
  const { tables, failures = {}, rules = [], exceptions = [], listed, lexicon = {} } = facts;
  const { categoryOf = () => "USER", guess = guessed, spell = (eventType: string) => eventType } = facts;
  const own = new Map<string, Phrase>();
  const families = new Map<string, { category: ActivityCategory | undefined; template: string }>();
  const marked: string[] = [];
  const failed = new Map(Object.entries(failures));

  for (const { category, events } of tables)
    for (const [key, template] of Object.entries(events)) for (const name of expand(key)) add(name, template, category);

  function add(name: EventName, template: string, category: ActivityCategory | undefined): void {
    const { type } = name;
    if (name.marked) marked.push(type);
    if (type.endsWith(".*")) families.set(type.slice(0, -2), { category, template });
    else if (own.has(type)) throw new Error(`The event type ${type} has two sentences.`);
    else own.set(type, phrase(type, withWords(template, name, lexicon), category, true));
  }

  function phrase(type: string, template: string, category: ActivityCategory | undefined, known: boolean): Phrase {
    const decided = category ?? categoryOf(type);
    return {
      category: decided,
      action: actionOf(template, decided),
      template,
      failure: failed.get(type) ?? failureOf(template),
      known,
    };
  }

  /** `user.session.*` before `user.*`. */
  function ofFamily(type: string): Phrase | null {
    for (let dot = type.lastIndexOf("."); dot > 0; dot = type.lastIndexOf(".", dot - 1)) {
      const family = families.get(type.slice(0, dot));
      if (!family) continue;
      const name = { type, first: "", last: type.slice(dot + 1), marked: false };
      return phrase(type, withWords(family.template, name, lexicon), family.category, true);
    }
    return null;
  }

  function worded(by: readonly Wording[], ...asked: Parameters<Wording>): Phrase | null {
    for (const wording of by) {
      const template = wording(...asked);
      if (template !== null) return phrase(asked[0], template, undefined, true);
    }
    return null;
  }

  const met = new Map<string, Phrase>();
  return {
    types: new Set(own.keys()),
    marked,
    phraseOf(eventType, detail = "") {
      const key = detail === "" ? eventType : `${detail}\0${eventType}`;
      const known = met.get(key);
      if (known) return known;
      const type = spell(eventType);
      const found =
        worded(exceptions, type, detail, eventType) ??
        own.get(type) ??
        ofFamily(type) ??
        worded(rules, type, detail, eventType) ??
        phrase(type, guess(type, detail, eventType), undefined, listed?.has(type) ?? false);
      if (met.size >= manyTypes) met.clear();
      met.set(key, found);
      return found;
    },
  };
}

/** Denying something is an act of the actor's, which may itself fail. */
const readsAsFailure = /\{reason\}|\b(failed|could not)\b|(?<!\{actor\} )\b(denied|rejected)\b/;

function failureOf(template: string): string {
  return readsAsFailure.test(template) ? template : `${template} (failed[: {reason}])`;
}

/**
 * From the words of a type: `gadget.lifecycle.suspend` → `{actor} suspended a gadget[: {target}]`,
 * `environment.update_wait_timer` → `{actor} updated wait timer (environment)[: {target}]`,
 * `FILE_DOWNLOAD` and `FileDownloaded` → `{actor} downloaded file[: {target}]`.
 */
export function guessed(eventType: string): string {
  // Types in capitals alone would shout in a sentence.
  const plain = /[a-z]/.test(eventType) ? eventType : eventType.toLowerCase();
  const [subject = "", ...rest] = plain
    .split(/[.:/]/)
    .map((part) => inWords(part).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()))
    .filter((part) => part !== "lifecycle" && part !== "");
  const words = (rest.at(-1) ?? subject).split(" ").filter(Boolean);
  const noun = rest.length > 0 ? [subject, ...rest.slice(0, -1)].join(" ") : "";
  const about = "[: {target}]";
  const [first, last] = [pastTense(words[0]?.toLowerCase() ?? ""), pastTense(words.at(-1)?.toLowerCase() ?? "")];
  const whose = noun ? ` (${noun})` : "";
  if (words.length === 1 && first && noun) return `{actor} ${first} ${withArticle(noun)}${about}`;
  if (words.length > 1 && first) return `{actor} ${first} ${words.slice(1).join(" ")}${whose}${about}`;
  if (words.length > 1 && last) return `{actor} ${last} ${words.slice(0, -1).join(" ")}${whose}${about}`;
  return `{actor} did “${words.join(" ")}”${whose}${about}`;
}
