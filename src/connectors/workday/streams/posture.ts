import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { readWindows } from "#src/connector-kit/log.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { type Account, AccountReader } from "../accounts.ts";
import { countActivities, signOnLog } from "../logs.ts";
import { assuranceOf, toSignOns } from "../map-signon.ts";
import { listWorkers, type Worker } from "../workers.ts";

const dayMs = 86_400_000;
/** Days of sign-ons that show who does not use the account any more. */
const inactiveDays = 90;
/** Days of sign-ons by which the ways of signing in are judged. */
const recentDays = 30;
/** So many days are read at once. */
const stepDays = 6;
/** More than this many rows are not read for a daily check: the span gets shorter instead, and the checks say so. */
const maxSignOns = 200_000;
const maxNames = 50;

/** What the checks see under `signOns`. Names are user names, at most 50 of each kind. */
export interface SignOnFigures {
  /** Whole days the figures cover. */
  days: number;
  successfulUi: number;
  bySaml: number;
  passwordUsers: string[];
  /** Sign-ons that state whether they were exempt from multi-factor authentication. */
  mfaStated: number;
  mfaExemptUsers: string[];
  integrationUsersOnUi: string[];
}

/** Under `accounts`. */
export interface AccountFigures {
  workers: number;
  /** Days between the oldest sign-on that is kept and now. */
  signOnDays: number;
  /** Enabled accounts without a sign-on. */
  inactive: string[];
  inactiveCount: number;
  /** Accounts without a sign-on of which it is unknown whether they are enabled. */
  inactiveUnknown: number;
  /** Accounts of terminated workers that can still be used. */
  terminatedEnabled: string[];
  /** Terminated workers of whom it is unknown whether they have an account that can be used. */
  terminatedUnknown: number;
  /** Successful sign-ons after the day of termination. */
  terminatedSignedOn: string[];
  /** Terminated workers with a user name and a termination date: of the others, later sign-ons are unknown. */
  terminatedDated: number;
  terminated: number;
  /** Why account states are unknown altogether; null when the tenant shows them. */
  statesDenied: string | null;
}

/**
 * Workday has no call that reads its security settings: they are judged by the last 90 days of sign-ons, by the accounts,
 * and by whether the activity log has rows. One page; nothing to resume.
 */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  // Windows are whole seconds: a fraction would cost each of them another one.
  const now = new Date(Math.floor(context.now().getTime() / 1000) * 1000);
  let reading: Promise<SignOnReading> | null = null;
  const signOns = () => (reading ??= readSignOns(context, now));
  const items = await readSettings(context, {
    activityLog: async () => ({ rowsLastDay: await countActivities(context, new Date(now.getTime() - dayMs), now) }),
    signOns: async () => (await signOns()).figures,
    accounts: async () => readAccounts(context, await signOns()),
  });
  yield { items, cursor: null };
};

interface SignOnReading {
  figures: SignOnFigures;
  days: number;
  /** Last successful sign-on by lower-case user name. */
  lastByUser: ReadonlyMap<string, Date>;
}

/** Newest days first, so that what is left out for its size is the oldest. */
async function readSignOns(context: StreamContext, now: Date): Promise<SignOnReading> {
  const own = context.settings.integrationUser?.toLowerCase();
  const daysBack = (days: number) => new Date(now.getTime() - days * dayMs);
  const recent = daysBack(recentDays);
  const lastByUser = new Map<string, Date>();
  const users = { password: new Set<string>(), mfaExempt: new Set<string>(), integration: new Set<string>() };
  const counts = { rows: 0, successfulUi: 0, bySaml: 0, mfaStated: 0 };
  let oldest = now;
  let days = 0;
  for (; days < inactiveDays && counts.rows < maxSignOns; days += stepDays) {
    const log = { ...signOnLog(context), firstMs: stepDays * dayMs, longestMs: stepDays * dayMs };
    for await (const { rows } of readWindows(log, daysBack(days + stepDays), daysBack(days))) {
      context.signal.throwIfAborted();
      counts.rows += rows.length;
      for (const record of toSignOns(rows)) {
        if ("kind" in record || record.eventType !== "Signon" || !record.actor?.login) continue;
        const user = record.actor.login.toLowerCase();
        const at = record.occurredAt;
        if (at < oldest) oldest = at;
        if (at > (lastByUser.get(user) ?? 0)) lastByUser.set(user, at);
        if (at < recent) continue;
        const { saml, mfaExempt } = assuranceOf(record.raw);
        if (mfaExempt !== null) counts.mfaStated += 1;
        if (mfaExempt) users.mfaExempt.add(user);
        if (record.interactive !== true) continue;
        counts.successfulUi += 1;
        if (saml) counts.bySaml += 1;
        else users.password.add(user);
        if (record.actor.type === "SERVICE" && user !== own) users.integration.add(user);
      }
    }
  }
  const listed = (set: ReadonlySet<string>) => [...set].sort().slice(0, maxNames);
  return {
    days: Math.min(days, Math.floor((now.getTime() - oldest.getTime()) / dayMs)),
    lastByUser,
    figures: {
      days: Math.min(days, recentDays),
      successfulUi: counts.successfulUi,
      bySaml: counts.bySaml,
      passwordUsers: listed(users.password),
      mfaStated: counts.mfaStated,
      mfaExemptUsers: listed(users.mfaExempt),
      integrationUsersOnUi: listed(users.integration),
    },
  };
}

async function readAccounts(context: StreamContext, { lastByUser, days }: SignOnReading): Promise<AccountFigures> {
  const reader = new AccountReader(context);
  const accounts: Account[] = [];
  for await (const workers of listWorkers(context)) {
    context.signal.throwIfAborted();
    accounts.push(...(await reader.join(workers)));
  }
  const lastOf = ({ userName }: Worker) => lastByUser.get(userName?.toLowerCase() ?? "");
  const current = accounts.filter((account) => !account.terminated);
  const terminated = accounts.filter((account) => account.terminated);
  const idle = current.filter((account) => account.userName !== null && account.disabled !== true && !lastOf(account));
  const inactive = idle.filter(({ disabled }) => disabled === false);
  const dated = terminated.filter(({ userName, terminatedOn }) => userName !== null && terminatedOn !== null);
  return {
    workers: current.length,
    signOnDays: days,
    inactive: namesOf(inactive),
    inactiveCount: inactive.length,
    inactiveUnknown: idle.length - inactive.length + current.filter(({ userName }) => userName === null).length,
    terminatedEnabled: namesOf(terminated.filter(({ disabled }) => disabled === false)),
    terminatedUnknown: terminated.filter(({ disabled }) => disabled === null).length,
    // The day of termination is a working day.
    terminatedSignedOn: namesOf(
      dated.filter((account) => (lastOf(account)?.toISOString().slice(0, 10) ?? "") > (account.terminatedOn ?? "")),
    ),
    terminatedDated: dated.length,
    terminated: terminated.length,
    statesDenied: reader.denied?.message ?? null,
  };
}

function namesOf(accounts: readonly Account[]): string[] {
  return accounts.map(({ userName, name }) => userName ?? name ?? "").slice(0, maxNames);
}
