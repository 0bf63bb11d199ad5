import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { type Account, accountsOf, unknownAccounts } from "./accounts.ts";
import { endpointsOf } from "./endpoints.ts";
import { getJson, signOnLog } from "./logs.ts";
import { assuranceOf, mapSignOns } from "./map-signon.ts";
import { floorSecond, readWindows } from "./windows.ts";
import { listWorkers, type Worker } from "./workers.ts";

const dayMs = 86_400_000;
/** Days of sign-ons that show who does not use the account any more. */
const inactiveDays = 90;
/** Days of sign-ons from which usage is computed. */
const habitDays = 30;
/** More than this many rows are not read for a daily check: the span gets shorter instead, and the checks say so. */
const mostSignOns = 200_000;
const mostNames = 50;

/** What the checks see under `signOns`. Names are user names, at most 50 of each kind. */
export interface SignOnHabits {
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
export interface AccountHabits {
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
 * Workday has no call that reads its security settings: usage is computed from the last 90 days of sign-ons, from the
 * accounts, and from whether the activity log has rows. One page; nothing to resume.
 */
export async function* posture(context: StreamContext): AsyncGenerator<StreamPage<PostureItem>, void, void> {
  const items: PostureItem[] = [];
  items.push(await item("activityLog", async () => ({ rowsLastDay: await rowsLastDay(context) })));
  const signOns = await item("signOns", () => readSignOns(context));
  if ("value" in signOns) {
    const read = signOns.value as SignOnReading;
    items.push({ key: "signOns", value: read.habits });
    items.push(await item("accounts", () => readAccounts(context, read)));
  } else items.push(signOns, { ...signOns, key: "accounts" });
  yield { items, cursor: null };
}

async function item(key: string, read: () => Promise<unknown>): Promise<PostureItem> {
  try {
    return { key, value: await read() };
  } catch (error) {
    if (!(error instanceof ProviderScopeError)) throw error;
    return { key, unreadable: error.message };
  }
}

async function rowsLastDay(context: StreamContext): Promise<number> {
  const now = context.now();
  const body = await getJson(context, endpointsOf(context.settings).activityLogging, "System Auditing", {
    from: `${new Date(now.getTime() - dayMs).toISOString().slice(0, 19)}Z`,
    to: `${now.toISOString().slice(0, 19)}Z`,
    type: "userActivity",
    limit: 1,
    offset: 0,
    instancesReturned: 1,
  });
  return Number(body.total) || 0;
}

interface SignOnReading {
  habits: SignOnHabits;
  days: number;
  /** Last successful sign-on by lower-case user name. */
  lastByUser: Map<string, Date>;
}

/** Newest days first, so that what is left out for its size is the oldest. */
async function readSignOns(context: StreamContext): Promise<SignOnReading> {
  const now = context.now();
  const own = context.settings.integrationUser?.toLowerCase();
  const lastByUser = new Map<string, Date>();
  const names = { password: new Set<string>(), mfaExempt: new Set<string>(), integration: new Set<string>() };
  let [rows, successfulUi, bySaml, mfaStated, oldest] = [0, 0, 0, 0, now.getTime()];
  let readBack = 0;
  for (let day = 0; day < inactiveDays && rows < mostSignOns; day += 6) {
    const to = new Date(floorSecond(now.getTime() - day * dayMs));
    const from = new Date(floorSecond(now.getTime() - Math.min(day + 6, inactiveDays) * dayMs));
    for await (const window of readWindows(signOnLog(context, 6 * dayMs), from, to)) {
      rows += window.rows.length;
      for (const record of mapSignOns(window.rows)) {
        const user = record.actor?.login?.toLowerCase();
        if (record.eventType !== "Signon" || user === undefined) continue;
        const at = record.occurredAt;
        oldest = Math.min(oldest, at.getTime());
        if ((lastByUser.get(user)?.getTime() ?? 0) < at.getTime()) lastByUser.set(user, at);
        if (at.getTime() < now.getTime() - habitDays * dayMs) continue;
        const { saml, mfaExempt } = assuranceOf(record.raw);
        if (mfaExempt !== null) mfaStated += 1;
        if (mfaExempt) names.mfaExempt.add(user);
        if (record.interactive !== true) continue;
        successfulUi += 1;
        if (saml) bySaml += 1;
        else names.password.add(user);
        if (record.actor?.type === "SERVICE" && user !== own) names.integration.add(user);
      }
    }
    readBack = Math.min(day + 6, inactiveDays);
  }
  const listed = (set: Set<string>) => [...set].sort().slice(0, mostNames);
  return {
    days: Math.min(readBack, Math.floor((now.getTime() - oldest) / dayMs)),
    lastByUser,
    habits: {
      days: Math.min(readBack, habitDays),
      successfulUi,
      bySaml,
      passwordUsers: listed(names.password),
      mfaStated,
      mfaExemptUsers: listed(names.mfaExempt),
      integrationUsersOnUi: listed(names.integration),
    },
  };
}

async function readAccounts(context: StreamContext, { lastByUser, days }: SignOnReading): Promise<AccountHabits> {
  const { accounts, denied } = await allAccounts(context);
  const lastOf = ({ userName }: Worker) => (userName === null ? undefined : lastByUser.get(userName.toLowerCase()));
  const current = accounts.filter((account) => !account.terminated);
  const terminated = accounts.filter((account) => account.terminated);
  const idle = current.filter((account) => account.userName !== null && account.disabled !== true && !lastOf(account));
  const inactive = idle.filter(({ disabled }) => disabled === false);
  const dated = terminated.filter(({ userName, terminatedOn }) => userName !== null && terminatedOn !== null);
  return {
    workers: current.length,
    signOnDays: days,
    inactive: names(inactive),
    inactiveCount: inactive.length,
    inactiveUnknown: idle.length - inactive.length + current.filter(({ userName }) => userName === null).length,
    terminatedEnabled: names(terminated.filter(({ disabled }) => disabled === false)),
    terminatedUnknown: terminated.filter(({ disabled }) => disabled === null).length,
    terminatedSignedOn: names(
      dated.filter((account) => {
        const last = lastOf(account);
        // The day of termination is a working day.
        return last !== undefined && last.toISOString().slice(0, 10) > (account.terminatedOn as string);
      }),
    ),
    terminatedDated: dated.length,
    terminated: terminated.length,
    statesDenied: denied?.message ?? null,
  };
}

/** Everybody who works or worked here. After a refusal of the states only the workers are read on. */
async function allAccounts(
  context: StreamContext,
): Promise<{ accounts: Account[]; denied: ProviderScopeError | null }> {
  const accounts: Account[] = [];
  let denied: ProviderScopeError | null = null;
  for await (const workers of listWorkers(context, { terminated: true })) {
    context.signal.throwIfAborted();
    if (denied) accounts.push(...unknownAccounts(workers));
    else {
      const page = await accountsOf(context, workers);
      accounts.push(...page.accounts);
      denied = page.denied;
    }
  }
  return { accounts, denied };
}

function names(accounts: readonly Account[]): string[] {
  return accounts.map(({ userName, name }) => userName ?? name ?? "").slice(0, mostNames);
}
