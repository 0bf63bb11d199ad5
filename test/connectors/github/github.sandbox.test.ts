import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { ProviderActionKind, ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { OAuthAppItem, PostureItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import { checks } from "#src/connectors/github/checks/index.ts";
import { github } from "#src/connectors/github/index.ts";
import { manifest } from "#src/connectors/github/manifest.ts";
import { webhooks } from "#src/connectors/github/webhooks.ts";
import {
  ConflictError,
  InvalidInputError,
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderScopeError,
} from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

const created = Date.now();
const week = new Date(created - 7 * 86_400_000);
const streams = Object.keys(github.streams) as ScanStream[];
const lives: Live[] = [];
let sandbox: Sandbox;
let tenant: SandboxTenant;

const newTenant = (name: string, more: object = {}): Promise<SandboxTenant> =>
  sandbox.createTenant({ provider: "github", name, users: 5, ...more });

beforeAll(async () => {
  sandbox = await startSandbox();
  const size = { users: 230, groups: 9, events: 1300, historyDays: 10 };
  tenant = await newTenant("acme", { ...size, createdAt: created });
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
async function consent(live: Live): Promise<void> {
  const redirectUri = "https://gateway.example/oauth/callback";
  const codeVerifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const url = live.authorizationUrl({ redirectUri, state: "state-1", codeChallenge });
  const body = new URLSearchParams(url.searchParams);
  body.set("decision", "allow");
  const answer = await fetch(url.origin + url.pathname, { method: "POST", body, redirect: "manual" });
  const { searchParams } = new URL(answer.headers.get("location") ?? "");
  await live.exchange({ code: searchParams.get("code") ?? "", redirectUri, codeVerifier });
}

const act = (live: Live, kind: ProviderActionKind, target: Omit<ActionTarget, "parameters">) =>
  github.actions[kind]!(live.context, { parameters: {}, ...target });
const userTarget = ({ externalId, login = null, email = null }: UserRecord) => ({ user: { externalId, login, email } });

async function member(live: Live, index: number): Promise<UserRecord> {
  const { ids } = await tenant.userIds();
  return (await live.read("USERS")).items.find(({ externalId }) => externalId === ids[index])!;
}

const isGrant = (item: OAuthAppItem) => item.kind === "grant" && item.appId.startsWith("credential:");
const credentialGrant = (items: OAuthAppItem[]) => items.find(isGrant) as OAuthAppItem & { kind: "grant" };

describe("signing in", () => {
  test("a refused code or client secret is put in words", async () => {
    const answer = { code: "made-up", redirectUri: "https://gateway.example/oauth/callback", codeVerifier: "v" };
    await expect(open("oauth").exchange(answer)).rejects.toThrow(ProviderAuthError);
    await expect(consent(open("oauth", { clientSecret: "wrong" }))).rejects.toThrow(/client secret is wrong/);
  });

  test("missing scopes and permissions are named", async () => {
    const other = await newTenant("scopes");
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
    const other = await newTenant("gone");
    const live = await connect("app", {}, other);
    await other.change("suspend-app");
    await expect(live.read("USERS")).rejects.toThrow(ProviderAuthError);
    await expect(live.obtain()).rejects.toThrow(ProviderAuthError);
    await other.setFaults({ revoked: true });
    await expect(live.obtain()).rejects.toThrow(/not installed any more/);
    await expect((await connect("pat", {}, other)).read("USERS")).rejects.toThrow(ProviderAuthError);
  });

  test("another organization's name is not found", async () => {
    const live = await connect("pat", { org: "globex" });
    await expect(github.testConnection(live.context)).rejects.toThrow(ProviderNotFoundError);
  });
});

describe("the scopes of the consent", () => {
  const repositories = { repositories: "yes" };
  const wide = { ...repositories, enterprise: "wide-ent" };
  let other: SandboxTenant;
  let someone: UserRecord;
  beforeAll(async () => {
    other = await newTenant("wide", { users: 12, groups: 5, events: 20, historyDays: 2 });
    someone = (await (await connect("pat", {}, other)).read("USERS")).items[7]!;
  });

  /** Of everything the connector does, what is refused, and the streams that show less than there is. */
  async function fallsShort(live: Live): Promise<string[]> {
    const reading = streams.map((stream) => async () => {
      const { items } = await live.read(stream, { from: week });
      const shown = items as Partial<UserRecord & { unreadable: string }>[];
      const isNameless = stream === "USERS" && !shown.some(({ displayName }) => displayName?.includes(" "));
      return isNameless || shown.some(({ unreadable }) => unreadable !== undefined) ? `part of ${stream}` : null;
    });
    const kinds = live.settings.enterprise ? (["SUSPEND_USER", "REVOKE_ADMIN_PRIVILEGES"] as const) : [];
    const acting = kinds.map((kind) => () => act(live, kind, userTarget(someone)));
    const hook = { url: "https://gateway.example/hook", secret: "s" };
    const found: string[] = [];
    for (const run of [...reading, ...acting, () => webhooks.register!(live.context, hook)]) {
      const result = await run().catch((error) => {
        if (error instanceof ProviderScopeError) return error.message;
        throw error;
      });
      if (typeof result === "string") found.push(result);
    }
    return found;
  }

  test("cover every call", async () => {
    expect(await fallsShort(await connect("oauth", wide, other))).toEqual([]);
  });

  test.each<readonly [string, Record<string, string>]>([
    ["admin:org", wide],
    ["admin:enterprise", wide],
    ...manifest.optionalScopes.map(({ scopes }) => [scopes.join(" "), repositories] as const),
  ])("hold none that no call takes: %s", async (scopes, settings) => {
    const live = await connect("oauth", settings, other);
    expect(live.credential?.scopes).toEqual(expect.arrayContaining(scopes.split(" ")));
    await other.setFaults({ missingScopes: scopes.split(" ") });
    expect(await fallsShort(live)).not.toEqual([]);
    await other.setFaults({});
  });

  test("are fewer without the enterprise and the repositories", async () => {
    const { credential } = await connect("oauth", {}, other);
    expect(credential?.scopes).toEqual(["admin:org", "read:audit_log", "admin:org_hook", "read:user", "user:email"]);
  });
});

describe("people", () => {
  test.each(["pat", "app"])("everybody is listed with mode %s", async (mode) => {
    const { items, cursor } = await (await connect(mode)).read("USERS");
    expect(cursor).toBeNull();
    const members = items.filter(({ status, isExternal }) => status === "ACTIVE" && !isExternal);
    expect(new Set(members.map(({ externalId }) => externalId))).toEqual(new Set((await tenant.userIds()).ids));
    expect(members.filter(({ isAdmin }) => isAdmin)).toHaveLength(4);
    for (const { email, displayName } of members)
      expect([email, displayName]).toEqual([expect.stringMatching(/@acme\.example$/), expect.stringMatching(/ /)]);
    expect(items.some(({ isExternal }) => isExternal)).toBe(true);
    expect(items.some(({ status }) => status === "INVITED")).toBe(true);
  });

  test("groups and privileges refer to known accounts", async () => {
    const live = await connect("pat");
    const known = new Set((await live.read("USERS")).items.map(({ externalId }) => externalId));
    const groups = (await live.read("GROUPS")).items;
    const held = (await live.read("PRIVILEGES")).items;
    expect(groups.filter(({ kind }) => kind === "group")).toHaveLength(9);
    for (const item of [...groups, ...held])
      if (item.kind === "member" || item.kind === "holder") expect(known).toContain(item.userId);
    const owner = { kind: "privilege", externalId: "org:owner", name: "Organization owner", isAdmin: true };
    expect(held).toContainEqual(owner);
    const holders = (id: string) => held.filter((item) => item.kind === "holder" && item.privilegeId === id);
    expect(holders("org:owner")).toHaveLength(4);
    expect(holders("enterprise:owner")).toHaveLength(1);
  });
});

describe("the audit log", () => {
  test("new and late entries are found by later runs", async () => {
    const other = await newTenant("late", { users: 20, events: 250, historyDays: 5 });
    const live = await connect("app", {}, other);
    const stored = new Set<string>();
    let cursor: string | null = null;
    const run = async () => {
      const page = await live.read("ACTIVITIES", { cursor, from: week });
      for (const { externalId } of page.items) stored.add(externalId);
      cursor = page.cursor;
    };
    await run();
    await other.emit({ count: 150 });
    await run();
    await other.change("late-event", { minutesAgo: 15 });
    await other.change("late-event", { minutesAgo: 3 * 24 * 60 });
    await run();
    expect(stored.size).toBe(250 + 150);
    live.now = () => new Date(Date.now() + 21 * 60_000);
    await run();
    expect(stored.size).toBe(250 + 151);
    live.now = () => new Date(Date.now() + 25 * 3_600_000);
    await run();
    expect(stored).toEqual(new Set((await other.events(0, 5000)).events.map(({ id }) => id)));
  });

  test("of the enterprise is read with a personal token", async () => {
    const live = await connect("pat", { auditLog: "enterprise" });
    const { items } = await live.read("ACTIVITIES", { from: week });
    const { events } = await tenant.events(0, 5000);
    const expected = events.filter(({ at }) => at >= Math.floor(week.getTime() / 1000) * 1000);
    expect(new Map(items.map((one) => [one.externalId, one.occurredAt.getTime()]))).toEqual(
      new Map(expected.map(({ id, at }) => [id, at])),
    );
  });
});

describe("access from outside and settings", () => {
  test("apps, tokens and credentials are listed with their owners", async () => {
    const { items } = await (await connect("app")).read("OAUTH_APPS");
    const kinds = items.map((item) => (item.kind === "app" ? item.externalId.split(":")[0] : item.kind));
    expect(new Set(kinds)).toEqual(new Set(["installation", "token", "credential", "grant"]));
    const owned = kinds.filter((kind) => kind === "token" || kind === "credential");
    expect(kinds.filter((kind) => kind === "grant")).toHaveLength(owned.length);
    const scopes = ["contents:write", "actions:write", "metadata:read"];
    expect(items).toContainEqual(expect.objectContaining({ name: "ci-runner", permissionLevel: "HIGH", scopes }));
  });

  async function results(live: Live): Promise<Record<string, string>> {
    const items = new Map((await live.read("POSTURE")).items.map((item: PostureItem) => [item.key, item]));
    const get = (key: string) => (items.get(key) as { value?: unknown } | undefined)?.value;
    const unreadable = (key: string) => (items.get(key) as { unreadable?: string } | undefined)?.unreadable ?? null;
    return Object.fromEntries(
      checks.map(({ slug, needs, evaluate }) => [
        slug.replace("github-", ""),
        needs.some(unreadable) ? "unknown" : evaluate({ get, unreadable }).result,
      ]),
    );
  }

  test("settings are read, and the checks agree with them", async () => {
    const live = await connect("pat");
    const found = await results(live);
    expect(found).toMatchObject({ "two-factor-required": "fail", "single-sign-on": "pass", "owners-count": "pass" });
    expect(found["default-branch-protected"]).toBe("fail");
    expect(Object.values(found)).not.toContain("unknown");
    await tenant.change("set-setting", { name: "two_factor_requirement_enabled", value: true });
    expect((await results(live))["two-factor-required"]).toBe("pass");
  });
});

describe("actions", () => {
  test("nobody is suspended without the enterprise", async () => {
    const user = userTarget(await member(await connect("pat"), 17));
    await expect(act(await connect("app"), "SUSPEND_USER", user)).rejects.toThrow(InvalidInputError);
  });

  test("an owner becomes a member, once; our own account is left alone", async () => {
    const live = await connect("pat");
    const owner = await member(live, 2);
    const revoke = (user: UserRecord) => act(live, "REVOKE_ADMIN_PRIVILEGES", userTarget(user));
    expect(owner.isAdmin).toBe(true);
    expect(await revoke(owner)).toMatchObject({ changed: true, before: { role: "admin" } });
    expect(await revoke(owner)).toMatchObject({ changed: false });
    expect((await member(live, 2)).isAdmin).toBe(false);
    await expect(revoke(await member(live, 0))).rejects.toThrow(ConflictError);
    // A role that is held directly is taken away; one that comes from a team only is not.
    expect(await revoke(await member(live, 5))).toMatchObject({
      changed: true,
      before: { organizationRoles: ["8030"] },
    });
    await expect(revoke(await member(live, 13))).rejects.toThrow(/only through teams: security/);
  });

  test("a login that has passed to somebody else is not acted on", async () => {
    const live = await connect("pat");
    const [victim, { login = null }] = [await member(live, 3), await member(live, 30)];
    await act(live, "REVOKE_ADMIN_PRIVILEGES", userTarget({ ...victim, login }));
    expect((await member(live, 3)).isAdmin).toBe(false);
  });

  test("credentials, tokens and apps are revoked, once", async () => {
    const app = await connect("app");
    const pat = await connect("pat");
    const { items } = await app.read("OAUTH_APPS");
    for (const [live, prefix] of [
      [app, "token:"],
      [pat, "credential:"],
      [pat, "installation:"],
    ] as const) {
      const found = items.find((item) => item.kind === "app" && item.externalId.startsWith(prefix));
      const oauthApp = { externalId: (found as { externalId: string }).externalId };
      expect(await act(live, "REVOKE_APP", { oauthApp }), prefix).toMatchObject({ changed: true });
      expect(await act(live, "REVOKE_APP", { oauthApp }), prefix).toMatchObject({ changed: false });
    }
    const { appId, userId } = credentialGrant((await app.read("OAUTH_APPS")).items);
    const users = (await pat.read("USERS")).items;
    const revoke = (isOwner: boolean) => {
      const user = users.find(({ externalId }) => (externalId === userId) === isOwner)!;
      return act(pat, "REVOKE_APP_FOR_USER", { ...userTarget(user), oauthApp: { externalId: appId } });
    };
    expect(await revoke(false)).toMatchObject({ changed: false });
    expect(await revoke(true)).toMatchObject({ changed: true });
  });
});
