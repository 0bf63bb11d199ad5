import { idOf, type Json, objectOf, textOf } from "#src/connector-kit/record.ts";
import { type Words, withArticle } from "#src/connector-kit/sentence.ts";

/** Where the event does not say: parts that can do without stand in brackets in the sentences. */
export const fallbacks = {
  actor: "someone",
  user: "somebody",
  assignee: "somebody",
  org: "the organization",
  owner: "the organization",
  place: "the organization",
  repo_or_owner: "the organization",
  repo: "a repository",
  team: "a new name",
  ref: "a branch",
  result: "nothing",
};

/** A field of the event; older records and Enterprise Server keep most of them under `data`. */
export function fieldOf(event: Json, name: string): unknown {
  const value = event[name];
  return value === undefined || value === null || value === "" ? objectOf(event.data)[name] : value;
}

/** GitHub writes 0 for nobody, as a number or as a text. */
export function accountId(value: unknown): string | null {
  const id = idOf(value);
  return id === "0" ? null : id;
}

/** The account that the event is about, which may be the actor. */
export function subjectOf(event: Json): string | null {
  for (const name of ["user", "invitee", "blocked_user"]) {
    const login = textOf(fieldOf(event, name));
    if (login) return login;
  }
  return null;
}

export function appName(event: Json): string | null {
  for (const name of ["oauth_application_name", "application_name", "integration"]) {
    const found = textOf(fieldOf(event, name));
    if (found) return found;
  }
  return /^(integration|oauth_)/.test(String(event.action)) ? textOf(fieldOf(event, "name")) : null;
}

/** GitHub describes `config` as a list, and writes it as an object. */
export function webhookUrl(event: Json): string | null {
  const config = fieldOf(event, "config");
  return textOf(objectOf(Array.isArray(config) ? config[0] : config).url);
}

/** What the places of a sentence are filled with. Names that are no case are fields of the event. */
export function wordsOf(event: Json, actor: string | null): Words {
  const plain = (name: string): string | null => textOf(fieldOf(event, name));
  const named = (noun: string, name: string | null) => (name ? `the ${noun} ${name}` : null);
  const owner = () => plain("org") ?? named("enterprise", plain("business"));
  const subject = subjectOf(event);
  const person = subject !== null && subject === actor ? "themselves" : (subject ?? plain("email"));
  const words: Record<string, () => string | null | undefined> = {
    actor: () => actor,
    repo: () => plain("repo") ?? plain("repository"),
    owner,
    enterprise: () => named("enterprise", plain("business")) ?? "the enterprise",
    branch: () =>
      `${named("branch", plain("name")) ?? "a branch"} of ${plain("repo") ?? plain("repository") ?? fallbacks.repo}`,
    place: () => plain("repo") ?? plain("repository") ?? owner(),
    repo_or_owner: () => plain("repo") ?? plain("repository") ?? owner(),
    user: () => person,
    other: () => (subject === actor ? null : subject),
    assignee: () => subject ?? plain("team") ?? plain("assignee"),
    team: () => plain("team")?.split("/").pop(),
    app: () => appName(event),
    role: () => plain("role_name") ?? plain("name"),
    domain: () => plain("domain") ?? plain("domain_name"),
    environment: () => plain("environment_name") ?? plain("name"),
    group: () => plain("external_group") ?? plain("group_name") ?? plain("name"),
    package: () => plain("package") ?? plain("package_name") ?? plain("name"),
    runner_group: () => plain("runner_group_name"),
    hook_url: () => webhookUrl(event),
    target: () => plain("repo") ?? plain("org"),
  };
  return (name) => (Object.hasOwn(words, name) ? words[name]?.() : plain(name));
}

/** `the team[ {team}]` is `a team` where the event does not name it; there is one enterprise and one organization only. */
export function indefinite(template: string, words: Words): string {
  return template.replace(
    /\b(t)he ((?:(?!(?:the|of|to|in|for) )[\w-]+ )*[\w-]+)\[ \{(\w+)\}\]/gi,
    (part, letter: string, noun: string, name: string) => {
      if (words(name) || name === "business" || name === "org") return part;
      const phrase = withArticle(noun);
      return letter === "T" ? phrase.charAt(0).toUpperCase() + phrase.slice(1) : phrase;
    },
  );
}
