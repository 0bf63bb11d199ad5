import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AccountReader } from "#src/connectors/workday/accounts.ts";
import { workday } from "#src/connectors/workday/index.ts";
import { readWorkers } from "#src/connectors/workday/workers.ts";
import { ConflictError, ProviderNotFoundError, ProviderScopeError, ProviderUnavailableError } from "#src/errors.ts";
import type { Faults, TenantOptions } from "../../../sandbox/provider.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { byId, Live } from "../live.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;
const lives: Live[] = [];
const dayMs = 86_400_000;
const now = new Date();
const weekAgo = new Date(now.getTime() - 7 * dayMs - 60_000);
const domains = {
  workers: "Worker Data: Public Worker Reports",
  logs: "System Auditing",
  accounts: "Workday Accounts",
};

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await tenantOf("acme", { users: 230, events: 3000 });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox.stop();
});

const tenantOf = (name: string, more: Partial<TenantOptions>) =>
  sandbox.createTenant({ provider: "workday", name, createdAt: now.getTime(), ...more });

function settingsOf({ credentials }: SandboxTenant, more: Record<string, string> = {}): Record<string, string> {
  const { clientId, clientSecret, restEndpoint, tokenEndpoint, authorizationEndpoint, refreshToken } = credentials;
  const settings = { clientId, clientSecret, restEndpoint, tokenEndpoint, authorizationEndpoint, refreshToken };
  return { ...(settings as Record<string, string>), ...more };
}

async function connect(of = tenant, more: Record<string, string> = {}): Promise<Live> {
  const live = new Live(workday, sandbox.url, settingsOf(of, more));
  lives.push(live);
  await live.obtain();
  return live;
}

async function withFaults<T>(faults: Faults, run: () => Promise<T>, of = tenant): Promise<T> {
  await of.setFaults(faults);
  try {
    return await run();
  } finally {
    await of.setFaults({});
  }
}

/** How many calls of an operation a piece of work made. */
async function callsOf(name: string, run: () => Promise<unknown>): Promise<number> {
  const before = (await tenant.calls())[name] ?? 0;
  await run();
  return ((await tenant.calls())[name] ?? 0) - before;
}
const statesCall = "SOAP Human_Resources.Get_Workday_Account_Request";
const signOnsCall = "SOAP Identity_Management.Get_Workday_Account_Signons_Request";

/** Ids of what the sandbox holds: twins numbered, sign-offs so far and changed passwords on top. */
async function expectedIds(of: SandboxTenant, at: number): Promise<string[]> {
  const ids: string[] = [];
  const seen = new Map<string, number>();
  const { total } = await of.events(0, 1);
  for (let offset = 0; offset < total; offset += 1000) {
    for (const event of (await of.events(offset, 1000)).events) {
      const { id, type, signoffAt } = event as typeof event & { signoffAt?: number };
      const count = (seen.get(id!) ?? 0) + 1;
      seen.set(id!, count);
      const hash = createHash("sha256").update(id!).digest("hex") + (count > 1 ? `-${count}` : "");
      ids.push(hash);
      if (type === "Password Changed") ids.push(`${hash}-password`);
      if (signoffAt !== undefined && signoffAt <= at) ids.push(`${hash}-signoff`);
    }
  }
  return ids;
}

/** The clock runs while we read: a sign-off that happens meanwhile may or may not be seen. */
async function expectAll(found: ReadonlyMap<string, unknown>, of: SandboxTenant, startedAt: number): Promise<void> {
  const latest = new Set(await expectedIds(of, Date.now()));
  expect([...found.keys()].filter((id) => !latest.has(id))).toEqual([]);
  expect((await expectedIds(of, startedAt)).filter((id) => !found.has(id))).toEqual([]);
}

