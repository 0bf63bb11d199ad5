import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { PostureItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import { checks } from "#src/connectors/github/checks.ts";
import { github } from "#src/connectors/github/index.ts";
import {
  ConflictError,
  InvalidInputError,
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderScopeError,
} from "#src/errors.ts";
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
    provider: "github",
    name: "acme",
    users: 230,
    groups: 9,
    events: 1300,
    historyDays: 10,
    createdAt: created,
  });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox.stop();
});

function open(mode: string, more: Record<string, string> = {}, of = tenant): Live {
  const { org, enterprise, clientId, clientSecret, appId, installationId, privateKey, personalAccessToken } =
    of.credentials as Record<string, string>;
  const byMode: Record<string, Record<string, string | undefined>> = {
    oauth: { clientId, clientSecret },
    app: { appId, installationId, privateKey },
    pat: { token: personalAccessToken, enterprise },
  };
  const live = new Live(github, sandbox.url, { mode, org, ...byMode[mode], ...more } as Record<string, string>);
  lives.push(live);
  return live;
}

async function connect(mode: string, more: Record<string, string> = {}, of = tenant): Promise<Live> {
  const live = open(mode, more, of);
  if (mode === "oauth") await consent(live);
  else await live.obtain();
  return live;
}

/** What a browser does at the consent page. */
async function consent(live: Live, codeVerifier = randomBytes(32).toString("base64url")): Promise<void> {
  const redirectUri = "https://gateway.example/oauth/callback";
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const url = live.authorizationUrl({ redirectUri, state: "state-1", codeChallenge });
  const form = new URLSearchParams(url.searchParams);
  form.set("decision", "allow");
  const answer = await fetch(url.origin + url.pathname, { method: "POST", body: form, redirect: "manual" });
  const back = new URL(answer.headers.get("location") ?? "");
  expect(back.searchParams.get("state")).toBe("state-1");
  await live.exchange({ code: back.searchParams.get("code") ?? "", redirectUri, codeVerifier });
}

describe("signing in", () => {
  test("a code cannot be used twice, nor without its verifier", async () => {
    const live = open("oauth");
    await expect(
      live.exchange({ code: "made-up", redirectUri: "https://gateway.example/oauth/callback", codeVerifier: "v" }),
    ).rejects.toThrow(ProviderAuthError);
    const other = open("oauth", { clientSecret: "wrong" });
    await expect(consent(other)).rejects.toThrow(/client secret is wrong/);
  });

  test("missing scopes and permissions are named", async () => {
    const other = await sandbox.createTenant({ provider: "github", name: "scopes", users: 5 });
    const missing = async (mode: string) =>
      (await github.testConnection((await connect(mode, {}, other)).context)).missingScopes;
    await other.setFaults({ missingScopes: ["admin:org_hook", "organization_administration"] });
    expect(await missing("pat")).toEqual(["admin:org_hook"]);
    expect(await missing("oauth")).toEqual(["admin:org_hook"]);
    expect(await missing("app")).toEqual(["read:audit_log"]);
    await other.setFaults({ missingScopes: ["read:audit_log", "admin:org"] });
    expect(await missing("pat")).toEqual(expect.arrayContaining(["read:audit_log", "admin:org"]));
    const live = await connect("pat", {}, other);
    await expect(live.read("ACTIVITIES", { from: week })).rejects.toThrow(ProviderScopeError);
  });

  test("an app that is suspended or uninstalled, and a token that is revoked, ask for an admin", async () => {
    const other = await sandbox.createTenant({ provider: "github", name: "gone", users: 5 });
    const live = await connect("app", {}, other);
    await other.change("suspend-app");
    await expect(live.read("USERS")).rejects.toThrow(ProviderAuthError);
    await expect(live.obtain()).rejects.toThrow(ProviderAuthError);
    await other.setFaults({ revoked: true });
    await expect(live.obtain()).rejects.toThrow(/not installed any more/);
    await expect((await connect("pat", {}, other)).read("USERS")).rejects.toThrow(ProviderAuthError);
  });

  test("another organization's name is not found", async () => {
    await expect(github.testConnection((await connect("pat", { org: "globex" })).context)).rejects.toThrow(
      ProviderNotFoundError,
    );
  });
});

