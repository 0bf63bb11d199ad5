import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Check } from "#src/connector-kit/contract/checks.ts";
import type { ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { writeCursor } from "#src/connector-kit/cursor.ts";
import { checks } from "#src/connectors/okta/checks/index.ts";
import { okta } from "#src/connectors/okta/index.ts";
import { ConflictError, ProviderAuthError, ProviderNotFoundError, StreamCursorError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
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
  test("a wrong key and a revoked app ask for an admin", async () => {
    await expect(connect("oauth", tenant, { keyId: "another" })).rejects.toThrow(ProviderAuthError);
    const other = await sandbox.createTenant({ provider: "okta", name: "gone", users: 5 });
    const live = await connect("token", other);
    await other.setFaults({ revoked: true });
    await expect(live.read("USERS")).rejects.toThrow(ProviderAuthError);
    await expect(connect("oauth", other)).rejects.toThrow(ProviderAuthError);
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

  test("an org that is not there is not found", async () => {
    const live = await connect("token", tenant, { domain: "globex.okta.com" });
    await expect(okta.testConnection(live.context)).rejects.toThrow(ProviderNotFoundError);
  });
});

describe("people", () => {
  test("everybody is listed, the deprovisioned too", async () => {
    const live = await connect();
    const { items, cursor } = await live.read("USERS");
    expect(cursor).toBeNull();
    const { ids } = await tenant.userIds();
    expect(items.map(({ externalId }) => externalId).toSorted()).toEqual(ids.toSorted());
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set(["ACTIVE", "INVITED", "SUSPENDED", "DELETED"]));
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

  test("a password is reset with a link where that is asked for", async () => {
    const live = await connect("token");
    const id = await active(live, 42);
    await once(live, "RESET_PASSWORD", { ...user(id), parameters: { method: "reset" } });
    expect((await users(live)).find((one) => one.id === id)?.status).toBe("RECOVERY");
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
