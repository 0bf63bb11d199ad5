import { type Db, rawSql } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import type { Core } from "#src/core.ts";
import type { Raised } from "#src/detection/alerts/raise.ts";
import { setAlerts, withdrawAlerts } from "#src/detection/alerts/standing.ts";
import { addHits } from "#src/detection/policies/suppress.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { locate } from "#src/inventory/enrichment/locate.ts";
import { epochOf } from "#src/platform/instant.ts";
import { dayOf } from "./baseline.ts";
import { type Detection, levels, type Slug, slugs } from "./catalogue.ts";
import { coverOf } from "./cover.ts";
import { concernedBy, type Fact, factOf, kinds, kindsOf, type Locate, setLevel } from "./fact.ts";
import { alertKey, findingOf } from "./finding.ts";
import { judge } from "./judge.ts";
import { askedBy, countCustoms, customsOf, loadCustoms } from "./organisation.ts";
import { storeQuiet } from "./quiet.ts";
import { type LoadedAccount, loadAccounts, loadTerminations, storeAccounts } from "./store.ts";

/** Events that are dated so far behind their arrival are a clock that is wrong: they would make all others late. */
const mostAheadMs = 24 * 60 * 60_000;
/** Days for which is kept what an account was counted for. */
const countedDays = 2;

/**
 * The built-in detections over new activities, in the caller's transaction. Writes what they learn, raises, changes and withdraws alerts, and keeps what
 * rules suppressed; returns the alerts that are new or changed. Some statements for a batch, however large.
 *
 * `muted` returns the suppression of a policy that covers an activity. What is reported depends on event time only (src/detection/anomalies/judge.ts).
 */
export async function runDetections(
  tx: Db,
  core: Pick<Core, "now" | "log">,
  activities: readonly EvaluatedActivity[],
  policies: readonly Policy[],
  muted: (policyId: number, activity: EvaluatedActivity) => number | null,
  where: Locate = locate,
): Promise<Raised[]> {
  const sql = rawSql(tx);
  const byDetection = new Map<Detection, Policy>();
  for (const policy of policies) {
    const of = slugs.indexOf(policy.slug as Slug);
    if (of >= 0) byDetection.set(of, policy);
  }
  const arrived = await factsOf(tx, activities, byDetection, muted, where);
  if (arrived.size === 0) return [];
  const accounts = await loadAccounts(
    sql,
    [...arrived.values()].map(({ instanceId, userId }) => ({ instanceId, userId })),
  );
  const facts = [...arrived.values()].map((one) => one.facts);
  const asked = accounts.flatMap(({ instanceId, stored }, n) =>
    [...(stored?.pending ?? []), ...facts[n]!].flatMap((fact) =>
      askedBy(fact).map(([kind, value]) => ({ instanceId, kind, value })),
    ),
  );
  const customs = await loadCustoms(sql, asked);
  const judged = accounts.map((account, n) => ({
    account,
    facts: facts[n]!,
    judgement: judge(
      account.stored,
      facts[n]!,
      {
        isService: account.isService,
        isCommon: (kind, value, t) => customs.has(account.instanceId, kind, value, t),
      },
      (of) => byDetection.has(of),
    ),
  }));

  const counts = judged.map((one) => countsOf(one.account, one.facts));
  await storeAccounts(
    sql,
    judged.map(({ account, judgement }, n) => ({
      ...{ instanceId: account.instanceId, userId: account.userId },
      stored: judgement.stored,
      counted: counts[n]!.counted,
      newest: judgement.stored.pending.at(-1)?.t ?? 0,
    })),
  );
  await countCustoms(
    sql,
    counts.flatMap((one) => one.fresh),
  );
  return tell(tx, core.now(), judged, byDetection);
}

interface Arrived {
  instanceId: number;
  userId: string;
  facts: Fact[];
}