describe("people", () => {
  test.each(["pat", "app"])("everybody is listed with mode %s", async (mode) => {
    const live = await connect(mode);
    const { items, cursor } = await live.read("USERS");
    expect(cursor).toBeNull();
    const members = items.filter(({ status, isExternal }) => status === "ACTIVE" && !isExternal);
    const { ids } = await tenant.userIds();
    expect(new Set(members.map(({ externalId }) => externalId))).toEqual(new Set(ids));
    expect(members.filter(({ isAdmin }) => isAdmin)).toHaveLength(4);
    expect(
      members.every(({ email, displayName }) => email?.endsWith("@acme.example") && displayName?.includes(" ")),
    ).toBe(true);
    expect(items.some(({ isExternal }) => isExternal)).toBe(true);
    expect(items.some(({ status }) => status === "INVITED")).toBe(true);
  });

  test("groups and privileges refer to known accounts", async () => {
    const live = await connect("pat");
    const known = new Set((await live.read("USERS")).items.map(({ externalId }) => externalId));
    const groups = (await live.read("GROUPS")).items;
    const names = groups.filter(({ kind }) => kind === "group");
    expect(names).toHaveLength(9);
    const held = (await live.read("PRIVILEGES")).items;
    for (const item of [...groups, ...held])
      if (item.kind === "member" || item.kind === "holder") expect(known).toContain(item.userId);
    const owners = held.filter((item) => item.kind === "holder" && item.privilegeId === "org:owner");
    expect(owners).toHaveLength(4);
    expect(held).toContainEqual({
      kind: "privilege",
      externalId: "org:owner",
      name: "Organization owner",
      isAdmin: true,
    });
    expect(held.some((item) => item.kind === "holder" && item.privilegeId === "enterprise:owner")).toBe(true);
  });
});

describe("the audit log", () => {
  test("new and late entries are found by later runs", async () => {
    const other = await sandbox.createTenant({
      provider: "github",
      name: "late",
      users: 20,
      events: 250,
      historyDays: 5,
    });
    const live = await connect("app", {}, other);
    const stored = new Set<string>();
    const run = async (cursor: string | null) => {
      const { items, cursor: next } = await live.read("ACTIVITIES", { cursor, from: week });
      for (const { externalId } of items) stored.add(externalId);
      return next;
    };
    let cursor = await run(null);
    await other.emit({ count: 150 });
    cursor = await run(cursor);
    await other.change("late-event", { minutesAgo: 15 });
    await other.change("late-event", { minutesAgo: 3 * 24 * 60 });
    cursor = await run(cursor);
    expect(stored.size).toBe(250 + 150);
    live.now = () => new Date(Date.now() + 21 * 60_000);
    cursor = await run(cursor);
    expect(stored.size).toBe(250 + 151);
    live.now = () => new Date(Date.now() + 25 * 3_600_000);
    await run(cursor);
    expect(stored).toEqual(new Set((await other.events(0, 5000)).events.map(({ id }) => id)));
  });

  test("of the enterprise is read with a personal token", async () => {
    const live = await connect("pat", { auditLog: "enterprise" });
    expect((await live.read("ACTIVITIES", { from: new Date(created - 86_400_000) })).items.length).toBeGreaterThan(50);
  });
});

