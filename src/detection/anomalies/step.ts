import type { Account } from "./account.ts";
import { detection } from "./catalogue.ts";
import { added, occur } from "./episode.ts";
import { type Fact, kinds } from "./fact.ts";
import { failedLogins, unusualAdmin, unusualImpersonation } from "./rates.ts";
import { infrequentCountry, iso, riskyAddress } from "./sign-in.ts";
import type { AccountState } from "./state.ts";
import { impossibleTravel } from "./travel.ts";

/** The account did one thing more: what each detection makes of it, and what it teaches. */
export function step(state: AccountState, fact: Fact, account: Account): void {
  state.first = Math.min(state.first ?? fact.t, fact.t);
  if (fact.terminated) afterTermination(state, fact, fact.terminated);
  if (fact.kinds & kinds.signIn) {
    riskyAddress(state, fact, account);
    // Before the country is learnt: trips are judged by the towns of the days before.
    impossibleTravel(state, fact, account);
    infrequentCountry(state, fact, account);
  }
  if (fact.kinds & (kinds.signIn | kinds.failedSignIn)) failedLogins(state, fact);
  if (fact.kinds & kinds.admin) unusualAdmin(state, fact);
  if (fact.kinds & kinds.impersonated) unusualImpersonation(state, fact, account);
}

/** Terminated in the directory, still active in another app. */
function afterTermination(state: AccountState, fact: Fact, { at, directory }: NonNullable<Fact["terminated"]>): void {
  occur(state, fact, {
    of: detection["terminated-user-activity"],
    subject: iso(at),
    rule: null,
    explain: (before) => ({
      terminatedAt: iso(at),
      directory,
      activities: ((before?.activities as number) ?? 0) + 1,
      eventTypes: added(before?.eventTypes, fact.event ?? "", String),
      addresses: fact.address ? added(before?.addresses, fact.address, String) : (before?.addresses ?? []),
    }),
  });
}
