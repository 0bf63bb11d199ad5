import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { office365 } from "#src/connectors/office365/index.ts";
import { ProviderAuthError, ProviderRateLimitError, ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";
import { facts } from "./facts.ts";

let sandbox: Sandbox;
const lives: Live[] = [];
let count = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox?.stop();
});

async function opened(options: object = {}): Promise<{ tenant: SandboxTenant; live: Live }> {
  count += 1;
  const size = { users: 20, groups: 2, events: 120, historyDays: 1 };
  const tenant = await sandbox.createTenant({ provider: "office365", name: `fabrikam${count}`, ...size, ...options });
  const settings = facts.modes.certificate!.settings(tenant.credentials) as Record<string, string>;
  const live = new Live(office365, sandbox.url, settings);
  lives.push(live);
  await live.obtain();
  return { tenant, live };
}

const yesterday = () => new Date(Date.now() - 30 * 3_600_000);
const ids = (items: readonly object[]) => items.map((item) => (item as ActivityRecord).externalId);
const parts = async (live: Live, components: readonly string[] = []) =>
  (await office365.parts!.ACTIVITIES!({ ...live.context, components })).map(({ name }) => name);

test("each component has exactly its logs", async () => {
  const { live } = await opened();
  expect(await parts(live, ["users_groups"])).toEqual([]);
  expect(await parts(live, ["users_groups", "management_events"])).toEqual(["directory-audits"]);
  expect(await parts(live, ["users_groups", "signin_events"])).toEqual([
    ...["sign-ins", "sign-ins-non-interactive", "sign-ins-service-principal", "sign-ins-managed-identity"],
  ]);
  expect(await parts(live, ["users_groups", "o365_activities"])).toEqual([
    ...["Audit.Exchange", "Audit.SharePoint", "Audit.General", "DLP.All"],
  ]);
  const { streams } = office365.manifest;
  const on = (components: string[]) =>
    Object.entries(streams).flatMap(([name, { when }]) => (when?.({}, components) === false ? [] : [name]));
  expect(on(["users_groups"])).toEqual(expect.arrayContaining(["USERS", "GROUPS", "PRIVILEGES"]));
  expect(on(["users_groups"])).not.toContain("ACTIVITIES");
  expect(on(["users_groups"])).not.toContain("OAUTH_APPS");
  expect(on(["users_groups", "aad_apps"])).toContain("OAUTH_APPS");
});

test("without Microsoft Entra ID P1 or P2 sign-ins come from the audit log, and their own parts are off with that reason", async () => {
  const { tenant, live } = await opened();
  await tenant.change("set-premium", { premium: false });
  expect(await parts(live, ["users_groups", "signin_events"])).toContain("Audit.AzureActiveDirectory");
  const refused = live.read("ACTIVITIES", { part: "sign-ins", from: yesterday() });
  await expect(refused).rejects.toThrow(ProviderScopeError);
  await expect(refused).rejects.toThrow(/licence of Microsoft Entra ID P1 or P2/);
  await tenant.emit({ type: "UserLoggedIn", actor: (await live.read("USERS")).items[1]!.login! });
  const { items } = await live.read("ACTIVITIES", { part: "Audit.AzureActiveDirectory", from: yesterday() });
  expect(items).toMatchObject([{ category: "LOG_ON", eventType: "UserLoggedIn", interactive: true }]);
  const users = (await live.read("USERS")).items;
  expect(users.filter(({ lastSignInAt }) => lastSignInAt)).toEqual([]);
  expect(users.length).toBeGreaterThanOrEqual(20);
});

test("content that is listed late is met, what comes twice is one activity, and nothing is read again", async () => {
  const { tenant, live } = await opened({ events: 200 });
  const read = (cursor: string | null) =>
    live.read("ACTIVITIES", { part: "Audit.SharePoint", from: yesterday(), cursor });
  const first = await read(null);
  await tenant.change("hold-content");
  const [late] = await tenant.emit({ type: "FileDownloaded" });
  live.now = () => new Date(Date.now() + 2000);
  const second = await read(first.cursor);
  expect(ids(second.items)).not.toContain(late!.id);
  await tenant.change("release-content");
  live.now = () => new Date(Date.now() + 4000);
  const calls = (await tenant.calls())["GET /api/:version/:directory/activity/feed/audit/:content"] ?? 0;
  const third = await read(second.cursor);
  expect(ids(third.items)).toContain(late!.id);
  const after = (await tenant.calls())["GET /api/:version/:directory/activity/feed/audit/:content"] ?? 0;
  expect(after - calls).toBeLessThanOrEqual(2);
});

