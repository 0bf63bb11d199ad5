import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Check } from "#src/connector-kit/contract/checks.ts";
import type { ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import type { PostureItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
import { writeCursor } from "#src/connector-kit/cursor.ts";
import { checks } from "#src/connectors/okta/checks/index.ts";
import { okta } from "#src/connectors/okta/index.ts";
import { webhooks } from "#src/connectors/okta/webhooks.ts";
import {
  ConflictError,
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderRateLimitError,
  ProviderResponseError,
  ProviderScopeError,
  StreamCursorError,
} from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { receiveHooks } from "../hook-receiver.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;
const lives: Live[] = [];
const created = Date.now();
const week = new Date(created - 7 * 86_400_000);

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({
    provider: "okta",
    name: "acme",
    users: 430,
    groups: 7,
    events: 4500,
    historyDays: 10,
    createdAt: created,
  });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox.stop();
});

async function connect(mode = "oauth", of = tenant, more: Record<string, string> = {}): Promise<Live> {
  const { domain, clientId, keyId, privateKey, apiToken } = of.credentials as Record<string, string>;
  const secrets: Record<string, string | undefined> =
    mode === "oauth" ? { clientId, keyId, privateKey } : { token: apiToken };
  const live = new Live(okta, sandbox.url, { mode, domain, ...secrets, ...more } as Record<string, string>);
  lives.push(live);
  await live.obtain();
  return live;
}

describe("signing in", () => {
  test("both modes name the same org", async () => {
    for (const mode of ["oauth", "token"]) {
      const live = await connect(mode, tenant, { domain: "https://acme-admin.okta.com/" });
      expect(await okta.testConnection(live.context), mode).toEqual({
        externalAccountId: expect.stringMatching(/^00o/),
        accountName: expect.stringMatching(/acme/i),
        missingScopes: [],
        unavailable: {},
      });
    }
  });

  test("a wrong key and a revoked app ask for an admin", async () => {
    await expect(connect("oauth", tenant, { keyId: "another" })).rejects.toThrow(ProviderAuthError);
    const other = await sandbox.createTenant({ provider: "okta", name: "gone", users: 5 });
    const live = await connect("token", other);
    await other.setFaults({ revoked: true });
    await expect(live.read("USERS")).rejects.toThrow(ProviderAuthError);
    await expect(connect("oauth", other)).rejects.toThrow(ProviderAuthError);
  });

  test("scopes that are not granted are named, and the rest is read", async () => {
    const other = await sandbox.createTenant({ provider: "okta", name: "scopes", users: 5, events: 10 });
    await other.setFaults({ missingScopes: ["okta.apps.read", "okta.apps.manage", "okta.users.manage"] });
    const live = await connect("oauth", other);
    expect((await okta.testConnection(live.context)).missingScopes).toEqual([
      "okta.apps.read",
      "okta.users.manage",
      "okta.apps.manage",
    ]);
    await expect(live.read("OAUTH_APPS")).rejects.toThrow(ProviderScopeError);
    expect((await live.read("USERS")).items).toHaveLength(5);
  });

  test("a scope that was taken away since the token was made is missing, and no second token is made to find out", async () => {
    const other = await sandbox.createTenant({ provider: "okta", name: "taken", users: 5, events: 10 });
    const live = await connect("oauth", other);
    await other.setFaults({ missingScopes: ["okta.logs.read"] });
    expect(await okta.testConnection(live.context)).toMatchObject({
      missingScopes: ["okta.logs.read"],
      unavailable: { USER_ACTIVITY: expect.stringContaining("okta.logs.read") },
    });
    expect((await other.calls())["POST /oauth2/v1/token"]).toBe(1);
  });

  test("a token whose owner may not read API tokens lacks that scope, and no token is read to find out", async () => {
    const other = await sandbox.createTenant({ provider: "okta", name: "tokens", users: 5, events: 10 });
    await other.setFaults({ missingScopes: ["okta.apiTokens.read"] });
    const live = await connect("token", other);
    expect((await okta.testConnection(live.context)).missingScopes).toEqual(["okta.apiTokens.read"]);
    await other.setFaults({ missingScopes: [] });
    expect((await okta.testConnection(live.context)).missingScopes).toEqual([]);
    expect(await other.calls()).not.toHaveProperty(["GET /api/v1/api-tokens"]);
  });

  test("a token that has ended is minted again", async () => {
    const live = await connect();
    live.credential = { ...live.credential, accessToken: "ended", tokenType: "Bearer" };
    expect((await live.read("GROUPS")).items.length).toBeGreaterThan(0);
    expect(live.refreshes).toBe(1);
  });

  test("an org that is not there is not found", async () => {
    const live = await connect("token", tenant, { domain: "globex.okta.com" });
    await expect(okta.testConnection(live.context)).rejects.toThrow(ProviderNotFoundError);
  });
});

