import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { pastTense, withArticle } from "#src/connector-kit/sentence.ts";
import { administration } from "./vocabulary/administration.ts";
import { categoryOf } from "./vocabulary/categories.ts";
import { nouns, verbs } from "./vocabulary/nouns.ts";
import { people } from "./vocabulary/people.ts";
import { scoped, scopes } from "./vocabulary/scoped.ts";
import { switched } from "./vocabulary/switches.ts";
import { eventTypes } from "./vocabulary/types.ts";
import { work } from "./vocabulary/work.ts";

export interface Phrase {
  category: ActivityCategory;
  /** See `sentence`; its places are fields of the event, see words.ts. */
  template: string;
  /** False: neither GitHub's list nor this vocabulary has the event, and the sentence is a guess from its name. */
  known: boolean;
}

/** Events with a sentence of their own: those that no rule words well, and some that GitHub no longer lists. */
export const sentences: ReadonlyMap<string, string> = new Map([...people, ...work, ...administration]);

/** What an event of the audit log means, also of one that GitHub has not listed yet. */
export function phraseOf(action: string): Phrase {
  const ruled = sentences.get(action) ?? switched(action) ?? shared(action) ?? done(action);
  return {
    category: categoryOf(action),
    template: ruled ?? guessed(action),
    known: ruled !== null || eventTypes.has(action),
  };
}

/** `org.create_actions_secret`, `repo.create_actions_secret`: one sentence, two places. */
function shared(action: string): string | null {
  const { family, rest } = split(action);
  const scope = scopes.get(family);
  const template = scoped.get(rest);
  return scope && template ? template.replace("{scope}", scope) : null;
}

/** `gist.create`, `repository_vulnerability_alert.dismiss`: a verb and what it acts on. */
function done(action: string): string | null {
  const { family, rest } = split(action);
  const noun = nouns.get(family);
  const verb = verbs.get(rest) ?? pastTense(rest);
  return noun && verb ? `{actor} ${verb} ${noun}` : null;
}

/** `environment.update_wait_timer` → `{actor} updated wait timer (environment) in {place}`. */
function guessed(action: string): string {
  const [subject = "", ...rest] = action.replace(/[{}[\]]/g, "").split(".");
  const noun = subject.replaceAll("_", " ");
  const words = rest.join(" ").split(/[_ ]/).filter(Boolean);
  const first = pastTense(words[0] ?? "");
  const last = pastTense(words.at(-1) ?? "");
  const about = "[ for {other}] in {place}";
  if (words.length === 1 && first) return `{actor} ${first} ${withArticle(noun)}${about}`;
  if (first) return `{actor} ${first} ${words.slice(1).join(" ")} (${noun})${about}`;
  if (last) return `{actor} ${last} ${words.slice(0, -1).join(" ")} (${noun})${about}`;
  return `{actor} did “${words.join(" ") || noun}”${words.length > 0 ? ` (${noun})` : ""}${about}`;
}

function split(action: string): { family: string; rest: string } {
  const dot = action.indexOf(".");
  return dot < 0 ? { family: action, rest: "" } : { family: action.slice(0, dot), rest: action.slice(dot + 1) };
}
