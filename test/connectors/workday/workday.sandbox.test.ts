import { beforeAll, describe, expect, test } from "vitest";
import { AccountReader } from "#src/connectors/workday/accounts.ts";
import { workday } from "#src/connectors/workday/index.ts";
import { readWorkers } from "#src/connectors/workday/workers.ts";
import { ConflictError, ProviderNotFoundError, ProviderScopeError, ProviderUnavailableError } from "#src/errors.ts";
import type { TenantOptions } from "../../../sandbox/provider.ts";
import type { SandboxTenant } from "../../support/sandbox.ts";
import { subjectOf } from "../contract/facts.ts";
import { openStage } from "../contract/stage.ts";
import { resultsOf } from "../results.ts";

const subject = subjectOf("workday");
const stage = openStage();
let tenant: SandboxTenant;
const now = new Date();
const weekAgo = new Date(now.getTime() - 7 * 86_400_000 - 60_000);
const domains = {
  workers: "Worker Data: Public Worker Reports",
  logs: "System Auditing",
  accounts: "Workday Accounts",
};

beforeAll(async () => {
  tenant = await newTenant("acme", { users: 230, events: 600, historyDays: 7 });
});

const newTenant = (name: string, more: Partial<TenantOptions>) =>
  stage.newTenant(subject, "small", { name, createdAt: now.getTime(), unlimited: false, ...more });
const connect = (of = tenant, settings: Record<string, string> = {}) => stage.connect(subject, of, { settings });

/** How many calls of an operation a piece of work made. */
async function callsOf(name: string, run: () => Promise<unknown>, of = tenant): Promise<number> {
  const before = (await of.calls())[name] ?? 0;
  await run();
  return ((await of.calls())[name] ?? 0) - before;
}
const statesCall = "SOAP Human_Resources.Get_Workday_Account_Request";
const signOnsCall = "SOAP Identity_Management.Get_Workday_Account_Signons_Request";
interface SignOnEvent {
  type: string;
  at: number;
  signoffAt?: number;
}
const activitiesCall = "GET /ccx/api/privacy/v1/:tenant/activityLogging";

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
      "Workday refused the sign-in: the API client is disabled or deleted, or its secret was replaced.",
    );
    const elsewhere = {
      tokenEndpoint: tenant.credentials.tokenEndpoint!.replace("acme", "nobody"),
      authorizationEndpoint: "",
      restEndpoint: tenant.credentials.restEndpoint!.replace("acme", "nobody"),
    };
    await expect(connect(tenant, elsewhere)).rejects.toThrow(ProviderNotFoundError);
    const live = await connect();
    const stranger = stage.open(subject, tenant, { settings: elsewhere });
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
    await tenant.setFaults({ missingScopes: [domain] });
    expect(await workday.testConnection(live.context)).toMatchObject({
      missingScopes: [domain],
      unavailable: { USER_GOVERNANCE: expect.any(String), ...unavailable },
    });
  });
});