describe("connecting", () => {
  test("names the tenant with its host, and what is switched off", async () => {
    const live = await connect();
    expect(live.credential).toMatchObject({ tokenType: "Bearer", refreshToken: tenant.credentials.refreshToken });
    expect(live.credential!.expiresAt!.getTime()).toBeGreaterThan(Date.now() + 3000_000);
    expect(await workday.testConnection(live.context)).toEqual({
      externalAccountId: "acme@wd5-services1.myworkday.com",
      accountName: "acme",
      missingScopes: [],
      unavailable: { USER_GOVERNANCE: "Actions on accounts are switched off in the settings." },
    });
  });

  test("a wrong secret or tenant is an error", async () => {
    await expect(connect(tenant, { clientSecret: "wrong" })).rejects.toThrow(
      "Workday refused the sign-in: the API client is disabled or deleted, or its secret was made anew.",
    );
    const elsewhere = {
      tokenEndpoint: tenant.credentials.tokenEndpoint!.replace("acme", "nobody"),
      authorizationEndpoint: "",
      restEndpoint: tenant.credentials.restEndpoint!.replace("acme", "nobody"),
    };
    await expect(connect(tenant, elsewhere)).rejects.toThrow(ProviderNotFoundError);
    const live = await connect();
    const stranger = new Live(workday, sandbox.url, settingsOf(tenant, elsewhere));
    lives.push(stranger);
    stranger.credential = live.credential;
    await expect(workday.testConnection(stranger.context)).rejects.toThrow("Workday does not know this tenant.");
  });

  test("a refused access token is renewed once, on REST and on SOAP alike", async () => {
    const live = await connect();
    for (const refreshes of [1, 2]) {
      live.credential = { ...live.credential!, accessToken: "expired" };
      if (refreshes === 1) await live.read("ACTIVITIES", { from: new Date(Date.now() - 600_000) });
      else expect((await readWorkers(live.context, (await tenant.userIds(0, 1)).ids)).length).toBe(1);
      expect(live.refreshes).toBe(refreshes);
    }
  });

  test.each([
    [domains.accounts, {}],
    [domains.logs, { LOG_ON_ACTIVITY: expect.any(String) }],
    [domains.workers, {}],
  ])("without the domain %s it is named, with what it takes away", async (domain, unavailable) => {
    const live = await connect();
    const result = await withFaults({ missingScopes: [domain] }, () => workday.testConnection(live.context));
    expect(result.missingScopes).toEqual([domain]);
    expect(result.unavailable).toEqual({ USER_GOVERNANCE: expect.any(String), ...unavailable });
  });
});

describe("users", () => {
  test("lists every worker with user name, and the disabled as suspended", async () => {
    const live = await connect();
    const { ids } = await tenant.userIds();
    await tenant.change("suspend-user", { user: ids[7] });
    const { items, cursor } = await live.read("USERS");
    await tenant.change("unsuspend-user", { user: ids[7] });
    expect(cursor).toBeNull();
    const users = new Map(items.map((user) => [user.externalId, user]));
    expect([...users.keys()]).toEqual(ids);
    // Five of each page come again, in case somebody left meanwhile.
    expect(items).toHaveLength(230 + 2 * 5);
    expect([...users.values()].filter(({ status }) => status !== "ACTIVE")).toEqual([users.get(ids[7]!)]);
    expect(users.get(ids[7]!)).toMatchObject({ status: "SUSPENDED", login: expect.any(String), type: "HUMAN" });
  });

  test("the state of all accounts costs one call for a hundred workers", async () => {
    const live = await connect();
    expect(await callsOf(statesCall, () => live.read("USERS"))).toBe(3);
  });

  test("without the right to see accounts the workers still come, and whether they may sign in is unknown", async () => {
    const live = await connect();
    await withFaults({ missingScopes: [domains.accounts] }, async () => {
      // One refusal is enough for all three pages.
      const read = async () =>
        expect(new Set((await live.read("USERS")).items.map(({ status }) => status))).toEqual(new Set(["UNKNOWN"]));
      expect(await callsOf(statesCall, read)).toBe(1);
    });
  });

  test("whose account vanishes meanwhile costs the others nothing", async () => {
    const live = await connect();
    const { ids } = await tenant.userIds(0, 5);
    const workers = await readWorkers(live.context, [...ids.slice(0, 2), "f".repeat(32), ...ids.slice(2)]);
    expect(workers.map(({ id }) => id)).toEqual(ids);
    const renamed = workers.map((worker, position) => (position === 3 ? { ...worker, userName: "no.longer" } : worker));
    const reader = new AccountReader(live.context);
    const accounts = await reader.join(renamed);
    expect(reader.denied).toBeNull();
    expect(accounts.map(({ disabled }) => disabled)).toEqual([false, false, false, null, false]);
  });

  test("nobody is missed when others leave between two pages", async () => {
    const leavers = await tenantOf("leavers", { users: 150, events: 0 });
    const live = await connect(leavers);
    const { ids } = await leavers.userIds();
    const seen = new Set<string>();
    for await (const page of live.pages("USERS")) {
      for (const { externalId } of page.items) seen.add(externalId);
      if (seen.size === 100) for (const user of ids.slice(10, 13)) await leavers.change("delete-user", { user });
    }
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
  });
});