describe("people", () => {
  test("everybody is listed, the deprovisioned too, and a stopped listing is gone on with", async () => {
    const live = await connect();
    const { items, cursor } = await live.read("USERS");
    expect(cursor).toBeNull();
    const { ids } = await tenant.userIds();
    expect(items.map(({ externalId }) => externalId).toSorted()).toEqual(ids.toSorted());
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set(["ACTIVE", "INVITED", "SUSPENDED", "DELETED"]));
    const seen = new Set<string>();
    let at: string | null = null;
    do {
      const page: StreamPage<UserRecord> | undefined =
        (await live.pages("USERS", { cursor: at }).next()).value ?? undefined;
      for (const { externalId } of page?.items ?? []) seen.add(externalId);
      at = page?.cursor ?? null;
    } while (at);
    expect(seen.size).toBe(ids.length);
  });

  test("groups and roles refer to known users", async () => {
    const live = await connect("token");
    const known = new Set((await tenant.userIds()).ids);
    const groups = (await live.read("GROUPS")).items;
    expect(groups.filter(({ kind }) => kind === "group")).toHaveLength(7);
    const held = (await live.read("PRIVILEGES")).items;
    for (const item of [...groups, ...held])
      if (item.kind === "member" || item.kind === "holder") expect(known).toContain(item.userId);
    expect(held.filter((item) => item.kind === "holder" && item.privilegeId === "SUPER_ADMIN")).toHaveLength(3);
  });

  test("a changed shape stops the stream and names the place", async () => {
    const other = await sandbox.createTenant({ provider: "okta", name: "shape", users: 5, events: 10 });
    const live = await connect("token", other);
    await other.setFaults({ changedShape: "all" });
    for (const stream of ["USERS", "GROUPS", "PRIVILEGES", "ACTIVITIES", "OAUTH_APPS"] as const) {
      await expect(live.read(stream, { from: week }), stream).rejects.toThrow(ProviderResponseError);
    }
  });
});

