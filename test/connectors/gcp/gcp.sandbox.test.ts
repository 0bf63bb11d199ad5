import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { gcp } from "#src/connectors/gcp/index.ts";
import { ConflictError, ProviderRateLimitError, ProviderScopeError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;
let live: Live;

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({
    provider: "gcp",
    name: "tern",
    users: 16,
    groups: 4,
    events: 80,
    historyDays: 1,
  });
  live = await connect();
});
afterAll(async () => {
  await live.close();
  await sandbox.stop();
});

async function connect(): Promise<Live> {
  const { organizationId, serviceAccountKey } = tenant.credentials as Record<string, string>;
  const made = new Live(gcp, sandbox.url, { organizationId: organizationId!, serviceAccountKey: serviceAccountKey! });
  await made.obtain();
  return made;
}

test("a log view has the logs of all in one part, and is read page by page", async () => {
  const all = await sandbox.createTenant({
    provider: "gcp",
    name: "heron",
    users: 8,
    events: 1100,
    historyDays: 1,
    unlimited: true,
  });
  const { organizationId, serviceAccountKey, logView } = all.credentials as Record<string, string>;
  const viewed = new Live(gcp, sandbox.url, {
    organizationId: organizationId!,
    serviceAccountKey: serviceAccountKey!,
    logView: logView!,
  });
  await viewed.obtain();
  const { items, pages } = await viewed.read("ACTIVITIES", { from: from() });
  await viewed.close();
  expect(new Set(byId(items)).size).toBe(1100);
  expect(pages).toBe(2);
});

const from = () => new Date(Date.now() - 2 * 86_400_000);
const byId = (items: readonly ActivityRecord[]) => items.map(({ externalId }) => externalId);

test("the organization is named, with its domain", async () => {
  const { accountName, domains, missingScopes } = await gcp.testConnection(live.context);
  expect({ accountName, domains, missingScopes }).toEqual({
    accountName: "tern.example",
    domains: ["tern.example"],
    missingScopes: [],
  });
});

test("the organization, its folders and its projects are parts, but for those of Apps Script", async () => {
  const names = (await live.listedParts("ACTIVITIES")).map(({ name }) => name);
  expect(names[0]).toBe(`organizations/${tenant.credentials.organizationId}`);
  expect(names.slice(1)).toEqual([expect.stringMatching(/^folders\/\d+$/), "projects/tern-prod", "projects/tern-dev"]);
});

test("a project that denies its log fails by itself, and names the permission", async () => {
  await tenant.change("deny-logs", { resource: "projects/tern-prod" });
  const denied = live.read("ACTIVITIES", { from: from(), part: "projects/tern-prod" });
  await expect(denied).rejects.toThrow(ProviderScopeError);
  await expect(denied).rejects.toMatchObject({ scopes: ["logging.logEntries.list"] });
  expect((await live.read("ACTIVITIES", { from: from(), part: "projects/tern-dev" })).items.length).toBeGreaterThan(0);
  await tenant.change("deny-logs", { resource: "projects/tern-prod", denied: false });
});

test("an entry that Logging receives hours late is read when it comes, once", async () => {
  const part = `organizations/${tenant.credentials.organizationId}`;
  const before = await live.read("ACTIVITIES", { from: from(), part });
  const now = await tenant.emit({ type: "google.login.LoginService.logout" });
  const { cursor } = await live.read("ACTIVITIES", { from: from(), part, cursor: before.cursor });
  await tenant.change("late-entry", { hours: 5 });
  const { items } = await live.read("ACTIVITIES", { from: from(), part, cursor });
  const late = items.filter(({ occurredAt }) => Date.now() - occurredAt.getTime() > 4 * 3_600_000);
  expect(late).toHaveLength(1);
  expect(late[0]).toMatchObject({ category: "LOG_ON", eventType: "google.login.LoginService.loginSuccess" });
  expect(now).toHaveLength(1);
  expect(byId(before.items)).not.toContain(late[0]!.externalId);
});

