import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FileItem, GroupItem, PostureItem } from "#src/connector-kit/contract/records.ts";
import { checks } from "#src/connectors/salesforce/checks/index.ts";
import { salesforce } from "#src/connectors/salesforce/index.ts";
import { ProviderAuthError, ProviderRateLimitError } from "#src/errors.ts";
import { createOutbound } from "#src/platform/http/outbound.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

type SalesforceFile = Extract<FileItem, { kind: "file" }>;

let sandbox: Sandbox;
let tenant: SandboxTenant;
let live: Live;
const lives: Live[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({
    provider: "salesforce",
    name: "tern",
    users: 20,
    groups: 6,
    events: 20,
    files: 120,
  });
  live = await connect();
});
afterAll(async () => {
  await Promise.all(lives.map((one) => one.close()));
  await sandbox.stop();
});

async function connect(more: Record<string, string> = {}): Promise<Live> {
  const { domain, clientId, clientSecret } = tenant.credentials as Record<string, string>;
  const made = new Live(salesforce, sandbox.url, { domain, clientId, clientSecret, ...more } as Record<string, string>);
  lives.push(made);
  await made.obtain();
  return made;
}

const filesIn = (items: readonly FileItem[]) => items.filter((item): item is SalesforceFile => item.kind === "file");

test("a wrong secret asks for an admin, and the instance is the one that the sign-in names", async () => {
  await expect(connect({ clientSecret: "another" })).rejects.toThrow(ProviderAuthError);
  expect(live.credential?.extra).toMatchObject({
    instanceUrl: "https://tern.my.salesforce.com",
    userId: expect.stringMatching(/^005/),
  });
  expect((await salesforce.testConnection(live.context)).domains).toEqual(["tern.example"]);
});

test("a tenth of the calls of a day is left to others, and the reason is stated; a person's call goes out", async () => {
  const outbound = createOutbound({ sandboxUrl: sandbox.url, log: { debug: () => undefined } });
  const clientOf = (reserve: number) =>
    outbound.client({
      ...{
        name: "salesforce/9",
        baseUrl: "https://tern.my.salesforce.com",
        hosts: ["tern.my.salesforce.com"],
        reserve,
      },
      ...{ rateLimit: salesforce.manifest.rateLimit, mapError: salesforce.mapError },
      sign: () => ({ headers: { authorization: `Bearer ${live.credential!.accessToken}` } }),
    });
  const ask = (reserve: number) => clientOf(reserve).get("/services/data/v67.0/query?q=SELECT+Id+FROM+Organization");
  await tenant.change("set-api-usage", { used: 103_498 });
  await ask(0.1);
  await ask(0.1);
  const error = await ask(0.1).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(ProviderRateLimitError);
  expect((error as Error).message).toMatch(
    /103,500 of 115,000 calls that it allows are used, and the rest is left to other programs/,
  );
  expect((error as ProviderRateLimitError).retryAt.getTime() - Date.now()).toBeGreaterThan(800_000);
  expect((await ask(0)).status).toBe(200);
  await tenant.change("set-api-usage", { used: 0 });
  await outbound.close();
});

test("people of a role that is a member of a group are members of the group", async () => {
  const { items } = await live.read("GROUPS");
  const of = (id: string) => items.flatMap((one) => (one.kind === "member" && one.groupId === id ? [one.userId] : []));
  const groups = items.filter((one): one is Extract<GroupItem, { kind: "group" }> => one.kind === "group");
  const role = groups.find(({ externalId }) => externalId.startsWith("00E"))!;
  const first = groups.find(({ externalId }) => externalId.startsWith("00G"))!;
  expect(of(role.externalId).length).toBeGreaterThan(0);
  for (const userId of of(role.externalId)) expect(of(first.externalId)).toContain(userId);
});

