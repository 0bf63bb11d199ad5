import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { workplace } from "#src/connectors/workplace/index.ts";
import { ProviderAuthError, ProviderNotFoundError, ProviderRequestError, ProviderScopeError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;
const lives: Live[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({ provider: "workplace", name: "acme", users: 230, groups: 6 });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox.stop();
});

function start(settings: Record<string, string>): Live {
  const live = new Live(workplace, sandbox.url, settings);
  lives.push(live);
  return live;
}

async function connect(of = tenant, more: Record<string, string> = {}): Promise<Live> {
  const { accessToken, appId, appSecret } = of.credentials as Record<string, string>;
  const live = start({ accessToken, appId, appSecret, ...more } as Record<string, string>);
  await live.obtain();
  return live;
}

async function withFaults<T>(faults: Parameters<SandboxTenant["setFaults"]>[0], run: () => Promise<T>): Promise<T> {
  await tenant.setFaults(faults);
  try {
    return await run();
  } finally {
    await tenant.setFaults({});
  }
}

describe("connecting", () => {
  test("with the token of a custom integration", async () => {
    const live = await connect();
    expect(await workplace.testConnection(live.context)).toEqual({
      externalAccountId: tenant.credentials.communityId,
      accountName: "Acme",
      missingScopes: [],
      unavailable: {},
    });
    const bare = await connect(tenant, { appId: "", appSecret: "" });
    expect(Object.keys((await workplace.testConnection(bare.context)).unavailable!)).toEqual([
      "LOG_ON_ACTIVITY",
      "USER_ACTIVITY",
      "ADMIN_ACTIVITY",
    ]);
    await tenant.change("require-proof");
    await expect(workplace.testConnection(bare.context)).rejects.toThrow(ProviderAuthError);
    expect((await workplace.testConnection(live.context)).accountName).toBe("Acme");
    await tenant.change("require-proof", { on: false });
  });

  test("by installing a third-party app", async () => {
    const { appId, appSecret, communityId } = tenant.credentials as Record<string, string>;
    const live = start({ appId: appId!, appSecret: appSecret! });
    const redirectUri = "http://127.0.0.1:4000/oauth/callback";
    const dialog = live.authorizationUrl({ redirectUri, state: "s-1", codeChallenge: "unused" });
    expect((await fetch(dialog)).status).toBe(200);
    const install = async (groups: string) => {
      const body = new URLSearchParams({ decision: "allow", community: communityId!, groups });
      const answer = await fetch(dialog, { method: "POST", redirect: "manual", body });
      const back = new URL(answer.headers.get("location")!);
      expect(back.searchParams.get("state")).toBe("s-1");
      return { code: back.searchParams.get("code")!, redirectUri, codeVerifier: "" };
    };
    const answer = await install("all");
    await live.exchange(answer);
    expect((await workplace.testConnection(live.context)).externalAccountId).toBe(communityId);
    await expect(live.exchange(answer)).rejects.toThrow(ProviderAuthError);
    await live.exchange(await install("specific"));
    expect((await workplace.testConnection(live.context)).unavailable).toHaveProperty("LIST_GROUPS");
    const wrong = start({ appId: appId!, appSecret: "f".repeat(32) });
    await expect(wrong.exchange(await install("all"))).rejects.toThrow(ProviderAuthError);
  });
});

