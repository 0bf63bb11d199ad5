import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
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
    const values = new Map(items.map((item) => [item.key, item]));
    const unreadable = (key: string) => {
      const item = values.get(key);
      return item && "unreadable" in item ? item.unreadable : item ? null : "MISSING";
    };
    const get = (key: string) => {
      const item = values.get(key);
      return item && "value" in item ? item.value : undefined;
    };
    return new Map(
      checks.map((check) => [
        check.slug,
        check.needs.some(unreadable) ? "unknown" : check.evaluate({ get, unreadable }).result,
      ]),
    );
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
  const run = (live: Live, action: ProviderActionKind, target: Partial<ActionTarget>) => {
    const code = okta.actions[action];
    if (!code) throw new Error(`no ${action}`);
    return code(live.context, { parameters: {}, ...target });
  };
  const target = ({ externalId }: UserRecord): Partial<ActionTarget> => ({
    user: { externalId, login: null, email: null },
  });
  const active = async (live: Live, index: number) => {
    const { items } = await live.read("USERS");
    const users = items.filter(({ raw }) => {
      const { status, credentials } = raw as { status: string; credentials?: { provider?: { type?: string } } };
      return status === "ACTIVE" && (credentials?.provider?.type ?? "OKTA") === "OKTA";
    });
    return users[index] as UserRecord;
  };
  const statusOf = async (live: Live, { externalId }: UserRecord) =>
    (
      (await live.read("USERS")).items.find((user) => user.externalId === externalId) as UserRecord & {
        raw: { status: string };
      }
    ).raw.status;

  test("suspending can be repeated and undone", async () => {
    const live = await connect();
    const user = await active(live, 40);
    expect(await run(live, "SUSPEND_USER", target(user))).toEqual({ changed: true, before: { status: "ACTIVE" } });
    expect(await run(live, "SUSPEND_USER", target(user))).toEqual({ changed: false, before: { status: "SUSPENDED" } });
    expect(await statusOf(live, user)).toBe("SUSPENDED");
    expect((await run(live, "UNSUSPEND_USER", target(user))).changed).toBe(true);
    expect((await run(live, "UNSUSPEND_USER", target(user))).changed).toBe(false);
    const staged = (await live.read("USERS")).items.find(({ status }) => status === "INVITED") as UserRecord;
    await expect(run(live, "SUSPEND_USER", target(staged))).rejects.toThrow(ConflictError);
  });

  test("passwords are expired or reset, once, and not where they live elsewhere", async () => {
    const live = await connect("token");
    const [first, second] = [await active(live, 41), await active(live, 42)];
    expect((await run(live, "RESET_PASSWORD", target(first))).changed).toBe(true);
    expect(await statusOf(live, first)).toBe("PASSWORD_EXPIRED");
    expect((await run(live, "RESET_PASSWORD", target(first))).changed).toBe(false);
    const parameters = { method: "reset" };
    expect((await run(live, "RESET_PASSWORD", { ...target(second), parameters })).changed).toBe(true);
    expect(await statusOf(live, second)).toBe("RECOVERY");
    const elsewhere = (await live.read("USERS")).items.find(({ raw }) =>
      JSON.stringify(raw).includes("ACTIVE_DIRECTORY"),
    );
    if (elsewhere) await expect(run(live, "RESET_PASSWORD", target(elsewhere))).rejects.toThrow(ConflictError);
  });

  test("sessions end, and a risk is set once", async () => {
    const live = await connect();
    const user = await active(live, 43);
    expect((await run(live, "REQUIRE_SIGN_IN_AGAIN", target(user))).changed).toBe(true);
    expect(await run(live, "CONFIRM_USER_COMPROMISED", target(user))).toMatchObject({ changed: true });
    expect(await run(live, "CONFIRM_USER_COMPROMISED", target(user))).toEqual({
      changed: false,
      before: { riskLevel: "HIGH" },
    });
  });

  test("roles are taken away, once; those of a group stay, and the action says so", async () => {
    const live = await connect();
    const { ids } = await tenant.userIds();
    const user = (index: number) => target({ externalId: ids[index] } as UserRecord);
    const holds = async (index: number) =>
      (await live.read("PRIVILEGES")).items.some((item) => item.kind === "holder" && item.userId === ids[index]);
    expect(await holds(4)).toBe(true);
    const result = await run(live, "REVOKE_ADMIN_PRIVILEGES", user(4));
    expect(result.changed).toBe(true);
    expect(result.before?.roles).toHaveLength(1);
    expect((await run(live, "REVOKE_ADMIN_PRIVILEGES", user(4))).changed).toBe(false);
    expect(await holds(4)).toBe(false);
    await expect(run(live, "REVOKE_ADMIN_PRIVILEGES", user(8))).rejects.toThrow(ConflictError);
  });

  test("apps are banned and unbanned; scopes and tokens are revoked, once", async () => {
    const live = await connect("token");
    const list = async () => (await live.read("OAUTH_APPS")).items.filter((item) => item.kind === "app");
    const apps = await list();
    const oauthApp = {
      externalId: apps.find(({ externalId, banned }) => externalId.startsWith("0oa") && !banned)?.externalId ?? "",
    };
    const find = async (id: string) => (await list()).find(({ externalId }) => externalId === id);
    expect(await run(live, "BAN_APP", { oauthApp })).toEqual({ changed: true, before: { status: "ACTIVE" } });
    expect((await run(live, "BAN_APP", { oauthApp })).changed).toBe(false);
    expect((await find(oauthApp.externalId))?.banned).toBe(true);
    expect((await run(live, "UNBAN_APP", { oauthApp })).changed).toBe(true);
    expect((await find(oauthApp.externalId))?.banned).toBe(false);

    const scoped = apps.find(({ scopes, name }) => scopes.length > 0 && !/gatehouse/i.test(name));
    const withScopes = { externalId: scoped?.externalId ?? "" };
    const revoked = await run(live, "REVOKE_APP", { oauthApp: withScopes });
    expect(revoked.changed).toBe(true);
    expect(revoked.before?.scopes).toHaveLength(scoped?.scopes.length ?? 0);
    expect((await run(live, "REVOKE_APP", { oauthApp: withScopes })).changed).toBe(false);
    expect((await find(withScopes.externalId))?.scopes).toEqual([]);
  });

  test("an API token is revoked, for its owner only", async () => {
    const live = await connect();
    const { items } = await live.read("OAUTH_APPS");
    const grant = items.findLast((item) => item.kind === "grant");
    if (grant?.kind !== "grant") throw new Error("no API token");
    const oauthApp = { externalId: grant.appId };
    const stranger = (await tenant.userIds()).ids.find((id) => id !== grant.userId) ?? "";
    expect(
      (await run(live, "REVOKE_APP_FOR_USER", { ...target({ externalId: stranger } as UserRecord), oauthApp })).changed,
    ).toBe(false);
    expect(
      (await run(live, "REVOKE_APP_FOR_USER", { ...target({ externalId: grant.userId } as UserRecord), oauthApp }))
        .changed,
    ).toBe(true);
    expect((await run(live, "REVOKE_APP", { oauthApp })).changed).toBe(false);
  });

  test("what a user consented to for an app is revoked, once", async () => {
    const live = await connect();
    const { ids } = await tenant.userIds();
    for (const id of ids.slice(0, 60)) {
      const { body } = await live.context.http.get<{ clientId: string }[]>(`/api/v1/users/${id}/grants`);
      if (!body[0]) continue;
      const oauthApp = { externalId: body[0].clientId };
      const both = { ...target({ externalId: id } as UserRecord), oauthApp };
      expect((await run(live, "REVOKE_APP_FOR_USER", both)).changed).toBe(true);
      expect((await run(live, "REVOKE_APP_FOR_USER", both)).changed).toBe(false);
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
