import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { accountsOf } from "#src/connectors/workday/accounts.ts";
import { workday } from "#src/connectors/workday/index.ts";
import { readWorkers } from "#src/connectors/workday/workers.ts";
import { ConflictError, ProviderAuthError, ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { byId, Live } from "../live.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;
const lives: Live[] = [];
const week = 7 * 86_400_000;
const statesCall = "SOAP Human_Resources.Get_Workday_Account_Request";
const now = new Date();

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({
    provider: "workday",
    name: "acme",
    users: 230,
    events: 3000,
    createdAt: now.getTime(),
  });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox.stop();
});

function settingsOf({ credentials }: SandboxTenant, more: Record<string, string> = {}): Record<string, string> {
  const { clientId, clientSecret, restEndpoint, tokenEndpoint, authorizationEndpoint, refreshToken } =
    credentials as Record<string, string>;
  return {
    clientId,
    clientSecret,
    restEndpoint,
    tokenEndpoint,
    authorizationEndpoint,
    refreshToken,
    ...more,
  } as Record<string, string>;
}

async function connect(of = tenant, more: Record<string, string> = {}): Promise<Live> {
  const live = new Live(workday, sandbox.url, settingsOf(of, more));
  lives.push(live);
  await live.obtain();
  return live;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

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
      const hash = sha256(id!) + (count > 1 ? `-${count}` : "");
      ids.push(hash);
      if (type === "Password Changed") ids.push(`${hash}-password`);
      if (signoffAt !== undefined && signoffAt <= at) ids.push(`${hash}-signoff`);
    }
  }
  return ids.sort();
}

/** The clock runs while we read: a sign-off that happens meanwhile may or may not be seen. */
async function expectAll(found: ReadonlyMap<string, unknown>, of: SandboxTenant, startedAt: number): Promise<void> {
  const latest = new Set(await expectedIds(of, Date.now()));
  expect([...found.keys()].filter((id) => !latest.has(id))).toEqual([]);
  expect((await expectedIds(of, startedAt)).filter((id) => !found.has(id))).toEqual([]);
}

describe("connecting", () => {
  test("without a browser, and tells the tenant with its host", async () => {
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

  test("with consent in the browser, PKCE included", async () => {
    const settings = settingsOf(tenant);
    delete settings.refreshToken;
    const live = new Live(workday, sandbox.url, settings);
    lives.push(live);
    expect(workday.authorization.interactive(live.settings)).toBe(true);
    const redirectUri = "http://127.0.0.1:4000/oauth/callback";
    const codeVerifier = "v".repeat(64);
    const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
    const consent = live.authorizationUrl({ redirectUri, state: "s-1", codeChallenge });
    expect((await fetch(consent)).status).toBe(200);
    const answer = await fetch(consent, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ decision: "allow" }),
    });
    const back = new URL(answer.headers.get("location")!);
    expect(back.searchParams.get("state")).toBe("s-1");
    const code = back.searchParams.get("code")!;
    await live.exchange({ code, redirectUri, codeVerifier });
    expect((await workday.testConnection(live.context)).accountName).toBe("acme");
    await expect(live.exchange({ code, redirectUri, codeVerifier })).rejects.toThrow(ProviderAuthError);
  });

  test("a wrong secret or tenant is said so", async () => {
    await expect(connect(tenant, { clientSecret: "wrong" })).rejects.toThrow(ProviderAuthError);
    const elsewhere = {
      tokenEndpoint: tenant.credentials.tokenEndpoint!.replace("acme", "nobody"),
      authorizationEndpoint: "",
      restEndpoint: tenant.credentials.restEndpoint!.replace("acme", "nobody"),
    };
    await expect(connect(tenant, elsewhere)).rejects.toThrow(ProviderNotFoundError);
  });

  test("an expired access token is renewed once, on REST and on SOAP alike", async () => {
    const live = await connect();
    await tenant.change("expire-access-tokens");
    await live.read("ACTIVITIES", { from: new Date(Date.now() - 600_000) });
    expect(live.refreshes).toBe(1);
    await tenant.change("expire-access-tokens");
    expect((await workday.testConnection(live.context)).missingScopes).toEqual([]);
    expect(live.refreshes).toBe(2);
  });

  test("missing domain policies are named, each with what it takes away", async () => {
    const live = await connect();
    try {
      await tenant.setFaults({ missingScopes: ["Workday Accounts"] });
      expect((await workday.testConnection(live.context)).missingScopes).toEqual(["Workday Accounts"]);
      await tenant.setFaults({ missingScopes: ["System Auditing"] });
      const auditing = await workday.testConnection(live.context);
      expect(auditing.missingScopes).toEqual(["System Auditing"]);
      expect(auditing.unavailable).toHaveProperty("LOG_ON_ACTIVITY");
      await tenant.setFaults({ missingScopes: ["Worker Data: Public Worker Reports"] });
      expect((await workday.testConnection(live.context)).missingScopes).toEqual([
        "Worker Data: Public Worker Reports",
      ]);
      await expect(live.read("USERS")).rejects.toMatchObject({ scopes: ["Worker Data: Public Worker Reports"] });
    } finally {
      await tenant.setFaults({});
    }
  });
});

