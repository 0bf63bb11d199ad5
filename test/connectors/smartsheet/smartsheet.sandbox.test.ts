import { afterAll, beforeAll, expect, test } from "vitest";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { smartsheet } from "#src/connectors/smartsheet/index.ts";
import { ConflictError, ProviderAuthError, ProviderRequestError, ProviderScopeError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { consentTo } from "../contract/stage.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let acme: SandboxTenant;
const lives: Live[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "smartsheet", name: "acme", users: 60, groups: 3, events: 20 });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox?.stop();
});

async function connect({ credentials: { token } }: SandboxTenant, region = "us"): Promise<Live> {
  const live = new Live(smartsheet, sandbox.url, { mode: "token", token: token!, region });
  lives.push(live);
  await live.obtain();
  return live;
}

function run(live: Live, kind: keyof typeof smartsheet.actions, user: { externalId: string; email: string | null }) {
  const target = { user: { login: null, ...user }, parameters: {} };
  return smartsheet.actions[kind]!(live.context, target);
}

test("a plan is reached in its own region only, by consent as by token", async () => {
  const tenant = await sandbox.createTenant({ provider: "smartsheet", name: "berlin", users: 12, events: 0 });
  await tenant.change("move-to-region", { region: "eu" });
  const { clientId, clientSecret } = tenant.credentials;
  const live = new Live(smartsheet, sandbox.url, { clientId: clientId!, clientSecret: clientSecret!, region: "eu" });
  lives.push(live);
  await consentTo(live);
  expect((await smartsheet.testConnection(live.context)).accountName).toBe("Berlin");
  const first = live.credential!.refreshToken;
  live.credential = await smartsheet.authorization.refresh!(live.context, live.credential!);
  expect(live.credential.refreshToken).not.toBe(first);
  const elsewhere = await connect(tenant, "us");
  await expect(smartsheet.testConnection(elsewhere.context)).rejects.toThrow(ProviderAuthError);
});

test("without the add-on or its scope the log is off, and the rest is connected", async () => {
  const live = await connect(acme);
  await acme.setFaults({ missingScopes: ["READ_EVENTS"] });
  expect((await smartsheet.testConnection(live.context)).missingScopes).toEqual(["READ_EVENTS"]);
  await expect(live.read("ACTIVITIES")).rejects.toThrow(ProviderScopeError);
  await acme.setFaults({});
});

test("an event that is reported late is read after the others", async () => {
  const live = await connect(acme);
  const { cursor } = await live.read("ACTIVITIES", { from: new Date(Date.now() - 90 * 86_400_000) });
  await acme.change("late-event", { minutesAgo: 600 });
  const late = (await acme.events(0, 10_000)).events.at(-1)!;
  const { items } = await live.read("ACTIVITIES", { cursor });
  expect(items.map(({ externalId }) => externalId)).toContain(late.id);
});

test("roles are taken and the seat stays; who was invited or is outside cannot be deactivated", async () => {
  const live = await connect(acme);
  const { items } = await live.read("USERS");
  const admin = items[4]!;
  const result = await run(live, "REVOKE_ADMIN_PRIVILEGES", { externalId: admin.externalId, email: admin.email! });
  expect(result).toEqual({ changed: true, before: { admin: false, groupAdmin: true, licensedSheetCreator: true } });
  expect(await live.isHolder(admin.externalId, "licensedSheetCreator")).toBe(true);
  expect(await live.isHolder(admin.externalId, "groupAdmin")).toBe(false);
  // The address is not known: the listing is gone through.
  const guest = items.find(({ isExternal, status }) => isExternal && status === "ACTIVE")!;
  await expect(run(live, "SUSPEND_USER", { externalId: guest.externalId, email: null })).rejects.toThrow(
    ProviderRequestError,
  );
  const invited = items.find(({ status }) => status === "INVITED")!;
  await expect(run(live, "SUSPEND_USER", { externalId: invited.externalId, email: invited.email! })).rejects.toThrow(
    ConflictError,
  );
});

test("posture names what is published and shared outside, and every check is judged", async () => {
  const live = await connect(acme);
  await acme.change("publish-item", { id: "5591022138200000" });
  const items = new Map(
    (await live.read("POSTURE")).items.map((item) => [(item as PostureItem).key, (item as { value: unknown }).value]),
  );
  expect(items.get("sharing")).toEqual({
    looked: 10,
    published: ["sheet Onboarding", "dashboard Programme status"],
    outside: ["sheet Suppliers", "workspace Product launch"],
    outsideSharers: ["workspace Product launch"],
  });
  const results = smartsheet.checks.map((check) => [
    check.slug,
    check.evaluate({ get: (key) => items.get(key), unreadable: () => null }).result,
  ]);
  expect(results.filter(([, result]) => result === "unknown")).toEqual([]);
  expect(Object.fromEntries(results)).toMatchObject({
    ...{ "smartsheet-system-admins": "pass", "smartsheet-published-items": "fail", "smartsheet-group-owners": "pass" },
    ...{ "smartsheet-groups-with-outsiders": "fail", "smartsheet-outside-sharers": "fail" },
  });
});
