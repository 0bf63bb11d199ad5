import { beforeAll, describe, expect, test } from "vitest";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import { writeCursor } from "#src/connector-kit/cursor.ts";
import { okta } from "#src/connectors/okta/index.ts";
import { ConflictError, ProviderAuthError, ProviderNotFoundError, StreamCursorError } from "#src/errors.ts";
import type { SandboxTenant } from "../../support/sandbox.ts";
import { subjectOf } from "../contract/facts.ts";
import { openStage } from "../contract/stage.ts";
import type { Live } from "../live.ts";
import { resultsOf } from "../results.ts";

const subject = subjectOf("okta");
const stage = openStage();
let tenant: SandboxTenant;

beforeAll(async () => {
  tenant = await stage.newTenant(subject, "large", { name: "acme", events: 100, unlimited: false });
});

const connect = (mode = "oauth", of = tenant, settings: Record<string, string> = {}) =>
  stage.connect(subject, of, { mode, settings });

describe("signing in", () => {
  test("a wrong key and a revoked app ask for an admin", async () => {
    await expect(connect("oauth", tenant, { keyId: "another" })).rejects.toThrow(ProviderAuthError);
    await tenant.setFaults({ revoked: true });
    await expect(connect("oauth")).rejects.toThrow(ProviderAuthError);
  });

  test("a token whose owner may not read API tokens lacks that scope, and no token is read to find out", async () => {
    const other = await stage.newTenant(subject, "small", { events: 10 });
    await other.setFaults({ missingScopes: ["okta.apiTokens.read"] });
    const live = await connect("token", other);
    expect((await okta.testConnection(live.context)).missingScopes).toEqual(["okta.apiTokens.read"]);
    await other.setFaults({});
    expect((await okta.testConnection(live.context)).missingScopes).toEqual([]);
    expect(await other.calls()).not.toHaveProperty(["GET /api/v1/api-tokens"]);
  });

  test("an org that is not there is not found", async () => {
    const live = await connect("token", tenant, { domain: "globex.okta.com" });
    await expect(okta.testConnection(live.context)).rejects.toThrow(ProviderNotFoundError);
  });
});

describe("listings", () => {
  test("have people in every status, the deprovisioned too", async () => {
    const { items } = await (await connect()).read("USERS");
    const statuses = ["ACTIVE", "INVITED", "SUSPENDED", "DELETED"];
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set(statuses));
  });

  test("have who holds a role through a group", async () => {
    const { items } = await (await connect("token")).read("PRIVILEGES");
    expect(items.filter((item) => item.kind === "holder" && item.privilegeId === "SUPER_ADMIN")).toHaveLength(3);
  });

  test("have apps with their scopes and API tokens with their owners, and no secret", async () => {
    const { items } = await (await connect()).read("OAUTH_APPS");
    const apps = items.filter((item) => item.kind === "app");
    const managing = apps.filter(({ scopes }) => scopes.some((scope) => scope.endsWith(".manage")));
    expect(managing.map(({ permissionLevel }) => permissionLevel)).toContain("HIGH");
    const tokens = apps.filter(({ externalId }) => externalId.startsWith("api-token:"));
    expect(tokens.length).toBeGreaterThan(0);
    expect(items.filter(({ kind }) => kind === "grant")).toHaveLength(tokens.length);
    expect(JSON.stringify(items)).not.toMatch(/client_secret/);
  });
});

describe("the System Log", () => {
  test("has an event that is stored late, once", async () => {
    const live = await connect();
    const { cursor } = await live.read("ACTIVITIES");
    const { result } = (await tenant.change("late-event", { minutesAgo: 90 })) as { result: { id: string } };
    const next = await live.read("ACTIVITIES", { cursor });
    expect(next.items.filter(({ externalId }) => externalId === result.id)).toHaveLength(1);
    expect((await live.read("ACTIVITIES", { cursor: next.cursor })).items).toEqual([]);
  });

  test("a dead cursor is said to be dead", async () => {
    const live = await connect();
    const at = "/api/v1/logs?limit=1000&sortOrder=ASCENDING&after=made-up";
    await expect(live.read("ACTIVITIES", { cursor: writeCursor({ form: "position1" }, { at }) })).rejects.toThrow(
      StreamCursorError,
    );
  });
});

