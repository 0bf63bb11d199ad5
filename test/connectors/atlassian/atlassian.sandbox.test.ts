import { afterAll, beforeAll, expect, test } from "vitest";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { atlassian } from "#src/connectors/atlassian/index.ts";
import { ConflictError, ProviderNotFoundError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let acme: SandboxTenant;
const lives: Live[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "atlassian", name: "acme", users: 40, groups: 2, events: 30 });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox?.stop();
});

async function connect({ credentials }: SandboxTenant, more: Record<string, string> = {}): Promise<Live> {
  const { organizationId, apiKey } = credentials;
  const live = new Live(atlassian, sandbox.url, { organizationId: organizationId!, apiKey: apiKey!, ...more });
  lives.push(live);
  await live.obtain();
  return live;
}

test("the organization is named with its verified domains; another one's id finds nothing", async () => {
  const live = await connect(acme);
  expect(await atlassian.testConnection(live.context)).toMatchObject({
    ...{ externalAccountId: acme.credentials.organizationId, accountName: "acme", domains: ["acme.example"] },
    missingScopes: [],
  });
  const elsewhere = await connect(acme, { organizationId: "3f6e1d0a-58b2-4c7d-9a41-7c2f0e9b6d13" });
  await expect(atlassian.testConnection(elsewhere.context)).rejects.toThrow(ProviderNotFoundError);
});

test("a log in which nothing has happened yet is gone on with once something does", async () => {
  const tenant = await sandbox.createTenant({ provider: "atlassian", name: "quiet", users: 5, events: 0 });
  const live = await connect(tenant);
  const { cursor } = await live.read("ACTIVITIES");
  await tenant.emit({ type: "user_login", count: 2 });
  expect((await live.read("ACTIVITIES", { cursor })).items).toHaveLength(2);
});

test("an event that is written late is read after the others", async () => {
  const live = await connect(acme);
  const { cursor } = await live.read("ACTIVITIES", { from: new Date(Date.now() - 90 * 86_400_000) });
  await acme.change("late-event", { minutesAgo: 600 });
  const late = (await acme.events(0, 10_000)).events.at(-1)!;
  const { items } = await live.read("ACTIVITIES", { cursor });
  expect(items.map(({ externalId }) => externalId)).toContain(late.id);
});

test("an account that Atlassian has deactivated is neither suspended nor restored", async () => {
  const live = await connect(acme);
  const { items } = await live.read("USERS");
  const gone = items.find(({ status }) => status === "DISABLED");
  const target = (externalId: string) => ({ user: { externalId, login: null, email: null }, parameters: {} });
  if (gone)
    await expect(atlassian.actions.SUSPEND_USER!(live.context, target(gone.externalId))).rejects.toThrow(ConflictError);
  await expect(atlassian.actions.SUSPEND_USER!(live.context, target("712020:nobody"))).rejects.toThrow(
    ProviderNotFoundError,
  );
});

test("every check is judged by what the organization shows", async () => {
  const live = await connect(acme);
  const items = new Map(
    (await live.read("POSTURE")).items.map((item) => [(item as PostureItem).key, (item as { value: unknown }).value]),
  );
  const results = atlassian.checks.map((check) => [
    check.slug,
    check.evaluate({ get: (key) => items.get(key), unreadable: () => null }).result,
  ]);
  expect(results.filter(([, result]) => result === "unknown")).toEqual([]);
  expect(Object.fromEntries(results)).toMatchObject({
    ...{
      "atlassian-organization-admins": "pass",
      "atlassian-people-with-factor": "fail",
      "atlassian-outsiders": "fail",
    },
    ...{ "atlassian-data-security": "pass", "atlassian-ip-allowlist": "fail", "atlassian-verified-domains": "pass" },
    ...{ "atlassian-endless-tokens": "fail", "atlassian-stale-tokens": "fail" },
  });
});
