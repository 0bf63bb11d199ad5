import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { vocabulary } from "./events.ts";

/** What differs from log to log. */
interface Known {
  externalId: string;
  eventType: string;
  occurredAt: Date;
  actor: ActorRecord | null;
  outcome?: ActivityOutcome;
  /** Of `phraseOf`. */
  detail?: string;
  targets?: ActivityTargetRecord[];
  words?: Readonly<Record<string, string | null>>;
  raw: unknown;
}

type More = Partial<Pick<ActivityRecord, "ipAddress" | "sessionId" | "userAgent" | "impersonated" | "interactive">>;

export function activity(known: Known, more: More = {}): ActivityRecord {
  const {
    externalId,
    eventType,
    occurredAt,
    actor,
    outcome = "SUCCESS",
    detail,
    targets = [],
    words = {},
    raw,
  } = known;
  const phrase = vocabulary.phraseOf(eventType, detail);
  const stated: Readonly<Record<string, string | null | undefined>> = {
    actor: actor?.name ?? actor?.login,
    target: targets.map(({ name }) => name).find(Boolean),
    ...words,
  };
  return {
    ...{ externalId, category: phrase.category, action: phrase.action, eventType },
    description: sentence(outcome === "FAILURE" ? phrase.failure : phrase.template, (name) => stated[name], {
      actor: "somebody",
      target: "something",
    }),
    ...{ occurredAt, actor, outcome, targets },
    ...more,
    ...(phrase.known ? {} : { unmapped: true }),
    raw,
  };
}

/** The instance itself, its jobs, and visitors who have not signed in. */
const notPeople = new Set(["system", "guest", "glide.maint", "maint", "admin@snc", "soap.guest"]);

/** Logs name people by their user name. */
export function actorNamed(userName: string | null): ActorRecord | null {
  if (userName === null) return null;
  return notPeople.has(userName) ? { name: userName, isAccount: false } : { login: userName, name: userName };
}
