import { type Account, placeName } from "./account.ts";
import { dayOf, isHabit, learningMs, markDay, monthDays, practise, rememberedMs } from "./baseline.ts";
import { type Detection, detection, levels } from "./catalogue.ts";
import { added, occur } from "./episode.ts";
import { type Fact, levelOf, natures } from "./fact.ts";
import type { AccountState, Explanation } from "./state.ts";

/** So many countries and towns are remembered of an account. */
const mostPlaces = 60;
const mostTold = 20;

/** A successful interactive sign-in from an address that hides its user, or that attacks come from. */
export function riskyAddress(state: AccountState, fact: Fact, account: Account): void {
  const nature = fact.nature ?? 0;
  if (nature & natures.anonymous) from(state, fact, account, detection["anonymous-ip"]);
  if (nature & natures.threat) from(state, fact, account, detection["suspicious-ip"]);
}

function from(state: AccountState, fact: Fact, account: Account, of: Detection): void {
  if (levelOf(fact, of) === levels.off) return;
  const rule =
    (fact.nature ?? 0) & natures.safe
      ? "safe-address"
      : account.isCommon("address", fact.address!, fact.t)
        ? "common-address"
        : null;
  occur(state, fact, {
    of,
    rule,
    explain: (before) => ({
      addresses: added(
        before?.addresses,
        { ipAddress: fact.address, tags: fact.tags ?? [], ...whereOf(fact) },
        (one) => one.ipAddress,
      ),
      signIns: ((before?.signIns as number) ?? 0) + 1,
    }),
  });
}

/** A sign-in from a country in which the account has not been within the last month. */
export function infrequentCountry(state: AccountState, fact: Fact, account: Account): void {
  const { country } = fact;
  if (!country) return;
  const of = detection["infrequent-country"];
  // Another detection covers these, and their country is not that of the user.
  const hidden = ((fact.nature ?? 0) & natures.anonymous) !== 0;
  const habit = state.countries[country];
  if (levelOf(fact, of) !== levels.off && state.located !== null && !isHabit(habit, fact.t)) {
    const learningUntil = state.located + learningMs;
    const known = Object.entries(state.countries).filter(
      ([name, [, last]]) => name !== country && last >= fact.t - rememberedMs,
    );
    if (known.length > 0)
      occur(state, fact, {
        of,
        subject: country,
        rule: ruleFor(fact, account, hidden, learningUntil),
        explain: (before) => ({
          ...(before ?? {
            place: whereOf(fact),
            ipAddress: fact.address ?? null,
            lastVisitedAt: habit && habit[1] < fact.t && habit[1] >= fact.t - rememberedMs ? iso(habit[1]) : null,
            comparedWithDays: monthDays,
            knownCountries: known
              .sort((a, b) => b[1][1] - a[1][1] || (a[0] < b[0] ? -1 : 1))
              .slice(0, mostTold)
              .map(([name, [since, last]]) => ({ country: name, since: iso(since), last: iso(last) })),
            learningUntil: iso(learningUntil),
          }),
          signIns: ((before?.signIns as number) ?? 0) + 1,
        }),
      });
  }
  if (hidden) return;
  state.located = Math.min(state.located ?? fact.t, fact.t);
  practise(state.countries, country, fact.t, mostPlaces);
  markDay(state.places, placeName(fact), dayOf(fact.t), mostPlaces);
}

function ruleFor(fact: Fact, account: Account, hidden: boolean, learningUntil: number): string | null {
  const level = levelOf(fact, detection["infrequent-country"]);
  if (hidden) return "anonymous-address";
  if ((fact.nature ?? 0) & natures.safe && level !== levels.HIGH) return "safe-address";
  if (fact.t < learningUntil) return "learning";
  if (level === levels.LOW && account.isCommon("country", fact.country!, fact.t)) return "common-country";
  return null;
}

export function whereOf({ country, city, isp }: Pick<Fact, "country" | "city" | "isp">): Explanation {
  return { country: country ?? null, city: city ?? null, isp: isp ?? null };
}

export function iso(t: number): string {
  return new Date(t).toISOString();
}
