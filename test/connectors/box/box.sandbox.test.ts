import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Check } from "#src/connector-kit/contract/checks.ts";
import type { FileItem, PostureItem } from "#src/connector-kit/contract/records.ts";
import { checks } from "#src/connectors/box/checks/index.ts";
import { box } from "#src/connectors/box/index.ts";
import { ProviderAuthError, WebhookRejectedError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

type BoxFile = Extract<FileItem, { kind: "file" }>;

let sandbox: Sandbox;
let tenant: SandboxTenant;
let live: Live;
const lives: Live[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({ provider: "box", name: "tern", users: 14, groups: 2, events: 30, files: 160 });
  live = await connect();
});
afterAll(async () => {
  await Promise.all(lives.map((one) => one.close()));
  await sandbox.stop();
});

async function connect(more: Record<string, string> = {}): Promise<Live> {
  const { clientId, clientSecret, enterpriseId } = tenant.credentials as Record<string, string>;
  const made = new Live(box, sandbox.url, { clientId, clientSecret, enterpriseId, ...more } as Record<string, string>);
  lives.push(made);
  await made.obtain();
  return made;
}

const filesIn = (items: readonly FileItem[]) => items.filter((item): item is BoxFile => item.kind === "file");
const listed = async () => filesIn((await live.read("FILES")).items);
const named = async (name: string) => (await listed()).find((file) => file.name === name)!;

test("a wrong secret, key or enterprise asks for an admin", async () => {
  await expect(connect({ clientSecret: "another" })).rejects.toThrow(ProviderAuthError);
  await expect(connect({ enterpriseId: "1" })).rejects.toThrow(ProviderAuthError);
  const config = (tenant.credentials.config ?? "").replace(/"publicKeyID":"\w+"/, '"publicKeyID":"other"');
  await expect(connect({ mode: "jwt", jwtCredential: config })).rejects.toThrow(ProviderAuthError);
});

test("names the organisation's domain, and not that of the app's own account", async () => {
  expect((await box.testConnection(live.context)).domains).toEqual(["tern.example"]);
});