test("people in groups are accounts, members of nested groups are in both, and hold what their groups hold", async () => {
  const { items } = await live.read("GROUPS");
  const members = (name: string) =>
    items.flatMap((item) =>
      item.kind === "member" && item.groupId === `group:${name}@tern.example` ? [item.userId] : [],
    );
  const inner = members("finance");
  expect(inner.length).toBeGreaterThan(0);
  expect(members("sales")).toEqual(expect.arrayContaining(inner));
  const held = (await live.read("PRIVILEGES")).items.flatMap((item) =>
    item.kind === "holder" ? [`${item.userId} ${item.privilegeId.split(" ")[0]}`] : [],
  );
  expect(held).toContain(`${inner[0]} roles/logging.viewer`);
});

test("people and service accounts of others are external, Google's own are not", async () => {
  const { items } = await live.read("USERS");
  const external = items.flatMap(({ externalId, isExternal }) => (isExternal ? [externalId] : []));
  expect(external).toEqual(["user:auditor@partner.example"]);
  expect(items.some(({ externalId }) => /^serviceAccount:\d+@cloudservices\./.test(externalId))).toBe(true);
});

test("without Groups Reader there are no groups, and the rest goes on", async () => {
  await tenant.setFaults({ missingScopes: ["Groups Reader"] });
  await expect(live.read("GROUPS")).rejects.toMatchObject({ scopes: ["Groups Reader"] });
  expect((await live.read("PRIVILEGES")).items.length).toBeGreaterThan(10);
  expect((await gcp.testConnection(live.context)).missingScopes).toEqual(["Groups Reader"]);
  await tenant.setFaults({});
});

test("Security Command Center that is not active leaves its check unknown", async () => {
  await tenant.change("deactivate-security-command-center", {});
  const { items } = await live.read("POSTURE");
  expect(items.filter((item) => "unreadable" in item)).toEqual([{ key: "findings", unreadable: expect.any(String) }]);
});

test("people are not suspended here", async () => {
  const person = await live.user(({ type }) => type === "HUMAN");
  const action = gcp.actions.SUSPEND_USER!;
  await expect(action(live.context, { ...person, parameters: {} })).rejects.toThrow(ConflictError);
});

test("who is an administrator through a group only is refused, and the group is named", async () => {
  const person = (await live.read("USERS")).items.findLast(({ externalId }) => externalId.endsWith("@tern.example"))!;
  const { externalId, login = null, email = null } = person;
  await tenant.change("add-to-group", { user: externalId, group: "engineering@tern.example" });
  const { REVOKE_ADMIN_PRIVILEGES: revoke } = gcp.actions;
  const target = { user: { externalId, login, email }, parameters: {} };
  await expect(revoke!(live.context, target)).rejects.toThrow(/engineering@tern\.example/);
});

test("a policy that somebody else writes meanwhile is read again, and nothing of theirs is lost", async () => {
  const user = { externalId: "user:temp@tern.example", login: null, email: null };
  const project = "projects/tern-dev";
  await tenant.change("grant-role", { project, role: "roles/owner", member: user.externalId });
  const { http } = live.context;
  let interfered = false;
  const racing: typeof http = Object.assign(Object.create(http), {
    request: async (request: Parameters<typeof http.request>[0]) => {
      if (request.url.endsWith(":setIamPolicy") && !interfered) {
        interfered = true;
        await tenant.change("grant-role", { project, role: "roles/owner", member: "user:other@tern.example" });
      }
      return await http.request(request);
    },
    get: http.get.bind(http),
  });
  const { changed } = await gcp.actions.REVOKE_ADMIN_PRIVILEGES!(
    { ...live.context, http: racing },
    { user, parameters: {} },
  );
  expect({ changed, interfered }).toEqual({ changed: true, interfered: true });
  const owners = (await live.read("PRIVILEGES")).items.flatMap((item) =>
    item.kind === "holder" && item.privilegeId === `roles/owner //cloudresourcemanager.googleapis.com/${project}`
      ? [item.userId]
      : [],
  );
  expect(owners).toContain("user:other@tern.example");
  expect(owners).not.toContain(user.externalId);
});

test("an answer of 403 for too many calls is a pause and no missing right", async () => {
  const body = { error: { code: 403, message: "Rate Limit Exceeded", errors: [{ reason: "userRateLimitExceeded" }] } };
  const now = new Date();
  expect(gcp.mapError!({ status: 403, headers: new Headers(), body }, now)).toBeInstanceOf(ProviderRateLimitError);
  const quota = { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Quota exceeded" } };
  expect(gcp.mapError!({ status: 429, headers: new Headers(), body: quota }, now)).toBeNull();
});