describe("users", () => {
  test("lists every worker with user name, and the disabled as suspended", async () => {
    const live = await connect();
    const { total, ids } = await tenant.userIds();
    await tenant.change("suspend-user", { user: ids[7] });
    const { items, cursor } = await live.read("USERS");
    await tenant.change("unsuspend-user", { user: ids[7] });
    expect(cursor).toBeNull();
    expect(items.map(({ externalId }) => externalId)).toEqual(ids);
    expect(items).toHaveLength(total);
    expect(items.filter(({ status }) => status === "SUSPENDED").map(({ externalId }) => externalId)).toEqual([ids[7]]);
    expect(items[0]).toMatchObject({
      login: expect.any(String),
      email: expect.stringContaining("@"),
      displayName: expect.any(String),
      type: "HUMAN",
    });
  });

  test("without the right to see accounts the workers still come, and whether they may sign in is unknown", async () => {
    const live = await connect();
    await tenant.setFaults({ missingScopes: ["Workday Accounts"] });
    const before = (await tenant.calls())[statesCall] ?? 0;
    const { items } = await live.read("USERS");
    await tenant.setFaults({});
    expect(items).toHaveLength(230);
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set(["UNKNOWN"]));
    // One refusal is enough for all three pages.
    expect((await tenant.calls())[statesCall]).toBe(before + 1);
  });

  test("the state of all accounts costs one call for a hundred workers", async () => {
    const live = await connect();
    const before = (await tenant.calls())[statesCall] ?? 0;
    await live.read("USERS");
    expect((await tenant.calls())[statesCall]).toBe(before + 3);
  });

  test("whose account vanishes meanwhile costs the others nothing", async () => {
    const live = await connect();
    const { ids } = await tenant.userIds(0, 5);
    const workers = await readWorkers(live.context, [...ids.slice(0, 2), "f".repeat(32), ...ids.slice(2)]);
    expect(workers.map(({ id }) => id)).toEqual(ids);
    const renamed = workers.map((worker, position) => (position === 3 ? { ...worker, userName: "no.longer" } : worker));
    const { accounts, denied } = await accountsOf(live.context, renamed);
    expect(denied).toBeNull();
    expect(accounts.map(({ disabled }) => disabled)).toEqual([false, false, false, null, false]);
  });

  test("nobody is missed when others leave between two pages", async () => {
    const leavers = await sandbox.createTenant({ provider: "workday", name: "leavers", users: 150, events: 0 });
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
    const { items } = await live.read("ACTIVITIES", { from: new Date(now.getTime() - week - 60_000) });
    const found = byId(items);
    await expectAll(found, tenant, startedAt);
    expect(found.size).toBe(items.length);
    expect([...found.values()].filter(({ unmapped }) => unmapped)).toEqual([]);
    expect(new Set(items.map(({ category }) => category))).toEqual(new Set(["LOG_ON", "USER", "ADMIN"]));
  });

  test("new and late rows come with the next read", async () => {
    const other = await sandbox.createTenant({
      provider: "workday",
      name: "later",
      users: 20,
      events: 100,
      createdAt: now.getTime(),
    });
    const live = await connect(other);
    const startedAt = Date.now();
    const from = new Date(now.getTime() - week - 60_000);
    const first = await live.read("ACTIVITIES", { from });
    const found = byId(first.items);
    await other.emit({ type: "Edit Tenant Setup - Security", actor: "ana.admin", ip: "203.0.113.9" });
    for (let count = 0; count < 12; count++) await other.emit({ type: "Signon" });
    await other.emit({ type: "Failed Signon", actor: "no.such.user" });
    await other.change("late-activity", { secondsAgo: 200 });
    live.now = () => new Date(Date.now() + 2_000);
    const second = await live.read("ACTIVITIES", { cursor: first.cursor, from });
    for (const item of second.items) found.set(item.externalId, item);
    await expectAll(found, other, startedAt);
    expect(second.items).toContainEqual(
      expect.objectContaining({
        category: "ADMIN",
        description: "ana.admin edited the security set-up of the tenant",
        ipAddress: "203.0.113.9",
      }),
    );
    expect(second.items).toContainEqual(
      expect.objectContaining({
        category: "LOG_ON",
        outcome: "FAILURE",
        description: "no.such.user failed to sign in to Workday: Invalid user name or password",
      }),
    );
    const idle = await live.read("ACTIVITIES", { cursor: second.cursor, from });
    for (const item of idle.items) expect(found.has(item.externalId)).toBe(true);
  });

  test("an hour with more rows than the log returns at once is halved until it fits", async () => {
    const crowd = await sandbox.createTenant({
      provider: "workday",
      name: "crowd",
      users: 50,
      events: 26_000,
      historyDays: 0.02,
      createdAt: now.getTime(),
    });
    const live = await connect(crowd);
    const startedAt = Date.now();
    const { items } = await live.read("ACTIVITIES", { from: new Date(now.getTime() - 3_600_000) });
    await expectAll(byId(items), crowd, startedAt);
    expect((await crowd.calls())["GET /ccx/api/privacy/v1/:tenant/activityLogging"]).toBeLessThan(60);
  });

  test("our own reading of the log is left out once we know our user name", async () => {
    const quiet = await sandbox.createTenant({
      provider: "workday",
      name: "quiet",
      users: 5,
      events: 0,
      createdAt: now.getTime(),
    });
    await quiet.change("log-api-calls", { on: true });
    const from = new Date(Date.now() - 60_000);
    const read = async (more: Record<string, string>) => {
      const live = await connect(quiet, more);
      live.now = () => new Date(Date.now() + 1000);
      await live.read("ACTIVITIES", { from });
      return (await live.read("ACTIVITIES", { from })).items.filter(({ eventType }) =>
        eventType.startsWith("privacy/"),
      );
    };
    expect((await read({})).length).toBeGreaterThan(0);
    expect(await read({ integrationUser: "isu_activity_reader" })).toEqual([]);
  });

  test("a back-fill ends where it was told to", async () => {
    const live = await connect();
    const [from, to] = [new Date(now.getTime() - 3 * 86_400_000), new Date(now.getTime() - 2 * 86_400_000)];
    const { items, cursor } = await live.read("ACTIVITIES", { from, to });
    const moments = items
      .filter(({ eventType }) => eventType !== "Signoff")
      .map(({ occurredAt }) => occurredAt.getTime());
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(from.getTime() - 1000);
    expect(Math.max(...moments)).toBeLessThanOrEqual(to.getTime() + 1000);
    expect(JSON.parse(cursor!)).toMatchObject({ activities: to.toISOString(), signOns: to.toISOString() });
  });

  test("a changed shape of sign-ons names its place", async () => {
    const live = await connect();
    await tenant.setFaults({ changedShape: "signons" });
    const reading = live.read("ACTIVITIES", { from: new Date(now.getTime() - 86_400_000) });
    await expect(reading.finally(() => tenant.setFaults({}))).rejects.toMatchObject({
      path: "Workday_Account_Signon[0].Signon_DateTime",
    });
  });
});