describe("activities", () => {
  test("reads both logs whole, twins, sign-offs and changed passwords included", async () => {
    const live = await connect();
    const startedAt = Date.now();
    const { items } = await live.read("ACTIVITIES", { from: weekAgo });
    const found = byId(items);
    await expectAll(found, tenant, startedAt);
    expect(found.size).toBe(items.length);
    expect(items.filter(({ unmapped }) => unmapped)).toEqual([]);
    expect(new Set(items.map(({ category }) => category))).toEqual(new Set(["LOG_ON", "USER", "ADMIN"]));
  });

  test("new and late rows come with the next read", async () => {
    const other = await tenantOf("later", { users: 20, events: 100 });
    const live = await connect(other);
    const startedAt = Date.now();
    const first = await live.read("ACTIVITIES", { from: weekAgo });
    await other.emit({ type: "Edit Tenant Setup - Security", actor: "ana.admin", ip: "203.0.113.9" });
    await other.emit({ type: "Signon", count: 12 });
    await other.emit({ type: "Failed Signon", actor: "no.such.user" });
    await other.change("late-activity", { secondsAgo: 200 });
    live.now = () => new Date(Date.now() + 2_000);
    const second = await live.read("ACTIVITIES", { cursor: first.cursor, from: weekAgo });
    await expectAll(byId([...first.items, ...second.items]), other, startedAt);
    expect(second.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          category: "ADMIN",
          description: "ana.admin edited the security set-up of the tenant",
          ipAddress: "203.0.113.9",
        }),
        expect.objectContaining({
          category: "LOG_ON",
          outcome: "FAILURE",
          description: "no.such.user failed to sign in to Workday: Invalid user name or password",
        }),
      ]),
    );
  });

  test("an hour with more rows than the log returns at once is halved until it fits", async () => {
    const crowd = await tenantOf("crowd", { users: 50, events: 26_000, historyDays: 0.02 });
    const live = await connect(crowd);
    const startedAt = Date.now();
    const { items } = await live.read("ACTIVITIES", { from: new Date(now.getTime() - 3_600_000) });
    await expectAll(byId(items), crowd, startedAt);
    expect((await crowd.calls())["GET /ccx/api/privacy/v1/:tenant/activityLogging"]).toBeLessThan(60);
  });

  test("a week with few rows takes few calls", async () => {
    const few = await tenantOf("few", { users: 5, events: 60, historyDays: 7 });
    await (await connect(few)).read("ACTIVITIES", { from: weekAgo });
    expect((await few.calls())["GET /ccx/api/privacy/v1/:tenant/activityLogging"]).toBeLessThan(15);
  });

  test("our own reading of the log is left out once we know our user name", async () => {
    const still = await tenantOf("still", { users: 5, events: 0 });
    await still.change("log-api-calls", { on: true });
    const from = new Date(Date.now() - 60_000);
    const read = async (more: Record<string, string>) => {
      const live = await connect(still, more);
      live.now = () => new Date(Date.now() + 1000);
      await live.read("ACTIVITIES", { from });
      return (await live.read("ACTIVITIES", { from })).items.filter(({ eventType }) => /^privacy\//.test(eventType));
    };
    expect((await read({})).length).toBeGreaterThan(0);
    expect(await read({ integrationUser: "isu_activity_reader" })).toEqual([]);
  });

  test.each<[string, Faults, object]>([
    ["a denied log", { missingScopes: [domains.logs] }, { scopes: [domains.logs] }],
    ["sign-ons of another shape", { changedShape: "signons" }, { path: "Workday_Account_Signon[0].Signon_DateTime" }],
  ])("%s end the run with an error that names it", async (_, faults, error) => {
    const live = await connect();
    const run = () => live.read("ACTIVITIES", { from: new Date(now.getTime() - dayMs) });
    await withFaults(faults, () => expect(run()).rejects.toMatchObject(error));
  });
});

