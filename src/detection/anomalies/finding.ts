import type { Policy } from "#db/tables/policies.ts";
import type { StandingFinding } from "#src/detection/alerts/standing.ts";
import { slugs } from "./catalogue.ts";
import type { Shown } from "./judge.ts";
import type { Episode, Explanation } from "./state.ts";
import { isEndless } from "./state.ts";
import type { AccountKey } from "./store.ts";

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

/** The alert of an episode, as it stands now. */
export function findingOf(
  account: AccountKey & { name: string; instanceName: string },
  policy: Policy,
  { episode, key, before }: { episode: Episode; key: string; before: Shown | null },
): StandingFinding {
  return {
    instanceId: account.instanceId,
    kind: "POLICY",
    policyId: policy.id,
    userId: account.userId,
    severity: policy.severity,
    title: titleOf(episode, account),
    explanation: {
      detection: slugs[episode.of],
      firstAt: new Date(episode.start).toISOString(),
      ...episode.explanation,
    },
    evidence: [...episode.evidence].sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)),
    dedupKey: alertKey(account.userId, key),
    formerKey: before === null ? null : alertKey(account.userId, before.key),
    isOngoing: isEndless(episode),
    occurrences: episode.count,
    occurredAt: new Date(episode.last),
  };
}

export function alertKey(userId: string, key: string): string {
  return `detection/${userId}/${key}`;
}

function titleOf(
  { of, subject, explanation }: Episode,
  { name, instanceName }: { name: string; instanceName: string },
): string {
  switch (slugs[of]!) {
    case "anonymous-ip":
      return `${name} signed in from an anonymous address`;
    case "infrequent-country":
      return `${name} signed in from ${regionOf(subject)}, where the account has not been for a month`;
    case "suspicious-ip":
      return `${name} signed in from an address known for attacks`;
    case "impossible-travel": {
      const [trip] = explanation.trips as { from: Explanation; to: Explanation; minutes: number }[];
      return `${name} signed in from ${regionOf(trip!.from.country)} and from ${regionOf(trip!.to.country)} within ${lasting(trip!.minutes)}`;
    }
    case "terminated-user-activity":
      return `${name} was removed from ${explanation.directory} and is still active in ${instanceName}`;
    case "multiple-failed-logins":
      return `Many failed sign-ins of ${name}`;
    case "unusual-admin-activity":
      return `Unusual administrative activity by ${name}`;
    case "unusual-impersonated-activity":
      return `${name} acts on behalf of others, which is unusual`;
  }
}

function regionOf(code: unknown): string {
  const text = String(code);
  // Codes of nothing that ISO knows would throw.
  return /^[A-Z]{2}$/.test(text) ? (regions.of(text) ?? text) : text;
}

function lasting(minutes: number): string {
  if (minutes < 120) return minutes === 1 ? "a minute" : `${minutes} minutes`;
  return `${Math.round(minutes / 60)} hours`;
}
