import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import { googleWorkspace } from "#src/connectors/google-workspace/index.ts";
import { scopes } from "#src/connectors/google-workspace/scopes.ts";
import { ConflictError, ProviderAuthError, ProviderRateLimitError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import type { Target } from "../contract/facts.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;
let live: Live;

function open(of: SandboxTenant, more: Record<string, string> = {}): Live {
  const { serviceAccountKey, adminEmail } = of.credentials as Record<string, string>;
  return new Live(googleWorkspace, sandbox.url, {
    serviceAccountKey: serviceAccountKey!,
    adminEmail: adminEmail!,
    ...more,
  });
}

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({
    provider: "google-workspace",
    name: "tern",
    users: 120,
    groups: 5,
    events: 20,
  });
  live = open(tenant);
  await live.obtain();
});
afterEach(() => tenant.setFaults({}));
afterAll(async () => {
  await live.close();
  await sandbox.stop();
});

const act = (kind: ProviderActionKind, target: Target) =>
  googleWorkspace.actions[kind]!(live.context, { parameters: {}, ...target });
const active = (isAdmin: boolean) => (one: { status: string; isAdmin?: boolean; isExternal?: boolean }) =>
  one.status === "ACTIVE" && one.isAdmin === isAdmin && !one.isExternal;
const grantsOf = (items: readonly OAuthAppItem[], appId: string) =>
  items.filter((item) => item.kind === "grant" && item.appId === appId);

test("the customer has its domains, and the token what was delegated", async () => {
  await tenant.setFaults({ missingScopes: [scopes.alerts, scopes.customer] });
  const lesser = open(tenant);
  await lesser.obtain();
  expect(lesser.credential!.scopes).not.toContain(scopes.alerts);
  expect(await googleWorkspace.testConnection(lesser.context)).toMatchObject({
    externalAccountId: expect.stringMatching(/^C0/),
    accountName: "tern.example",
    domains: ["tern.example"],
    missingScopes: [scopes.customer, scopes.alerts],
  });
  await lesser.close();
});

test("an account that is no administrator, or none at all, does not connect", async () => {
  const user = (await live.read("USERS")).items.find(active(false))!;
  const other = open(tenant, { adminEmail: user.email! });
  await other.obtain();
  await expect(googleWorkspace.testConnection(other.context)).rejects.toThrow(/no administrator/);
  const nobody = open(tenant, { adminEmail: "nobody@tern.example" });
  await expect(nobody.obtain()).rejects.toThrow(ProviderAuthError);
  await Promise.all([other.close(), nobody.close()]);
});

test("people of other organisations are accounts, and members of their groups", async () => {
  const outsiders = (await live.read("USERS")).items.filter(({ isExternal }) => isExternal);
  expect(outsiders.map(({ email }) => email)).toContain("noor.vance@partner.example");
  const { items } = await live.read("GROUPS");
  const members = new Set(items.flatMap((item) => (item.kind === "member" ? item.userId : [])));
  expect(outsiders.filter(({ externalId }) => !members.has(externalId))).toEqual([]);
});

test("without the groups people are read all the same, those of the organisation", async () => {
  await tenant.setFaults({ missingScopes: [scopes.readGroups, scopes.domains] });
  const { items } = await live.read("USERS");
  expect(items).toHaveLength(120);
  await tenant.setFaults({ missingScopes: [scopes.readGroups] });
  const holders = (await live.read("PRIVILEGES")).items.filter(({ kind }) => kind === "holder");
  expect(holders).toHaveLength(5);
});

test("a deleted account is listed as deleted, with its time", async () => {
  await tenant.change("add-user", {});
  const added = (await live.read("USERS")).items.filter(active(false)).at(-1)!;
  await tenant.change("delete-user", { user: added.externalId });
  const { items } = await live.read("USERS");
  const deleted = items.find(({ externalId }) => externalId === added.externalId);
  expect(deleted).toMatchObject({ status: "DELETED", deletedAt: expect.any(Date) });
});