describe("access from outside and settings", () => {
  test("apps, tokens and credentials are listed with their owners", async () => {
    const { items } = await (await connect("app")).read("OAUTH_APPS");
    const kinds = new Set(items.map((item) => (item.kind === "app" ? item.externalId.split(":")[0] : "grant")));
    expect(kinds).toEqual(new Set(["installation", "token", "credential", "grant"]));
    expect(items.filter(({ kind }) => kind === "grant").length).toBe(
      items.filter((item) => item.kind === "app" && !item.externalId.startsWith("installation")).length,
    );
    expect(items).toContainEqual(
      expect.objectContaining({
        name: "ci-runner",
        permissionLevel: "HIGH",
        scopes: ["contents:write", "actions:write", "metadata:read"],
      }),
    );
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

  test("settings are read, and the checks agree with them", async () => {
    const live = await connect("pat");
    const results = evaluate((await live.read("POSTURE")).items);
    expect(results.get("github-two-factor-required")).toBe("fail");
    expect(results.get("github-single-sign-on")).toBe("pass");
    expect(results.get("github-owners-count")).toBe("pass");
    expect(results.get("github-default-branch-protected")).toBe("fail");
    expect([...results.values()]).not.toContain("unknown");
    await tenant.change("set-setting", { name: "two_factor_requirement_enabled", value: true });
    expect(evaluate((await live.read("POSTURE")).items).get("github-two-factor-required")).toBe("pass");
  });
});

describe("actions", () => {
  const target = (user: UserRecord, more: Partial<ActionTarget> = {}): ActionTarget => ({
    user: { externalId: user.externalId, login: user.login ?? null, email: user.email ?? null },
    parameters: {},
    ...more,
  });
  const member = async (live: Live, index: number) => {
    const { items } = await live.read("USERS");
    const { ids } = await tenant.userIds();
    return items.find(({ externalId }) => externalId === ids[index]) as UserRecord;
  };

  test("suspending a managed user can be repeated and undone", async () => {
    const live = await connect("pat");
    const user = await member(live, 17);
    expect(await github.actions.SUSPEND_USER?.(live.context, target(user))).toEqual({
      changed: true,
      before: { active: true },
    });
    expect(await github.actions.SUSPEND_USER?.(live.context, target(user))).toEqual({
      changed: false,
      before: { active: false },
    });
    expect((await member(live, 17)).status).toBe("SUSPENDED");
    expect((await github.actions.UNSUSPEND_USER?.(live.context, target(user)))?.changed).toBe(true);
    expect((await member(live, 17)).status).toBe("ACTIVE");
  });

  test("without an enterprise nobody is suspended", async () => {
    const live = await connect("app");
    await expect(github.actions.SUSPEND_USER?.(live.context, target(await member(live, 17)))).rejects.toThrow(
      InvalidInputError,
    );
  });

  test("an owner becomes a member, once; our own account is left alone", async () => {
    const live = await connect("pat");
    const owner = await member(live, 2);
    expect(owner.isAdmin).toBe(true);
    const revoke = github.actions.REVOKE_ADMIN_PRIVILEGES;
    expect(await revoke?.(live.context, target(owner))).toMatchObject({ changed: true, before: { role: "admin" } });
    expect((await revoke?.(live.context, target(owner)))?.changed).toBe(false);
    expect((await member(live, 2)).isAdmin).toBe(false);
    await expect(revoke?.(live.context, target(await member(live, 0)))).rejects.toThrow(ConflictError);
  });

  test("a login that has passed to somebody else is not acted on", async () => {
    const live = await connect("pat");
    const [victim, other] = [await member(live, 3), await member(live, 30)];
    const renamed = target({ ...victim, login: other.login ?? null });
    await github.actions.REVOKE_ADMIN_PRIVILEGES?.(live.context, renamed);
    expect((await member(live, 3)).isAdmin).toBe(false);
  });

  test("credentials, tokens and apps are revoked, once", async () => {
    const app = await connect("app");
    const pat = await connect("pat");
    const { items } = await app.read("OAUTH_APPS");
    const first = (prefix: string) => items.find((item) => item.kind === "app" && item.externalId.startsWith(prefix));
    for (const [live, prefix] of [
      [app, "token:"],
      [pat, "credential:"],
      [pat, "installation:"],
    ] as const) {
      const found = first(prefix);
      const oauthApp = { externalId: found?.kind === "app" ? found.externalId : "" };
      expect((await github.actions.REVOKE_APP?.(live.context, { oauthApp, parameters: {} }))?.changed, prefix).toBe(
        true,
      );
      expect((await github.actions.REVOKE_APP?.(live.context, { oauthApp, parameters: {} }))?.changed, prefix).toBe(
        false,
      );
    }
    const left = (await app.read("OAUTH_APPS")).items;
    const grant = left.find((item) => item.kind === "grant" && item.appId.startsWith("credential:"));
    if (grant?.kind !== "grant") throw new Error("no credential left");
    const users = (await pat.read("USERS")).items;
    const owner = users.find(({ externalId }) => externalId === grant.userId) as UserRecord;
    const stranger = users.find(({ externalId }) => externalId !== grant.userId) as UserRecord;
    const oauthApp = { externalId: grant.appId };
    expect((await github.actions.REVOKE_APP_FOR_USER?.(pat.context, target(stranger, { oauthApp })))?.changed).toBe(
      false,
    );
    expect((await github.actions.REVOKE_APP_FOR_USER?.(pat.context, target(owner, { oauthApp })))?.changed).toBe(true);
  });
});
