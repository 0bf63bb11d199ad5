/** What activities say, judged by the sandbox that made the events. */
import { expect } from "vitest";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ActivityRecord, ActorRecord, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { SandboxEvent } from "../../../sandbox/provider.ts";
import type { EmitOptions } from "../../support/sandbox.ts";
import type { LogFacts } from "./facts.ts";

/** An address in Germany. */
const ip = "84.136.7.7";

/** A sign-in by a user, from an address that the test chose. */
export function signInOf(user: UserRecord, type: string, outcome: "success" | "failure"): EmitOptions {
  const actor = user.login ?? user.email ?? user.externalId;
  // A failed one is named otherwise by some apps: the sandbox chooses.
  return { actor, ip, outcome, ...(outcome === "success" && { type }) };
}

export function expectSignIn(
  activity: ActivityRecord | undefined,
  event: SandboxEvent,
  user: UserRecord,
  outcome: "success" | "failure",
  facts: LogFacts,
): void {
  expect(activity).toMatchObject({
    category: "LOG_ON",
    action: "SIGN_IN",
    eventType: event.type,
    outcome: outcome.toUpperCase(),
    ipAddress: ip,
    occurredAt: new Date(event.at),
  });
  // Countries are stated by some apps only.
  expect(activity?.country ?? "DE").toBe("DE");
  expectActors([[event, activity!]], [user], facts);
}

/** A user with a name in the log and no part in anything special. */
export function anybody(users: readonly UserRecord[]): UserRecord {
  const found = users.findLast(({ status, login, email }) => status === "ACTIVE" && (login ?? email));
  if (!found) throw new Error("Nobody of the tenant is active");
  return found;
}

/** The activity of an event whose id is not known outside: by its type, its time and the name of its actor. */
export function activityOf(event: SandboxEvent, activities: readonly ActivityRecord[]): ActivityRecord | undefined {
  return activities.find(
    ({ eventType, occurredAt, actor }) =>
      eventType === event.type &&
      occurredAt.getTime() === event.at &&
      namesOf(actor ?? {}).includes(event.actor.toLowerCase()),
  );
}

/** Each activity names the actor of its event, and one that is a user of the tenant by the id of the account, unless the log has names only. */
export function expectActors(
  pairs: Iterable<readonly [SandboxEvent, ActivityRecord]>,
  users: readonly UserRecord[],
  { namesOnly }: LogFacts,
): void {
  const idOf = new Map<string, string>();
  for (const user of users) for (const name of namesOf(user)) idOf.set(name, user.externalId);
  const wrong: unknown[] = [];
  for (const [event, { actor, eventType }] of pairs) {
    const names = namesOf(actor ?? {});
    const account = idOf.get(event.actor.toLowerCase());
    const isSame = names.includes(event.actor.toLowerCase()) && eventType === event.type;
    const id = actor?.externalId ?? (namesOnly ? account : null);
    const isKnown = account === undefined || (actor?.isAccount !== false && id === account);
    if (!isSame || !isKnown) wrong.push({ event, actor, eventType, account });
  }
  expect(wrong).toEqual([]);
}

export function expectCategories({ manifest }: Connector, activities: Iterable<ActivityRecord>): void {
  const found = new Set([...activities].map(({ category }) => category));
  expect([...found].toSorted()).toEqual([...(manifest.streams.ACTIVITIES?.categories ?? [])].toSorted());
}

function namesOf({ externalId, login, email, name }: ActorRecord): string[] {
  return [externalId, login, email, name].flatMap((one) => (one ? [one.toLowerCase()] : []));
}