describe("files", () => {
  test("are open to whom links and public links open them, and have content", async () => {
    const { items } = await live.read("FILES");
    const files = filesIn(items);
    const levels = new Set(files.map(({ sharing }) => sharing));
    expect([...levels].toSorted()).toEqual(["EXTERNAL", "INTERNAL", "PRIVATE", "PUBLIC"]);
    const open = files.find(({ sharing }) => sharing === "PUBLIC")!;
    expect(open.link).toMatchObject({ audience: "PUBLIC", url: expect.stringContaining("https://") });
    const partner = items.find((one) => one.kind === "collaborator" && one.email?.endsWith("@outside.example"));
    expect(files.find((one) => partner?.kind === "collaborator" && one.externalId === partner.fileId)?.sharing).toBe(
      "EXTERNAL",
    );
    const pieces: Uint8Array[] = [];
    for await (const piece of salesforce.readContent!(live.context, open)) pieces.push(piece);
    expect(Buffer.concat(pieces)).toHaveLength(open.size!);
  });

  test("that changed, or whose sharing did, come with the feed as the listing shows them", async () => {
    const changes = (cursor: string | null) => live.read("FILES", { part: "changes", cursor });
    const start = await changes(null);
    expect(start.items).toEqual([]);
    const plain = filesIn((await live.read("FILES")).items).filter(({ sharing }) => sharing === "PRIVATE");
    const [shared, trashed, edited] = plain.map(({ externalId }) => externalId) as [string, string, string];
    await tenant.change("share-file", { file: shared });
    await tenant.change("trash-file", { file: trashed });
    await tenant.change("edit-file", { file: edited });
    const { items, cursor } = await changes(start.cursor);
    const found = new Map(filesIn(items).map((file) => [file.externalId, file]));
    expect(found.get(shared)).toMatchObject({ sharing: "PUBLIC" });
    expect(found.get(trashed)).toMatchObject({ sharing: "PRIVATE", trashedAt: expect.any(Date) });
    const now = new Map(filesIn((await live.read("FILES")).items).map((file) => [file.externalId, file]));
    for (const id of [shared, trashed, edited]) expect(found.get(id)).toEqual(now.get(id));
    expect(cursor).not.toBe(start.cursor);
  });
});

test("checks judge the org's settings as they are, and there are more than fifty", async () => {
  const items = (await live.read("POSTURE")).items as PostureItem[];
  const snapshot = {
    get: (key: string) => items.flatMap((item) => (item.key === key && "value" in item ? [item.value] : []))[0],
    unreadable: () => null,
  };
  const results = Object.fromEntries(checks.map((check) => [check.slug, check.evaluate(snapshot).result]));
  expect(Object.values(results)).not.toContain("unknown");
  expect(Object.keys(results).length).toBeGreaterThan(50);
  expect(results).toMatchObject({
    ...{ "salesforce-multi-factor": "fail", "salesforce-password-length": "pass", "salesforce-health-score": "pass" },
    ...{
      "salesforce-administrators": "fail",
      "salesforce-open-links": "fail",
      "salesforce-self-authorized-apps": "fail",
    },
  });
});

test("deactivating instead of freezing is undone as well, and Gatehouse does not lock itself out", async () => {
  const other = await connect({ suspension: "deactivate" });
  const target = await other.user(({ isAdmin, status }, index) => !isAdmin && status === "ACTIVE" && index > 8);
  const run = (kind: "SUSPEND_USER" | "UNSUSPEND_USER", parameters = {}) =>
    salesforce.actions[kind]!(other.context, { ...target, parameters });
  const { before } = await run("SUSPEND_USER");
  expect(await other.statusOf(target.user.externalId)).toBe("DISABLED");
  await run("UNSUSPEND_USER", { before });
  expect(await other.statusOf(target.user.externalId)).toBe("ACTIVE");
  const { userId = "" } = other.context.credential!.extra;
  const self = { user: { externalId: userId, login: null, email: null }, parameters: {} };
  await expect((async () => salesforce.actions.SUSPEND_USER!(other.context, self))()).rejects.toThrow(
    "lock itself out",
  );
});
