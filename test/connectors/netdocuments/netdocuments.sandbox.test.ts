import { afterAll, beforeAll, expect, test } from "vitest";
import type { GroupItem, PostureItem } from "#src/connector-kit/contract/records.ts";
import { netdocuments } from "#src/connectors/netdocuments/index.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let acme: SandboxTenant;
const lives: Live[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "netdocuments", name: "acme", users: 40, groups: 4, events: 40 });
});
afterAll(async () => {
  await Promise.all(lives.map((live) => live.close()));
  await sandbox?.stop();
});

async function connect({ credentials }: SandboxTenant, region = "us"): Promise<Live> {
  const { repositoryId, clientId, clientSecret } = credentials;
  const settings = { region, repositoryId: repositoryId!, clientId: clientId!, clientSecret: clientSecret! };
  const live = new Live(netdocuments, sandbox.url, settings);
  lives.push(live);
  return live;
}

test("a repository is found in its own region only", async () => {
  const tenant = await sandbox.createTenant({
    provider: "netdocuments",
    name: "berlin",
    users: 9,
    groups: 3,
    events: 0,
  });
  await tenant.change("move-to-region", { region: "de" });
  const live = await connect(tenant, "de");
  await live.obtain();
  expect(await netdocuments.testConnection(live.context)).toMatchObject({
    ...{ externalAccountId: tenant.credentials.repositoryId, accountName: "berlin LLP", missingScopes: [] },
  });
  await expect((await connect(tenant, "us")).obtain()).rejects.toThrow(ProviderNotFoundError);
});

test("rights on a cabinet are those of its groups' members, the largest of each", async () => {
  const live = await connect(acme);
  await live.obtain();
  const { items } = await live.read("PRIVILEGES");
  const admins = items.filter((item) => item.kind === "holder" && item.privilegeId === "NG-CAB00000:administer");
  expect(admins).toHaveLength(3);
  const held = items.flatMap((item) =>
    item.kind === "holder" && item.privilegeId.startsWith("NG-CAB00000") ? [item.userId] : [],
  );
  expect(new Set(held).size).toBe(held.length);
});

test("both logs are read, and a row that is written late is met", async () => {
  const live = await connect(acme);
  await live.obtain();
  const { items, cursor } = await live.read("ACTIVITIES", { from: new Date(Date.now() - 60 * 86_400_000) });
  expect(new Set(items.map(({ category }) => category))).toEqual(new Set(["LOG_ON", "USER", "ADMIN"]));
  await acme.change("late-event", { minutesAgo: 3 });
  const late = (await acme.events(0, 10_000)).events.at(-1)!;
  expect((await live.read("ACTIVITIES", { cursor })).items.map(({ externalId }) => externalId)).toContain(late.id);
});

test("a log that begins with a byte order mark is read like any other", async () => {
  const live = await connect(acme);
  await live.obtain();
  const from = new Date(Date.now() - 60 * 86_400_000);
  const plain = (await live.read("ACTIVITIES", { from })).items.length;
  await acme.change("byte-order-mark");
  expect((await live.read("ACTIVITIES", { from })).items.length).toBe(plain);
});

test("groups have their names even where they are listed by ids alone", async () => {
  const live = await connect(acme);
  await live.obtain();
  const named = (items: GroupItem[]) => items.flatMap((one) => (one.kind === "group" ? [one.name] : []));
  const before = named((await live.read("GROUPS")).items);
  await acme.change("ids-alone");
  expect(named((await live.read("GROUPS")).items)).toEqual(before);
  expect(before).toContain("Administrators");
});

test("who administers is taken out of the groups that do, and of no other; the groups are kept", async () => {
  const tenant = await sandbox.createTenant({ provider: "netdocuments", name: "revoke", users: 20, groups: 4 });
  const live = await connect(tenant);
  await live.obtain();
  const { user } = await live.user((_, index) => index === 1);
  const groupsOf = async () =>
    (await live.read("GROUPS")).items.flatMap((one) =>
      one.kind === "member" && one.userId === user.externalId ? [one.groupId] : [],
    );
  const [admins, ...others] = await groupsOf();
  const revoke = () => netdocuments.actions.REVOKE_ADMIN_PRIVILEGES!(live.context, { user, parameters: {} });
  expect(await revoke()).toEqual({ changed: true, before: { groups: [admins], cabinets: [] } });
  expect(others.length).toBeGreaterThan(0);
  expect(await groupsOf()).toEqual(others);
  expect((await revoke()).changed).toBe(false);
});

test("posture names cabinets that people from outside may edit, and every check is judged", async () => {
  const live = await connect(acme);
  await live.obtain();
  const items = new Map(
    (await live.read("POSTURE")).items.map((item) => [(item as PostureItem).key, (item as { value: unknown }).value]),
  );
  expect(items.get("cabinets")).toMatchObject({ cabinets: 3, outsideEditors: { names: ["Litigation"] } });
  const results = netdocuments.checks.map((check) => [
    check.slug,
    check.evaluate({ get: (key) => items.get(key), unreadable: () => null }).result,
  ]);
  expect(results.filter(([, result]) => result === "unknown")).toEqual([]);
  expect(Object.fromEntries(results)).toMatchObject({
    ...{ "netdocuments-cabinet-admins": "pass", "netdocuments-outside-editors": "fail" },
    ...{ "netdocuments-outside-defaults": "pass", "netdocuments-hidden-groups": "fail" },
  });
});
