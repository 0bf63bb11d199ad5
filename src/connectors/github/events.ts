import { defineVocabulary, guessed } from "#src/connector-kit/vocabulary.ts";
import { administration } from "./vocabulary/administration.ts";
import { categoryOf } from "./vocabulary/categories.ts";
import { nouns } from "./vocabulary/nouns.ts";
import { people } from "./vocabulary/people.ts";
import { shared } from "./vocabulary/scoped.ts";
import { switched } from "./vocabulary/switches.ts";
import { lexicon, pastOf } from "./vocabulary/verbs.ts";
import { work } from "./vocabulary/work.ts";

/**
 * What an event of the audit log means, also of one that GitHub has not listed yet. The places of its sentences are fields of the event, see
 * words.ts. The tables have what no rule words well, and some that GitHub no longer lists.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/admin/monitoring-activity-in-your-enterprise/reviewing-audit-logs-for-your-enterprise/audit-log-events-for-your-enterprise
 */
export const vocabulary = defineVocabulary({
  tables: [{ events: people }, { events: work }, { events: administration }],
  rules: [switched, shared, done],
  categoryOf,
  guess: (action) => guessed(action).replace("[: {target}]", "[ for {other}] in {place}"),
  lexicon,
});

/** `gist.create`, `repository_vulnerability_alert.dismiss`: one verb, and what it acts on. */
function done(action: string): string | null {
  const [, family = "", verb = ""] = /^(\w+)\.([a-z]+)$/.exec(action) ?? [];
  const noun = nouns.get(family);
  const past = pastOf(verb);
  return noun && past ? `{actor} ${past} ${noun}` : null;
}
