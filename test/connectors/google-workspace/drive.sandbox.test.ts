import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { googleWorkspace } from "#src/connectors/google-workspace/index.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

type DriveFile = Extract<FileItem, { kind: "file" }>;

let sandbox: Sandbox;
let tenant: SandboxTenant;
let live: Live;

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({ provider: "google-workspace", name: "tern", users: 8, groups: 1, files: 60 });
  const { serviceAccountKey = "", adminEmail = "" } = tenant.credentials;
  live = new Live(googleWorkspace, sandbox.url, { serviceAccountKey, adminEmail });
  await live.obtain();
});
afterAll(async () => {
  await live.close();
  await sandbox.stop();
});

async function read(part: string, cursor: string | null = null) {
  const { items, ...rest } = await live.read("FILES", { part, cursor });
  return { ...rest, items: items as FileItem[] };
}
const filesIn = (items: readonly FileItem[]) => items.filter((item): item is DriveFile => item.kind === "file");
const listed = async (part = "my-drives") => filesIn((await read(part)).items);
const named = async (name: string) => (await listed()).find((file) => file.name === name)!;
const run = (
  kind: keyof typeof googleWorkspace.actions,
  file: DriveFile,
  parameters: ActionTarget["parameters"] = {},
) =>
  googleWorkspace.actions[kind]!(live.context, {
    file: { externalId: file.externalId, container: file.container },
    parameters,
  });

describe("My Drives", () => {
  test("of everybody are read in their own names, with folder, link, people and labels", async () => {
    const { items } = await read("my-drives");
    const files = filesIn(items);
    expect(new Set(files.map(({ externalId }) => externalId)).size).toBe(files.length);
    expect(new Set(files.map(({ container }) => container)).size).toBeGreaterThan(1);
    const sheet = files.find(({ name }) => name === "Card payments.xlsx")!;
    expect(sheet).toMatchObject({
      path: "/Finance exports/Card payments.xlsx",
      sharing: "PUBLIC",
      link: { audience: "PUBLIC", canDownload: true },
      owner: { email: sheet.container },
    });
    const people = items.filter((item) => item.kind === "collaborator" && item.fileId === sheet.externalId);
    expect(people).toContainEqual(expect.objectContaining({ principal: "ANYONE", role: "READ", inherited: false }));
    expect(people).toContainEqual(expect.objectContaining({ principal: "USER", role: "WRITE", inherited: true }));
    expect(new Set(files.flatMap(({ labels }) => labels))).toEqual(
      new Set(["Sensitivity: Public", "Sensitivity: Internal", "Sensitivity: Confidential"]),
    );
  });

  test("of people who are suspended are left as they are known", async () => {
    const [, , , , , , , last = ""] = (await tenant.userIds(0, 8)).ids;
    await tenant.change("suspend-user", { user: last });
    const { items } = await read("my-drives");
    expect(items.filter(({ kind }) => kind === "unlisted")).toHaveLength(1);
    await tenant.change("unsuspend-user", { user: last });
  });
});

describe("shared drives", () => {
  test("are read as a member, and a public file in one does not look private", async () => {
    const before = await listed("shared-drives");
    expect(new Set(before.map(({ path }) => path!.split("/")[1]))).toEqual(new Set(["Finance", "Partner projects"]));
    const file = before.find(({ isFolder, sharing }) => !isFolder && sharing === "INTERNAL")!;
    await tenant.change("share-file", { file: file.externalId });
    const { items } = await read("shared-drives");
    const shared = filesIn(items).find(({ externalId }) => externalId === file.externalId)!;
    expect(shared.raw).not.toHaveProperty("permissions");
    expect(shared).toMatchObject({ sharing: "PUBLIC", link: { audience: "PUBLIC" }, container: file.container });
  });

  test("have a quarantine that their members do not open, and files come back from it", async () => {
    const file = (await listed("shared-drives")).find(
      ({ isFolder, path }) => !isFolder && path!.startsWith("/Finance"),
    )!;
    const { before } = await run("QUARANTINE_FILE", file);
    const { items } = await read("shared-drives");
    const found = filesIn(items).find(({ externalId }) => externalId === file.externalId)!;
    expect(found).toMatchObject({ quarantined: true, path: `/Finance/Gatehouse quarantine/${file.name}` });
    const people = items.filter((item) => item.kind === "collaborator" && item.fileId === file.externalId);
    expect(people).toHaveLength(1);
    await run("RESTORE_FILE", file, { before });
    const back = (await listed("shared-drives")).find(({ externalId }) => externalId === file.externalId)!;
    expect([back.path, back.sharing]).toEqual([file.path, file.sharing]);
  });

  test("keep what comes from the drive itself, and say so", async () => {
    const file = (await listed("shared-drives")).find(({ isFolder, link }) => !isFolder && !link)!;
    await expect(run("MAKE_PRIVATE", file)).rejects.toThrow("from the shared drive");
    await expect(run("TRANSFER_FILE_OWNERSHIP", file, { email: "a@tern.example" })).rejects.toThrow(
      "belongs to the drive",
    );
  });
});