test("the checks follow the settings", async () => {
  const live = await connect();
  const threatInsight = async () => (await resultsOf(live)).results["okta-threat-insight"]!.result;
  const { results } = await resultsOf(live);
  expect(Object.values(results).map(({ result }) => result)).not.toContain("unknown");
  await tenant.change("set-setting", { name: "threatInsight.action", value: "block" });
  expect(await threatInsight()).toBe("pass");
  await tenant.change("set-setting", { name: "threatInsight.action", value: "none" });
  expect(await threatInsight()).toBe("fail");
  await tenant.setFaults({ missingScopes: ["okta.threatInsights.read"] });
  expect(Object.keys((await resultsOf(live)).unreadable)).toEqual(["threatInsight"]);
});

describe("actions", () => {
  const run = async (live: Live, action: ProviderActionKind, target: Partial<ActionTarget>) =>
    await okta.actions[action]!(live.context, { parameters: {}, ...target });
  const user = (externalId: string): Partial<ActionTarget> => ({ user: { externalId, login: null, email: null } });
  type OktaUser = { id: string; status: string; credentials?: { provider?: { type?: string } } };
  const users = async (live: Live) => (await live.read("USERS")).items.map(({ raw }) => raw as OktaUser);
  test("what the present state forbids is a conflict: a staged user, a password elsewhere, roles of a group", async () => {
    const live = await connect();
    const { ids } = await tenant.userIds();
    const listed = await users(live);
    const staged = listed.find(({ status }) => status === "STAGED")!;
    const elsewhere = listed.find(({ credentials }) => credentials?.provider?.type === "ACTIVE_DIRECTORY")!;
    await expect(run(live, "SUSPEND_USER", user(staged.id))).rejects.toThrow(ConflictError);
    await expect(run(live, "RESET_PASSWORD", user(elsewhere.id))).rejects.toThrow(ConflictError);
    await expect(run(live, "REVOKE_ADMIN_PRIVILEGES", user(ids[8]!))).rejects.toThrow(ConflictError);
  });

  test("a password is reset with a link where that is asked for, once", async () => {
    const live = await connect("token");
    const { id } = (await users(live)).filter(
      ({ status, credentials }) => status === "ACTIVE" && (credentials?.provider?.type ?? "OKTA") === "OKTA",
    )[42]!;
    const reset = () => run(live, "RESET_PASSWORD", { ...user(id), parameters: { method: "reset" } });
    expect([(await reset()).changed, (await reset()).changed]).toEqual([true, false]);
    expect((await users(live)).find((one) => one.id === id)?.status).toBe("RECOVERY");
  });

  test("an API token is revoked for its owner only", async () => {
    const live = await connect();
    const grant = (await live.read("OAUTH_APPS")).items.findLast((item) => item.kind === "grant");
    if (grant?.kind !== "grant") throw new Error("no API token");
    const stranger = (await tenant.userIds()).ids.find((id) => id !== grant.userId)!;
    const target = { ...user(stranger), oauthApp: { externalId: grant.appId } };
    expect((await run(live, "REVOKE_APP_FOR_USER", target)).changed).toBe(false);
  });

  test("what a user consented to for an app is revoked, once", async () => {
    const live = await connect();
    for (const id of (await tenant.userIds(0, 60)).ids) {
      const { body } = await live.context.http.get<{ clientId: string }[]>(`/api/v1/users/${id}/grants`);
      if (!body[0]) continue;
      const target = { ...user(id), oauthApp: { externalId: body[0].clientId } };
      const revoke = () => run(live, "REVOKE_APP_FOR_USER", target);
      return expect([(await revoke()).changed, (await revoke()).changed]).toEqual([true, false]);
    }
    throw new Error("nobody consented to anything");
  });
});