describe("the System Log", () => {
  test("is read whole in whatever runs, each event once, late ones included", async () => {
    const live = await connect();
    const stored: string[] = [];
    const times = new Map<string, number>();
    let cursor: string | null = null;
    const run = async (pagesAtMost: number) => {
      let pages = 0;
      for await (const page of live.pages("ACTIVITIES", { cursor, from: week })) {
        stored.push(...page.items.map(({ externalId }) => externalId));
        for (const { externalId, occurredAt } of page.items) times.set(externalId, occurredAt.getTime());
        cursor = page.cursor;
        if (++pages === pagesAtMost) break;
      }
    };
    for (let again = 0; again < 6; again++) await run(1);
    await tenant.emit({ count: 5 });
    await tenant.change("late-event", { minutesAgo: 90 });
    await run(99);
    const expected = (await tenant.events(0, 6000)).events.filter(({ at }) => at >= week.getTime());
    expect(stored.toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
    for (const { id, at } of expected) expect(times.get(id ?? "")).toBe(at);
  });

  test("a back-fill ends", async () => {
    const live = await connect();
    const [from, to] = [new Date(created - 9 * 86_400_000), new Date(created - 8 * 86_400_000)];
    const { items, cursor } = await live.read("ACTIVITIES", { from, to });
    const expected = (await tenant.events(0, 6000)).events.filter(
      ({ at }) => at >= from.getTime() && at < to.getTime(),
    );
    expect(new Set(items.map(({ externalId }) => externalId))).toEqual(new Set(expected.map(({ id }) => id)));
    expect(cursor).toBeNull();
  });

  test("a dead cursor is said to be dead", async () => {
    const live = await connect();
    await expect(
      live.read("ACTIVITIES", {
        cursor: writeCursor({ form: "position1" }, { at: "/api/v1/logs?limit=1000&sortOrder=ASCENDING&after=made-up" }),
      }),
    ).rejects.toThrow(StreamCursorError);
  });

  test("a limit is passed on with its time", async () => {
    const other = await sandbox.createTenant({ provider: "okta", name: "limited", users: 5, events: 10 });
    const live = await connect("token", other);
    await other.setFaults({ rateLimited: { remaining: 1, retryAfterSeconds: 90 } });
    await expect(live.read("ACTIVITIES", { from: week })).rejects.toThrow(ProviderRateLimitError);
  });
});

describe("apps and settings", () => {
  test("apps with their scopes and API tokens with their owners are listed", async () => {
    const { items } = await (await connect()).read("OAUTH_APPS");
    const apps = items.filter((item) => item.kind === "app");
    expect(
      apps.some(
        ({ scopes, permissionLevel }) =>
          scopes.some((scope) => scope.endsWith(".manage")) && permissionLevel === "HIGH",
      ),
    ).toBe(true);
    const tokens = apps.filter(({ externalId }) => externalId.startsWith("api-token:"));
    expect(tokens.length).toBeGreaterThan(0);
    expect(items.filter(({ kind }) => kind === "grant")).toHaveLength(tokens.length);
    expect(JSON.stringify(items)).not.toMatch(/client_secret/);
  });

  const evaluate = (items: PostureItem[]) => {
    const values = Object.fromEntries(items.map((item) => [item.key, item]));
    const unreadable = (key: string) => {
      const item = values[key];
      return item ? ("unreadable" in item ? item.unreadable : null) : "MISSING";
    };
    const get = (key: string) => (values[key] as { value?: unknown } | undefined)?.value;
    const resultOf = (check: Check) =>
      check.needs.some(unreadable) ? "unknown" : check.evaluate({ get, unreadable }).result;
    return new Map(checks.map((check) => [check.slug, resultOf(check)]));
  };

  test("settings are read, and the checks follow them", async () => {
    const live = await connect();
    const before = evaluate((await live.read("POSTURE")).items);
    expect([...before].filter(([, result]) => result === "unknown")).toEqual([]);
    await tenant.change("set-setting", { name: "threatInsight.action", value: "block" });
    expect(evaluate((await live.read("POSTURE")).items).get("okta-threat-insight")).toBe("pass");
    await tenant.change("set-setting", { name: "threatInsight.action", value: "none" });
    expect(evaluate((await live.read("POSTURE")).items).get("okta-threat-insight")).toBe("fail");
  });

  test("a setting that may not be read is unknown, and the others are read", async () => {
    const other = await sandbox.createTenant({ provider: "okta", name: "blind", users: 20 });
    await other.setFaults({ missingScopes: ["okta.threatInsights.read"] });
    const results = evaluate((await (await connect("oauth", other)).read("POSTURE")).items);
    expect(results.get("okta-threat-insight")).toBe("unknown");
    expect([...results.values()].filter((result) => result === "unknown")).toHaveLength(1);
  });
});

describe("actions", () => {
  const run = async (live: Live, action: ProviderActionKind, target: Partial<ActionTarget>) =>
    await okta.actions[action]!(live.context, { parameters: {}, ...target });
  /** Carried out twice: it changes something the first time only. */
  const once = async (live: Live, action: ProviderActionKind, target: Partial<ActionTarget>) => {
    const first = await run(live, action, target);
    const changes = [first.changed, (await run(live, action, target)).changed];
    expect([action, ...changes]).toEqual([action, true, false]);
    return first.before;
  };
  const user = (externalId: string): Partial<ActionTarget> => ({ user: { externalId, login: null, email: null } });
  type OktaUser = { id: string; status: string; credentials?: { provider?: { type?: string } } };
  const users = async (live: Live) => (await live.read("USERS")).items.map(({ raw }) => raw as OktaUser);
  const active = async (live: Live, index: number) =>
    (await users(live)).filter(
      ({ status, credentials }) => status === "ACTIVE" && (credentials?.provider?.type ?? "OKTA") === "OKTA",
    )[index]!.id;
  const statusOf = async (live: Live, id: string) => (await users(live)).find((one) => one.id === id)?.status;

  test("suspending can be repeated and undone", async () => {
    const live = await connect();
    const id = await active(live, 40);
    expect(await once(live, "SUSPEND_USER", user(id))).toEqual({ status: "ACTIVE" });
    expect(await statusOf(live, id)).toBe("SUSPENDED");
    await once(live, "UNSUSPEND_USER", user(id));
    const staged = (await users(live)).find(({ status }) => status === "STAGED")!;
    await expect(run(live, "SUSPEND_USER", user(staged.id))).rejects.toThrow(ConflictError);
  });

  test("passwords are expired or reset, once, and not where they live elsewhere", async () => {
    const live = await connect("token");
    const [first, second] = [await active(live, 41), await active(live, 42)];
    await once(live, "RESET_PASSWORD", user(first));
    expect(await statusOf(live, first)).toBe("PASSWORD_EXPIRED");
    await once(live, "RESET_PASSWORD", { ...user(second), parameters: { method: "reset" } });
    expect(await statusOf(live, second)).toBe("RECOVERY");
    const elsewhere = (await users(live)).find(({ credentials }) => credentials?.provider?.type === "ACTIVE_DIRECTORY");
    await expect(run(live, "RESET_PASSWORD", user(elsewhere!.id))).rejects.toThrow(ConflictError);
  });

  test("sessions end, and a risk is set once", async () => {
    const live = await connect();
    const id = await active(live, 43);
    expect((await run(live, "REQUIRE_SIGN_IN_AGAIN", user(id))).changed).toBe(true);
    expect(await once(live, "CONFIRM_USER_COMPROMISED", user(id))).toEqual({ riskLevel: "NONE" });
  });

  test("roles are taken away, once; those of a group stay, and the action reports it", async () => {
    const live = await connect();
    const { ids } = await tenant.userIds();
    const holds = async (id: string | undefined) =>
      (await live.read("PRIVILEGES")).items.some((item) => item.kind === "holder" && item.userId === id);
    expect(await holds(ids[4])).toBe(true);
    expect((await once(live, "REVOKE_ADMIN_PRIVILEGES", user(ids[4]!)))?.roles).toHaveLength(1);
    expect(await holds(ids[4])).toBe(false);
    await expect(run(live, "REVOKE_ADMIN_PRIVILEGES", user(ids[8]!))).rejects.toThrow(ConflictError);
  });

  test("apps are banned and unbanned; scopes are revoked, once", async () => {
    const live = await connect("token");
    const list = async () => (await live.read("OAUTH_APPS")).items.filter((item) => item.kind === "app");
    const find = async (id: string) => (await list()).find(({ externalId }) => externalId === id);
    const apps = await list();
    const { externalId } = apps.find((app) => app.externalId.startsWith("0oa") && !app.banned)!;
    expect(await once(live, "BAN_APP", { oauthApp: { externalId } })).toEqual({ status: "ACTIVE" });
    expect((await find(externalId))?.banned).toBe(true);
    await once(live, "UNBAN_APP", { oauthApp: { externalId } });
    expect((await find(externalId))?.banned).toBe(false);

    const scoped = apps.find(({ scopes, name }) => scopes.length > 0 && !/gatehouse/i.test(name))!;
    const before = await once(live, "REVOKE_APP", { oauthApp: { externalId: scoped.externalId } });
    expect(before?.scopes).toHaveLength(scoped.scopes.length);
    expect((await find(scoped.externalId))?.scopes).toEqual([]);
  });

  test("an API token is revoked, for its owner only", async () => {
    const live = await connect();
    const grant = (await live.read("OAUTH_APPS")).items.findLast((item) => item.kind === "grant");
    if (grant?.kind !== "grant") throw new Error("no API token");
    const oauthApp = { externalId: grant.appId };
    const stranger = (await tenant.userIds()).ids.find((id) => id !== grant.userId) ?? "";
    expect((await run(live, "REVOKE_APP_FOR_USER", { ...user(stranger), oauthApp })).changed).toBe(false);
    await once(live, "REVOKE_APP_FOR_USER", { ...user(grant.userId), oauthApp });
    expect((await run(live, "REVOKE_APP", { oauthApp })).changed).toBe(false);
  });

  test("what a user consented to for an app is revoked, once", async () => {
    const live = await connect();
    for (const id of (await tenant.userIds(0, 60)).ids) {
      const { body } = await live.context.http.get<{ clientId: string }[]>(`/api/v1/users/${id}/grants`);
      if (!body[0]) continue;
      await once(live, "REVOKE_APP_FOR_USER", { ...user(id), oauthApp: { externalId: body[0].clientId } });
      return;
    }
    throw new Error("nobody consented to anything");
  });
});

test("event hooks are registered once, bring what the log has, and are removed", async () => {
  const live = await connect();
  const secret = "a long random secret";
  const receiver = await receiveHooks(okta, secret);
  const { url } = receiver;
  const registration = await webhooks.register!(live.context, { url, secret });
  expect(await webhooks.register!(live.context, { url, secret })).toEqual(registration);
  receiver.results.length = 0;
  const [event] = await tenant.emit({ type: "user.lifecycle.suspend" });
  const carried = () => receiver.activities().find(({ externalId }) => externalId === event?.id);
  await expect.poll(carried).toBeDefined();
  expect(receiver.results[0]).toMatchObject({ refresh: ["USERS"], deliveryId: expect.any(String) });
  const { items } = await live.read("ACTIVITIES", { from: new Date(created) });
  expect(carried()).toEqual(items.find(({ externalId }) => externalId === event?.id));
  await webhooks.unregister!(live.context, registration);
  await webhooks.unregister!(live.context, registration);
  expect((await live.context.http.get<unknown[]>("/api/v1/eventHooks")).body).toEqual([]);
  await receiver.close();
});