describe("files", () => {
  test("are those of everybody, each once, with folder, type, link and content", async () => {
    const files = await listed();
    expect(files.length).toBeGreaterThan(165);
    expect(new Set(files.map(({ externalId }) => externalId)).size).toBe(files.length);
    expect(new Set(files.map(({ container }) => container)).size).toBeGreaterThan(2);
    const sheet = files.find(({ name }) => name === "Card payments.xlsx")!;
    expect(sheet).toMatchObject({
      path: "/Finance exports/Card payments.xlsx",
      mimeType: expect.stringContaining("spreadsheetml"),
      sharing: "PUBLIC",
      link: { audience: "PUBLIC", password: false, canDownload: true, url: expect.stringContaining("https://") },
      owner: { externalId: sheet.container },
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of box.readContent!(live.context, sheet)) pieces.push(piece);
    const content = Buffer.concat(pieces);
    expect(content).toHaveLength(sheet.size!);
    expect(content.toString("latin1")).toMatch(/^PK.*400000\d{10}/s);
  });

  test("have the link and the collaborators of their folders", async () => {
    const before = await listed();
    const hasFiles = ({ externalId }: BoxFile) => before.some(({ parentId }) => parentId === externalId);
    const folder = before.find((one) => one.isFolder && hasFiles(one))!;
    await tenant.change("share-file", { file: folder.externalId });
    const { items } = await live.read("FILES");
    const files = filesIn(items);
    const below = files.filter(({ parentId }) => parentId === folder.externalId);
    expect(below.length).toBeGreaterThan(0);
    for (const file of below) expect(file.sharing, file.name).toBe("PUBLIC");
    const people = (id: string) =>
      items.flatMap((one) =>
        one.kind === "collaborator" && one.fileId === id ? [`${one.email} ${one.inherited}`] : [],
      );
    const shared = files.find((one) => one.isFolder && people(one.externalId).some((text) => text.endsWith("false")))!;
    const [own] = people(shared.externalId).filter((text) => text.endsWith("false"));
    for (const { externalId, parentId } of files)
      if (parentId === shared.externalId) expect(people(externalId)).toContain(own?.replace("false", "true"));
  });
});

describe("the feed of changes", () => {
  const changes = async (cursor: string | null) => await live.read("FILES", { part: "changes", cursor });

  test("begins now, and brings what changed as the listing shows it", async () => {
    const start = await changes(null);
    expect(start.items).toEqual([]);
    const files = await listed();
    const plain = files.filter((file) => !file.isFolder && file.sharing === "PRIVATE");
    const [shared, trashed, deleted] = plain.map(({ externalId }) => externalId) as [string, string, string];
    await tenant.change("share-file", { file: shared });
    await tenant.change("trash-file", { file: trashed });
    await tenant.change("delete-file", { file: deleted });
    const { items, cursor } = await changes(start.cursor);
    const found = (items as FileItem[]).filter((item) => item.kind === "file" || item.kind === "removed");
    expect(found).toHaveLength(3);
    const byId = new Map(found.map((item) => [item.externalId, item]));
    expect(byId.get(shared)).toMatchObject({ kind: "file", sharing: "PUBLIC" });
    expect(byId.get(trashed)).toMatchObject({ kind: "file", trashedAt: expect.any(Date), sharing: "PRIVATE" });
    expect(byId.get(deleted)).toEqual({ kind: "removed", externalId: deleted });
    const now = await listed();
    for (const id of [shared, trashed]) expect(byId.get(id)).toEqual(now.find(({ externalId }) => externalId === id));
    expect(now.some(({ externalId }) => externalId === deleted)).toBe(false);
    expect((await changes(cursor)).items).toEqual([]);
  });

  test("of a folder brings what lies in it, which its link opens as well", async () => {
    const start = await changes(null);
    const files = await listed();
    const folder = files.find(
      (one) => one.isFolder && one.sharing === "PRIVATE" && files.some(({ parentId }) => parentId === one.externalId),
    )!;
    await tenant.change("share-file", { file: folder.externalId });
    const found = filesIn((await changes(start.cursor)).items);
    const below = files.filter(({ parentId, trashedAt }) => parentId === folder.externalId && !trashedAt);
    const levels = new Map(found.map(({ externalId, sharing }) => [externalId, sharing]));
    for (const { externalId } of [folder, ...below]) expect(levels.get(externalId)).toBe("PUBLIC");
  });

  test("is one part beside the listing, with a permission of its own", async () => {
    expect(await box.parts!.FILES!(live.context)).toMatchObject([
      { name: "content" },
      { name: "changes", feed: true, scopes: ["manage_enterprise_properties"] },
    ]);
  });
});

test("a quarantined file lies in its owner's quarantine, out of reach of all others", async () => {
  const { externalId, container } = await named("Card payments.xlsx");
  const target = { file: { externalId, container }, parameters: {} };
  const { before } = await box.actions.QUARANTINE_FILE!(live.context, target);
  const { items } = await live.read("FILES");
  expect(filesIn(items).find((file) => file.externalId === externalId)).toMatchObject({
    ...{ path: "/Gatehouse quarantine/Card payments.xlsx", quarantined: true, sharing: "PRIVATE", link: null },
  });
  expect(items.filter((item) => item.kind === "collaborator" && item.fileId === externalId)).toEqual([]);
  // A second one finds the folder that is there.
  const other = (await listed()).find((file) => file.container === container && !file.isFolder && !file.quarantined);
  if (other)
    await box.actions.QUARANTINE_FILE!(live.context, {
      file: { externalId: other.externalId, container },
      parameters: {},
    });
  await box.actions.RESTORE_FILE!(live.context, { ...target, parameters: { before: before! } });
  expect(await named("Card payments.xlsx")).toMatchObject({
    path: "/Finance exports/Card payments.xlsx",
    sharing: "PUBLIC",
  });
});

test("either signature key proves a webhook, and no other", () => {
  const body = Buffer.from('{"type":"webhook_event","id":"d1","trigger":"FILE.UPLOADED"}');
  const now = new Date("2026-11-20T12:00:00Z");
  const timestamp = now.toISOString();
  const sign = (key: string) => createHmac("sha256", key).update(body).update(timestamp).digest("base64");
  const receive = (primary: string, secondary: string) =>
    box.webhooks!.receive(
      {
        ...{ method: "POST", query: {}, body },
        headers: {
          "box-delivery-timestamp": timestamp,
          "box-signature-primary": sign(primary),
          "box-signature-secondary": sign(secondary),
        },
      },
      { secret: "", settings: { webhookPrimaryKey: "one", webhookSecondaryKey: "two" }, registration: null, now },
    );
  const good = { deliveryId: "d1", refresh: [{ stream: "FILES", part: "changes" }, "ACTIVITIES"] };
  expect(receive("one", "old")).toEqual(good);
  expect(receive("new", "two")).toEqual(good);
  expect(() => receive("two", "one")).toThrow(WebhookRejectedError);
});

test("checks judge the tenant's settings as they are", async () => {
  const items = (await live.read("POSTURE")).items as PostureItem[];
  const snapshot = {
    get: (key: string) => items.flatMap((item) => (item.key === key && "value" in item ? [item.value] : []))[0],
    unreadable: () => null,
  };
  const results = Object.fromEntries(checks.map((check: Check) => [check.slug, check.evaluate(snapshot).result]));
  expect(Object.values(results)).not.toContain("unknown");
  expect(results).toMatchObject({
    ...{ "box-multi-factor": "fail", "box-weak-passwords": "pass", "box-session-duration": "fail" },
    ...{ "box-default-link-access": "pass", "box-public-links": "fail", "box-administrators": "pass" },
  });
});
