import { afterAll, beforeAll, expect, test } from "vitest";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { sharefile } from "#src/connectors/sharefile/index.ts";
import { statusOf } from "#src/connectors/sharefile/map-users.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { consentTo } from "../contract/stage.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let acme: SandboxTenant;
const lives: Live[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "sharefile", name: "acme", users: 30, groups: 2, events: 0 });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox?.stop();
});

async function connect({ credentials }: SandboxTenant): Promise<Live> {
  const { subdomain, clientId, clientSecret } = credentials;
  const settings = { subdomain: subdomain!, clientId: clientId!, clientSecret: clientSecret! };
  const live = new Live(sharefile, sandbox.url, settings);
  lives.push(live);
  await consentTo(live);
  return live;
}

test("an account is reached on the control plane that the consent names, and refreshed there", async () => {
  const tenant = await sandbox.createTenant({ provider: "sharefile", name: "berlin", users: 6, events: 0 });
  await tenant.change("move-to-europe");
  const live = await connect(tenant);
  expect(live.credential!.extra).toEqual({ appcp: "sharefile.eu", apicp: "sharefile.eu" });
  expect(await sharefile.testConnection(live.context)).toMatchObject({ accountName: "berlin Ltd", missingScopes: [] });
  live.credential = await sharefile.authorization.refresh!(live.context, live.credential!);
  expect((await live.read("USERS")).items).toHaveLength(6);
});

test("clients are external, and employees hold the roles", async () => {
  const live = await connect(acme);
  const { items: people } = await live.read("USERS");
  expect(people).toHaveLength(30);
  expect(people.filter(({ isExternal }) => isExternal)).toHaveLength(9);
  expect(people.filter(({ isAdmin }) => isAdmin)).toHaveLength(3);
  const { items } = await live.read("PRIVILEGES");
  expect(items.filter((item) => item.kind === "holder" && item.privilegeId === "MasterAdmin")).toHaveLength(1);
  expect(items.find((item) => item.kind === "privilege" && item.externalId === "AdminSSO")).toMatchObject({
    isAdmin: true,
  });
});

test.each([
  [{ IsConfirmed: true, Security: { IsDisabled: false } }, "ACTIVE"],
  [{ IsConfirmed: true, Security: { IsDisabled: true } }, "SUSPENDED"],
  [{ IsConfirmed: false, Security: { IsDisabled: false } }, "INVITED"],
  [{ IsConfirmed: true }, "UNKNOWN"],
  [{ IsDeleted: true, IsConfirmed: true }, "DELETED"],
])("%j is %s", (raw, status) => {
  expect(statusOf(raw)).toBe(status);
});

test("every check is judged by settings, single sign-on and people", async () => {
  const live = await connect(acme);
  const items = new Map(
    (await live.read("POSTURE")).items.map((item) => [(item as PostureItem).key, (item as { value: unknown }).value]),
  );
  const results = sharefile.checks.map((check) => [
    check.slug,
    check.evaluate({ get: (key) => items.get(key), unreadable: () => null }).result,
  ]);
  expect(results.filter(([, result]) => result === "unknown")).toEqual([]);
  expect(Object.fromEntries(results)).toMatchObject({
    ...{
      "sharefile-two-step": "pass",
      "sharefile-employees-with-two-steps": "fail",
      "sharefile-single-sign-on": "fail",
    },
    ...{
      "sharefile-passwords": "fail",
      "sharefile-lockout": "pass",
      "sharefile-ftp": "fail",
      "sharefile-admins": "pass",
    },
  });
});