test("a subscription that was stopped is started again", async () => {
  const { tenant, live } = await opened();
  const part = "Audit.Exchange";
  const { cursor } = await live.read("ACTIVITIES", { part, from: yesterday() });
  await tenant.change("stop-subscription", { contentType: part });
  live.now = () => new Date(Date.now() + 2000);
  const pages = [];
  for await (const page of live.pages("ACTIVITIES", { part, from: yesterday(), cursor })) pages.push(page);
  expect(pages.at(-1)?.resumeAt).toBeInstanceOf(Date);
  expect((await tenant.calls())["POST /api/:version/:directory/activity/feed/subscriptions/start"]).toBe(2);
});

test("what nobody read for a week is lost, and said to be", async () => {
  const { live } = await opened();
  const { cursor } = await live.read("ACTIVITIES", { part: "Audit.General", from: yesterday() });
  live.now = () => new Date(Date.now() + 8 * 86_400_000);
  await expect(live.read("ACTIVITIES", { part: "Audit.General", cursor })).rejects.toThrow(StreamCursorError);
});

test("limits only delay: of audit reports with Microsoft's time, of the audit log with ours", async () => {
  const waitOf = async (live: Live, part: string) => {
    for (let run = 0; run < 7; run++) {
      const error = await live.read("ACTIVITIES", { part, from: yesterday() }).then(
        () => null,
        (one: unknown) => one,
      );
      if (error === null) continue;
      expect(error).toBeInstanceOf(ProviderRateLimitError);
      return ((error as ProviderRateLimitError).retryAt.getTime() - Date.now()) / 1000;
    }
    return 0;
  };
  const wait = await waitOf((await opened()).live, "directory-audits");
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(12);
  const now = new Date();
  const body = { error: { code: "AF429", message: "Too many requests. Method=GetBlob" } };
  const refused = office365.mapError!({ status: 403, headers: new Headers(), body }, now);
  expect(refused).toBeInstanceOf(ProviderRateLimitError);
  expect((refused as ProviderRateLimitError).retryAt.getTime() - now.getTime()).toBe(60_000);
});

test("eligible roles are told from active ones, members of a group hold its role, and services hold none", async () => {
  const { tenant, live } = await opened();
  const { items } = await live.read("PRIVILEGES");
  const names = items.flatMap((item) => (item.kind === "privilege" ? [item.name] : []));
  expect(names).toEqual(expect.arrayContaining(["Global Administrator", "Global Administrator (eligible)"]));
  expect(items).toContainEqual(expect.objectContaining({ name: "Global Reader", isAdmin: false }));
  await tenant.change("set-premium", { premium: false });
  const without = (await live.read("PRIVILEGES")).items;
  expect(without.some((item) => item.kind === "privilege" && item.externalId.startsWith("eligible:"))).toBe(false);
});

test("apps have their permissions, consent, publisher and last use", async () => {
  const { live } = await opened();
  const { items } = await live.read("OAUTH_APPS");
  const app = (name: string) => items.find((item) => item.kind === "app" && item.name === name);
  expect(app("Microsoft Graph")).toBeUndefined();
  expect(app("Backup for Mailboxes")).toMatchObject({
    ...{
      publisher: "Backup Corp",
      publisherVerified: true,
      permissionLevel: "HIGH",
      scopes: ["Mail.Read (application)"],
    },
  });
  expect(app("Calendly")).toMatchObject({ raw: { oauth2PermissionGrants: [{ consentType: "AllPrincipals" }] } });
  expect(app("Survey widget")).toMatchObject({ lastUsedAt: null, publisherVerified: false });
  expect(app("Mail Merge Pro")).toMatchObject({ lastUsedAt: expect.any(Date) });
});

test("guests, pending invitations and deleted accounts are known as such", async () => {
  const { tenant, live } = await opened({ users: 30 });
  const [gone] = (await tenant.userIds(3, 1)).ids;
  await tenant.change("delete-user", { user: gone });
  const users = (await live.read("USERS")).items;
  expect(users.find(({ externalId }) => externalId === gone)).toMatchObject({
    status: "DELETED",
    deletedAt: expect.any(Date),
  });
  expect(users.find(({ externalId }) => externalId === gone)!.login).toMatch(/^[a-z]+\.[a-z]+@/);
  const guests = users.filter(({ isExternal }) => isExternal);
  expect(guests.map(({ status }) => status)).toEqual(expect.arrayContaining(["ACTIVE", "INVITED"]));
});

test("a certificate that is not the app's, and a consent that was withdrawn, ask for an admin", async () => {
  const { tenant, live } = await opened();
  const other = await opened();
  const foreign = new Live(office365, sandbox.url, {
    ...live.settings,
    certificate: other.tenant.credentials.certificate!,
  });
  lives.push(foreign);
  await expect(foreign.obtain()).rejects.toThrow(ProviderAuthError);
  await tenant.change("withdraw-consent", { client: tenant.credentials.certificateClientId });
  await expect(live.obtain()).rejects.toThrow(ProviderAuthError);
});