test("an alert of the Alert Center is an activity", async () => {
  const [user] = (await live.read("USERS")).items;
  const [alert] = await tenant.emit({ type: "Leaked password", actor: user!.email! });
  const { items } = await live.read("ACTIVITIES", { from: new Date(Date.now() - 60_000) });
  expect(items.find(({ externalId }) => externalId === alert!.id)).toMatchObject({
    eventType: "Leaked password",
    actor: { login: user!.email },
  });
});

test("a limit delays and ends nothing", async () => {
  const other = open(tenant);
  await other.obtain();
  const { cursor } = await other.read("ACTIVITIES", { from: new Date(Date.now() - 60_000) });
  await tenant.setFaults({ rateLimited: { remaining: 1, retryAfterSeconds: 1 } });
  await expect(other.read("ACTIVITIES", { cursor })).rejects.toThrow(ProviderRateLimitError);
  const later = new Date(Date.now() + 40_000);
  other.now = () => later;
  await other.read("ACTIVITIES", { cursor });
  await other.close();
});

test("an app has the scopes of all its grants, and loses them person by person", async () => {
  const { items, pages } = await live.read("OAUTH_APPS");
  expect(pages).toBeGreaterThan(1);
  const mail = items.findLast((item) => item.kind === "app" && item.name === "Inbox Zero");
  expect(mail).toMatchObject({ permissionLevel: "HIGH", scopes: ["https://mail.google.com/", "openid"] });
  const oauthApp = { externalId: (mail as { externalId: string }).externalId };
  const holders = grantsOf(items, oauthApp.externalId).length;
  // A page of a hundred people at each run.
  const first = await act("REVOKE_APP", { oauthApp });
  expect(first.pending).toBeDefined();
  const second = await act("REVOKE_APP", { oauthApp, pending: first.pending!.reference });
  expect(second).toEqual({ changed: true, before: { users: holders } });
  expect(grantsOf((await live.read("OAUTH_APPS")).items, oauthApp.externalId)).toEqual([]);
});

test("signing out with tokens ends apps and app passwords as well", async () => {
  const { items } = await live.read("OAUTH_APPS");
  const { user } = await live.user((one) =>
    items.some((item) => item.kind === "grant" && item.userId === one.externalId),
  );
  const { before } = await act("REQUIRE_SIGN_IN_AGAIN", { user, parameters: { tokens: true } });
  expect((before as { apps: string[] }).apps.length).toBeGreaterThan(0);
  const rest = (await live.read("OAUTH_APPS")).items;
  expect(rest.filter((item) => item.kind === "grant" && item.userId === user.externalId)).toEqual([]);
});

test("a super admin loses the rights, but not the one in whose name Gatehouse acts", async () => {
  const admins = (await live.read("USERS")).items.filter(({ raw }) => (raw as { isAdmin?: boolean }).isAdmin);
  const [own, other] = admins.map(({ externalId, login = null, email = null }) => ({
    user: { externalId, login, email },
  }));
  await expect(act("REVOKE_ADMIN_PRIVILEGES", own!)).rejects.toThrow(ConflictError);
  const { changed, before } = await act("REVOKE_ADMIN_PRIVILEGES", other!);
  expect({ changed, before }).toMatchObject({
    changed: true,
    before: { isAdmin: true, roles: [{ roleId: expect.anything() }] },
  });
  // What comes from a group stays.
  const [{ roleId }] = (before as { roles: [{ roleId: string }] }).roles;
  expect(await live.isHolder(other!.user.externalId, roleId)).toBe(false);
});

test("a reset password stops working at once", async () => {
  const target = await live.user(active(false));
  expect(await act("RESET_PASSWORD", { ...target, parameters: { method: "reset" } })).toEqual({ changed: true });
  expect(await act("RESET_PASSWORD", target)).toMatchObject({ changed: false });
});