test("the feed starts where it is, and brings what changed in each drive with who has access now", async () => {
  const start = await read("changes");
  expect(start.items).toEqual([]);
  expect((await read("changes", start.cursor)).items).toEqual([]);
  const mine = (await listed()).filter(({ isFolder, trashedAt }) => !isFolder && !trashedAt);
  const theirs = (await listed("shared-drives")).filter(({ isFolder }) => !isFolder);
  const [shared, trashed, deleted] = mine as [DriveFile, DriveFile, DriveFile];
  await tenant.change("share-file", { file: shared.externalId, who: "eve@outside.example" });
  await tenant.change("trash-file", { file: trashed.externalId });
  await tenant.change("delete-file", { file: deleted.externalId });
  await tenant.change("edit-file", { file: theirs[0]!.externalId });
  const { items, cursor } = await read("changes", start.cursor);
  const byId = new Map(filesIn(items).map((file) => [file.externalId, file]));
  expect(byId.get(shared.externalId)).toMatchObject({ container: shared.container, sharing: expect.anything() });
  expect(items).toContainEqual(expect.objectContaining({ fileId: shared.externalId, email: "eve@outside.example" }));
  expect(byId.get(trashed.externalId)?.trashedAt).toBeInstanceOf(Date);
  expect(byId.get(theirs[0]!.externalId)?.container).toBe(theirs[0]!.container);
  expect(items).toContainEqual({ kind: "removed", externalId: deleted.externalId, container: deleted.container });
  expect((await read("changes", cursor)).items).toEqual([]);
});

test("content is downloaded, and documents of Google's own are exported", async () => {
  const content = async (file: DriveFile) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of googleWorkspace.readContent!(live.context, file)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const sheet = await named("Card payments.xlsx");
  expect((await content(sheet)).subarray(0, 2).toString()).toBe("PK");
  expect((await content(await named("Offsite plan"))).toString()).toContain("4000 0000 0000 0002");
  await expect(content({ ...sheet, mimeType: "application/vnd.google-apps.form" })).rejects.toThrow(
    "exports no content",
  );
});

test("settings are judged by organisational unit, and what Google does not show is unknown", async () => {
  const { items } = await live.read("POSTURE");
  const values = new Map(items.map((item) => [item.key, "value" in item ? item.value : undefined]));
  const judged = new Map(
    googleWorkspace.checks.map((check) => [
      check.slug,
      check.evaluate({ get: (key) => values.get(key), unreadable: () => null }),
    ]),
  );
  expect(googleWorkspace.checks.length).toBeGreaterThan(80);
  expect(judged.get("google-2sv-enforced")).toMatchObject({
    result: "fail",
    evidence: { failing: [{ target: "/", enforcedFrom: "1970-01-01T00:00:00Z" }] },
  });
  expect(judged.get("google-password-length")).toMatchObject({ result: "pass" });
  // Sales shares nothing outside, the others do.
  expect(judged.get("google-drive-public-links")).toMatchObject({ evidence: { failing: [{ target: "/" }] } });
  // Nobody has Meet.
  expect(judged.get("google-gmail-anomalous-attachments")).toMatchObject({ result: "unknown" });
  expect(judged.get("google-shared-drives-outsiders")).toMatchObject({ evidence: { open: ["Partner projects"] } });
  const results = [...judged.values()].map(({ result }) => result);
  for (const one of ["pass", "fail", "unknown"] as const)
    expect(results.filter((result) => result === one).length, one).toBeGreaterThan(8);
});