describe("actions", () => {
  test("are off unless switched on", async () => {
    const live = await connect();
    const target = { user: { externalId: "0".repeat(32), login: null, email: null }, parameters: {} };
    await expect(workday.actions.SUSPEND_USER!(live.context, target)).rejects.toThrow(ConflictError);
  });

  test.each([
    ["an employee", false],
    ["a contingent worker", true],
  ])("suspend, unsuspend and reset change the account of %s once, and say what was before", async (_, contingent) => {
    const live = await connect(tenant, { accountActions: "on" });
    expect((await workday.testConnection(live.context)).unavailable).toEqual({});
    const workers = await readWorkers(live.context, (await tenant.userIds(20, 80)).ids);
    const { id: externalId } = workers.find((worker) => worker.contingent === contingent)!;
    const target = { user: { externalId, login: null, email: null }, parameters: {} };
    const { SUSPEND_USER, UNSUSPEND_USER, RESET_PASSWORD } = workday.actions;
    const statusOf = async () =>
      (await live.read("USERS")).items.find((user) => user.externalId === externalId)!.status;
    expect(await SUSPEND_USER!(live.context, target)).toEqual({ changed: true, before: { accountDisabled: false } });
    expect(await statusOf()).toBe("SUSPENDED");
    expect(await SUSPEND_USER!(live.context, target)).toEqual({ changed: false, before: { accountDisabled: true } });
    expect(await UNSUSPEND_USER!(live.context, target)).toEqual({ changed: true, before: { accountDisabled: true } });
    expect(await statusOf()).toBe("ACTIVE");
    expect(await RESET_PASSWORD!(live.context, target)).toEqual({
      changed: true,
      before: { requireNewPassword: false },
    });
    expect(await RESET_PASSWORD!(live.context, target)).toEqual({
      changed: false,
      before: { requireNewPassword: true },
    });
    const stranger = { user: { externalId: "f".repeat(32), login: null, email: null }, parameters: {} };
    await expect(SUSPEND_USER!(live.context, stranger)).rejects.toThrow(ProviderNotFoundError);
    await tenant.setFaults({ missingScopes: ["Workday Accounts"] });
    await expect(SUSPEND_USER!(live.context, target)).rejects.toThrow(ProviderScopeError);
    await tenant.setFaults({});
  });
});