describe("streams", () => {
  test("people, and those who left", async () => {
    const other = await sandbox.createTenant({ provider: "workplace", name: "people", users: 120, groups: 2 });
    const live = await connect(other);
    const before = (await other.userIds()).ids;
    await other.change("delete-user", { user: before[40] });
    await other.change("suspend-user", { user: before[41] });
    const { items, cursor, pages } = await live.read("USERS");
    expect(cursor).toBeNull();
    expect(pages).toBe(3);
    expect(items.map(({ externalId }) => externalId).sort()).toEqual(before.toSorted());
    const statusOf = (id: string | undefined) => items.find(({ externalId }) => externalId === id)?.status;
    expect([statusOf(before[40]), statusOf(before[41]), statusOf(before[0])]).toEqual([
      "DELETED",
      "SUSPENDED",
      "ACTIVE",
    ]);
    expect(new Set(items.map(({ status }) => status))).toContain("INVITED");
    await other.setFaults({ missingScopes: ["Manage work profiles"] });
    expect((await live.read("USERS")).items).toHaveLength(119);
    const first = (await live.pages("USERS").next()).value!;
    expect((await live.read("USERS", { cursor: first.cursor })).items).toHaveLength(19);
  });

  test("administrators hold the one privilege there is", async () => {
    const live = await connect();
    const { items } = await live.read("PRIVILEGES");
    const { ids } = await tenant.userIds(0, 3);
    expect(items).toEqual([
      { kind: "privilege", externalId: "community-admin", name: "Community administrator", isAdmin: true },
      ...ids.map((userId) => ({ kind: "holder", privilegeId: "community-admin", userId })),
    ]);
  });

  test("posture tells who does not use single sign-on, and what it could not read", async () => {
    const live = await connect();
    const facts = (items: PostureItem[]) =>
      Object.fromEntries(items.map((item) => [item.key, "value" in item ? item.value : undefined]));
    const stored = facts((await live.read("POSTURE")).items);
    const results = Object.fromEntries(
      workplace.checks.map((check) => [
        check.slug,
        check.evaluate({ get: (key) => stored[key], unreadable: () => null }).result,
      ]),
    );
    expect(results).toMatchObject({
      "workplace-sso": "fail",
      "workplace-admin-count": "pass",
      "workplace-stale-invitations": "fail",
    });
    expect(stored.people).toMatchObject({
      active: expect.any(Number),
      withoutSso: expect.arrayContaining([expect.stringContaining("@")]),
    });
    const denied = await withFaults({ missingScopes: ["Manage accounts"] }, () => live.read("POSTURE"));
    expect(denied.items.map((item) => [item.key, "unreadable" in item])).toEqual([
      ["people", true],
      ["admins", true],
      ["groups", false],
    ]);
  });

  test("activities are never behind: there is nothing to pull", async () => {
    const live = await connect();
    expect(await live.read("ACTIVITIES")).toEqual({ items: [], cursor: null, pages: 1 });
  });
});

test("actions change an account once, and read-only communities refuse", async () => {
  const live = await connect();
  const [externalId] = (await tenant.userIds(0, 1)).ids as [string];
  const target = { user: { externalId, login: null, email: null }, parameters: {} };
  const { SUSPEND_USER, UNSUSPEND_USER, REQUIRE_SIGN_IN_AGAIN } = workplace.actions;
  expect(await SUSPEND_USER!(live.context, target)).toEqual({ changed: true, before: { active: true } });
  expect(await SUSPEND_USER!(live.context, target)).toEqual({ changed: false, before: { active: false } });
  expect((await live.read("USERS")).items.find((user) => user.externalId === externalId)?.status).toBe("SUSPENDED");
  expect(await UNSUSPEND_USER!(live.context, target)).toEqual({ changed: true, before: { active: false } });
  expect(await REQUIRE_SIGN_IN_AGAIN!(live.context, target)).toEqual({ changed: true });
  const nobody = { user: { externalId: "1", login: null, email: null }, parameters: {} };
  await expect(SUSPEND_USER!(live.context, nobody)).rejects.toThrow(ProviderNotFoundError);
  await expect(REQUIRE_SIGN_IN_AGAIN!(live.context, nobody)).rejects.toThrow(ProviderNotFoundError);
  await expect(
    withFaults({ missingScopes: ["Log out users"] }, () => REQUIRE_SIGN_IN_AGAIN!(live.context, target)),
  ).rejects.toThrow(ProviderScopeError);
  await tenant.change("read-only");
  await expect(SUSPEND_USER!(live.context, target)).rejects.toThrow(ProviderRequestError);
  await expect(REQUIRE_SIGN_IN_AGAIN!(live.context, target)).rejects.toThrow(/read-only/);
  await tenant.change("read-only", { on: false });
});

test("webhooks need the app secret, and an address that answers the handshake", async () => {
  const register = workplace.webhooks!.register!;
  const hook = { url: "http://127.0.0.1:1/webhooks/workplace/1", secret: "a-long-random-verify-token" };
  const bare = await connect(tenant, { appId: "", appSecret: "" });
  await expect(register(bare.context, hook)).rejects.toThrow(/only with an app ID and app secret/);
  const live = await connect();
  await expect(register(live.context, hook)).rejects.toThrow(ProviderRequestError);
});
