import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { type Account, listAccounts } from "./accounts.ts";
import { endpointsOf } from "./endpoints.ts";
import { getJson, signOnLog } from "./logs.ts";
import { mapSignOns } from "./map-signon.ts";
import { floorSecond, readWindows } from "./windows.ts";

const dayMs = 86_400_000;
/** Days of sign-ons that show who does not use the account any more. */
const inactiveDays = 90;
/** Days of sign-ons by which habits are judged. */
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
  mfaExemptUsers: string[];
  integrationUsersOnUi: string[];
}

/** Under `accounts`. */
export interface AccountHabits {
  workers: number;
  /** Days between the oldest sign-on that is kept and now. */
  signOnDays: number;
  inactive: string[];
  inactiveCount: number;
  /** Accounts of terminated workers that can still be used. */
  terminatedEnabled: string[];
  /** Successful sign-ons after the day of termination. */
  terminatedSignedOn: string[];
  /** How many terminated workers have a termination date: without dates nothing can be said about later sign-ons. */
  terminatedDated: number;
  terminated: number;
}

/**
 * Workday has no call that reads its security settings: habits are computed from the last 90 days of sign-ons, from the
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
  let [rows, successfulUi, bySaml, oldest] = [0, 0, 0, now.getTime()];
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
        const row = objectOf(record.raw);
        if (at.getTime() < now.getTime() - habitDays * dayMs) continue;
        if (textOf(row.MFA_Authentication_Exempt) === "1") names.mfaExempt.add(user);
        if (record.interactive !== true) continue;
        successfulUi += 1;
        if (/^saml/i.test(textOf(row.Authentication_Type) ?? "")) bySaml += 1;
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
      mfaExemptUsers: listed(names.mfaExempt),
      integrationUsersOnUi: listed(names.integration),
    },
  };
}

async function readAccounts(context: StreamContext, { lastByUser, days }: SignOnReading): Promise<AccountHabits> {
  const current: Account[] = [];
  const terminated: Account[] = [];
  for await (const account of listAccounts(context, { terminated: true }))
    (account.terminated ? terminated : current).push(account);
  const lastOf = ({ userName }: Account) => (userName === null ? undefined : lastByUser.get(userName.toLowerCase()));
  const inactive = current.filter(
    (account) => account.userName !== null && account.disabled !== true && !lastOf(account),
  );
  const names = (accounts: Account[]) =>
    accounts.map(({ userName, name }) => userName ?? name ?? "").slice(0, mostNames);
  const dated = terminated.filter(({ terminatedOn }) => terminatedOn !== null);
  return {
    workers: current.length,
    signOnDays: days,
    inactive: names(inactive),
    inactiveCount: inactive.length,
    terminatedEnabled: names(terminated.filter(({ disabled }) => disabled === false)),
    terminatedSignedOn: names(
      dated.filter((account) => {
        const last = lastOf(account);
        // The day of termination is a working day.
        return last !== undefined && last.toISOString().slice(0, 10) > (account.terminatedOn as string);
      }),
    ),
    terminatedDated: dated.length,
    terminated: terminated.length,
  };
}
