import { beforeAll, describe, expect, test } from "vitest";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { ProviderActionKind, ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { OAuthAppItem, UserRecord } from "#src/connector-kit/contract/records.ts";
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
import type { SandboxTenant } from "../../support/sandbox.ts";
import { subjectOf } from "../contract/facts.ts";
import { consentTo, openStage } from "../contract/stage.ts";
import type { Live } from "../live.ts";
import { resultsOf } from "../results.ts";

const week = new Date(Date.now() - 7 * 86_400_000);
const streams = Object.keys(github.streams) as ScanStream[];
const subject = subjectOf("github");
const stage = openStage();
let tenant: SandboxTenant;

const newTenant = (name: string, more: object = {}) =>
  stage.newTenant(subject, "small", { name, unlimited: false, ...more });

beforeAll(async () => {
  tenant = await newTenant("acme", { users: 230, groups: 9, events: 300, historyDays: 10 });
});

const open = (mode: string, settings = {}) => stage.open(subject, tenant, { mode, settings });
const connect = (mode: string, settings = {}, of = tenant) => stage.connect(subject, of, { mode, settings });

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
    await expect(consentTo(open("oauth", { clientSecret: "wrong" }))).rejects.toThrow(/client secret is wrong/);
  });

  test("missing scopes and permissions are named", async () => {
    const other = await newTenant("scopes");
    const missing = async (mode: string) =>
      (await github.testConnection((await connect(mode, {}, other)).context)).missingScopes;
    await other.setFaults({ missingScopes: ["admin:org_hook", "organization_administration"] });
    expect(await missing("pat")).toEqual(["admin:org_hook"]);
    expect(await missing("oauth")).toEqual(["admin:org_hook"]);
    expect(await missing("app")).toEqual(["read:audit_log"]);
  });

  test("an app that is suspended or uninstalled asks for an admin", async () => {
    const other = await newTenant("gone");
    const live = await connect("app", {}, other);
    await other.change("suspend-app");
    await expect(live.read("USERS")).rejects.toThrow(ProviderAuthError);
    await expect(live.obtain()).rejects.toThrow(ProviderAuthError);
    await other.setFaults({ revoked: true });
    await expect(live.obtain()).rejects.toThrow(/not installed any more/);
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
  });

  test("are fewer without the enterprise and the repositories", async () => {
    const { credential } = await connect("oauth", {}, other);
    expect(credential?.scopes).toEqual(["admin:org", "read:audit_log", "admin:org_hook", "read:user", "user:email"]);
  });
});

describe("people", () => {
  test.each(["pat", "app"])("are listed with mode %s: owners, members, outside and invited", async (mode) => {
    const { items } = await (await connect(mode)).read("USERS");
    const members = items.filter(({ status, isExternal }) => status === "ACTIVE" && !isExternal);
    expect(new Set(members.map(({ externalId }) => externalId))).toEqual(new Set((await tenant.userIds()).ids));
    expect(members.filter(({ isAdmin }) => isAdmin)).toHaveLength(4);
    for (const { email, displayName } of members)
      expect([email, displayName]).toEqual([expect.stringMatching(/@acme\.example$/), expect.stringMatching(/ /)]);
    expect(items.some(({ isExternal }) => isExternal)).toBe(true);
    expect(items.some(({ status }) => status === "INVITED")).toBe(true);
  });

  test("own the organization, and one of them the enterprise", async () => {
    const { items } = await (await connect("pat")).read("PRIVILEGES");
    const holders = (id: string) => items.filter((item) => item.kind === "holder" && item.privilegeId === id);
    expect(holders("org:owner")).toHaveLength(4);
    expect(holders("enterprise:owner")).toHaveLength(1);
  });
});

test("the audit log of the enterprise is read with a personal token", async () => {
  const live = await connect("pat", { auditLog: "enterprise" });
  const { items } = await live.read("ACTIVITIES", { from: week });
  const { events } = await tenant.events(0, 5000);
  const expected = events.filter(({ at }) => at >= Math.floor(week.getTime() / 1000) * 1000);
  expect(new Set(items.map(({ externalId }) => externalId))).toEqual(new Set(expected.map(({ id }) => id)));
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

  test("settings are read, and the checks agree with them", async () => {
    const live = await connect("pat");
    const results = async () =>
      Object.fromEntries(Object.entries((await resultsOf(live)).results).map(([slug, { result }]) => [slug, result]));
    const found = await results();
    expect(Object.values(found)).not.toContain("unknown");
    expect(found).toMatchObject({
      ...{ "github-two-factor-required": "fail", "github-single-sign-on": "pass" },
      ...{ "github-owners-count": "pass", "github-default-branch-protected": "fail" },
    });
    await tenant.change("set-setting", { name: "two_factor_requirement_enabled", value: true });
    expect(await results()).toMatchObject({ "github-two-factor-required": "pass" });
  });
});

describe("actions", () => {
  test("nobody is suspended without the enterprise", async () => {
    const user = userTarget(await member(await connect("pat"), 17));
    await expect(act(await connect("app"), "SUSPEND_USER", user)).rejects.toThrow(InvalidInputError);
  });

  test("roles that are held directly are taken away, not those of a team, and our own account is left alone", async () => {
    const live = await connect("pat");
    const revoke = async (index: number) => act(live, "REVOKE_ADMIN_PRIVILEGES", userTarget(await member(live, index)));
    expect(await revoke(2)).toMatchObject({ changed: true, before: { role: "admin" } });
    expect(await revoke(5)).toMatchObject({ changed: true, before: { organizationRoles: ["8030"] } });
    await expect(revoke(0)).rejects.toThrow(ConflictError);
    await expect(revoke(13)).rejects.toThrow(/only through teams: security/);
  });

  test("a login that has passed to somebody else is not acted on", async () => {
    const live = await connect("pat");
    const [victim, { login = null }] = [await member(live, 3), await member(live, 30)];
    await act(live, "REVOKE_ADMIN_PRIVILEGES", userTarget({ ...victim, login }));
    expect((await member(live, 3)).isAdmin).toBe(false);
  });

  test.each([
    ["app", "token:"],
    ["pat", "installation:"],
  ])("with mode %s a %s is revoked, once", async (mode, prefix) => {
    const live = await connect(mode);
    const { items } = await (await connect("app")).read("OAUTH_APPS");
    const { externalId } = items.find((item) => item.kind === "app" && item.externalId.startsWith(prefix)) as {
      externalId: string;
    };
    const revoke = () => act(live, "REVOKE_APP", { oauthApp: { externalId } });
    expect([(await revoke()).changed, (await revoke()).changed]).toEqual([true, false]);
  });

  test("a credential is revoked for its owner only", async () => {
    const live = await connect("pat");
    const { appId, userId } = credentialGrant((await live.read("OAUTH_APPS")).items);
    const stranger = (await live.read("USERS")).items.find(({ externalId }) => externalId !== userId)!;
    const target = { ...userTarget(stranger), oauthApp: { externalId: appId } };
    expect(await act(live, "REVOKE_APP_FOR_USER", target)).toMatchObject({ changed: false });
  });
});