describe("users", () => {
  test("come again where pages meet, five of each, in case somebody left meanwhile", async () => {
    const { items } = await (await connect()).read("USERS");
    expect(items).toHaveLength(230 + 2 * 5);
  });

  test("the state of all accounts costs one call for a hundred workers", async () => {
    const live = await connect();
    expect(await callsOf(statesCall, () => live.read("USERS"))).toBe(3);
  });

  test("without the right to see accounts the workers still come, and whether they may sign in is unknown", async () => {
    const live = await connect();
    await tenant.setFaults({ missingScopes: [domains.accounts] });
    const read = async () =>
      expect(new Set((await live.read("USERS")).items.map(({ status }) => status))).toEqual(new Set(["UNKNOWN"]));
    // One refusal is enough for all three pages.
    expect(await callsOf(statesCall, read)).toBe(1);
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
    const leavers = await newTenant("leavers", { users: 150, events: 0 });
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
  test("have sign-offs so far and changed passwords beside the rows of the logs", async () => {
    const { items } = await (await connect()).read("ACTIVITIES", { from: weekAgo });
    const { events } = await tenant.events(0, 10_000);
    const has = (type: string) =>
      items.filter(({ eventType }) => eventType === type).map(({ occurredAt }) => +occurredAt);
    const instants = (wanted: (event: SignOnEvent) => number | undefined) =>
      events.flatMap((event) => wanted(event as SignOnEvent) ?? []).toSorted((a, b) => a - b);
    const signOffs = instants(({ signoffAt }) => (signoffAt && signoffAt <= now.getTime() ? signoffAt : undefined));
    expect(signOffs.length).toBeGreaterThan(50);
    expect(
      has("Signoff")
        .filter((at) => at <= now.getTime())
        .toSorted((a, b) => a - b),
    ).toEqual(signOffs);
    const changed = instants(({ type, at }) => (type === "Password Changed" ? at : undefined));
    expect(changed.length).toBeGreaterThan(0);
    expect(has("Password Changed").toSorted((a, b) => a - b)).toEqual(changed);
  });

  test("of an unknown account and of late rows come with the next read", async () => {
    const other = await newTenant("later", { users: 20, events: 100 });
    const live = await connect(other);
    const first = await live.read("ACTIVITIES", { from: weekAgo });
    await other.emit({ type: "Failed Signon", actor: "no.such.user" });
    const { result } = (await other.change("late-activity", { secondsAgo: 200 })) as { result: { at: number } };
    live.now = () => new Date(Date.now() + 2_000);
    const { items } = await live.read("ACTIVITIES", { cursor: first.cursor, from: weekAgo });
    expect(items.map(({ description }) => description)).toContain(
      "no.such.user failed to sign in to Workday: Invalid user name or password",
    );
    expect(items.map(({ occurredAt }) => occurredAt.getTime())).toContain(result.at);
  });

  test.each([
    ["an hour with more rows than the log returns at once is halved until it fits", 60, 26_000, 0.02],
    ["a week with few rows takes few calls", 15, 60, 7],
  ])("%s", async (_, atMost, events, historyDays) => {
    const other = await newTenant(`crowd${events}`, { users: 50, events, historyDays });
    const live = await connect(other);
    const ids = new Set<string>();
    const read = async () => {
      const { items } = await live.read("ACTIVITIES", {
        from: new Date(now.getTime() - historyDays * 86_400_000 - 60_000),
      });
      for (const { externalId } of items) if (!externalId.includes("-")) ids.add(externalId);
    };
    expect(await callsOf(activitiesCall, read, other)).toBeLessThan(atMost);
    expect(ids.size).toBeGreaterThan(events * 0.99);
  });

  test("our own reading of the log is left out once we know our user name", async () => {
    const still = await newTenant("still", { users: 5, events: 0 });
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
  ])("change the account of %s, and report what was before", async (_, contingent) => {
    const live = await connect(tenant, { accountActions: "on" });
    expect((await workday.testConnection(live.context)).unavailable).toEqual({});
    const workers = await readWorkers(live.context, (await tenant.userIds(20, 80)).ids);
    const target = targetOf(workers.find((worker) => worker.contingent === contingent)!.id);
    for (const [action, changed, before] of [
      [SUSPEND_USER, true, { accountDisabled: false }],
      [SUSPEND_USER, false, { accountDisabled: true }],
      [UNSUSPEND_USER, true, { accountDisabled: true }],
      [RESET_PASSWORD, true, { requireNewPassword: false }],
      [RESET_PASSWORD, false, { requireNewPassword: true }],
    ] as const)
      expect(await action!(live.context, target)).toEqual({ changed, before });
    await expect(SUSPEND_USER!(live.context, targetOf("f".repeat(32)))).rejects.toThrow(ProviderNotFoundError);
    await tenant.setFaults({ missingScopes: [domains.accounts] });
    await expect(SUSPEND_USER!(live.context, target)).rejects.toThrow(ProviderScopeError);
  });
});

describe("posture", () => {
  test("is computed from sign-ons, accounts and the log, and names what could not be read", async () => {
    const live = await connect();
    await tenant.change("delete-user", { user: (await tenant.userIds(200, 1)).ids[0] });
    // Ninety days, six at once.
    expect(await callsOf(signOnsCall, () => live.read("POSTURE"))).toBe(15);
    const { values, results } = await resultsOf(live);
    expect(values).toMatchObject({
      activityLog: { rowsLastDay: expect.any(Number) },
      signOns: { days: 30, successfulUi: expect.any(Number), bySaml: expect.any(Number) },
      accounts: {
        ...{ workers: 229, inactiveUnknown: 0, terminated: 1, terminatedDated: 0, terminatedUnknown: 0 },
        ...{ terminatedEnabled: [expect.any(String)], statesDenied: null },
      },
    });
    expect(results).toMatchObject({
      "workday-activity-logging": { result: "pass" },
      "workday-inactive-accounts": { result: "unknown" },
      "workday-terminated-accounts": { result: "fail" },
      "workday-terminated-signons": { result: "unknown" },
    });
    await tenant.setFaults({ missingScopes: [domains.logs] });
    expect(Object.values((await resultsOf(live)).unreadable)).toEqual(
      Array(3).fill(expect.stringContaining(domains.logs)),
    );
  });

  test("never takes an account for disabled that it could not see, and an outage concludes nothing", async () => {
    const hidden = await newTenant("hidden", { users: 20, events: 200 });
    const live = await connect(hidden);
    const [user] = (await hidden.userIds(5, 1)).ids;
    await hidden.change("suspend-user", { user });
    await hidden.change("delete-user", { user });
    const terminated = async () => (await resultsOf(live)).results["workday-terminated-accounts"];
    expect(await terminated()).toMatchObject({ result: "pass" });
    await hidden.setFaults({ missingScopes: [domains.accounts] });
    expect(await terminated()).toEqual({
      result: "unknown",
      because: expect.stringContaining("It is unknown whether 1 of the accounts are enabled"),
    });
    await hidden.setFaults({ serverErrors: { remaining: 50 } });
    await expect(terminated()).rejects.toThrow(ProviderUnavailableError);
  });
});