describe("actions", () => {
  const targetOf = (externalId: string) => ({ user: { externalId, login: null, email: null }, parameters: {} });
  const { SUSPEND_USER, UNSUSPEND_USER, RESET_PASSWORD } = workday.actions;

  test("are off unless switched on", async () => {
    const live = await connect();
    await expect(SUSPEND_USER!(live.context, targetOf("0".repeat(32)))).rejects.toThrow(ConflictError);
  });

  test.each([
    ["an employee", false],
    ["a contingent worker", true],
  ])("suspend, unsuspend and reset change the account of %s once, and say what was before", async (_, contingent) => {
    const live = await connect(tenant, { accountActions: "on" });
    expect((await workday.testConnection(live.context)).unavailable).toEqual({});
    const workers = await readWorkers(live.context, (await tenant.userIds(20, 80)).ids);
    const { id } = workers.find((worker) => worker.contingent === contingent)!;
    const target = targetOf(id);
    const status = async () => (await live.read("USERS")).items.find(({ externalId }) => externalId === id)!.status;
    for (const [action, changed, before, after] of [
      [SUSPEND_USER, true, { accountDisabled: false }, "SUSPENDED"],
      [SUSPEND_USER, false, { accountDisabled: true }, "SUSPENDED"],
      [UNSUSPEND_USER, true, { accountDisabled: true }, "ACTIVE"],
      [RESET_PASSWORD, true, { requireNewPassword: false }, "ACTIVE"],
      [RESET_PASSWORD, false, { requireNewPassword: true }, "ACTIVE"],
    ] as const) {
      expect(await action!(live.context, target)).toEqual({ changed, before });
      expect(await status()).toBe(after);
    }
    await expect(SUSPEND_USER!(live.context, targetOf("f".repeat(32)))).rejects.toThrow(ProviderNotFoundError);
    await withFaults({ missingScopes: [domains.accounts] }, () =>
      expect(SUSPEND_USER!(live.context, target)).rejects.toThrow(ProviderScopeError),
    );
  });
});

describe("posture", () => {
  const resultsOf = async (live: Live) => {
    const { items } = await live.read("POSTURE");
    const values = new Map(items.map((item) => [item.key, "value" in item ? item.value : undefined]));
    const snapshot = { get: (key: string) => values.get(key), unreadable: () => null };
    const evaluate = () => new Map(workday.checks.map((check) => [check.slug, check.evaluate(snapshot)]));
    return { items, values, evaluate };
  };

  test("is computed from sign-ons, accounts and the log, and names what could not be read", async () => {
    const live = await connect();
    await tenant.change("delete-user", { user: (await tenant.userIds(200, 1)).ids[0] });
    // Ninety days, six at once.
    expect(await callsOf(signOnsCall, () => live.read("POSTURE"))).toBe(15);
    const { values, evaluate } = await resultsOf(live);
    expect(Object.fromEntries(values)).toMatchObject({
      activityLog: { rowsLastDay: expect.any(Number) },
      signOns: { days: 30, successfulUi: expect.any(Number), bySaml: expect.any(Number) },
      accounts: {
        ...{ workers: 229, inactiveUnknown: 0, terminated: 1, terminatedDated: 0, terminatedUnknown: 0 },
        ...{ terminatedEnabled: [expect.any(String)], statesDenied: null },
      },
    });
    const results = evaluate();
    expect(results.get("workday-activity-logging")!.result).toBe("pass");
    expect(results.get("workday-inactive-accounts")!.result).toBe("unknown");
    expect(results.get("workday-terminated-accounts")!.result).toBe("fail");
    expect(results.get("workday-terminated-signons")!.result).toBe("unknown");
    const denied = await withFaults({ missingScopes: [domains.logs] }, () => resultsOf(live));
    expect(denied.items.map((item) => "unreadable" in item && item.unreadable)).toEqual(
      Array(3).fill(expect.stringContaining(domains.logs)),
    );
  });

  test("never takes an account for disabled that it could not see, and an outage concludes nothing", async () => {
    const hidden = await tenantOf("hidden", { users: 20, events: 200 });
    const live = await connect(hidden);
    const [user] = (await hidden.userIds(5, 1)).ids;
    await hidden.change("suspend-user", { user });
    await hidden.change("delete-user", { user });
    const terminated = async () => (await resultsOf(live)).evaluate().get("workday-terminated-accounts");
    expect(await terminated()).toMatchObject({ result: "pass" });
    expect(await withFaults({ missingScopes: [domains.accounts] }, terminated, hidden)).toEqual({
      result: "unknown",
      because: expect.stringContaining("It is unknown whether 1 of the accounts are enabled"),
    });
    await withFaults(
      { serverErrors: { remaining: 50 } },
      () => expect(terminated()).rejects.toThrow(ProviderUnavailableError),
      hidden,
    );
  });
});
