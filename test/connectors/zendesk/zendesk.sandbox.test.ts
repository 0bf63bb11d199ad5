import { afterAll, beforeAll, expect, test } from "vitest";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { zendesk } from "#src/connectors/zendesk/index.ts";
import { ProviderRequestError, ProviderScopeError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let acme: SandboxTenant;
const lives: Live[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "zendesk", name: "acme", users: 30, groups: 2, events: 10 });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox?.stop();
});

async function connect({ credentials: { subdomain, email, token } }: SandboxTenant): Promise<Live> {
  const live = new Live(zendesk, sandbox.url, { mode: "token", subdomain: subdomain!, email: email!, token: token! });
  lives.push(live);
  await live.obtain();
  return live;
}

test("without the Enterprise plan the log is off, and the rest is connected", async () => {
  const tenant = await sandbox.createTenant({ provider: "zendesk", name: "team", users: 8, events: 0 });
  await tenant.change("leave-enterprise");
  const live = await connect(tenant);
  expect((await zendesk.testConnection(live.context)).missingScopes).toEqual(["auditlogs:read"]);
  await expect(live.read("ACTIVITIES")).rejects.toThrow(ProviderScopeError);
  expect((await live.read("USERS")).items).toHaveLength(8);
});

test("the owner is neither suspended nor made an agent", async () => {
  const live = await connect(acme);
  const [owner] = (await live.read("USERS")).items;
  const target = { user: { externalId: owner!.externalId, login: null, email: null }, parameters: {} };
  await expect(zendesk.actions.SUSPEND_USER!(live.context, target)).rejects.toThrow(ProviderRequestError);
  await expect(zendesk.actions.REVOKE_ADMIN_PRIVILEGES!(live.context, target)).rejects.toThrow(ProviderRequestError);
});

test("roles of agents are their custom ones; a role that changes rules administers", async () => {
  const live = await connect(acme);
  const { items } = await live.read("PRIVILEGES");
  const roles = items.flatMap((item) => (item.kind === "privilege" ? [[item.name, item.isAdmin]] : []));
  expect(roles).toEqual([
    ["Admin", true],
    ["Agent", false],
    ["Team lead", true],
    ["Light agent", false],
  ]);
  expect(items.filter((item) => item.kind === "holder" && item.privilegeId === "admin")).toHaveLength(3);
});

test("apps have the scopes of their tokens, and people the grants of theirs", async () => {
  const live = await connect(acme);
  const { items } = await live.read("OAUTH_APPS");
  const apps = items.flatMap((item) => (item.kind === "app" ? [[item.name, item.scopes, item.permissionLevel]] : []));
  expect(apps).toEqual([
    ["Reporting", ["read", "tickets:read", "write"], "HIGH"],
    ["Shipmate", ["read", "tickets:read", "write"], "HIGH"],
    ["Survey", ["tickets:read"], "LOW"],
  ]);
  expect(items.filter(({ kind }) => kind === "grant")).toHaveLength(8);
});

test("every check is judged by the settings", async () => {
  const live = await connect(acme);
  const items = new Map(
    (await live.read("POSTURE")).items.map((item) => [(item as PostureItem).key, (item as { value: unknown }).value]),
  );
  const results = zendesk.checks.map((check) => [
    check.slug,
    check.evaluate({ get: (key) => items.get(key), unreadable: () => null }).result,
  ]);
  expect(results.filter(([, result]) => result === "unknown")).toEqual([]);
  expect(Object.fromEntries(results)).toMatchObject({
    ...{ "zendesk-second-factor": "pass", "zendesk-sign-on-bypass": "fail", "zendesk-password-level": "fail" },
    ...{ "zendesk-api-passwords": "pass", "zendesk-private-attachments": "fail", "zendesk-admins": "pass" },
    ...{ "zendesk-unlimited-tokens": "fail", "zendesk-stale-tokens": "fail", "zendesk-account-assumption": "fail" },
  });
});
