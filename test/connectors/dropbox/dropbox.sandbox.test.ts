import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { dropbox } from "#src/connectors/dropbox/index.ts";
import { ConflictError, WebhookRejectedError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { consentTo } from "../contract/stage.ts";
import { Live } from "../live.ts";

type DropboxFile = Extract<FileItem, { kind: "file" }>;

let sandbox: Sandbox;
let tenant: SandboxTenant;
let live: Live;

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({
    provider: "dropbox",
    name: "tern",
    users: 14,
    groups: 2,
    events: 30,
    files: 80,
  });
  const { clientId, clientSecret } = tenant.credentials as Record<string, string>;
  live = new Live(dropbox, sandbox.url, { clientId: clientId!, clientSecret: clientSecret! });
  await consentTo(live);
});
afterAll(async () => {
  await live.close();
  await sandbox.stop();
});

const filesIn = (items: readonly FileItem[]) => items.filter((item): item is DropboxFile => item.kind === "file");
const listed = async () => filesIn((await live.read("FILES")).items);
const named = async (name: string) => (await listed()).find((file) => file.name === name)!;

/** What a feed brings after something happens. */
async function changesAfter(part: "changes" | "sharing", happen: () => Promise<unknown>): Promise<FileItem[]> {
  const { cursor } = await live.read("FILES", { part });
  await happen();
  return (await live.read("FILES", { part, cursor })).items;
}

test("the organisation's domain is that of its members", async () => {
  expect((await dropbox.testConnection(live.context)).domains).toEqual(["tern.example"]);
});

test("files lie in homes, shared folders and team folders, each once, with folder, type and owner", async () => {
  const files = await listed();
  expect(new Set(files.map(({ externalId }) => externalId)).size).toBe(files.length);
  const sheet = files.find(({ name }) => name === "Card payments.csv")!;
  const folder = files.find(({ name }) => name === "Finance exports")!;
  expect(sheet).toMatchObject({
    path: "/Finance exports/Card payments.csv",
    parentId: folder.externalId,
    mimeType: "text/csv",
    owner: { externalId: folder.owner!.externalId },
    sharing: "PUBLIC",
    link: { audience: "PUBLIC", password: false, expiresAt: null },
  });
  const [campaigns, handbook] = ["Campaigns", "Handbook"].map((name) => files.find((file) => file.name === name)!);
  expect(campaigns).toMatchObject({ isFolder: true, sharing: "EXTERNAL", parentId: null });
  expect(handbook).toMatchObject({ isFolder: true, owner: null });
  const plan = files.find(({ name }) => name === "Plan.txt")!;
  expect(plan).toMatchObject({ path: "/Campaigns/Plan.txt", parentId: campaigns!.externalId, sharing: "EXTERNAL" });
});

test("the content of a file is read in pieces", async () => {
  const pieces: Uint8Array[] = [];
  for await (const piece of dropbox.readContent!(live.context, await named("Plan.txt"))) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toContain("Notes");
});

test("what lies below a linked folder is as open as the link, and the links of a suspended member leave sharing unknown", async () => {
  const folder = await named("Finance exports");
  await tenant.change("share-file", { id: folder.externalId });
  expect(await named("Finance exports")).toMatchObject({ sharing: "PUBLIC", link: { audience: "PUBLIC" } });
  expect(await named("Card payments.csv")).toMatchObject({ sharing: "PUBLIC" });
  const user = folder.owner!.externalId!;
  await tenant.change("suspend-user", { user });
  const [file] = (await listed()).filter(({ name }) => name === "Card payments.csv");
  expect(file).toMatchObject({ sharing: null, link: null });
  await tenant.change("unsuspend-user", { user });
});

test("changes of content name new, changed and deleted files; the first run names none", async () => {
  const [user] = (await tenant.userIds()).ids;
  expect((await live.read("FILES", { part: "changes" })).items).toEqual([]);
  let id = "";
  const added = await changesAfter("changes", async () => {
    const made = (await tenant.change("add-file", { user, name: "Salaries.csv" })) as {
      id?: string;
      result?: { id: string };
    };
    id = made.id ?? made.result!.id;
  });
  expect(filesIn(added)).toContainEqual(
    expect.objectContaining({
      externalId: id,
      name: "Salaries.csv",
      parentId: expect.stringMatching(/^id:/),
      sharing: "PRIVATE",
    }),
  );
  const deleted = await changesAfter("changes", () => tenant.change("delete-file", { id }));
  expect(deleted).toEqual([{ kind: "removed", externalId: id }]);
});

test("changes of sharing read the file again, with its link", async () => {
  const { externalId } = await named("Budget.txt");
  const items = await changesAfter("sharing", () => tenant.change("share-file", { id: externalId }));
  expect(filesIn(items)).toEqual([
    expect.objectContaining({ externalId, sharing: "PUBLIC", link: expect.objectContaining({ audience: "PUBLIC" }) }),
  ]);
});

test("taking people out of a shared folder waits for Dropbox, and is undone", async () => {
  const { externalId, container } = await named("Campaigns");
  const target = { file: { externalId, container }, parameters: {} };
  const run = dropbox.actions.REMOVE_EXTERNAL_USERS!;
  const { before, pending } = await run(live.context, target);
  expect(before).toMatchObject({ people: expect.arrayContaining([expect.objectContaining({ access: "editor" })]) });
  const second = await run(live.context, { ...target, pending: pending!.reference });
  expect(second.pending).toBeDefined();
  expect(await run(live.context, { ...target, pending: second.pending!.reference })).toEqual({ changed: true });
  expect((await named("Campaigns")).sharing).not.toBe("EXTERNAL");
  const restore = { ...target, parameters: { before } };
  expect(await dropbox.actions.RESTORE_FILE!(live.context, restore)).toMatchObject({ changed: true });
  expect((await named("Campaigns")).sharing).toBe("EXTERNAL");
  await expect(dropbox.actions.TRASH_FILE!(live.context, target)).rejects.toThrow(ConflictError);
});

test("webhooks: the challenge is answered as it came, both kinds of lists are read, and nothing is taken for a replay", () => {
  const { clientSecret = "" } = live.settings;
  const hook = { secret: "ours", settings: live.settings, registration: null, now: new Date() };
  const ask = (query: Record<string, string>) =>
    dropbox.webhooks!.receive({ method: "GET", headers: {}, query, body: Buffer.alloc(0) }, hook);
  expect(ask({ challenge: "Abc_1-2" }).response).toMatchObject({ status: 200, body: "Abc_1-2" });
  expect(() => ask({ challenge: "<script>" })).toThrow(WebhookRejectedError);
  for (const list_folder of [{ teams: { "dbtid:1": ["dbmid:1"] } }, { accounts: ["dbid:1"] }, { accounts: [] }]) {
    const body = Buffer.from(JSON.stringify({ list_folder }));
    const signature = createHmac("sha256", clientSecret).update(body).digest("hex");
    const headers = { "x-dropbox-signature": signature };
    const { refresh, deliveryId } = dropbox.webhooks!.receive({ method: "POST", headers, query: {}, body }, hook);
    expect(deliveryId).toBeNull();
    expect(refresh).toHaveLength(list_folder.accounts?.length === 0 ? 0 : 2);
  }
});
