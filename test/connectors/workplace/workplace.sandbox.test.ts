import { beforeAll, describe, expect, test } from "vitest";
import { workplace } from "#src/connectors/workplace/index.ts";
import { ProviderAuthError, ProviderNotFoundError, ProviderRequestError, ProviderScopeError } from "#src/errors.ts";
import type { SandboxTenant } from "../../support/sandbox.ts";
import { subjectOf } from "../contract/facts.ts";
import { consentTo, openStage } from "../contract/stage.ts";
import { resultsOf } from "../results.ts";

const subject = subjectOf("workplace");
const stage = openStage();
let tenant: SandboxTenant;

beforeAll(async () => {
  tenant = await stage.newTenant(subject, "large", { name: "acme", unlimited: false });
});

const connect = (of = tenant, settings: Record<string, string> = {}) => stage.connect(subject, of, { settings });

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

  test("by installing a third-party app in some groups, which leaves out groups", async () => {
    const community = tenant.credentials.communityId!;
    const live = stage.open(subject, tenant, { mode: "install" });
    await consentTo(live, { community, groups: "specific" });
    expect((await workplace.testConnection(live.context)).unavailable).toHaveProperty("LIST_GROUPS");
    const wrong = stage.open(subject, tenant, { mode: "install", settings: { appSecret: "f".repeat(32) } });
    await expect(consentTo(wrong, { community, groups: "all" })).rejects.toThrow(ProviderAuthError);
  });
});

describe("streams", () => {
  test("people who left come from a list of their own, which needs a permission", async () => {
    const other = await stage.newTenant(subject, "small", { users: 120 });
    const live = await connect(other);
    const [user] = (await other.userIds(40, 1)).ids;
    await other.change("delete-user", { user });
    const { items } = await live.read("USERS");
    expect(items.find(({ externalId }) => externalId === user)?.status).toBe("DELETED");
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

  test("posture reports who does not use single sign-on, and what it could not read", async () => {
    const live = await connect();
    const { values, results } = await resultsOf(live);
    expect(results).toMatchObject({
      "workplace-sso": { result: "fail" },
      "workplace-admin-count": { result: "pass" },
      "workplace-stale-invitations": { result: "fail" },
    });
    expect(values.people).toMatchObject({
      active: expect.any(Number),
      withoutSso: expect.arrayContaining([expect.stringContaining("@")]),
    });
    await tenant.setFaults({ missingScopes: ["Manage accounts"] });
    expect(Object.keys((await resultsOf(live)).unreadable)).toEqual(["people", "admins"]);
  });
});

test("actions are on an account that is there, and read-only communities refuse them", async () => {
  const live = await connect();
  const [externalId = ""] = (await tenant.userIds(0, 1)).ids;
  const targetOf = (id: string) => ({ user: { externalId: id, login: null, email: null }, parameters: {} });
  const target = targetOf(externalId);
  const { SUSPEND_USER, REQUIRE_SIGN_IN_AGAIN } = workplace.actions;
  for (const action of [SUSPEND_USER!, REQUIRE_SIGN_IN_AGAIN!])
    await expect(action(live.context, targetOf("1"))).rejects.toThrow(ProviderNotFoundError);
  await tenant.setFaults({ missingScopes: ["Log out users"] });
  await expect(REQUIRE_SIGN_IN_AGAIN!(live.context, target)).rejects.toThrow(ProviderScopeError);
  await tenant.setFaults({});
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