test("posture is computed from sign-ons, accounts and the log, and says what it could not read", async () => {
  const live = await connect();
  const { ids } = await tenant.userIds(200, 1);
  await tenant.change("delete-user", { user: ids[0] });
  const values = (items: PostureItem[]) =>
    Object.fromEntries(items.map((item) => [item.key, "value" in item ? item.value : item.unreadable]));
  const { items } = await live.read("POSTURE");
  expect(values(items)).toMatchObject({
    activityLog: { rowsLastDay: expect.any(Number) },
    signOns: { days: 30, successfulUi: expect.any(Number), bySaml: expect.any(Number) },
    accounts: {
      workers: 229,
      inactiveUnknown: 0,
      terminated: 1,
      terminatedDated: 0,
      terminatedEnabled: [expect.any(String)],
      terminatedUnknown: 0,
      statesDenied: null,
    },
  });
  const stored = values(items);
  const results = workday.checks.map((check) => [
    check.slug,
    check.evaluate({ get: (key) => stored[key], unreadable: () => null }).result,
  ]);
  expect(Object.fromEntries(results)).toMatchObject({
    "workday-activity-logging": "pass",
    "workday-inactive-accounts": "unknown",
    "workday-terminated-accounts": "fail",
    "workday-terminated-signons": "unknown",
  });
  await tenant.setFaults({ missingScopes: ["System Auditing"] });
  const denied = (await live.read("POSTURE")).items;
  await tenant.setFaults({});
  expect(denied.every((item) => "unreadable" in item)).toBe(true);
});

test("posture never takes an account for disabled that it could not see", async () => {
  const hidden = await sandbox.createTenant({ provider: "workday", name: "hidden", users: 20, events: 200 });
  const live = await connect(hidden);
  const [user] = (await hidden.userIds(5, 1)).ids;
  await hidden.change("suspend-user", { user });
  await hidden.change("delete-user", { user });
  const resultOf = async (slug: string) => {
    const { items } = await live.read("POSTURE");
    const check = workday.checks.find((one) => one.slug === slug)!;
    const get = (key: string) => items.flatMap((item) => (item.key === key && "value" in item ? [item.value] : []))[0];
    return check.evaluate({ get, unreadable: () => null });
  };
  expect(await resultOf("workday-terminated-accounts")).toMatchObject({ result: "pass" });
  await hidden.setFaults({ missingScopes: ["Workday Accounts"] });
  expect(await resultOf("workday-terminated-accounts")).toEqual({
    result: "unknown",
    because: expect.stringContaining("It is unknown whether 1 of the accounts are enabled"),
  });
});