/** What the detections have to look at, by account. */
async function factsOf(
  tx: Db,
  activities: readonly EvaluatedActivity[],
  policies: ReadonlyMap<Detection, Policy>,
  muted: (policyId: number, activity: EvaluatedActivity) => number | null,
  where: Locate,
): Promise<Map<string, Arrived>> {
  const sql = rawSql(tx);
  const keys = new Map<string, { instanceId: number; userId: string }>();
  for (const { row } of activities)
    if (row.userId !== null)
      keys.set(`${row.instanceId}/${row.userId}`, { instanceId: row.instanceId, userId: row.userId });
  if (keys.size === 0) return new Map();
  const terminations = await loadTerminations(sql, [...keys.values()]);
  const covers = await coverOf(sql, [...policies.values()], activities);
  const arrived = new Map<string, Arrived>();
  for (const activity of activities) {
    const { row, occurredAtMs } = activity;
    if (row.userId === null) continue;
    const key = `${row.instanceId}/${row.userId}`;
    const termination = terminations.get(key);
    const isAfterEnd =
      termination !== undefined &&
      row.outcome !== "FAILURE" &&
      occurredAtMs > termination.at &&
      row.instanceId !== termination.directoryId;
    const found = kindsOf(row) | (isAfterEnd ? kinds.terminated : 0);
    if (found === 0 || occurredAtMs > epochOf(row.ingestedAt) + mostAheadMs) continue;
    const fact = factOf(row, occurredAtMs, found, where);
    if (isAfterEnd) fact.terminated = { at: termination.at, directory: termination.directory };
    for (const of of concernedBy(found)) {
      const policy = policies.get(of);
      if (!policy || !covers(policy, activity)) continue;
      setLevel(fact, of, levels[policy.sensitivity ?? "MEDIUM"]);
      const suppression = muted(policy.id, activity);
      if (suppression !== null) fact.muted = { ...fact.muted, [of]: suppression };
    }
    const account = arrived.get(key);
    if (account) account.facts.push(fact);
    else arrived.set(key, { instanceId: row.instanceId, userId: row.userId, facts: [fact] });
  }
  return arrived;
}

/** What the account counts for now and has not been counted for. */
function countsOf({ instanceId, counted, stored }: LoadedAccount, facts: readonly Fact[]) {
  const known = new Set(counted);
  const fresh = [];
  const newest = Math.max(stored?.pending.at(-1)?.t ?? Number.MIN_SAFE_INTEGER, ...facts.map((fact) => fact.t));
  const oldest = dayOf(newest) - countedDays;
  for (const fact of facts) {
    const day = dayOf(fact.t);
    if (day < oldest) continue;
    for (const [kind, value] of customsOf(fact)) {
      const name = `${day}/${kind}/${value}`;
      if (known.has(name)) continue;
      known.add(name);
      fresh.push({ instanceId, kind, value, day });
    }
  }
  return { fresh, counted: [...known].filter((name) => Number.parseInt(name, 10) >= oldest) };
}

async function tell(
  tx: Db,
  now: Date,
  judged: readonly { account: LoadedAccount; judgement: ReturnType<typeof judge> }[],
  policies: ReadonlyMap<Detection, Policy>,
): Promise<Raised[]> {
  const alarming = [];
  const untrue = [];
  const quiet = [];
  const notQuiet = [];
  const hits = new Map<number, number>();
  for (const { account, judgement } of judged) {
    const { instanceId, userId } = account;
    const quietKey = (of: Detection, start: number, startId: string) => ({
      ...{ instanceId, occurredAt: start, externalId: startId },
      policyId: policies.get(of)!.id,
    });
    for (const change of judgement.changed) {
      const { episode, before } = change;
      if (episode.rule === null) alarming.push(findingOf(account, policies.get(episode.of)!, change));
      else {
        if (before && before.startId !== episode.startId)
          notQuiet.push(quietKey(before.of, before.start, before.startId));
        const suppression = /^suppression\/(\d+)$/.exec(episode.rule)?.[1];
        // An episode counts once.
        if (suppression && !before) hits.set(Number(suppression), (hits.get(Number(suppression)) ?? 0) + 1);
        quiet.push({
          ...quietKey(episode.of, episode.start, episode.startId),
          rule: episode.rule,
          explanation: { ...episode.explanation, occurrences: episode.count },
        });
      }
    }
    for (const shown of judgement.untrue)
      if (shown.rule === null) untrue.push({ instanceId, dedupKey: alertKey(userId, shown.key) });
      else notQuiet.push(quietKey(shown.of, shown.start, shown.startId));
  }
  await storeQuiet(rawSql(tx), notQuiet, quiet);
  await addHits(rawSql(tx), hits);
  return [...(await setAlerts(tx, alarming, now)), ...(await withdrawAlerts(tx, untrue, now))];
}
