import { afterAll, beforeAll, expect, test } from "vitest";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { onelogin } from "#src/connectors/onelogin/index.ts";
import { ConflictError, ProviderScopeError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let acme: SandboxTenant;
const lives: Live[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "onelogin", name: "acme", users: 40, groups: 3, events: 10 });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox?.stop();
});

async function connect({ credentials: { subdomain, clientId, clientSecret } }: SandboxTenant): Promise<Live> {
  const settings = { subdomain: subdomain!, clientId: clientId!, clientSecret: clientSecret! };
  const live = new Live(onelogin, sandbox.url, settings);
  lives.push(live);
  await live.obtain();
  return live;
}

test("without the subscription privileges are refused, and nobody loses what they hold", async () => {
  const tenant = await sandbox.createTenant({ provider: "onelogin", name: "small", users: 12, events: 0 });
  const live = await connect(tenant);
  expect((await live.read("PRIVILEGES")).items.filter(({ kind }) => kind === "holder")).toHaveLength(6);
  await tenant.change("end-subscription");
  await expect(live.read("PRIVILEGES")).rejects.toThrow(ProviderScopeError);
});

test("a type that has no sentence gets OneLogin's own name, which is asked for once", async () => {
  const live = await connect(acme);
  await acme.emit({ type: "601", count: 3 });
  const { items } = await live.read("ACTIVITIES");
  const own = items.filter(({ eventType }) => eventType === "601");
  expect(own.length).toBeGreaterThanOrEqual(3);
  for (const { description, unmapped } of own) {
    expect(description).toMatch(/hook script deployed|deployed hook script/i);
    expect(unmapped).toBe(true);
  }
  expect((await acme.calls())["GET /api/1/events/types"]).toBe(1);
});

test("an account of a directory, or one that was never activated, is not touched", async () => {
  const live = await connect(acme);
  const { items } = await live.read("USERS");
  const run = (kind: "RESET_PASSWORD" | "SUSPEND_USER", externalId: string) =>
    onelogin.actions[kind]!(live.context, { user: { externalId, login: null, email: null }, parameters: {} });
  const ofDirectory = items.find(({ raw }) => (raw as { directory_id: unknown }).directory_id !== null)!;
  await expect(run("RESET_PASSWORD", ofDirectory.externalId)).rejects.toThrow(ConflictError);
  const invited = items.find(({ status }) => status === "INVITED")!;
  await expect(run("SUSPEND_USER", invited.externalId)).rejects.toThrow(ConflictError);
});

test("posture names people without a factor and apps that others can be entered through; every check is judged", async () => {
  const live = await connect(acme);
  const items = new Map(
    (await live.read("POSTURE")).items.map((item) => [(item as PostureItem).key, (item as { value: unknown }).value]),
  );
  expect(items.get("apps")).toMatchObject({ apps: 3, assumable: { count: 1, names: ["Payroll"] } });
  expect(items.get("privileges")).toMatchObject({ superUsers: { count: 3 }, admins: 6 });
  const results = onelogin.checks.map((check) => [
    check.slug,
    check.evaluate({ get: (key) => items.get(key), unreadable: () => null }).result,
  ]);
  expect(results.filter(([, result]) => result === "unknown")).toEqual([]);
  expect(Object.fromEntries(results)).toMatchObject({
    ...{ "onelogin-super-users": "pass", "onelogin-admins-with-factor": "pass", "onelogin-people-with-factor": "fail" },
    ...{ "onelogin-apps-not-assumable": "fail", "onelogin-risk-rules": "pass" },
  });
});
