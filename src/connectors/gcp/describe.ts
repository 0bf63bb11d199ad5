import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActorRecord } from "#src/connector-kit/contract/records.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { sentence, withArticle } from "#src/connector-kit/sentence.ts";
import type { Phrase } from "#src/connector-kit/vocabulary.ts";
import { accountNameOf, containerOf, deltasOf, type Entry, parameterOf, targetNameOf } from "./entry.ts";
import { deedOf, spell } from "./methods.ts";
import { resourceName } from "./resources.ts";

const fallbacks = {
  actor: "an unknown caller",
  target: "of which the log states no name",
  resource: "resource",
  account: "of which the log states no name",
  bucket: "of which the log states no name",
  user: "an account",
  group: "of which the log states no name",
};

const maxDeltas = 3;

/** The sentence of an entry: who did what to which resource, on whose behalf, and whether it has only begun. */
export function describe(
  entry: Entry,
  phrase: Phrase,
  about: { actor: ActorRecord | null; outcome: ActivityOutcome; impersonators: readonly string[] },
): string {
  const template = about.outcome === "FAILURE" ? phrase.failure : phrase.template;
  const words = (name: string) => {
    if (name === "actor") return about.actor?.name;
    if (name === "impersonators") return about.impersonators.join(", ");
    return places[name]?.(entry);
  };
  const { first, last } = objectOf(entry.event.operation);
  const progress =
    about.outcome === "FAILURE"
      ? ""
      : first === true && last !== true
        ? " (started)"
        : last === true && first !== true
          ? " (finished)"
          : "";
  return sentence(`${template}[, impersonated by {impersonators}]${progress}`, words, fallbacks);
}

const places: Readonly<Record<string, (entry: Entry) => string | null>> = {
  target: targetNameOf,
  object: objectName,
  account: accountNameOf,
  resource: (entry) => {
    const { kind, name } = resourceName(entry.resource);
    const friendly = targetNameOf(entry) ?? name;
    return entry.resource === "" ? null : kind === "resource" ? friendly : `${kind} ${friendly}`;
  },
  project(entry) {
    const container = containerOf(entry);
    if (container === null || /^organizations\//.test(container)) return null;
    const name = container.slice(container.indexOf("/") + 1);
    return name === targetNameOf(entry) ? null : name;
  },
  bucket: (entry) => textOf(entry.labels.bucket_name) ?? /\/buckets\/([^/]+)/.exec(entry.resource)?.[1] ?? null,
  user: (entry) => parameterOf(entry, "USER_EMAIL", "affected_email_address"),
  group: (entry) => parameterOf(entry, "GROUP_EMAIL"),
  delta: deltaOf,
  login_type: (entry) => inWords(parameterOf(entry, "login_type") ?? "") || null,
  challenge: (entry) => inWords(parameterOf(entry, "login_challenge_method") ?? "") || null,
  forwarded_to: (entry) => parameterOf(entry, "email_forwarding_destination_address"),
  reason: ({ payload }) =>
    textOf(valueAt(payload, "metadata.violationReason")) ??
    textOf(valueAt(payload, "status.message"))?.slice(0, 200) ??
    null,
};

/** `the firewall ssh-from-anywhere`, or `a firewall` where the entry does not name it. */
function objectName(entry: Entry): string {
  const noun = deedOf(spell(entry.method))?.noun ?? "resource";
  const name = targetNameOf(entry);
  return name === null ? withArticle(noun) : `the ${noun} ${name}`;
}

function deltaOf(entry: Entry): string | null {
  const deltas = deltasOf(entry);
  if (deltas.length === 0) return null;
  const worded = deltas
    .slice(0, maxDeltas)
    .map(
      ({ isAddition, role, member }) =>
        `${isAddition ? "gave" : "took"} ${role} ${isAddition ? "to" : "from"} ${nameOfMember(member)}`,
    );
  const rest = deltas.length - worded.length;
  return [...worded, ...(rest > 0 ? [`${rest} more`] : [])].join("; ");
}

export function nameOfMember(member: string): string {
  if (member === "allUsers") return "everybody on the internet";
  if (member === "allAuthenticatedUsers") return "everybody with a Google account";
  return member.replace(/^(user|serviceAccount):/, "").replace(/^(group|domain):/, "the $1 ");
}
