import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { office365 } from "#src/connectors/office365/index.ts";
import { ConflictError, InvalidInputError, ProviderNotFoundError } from "#src/errors.ts";
import { runCheck } from "#src/posture/evaluate.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { fileWhere, listed } from "../listed-files.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;
let live: Live;

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({
    ...{ provider: "office365", name: "tern", users: 14, groups: 2, events: 0, files: 96, unlimited: true },
  });
  const { tenantId, certificateClientId, certificate } = tenant.credentials as Record<string, string>;
  live = new Live(office365, sandbox.url, {
    tenantId,
    clientId: certificateClientId,
    certificate,
    consent: "given",
  } as Record<string, string>);
  await live.obtain();
});
afterAll(async () => {
  await live.close();
  await sandbox.stop();
});

/** As the tenant was before any test changed it. */
let first: ReturnType<typeof listed> | undefined;
const asItWas = () => {
  first ??= listed(live);
  return first;
};

type File = Extract<FileItem, { kind: "file" }>;
const refOf = ({ externalId }: Pick<File, "externalId">) => {
  const [drive, item] = externalId.split("/");
  return { drive, item };
};
const act = (kind: keyof typeof office365.actions, externalId: string, parameters: Record<string, unknown> = {}) =>
  office365.actions[kind]!(live.context, { file: { externalId, container: null }, parameters });

describe("files", () => {
  test("are those of teams, subsites and OneDrives, each once, with folder, owner and content", async () => {
    const { files } = await asItWas();
    expect(new Set(files.map(({ externalId }) => externalId)).size).toBe(files.length);
    expect(new Set(files.map(({ container }) => container)).size).toBe(6);
    const known = new Set(files.map(({ externalId }) => externalId));
    for (const { parentId } of files) if (parentId) expect(known).toContain(parentId);
    const sheet = files.find(({ name, owner }) => name.endsWith(".xlsx") && owner)!;
    expect(sheet).toMatchObject({
      path: expect.stringMatching(/^\/.+\/.+\.xlsx$/),
      mimeType: expect.stringContaining("spreadsheetml"),
      owner: { email: expect.stringMatching(/@tern\.example$/), name: expect.stringMatching(/./) },
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of office365.readContent!(live.context, sheet)) pieces.push(piece);
    expect(Buffer.concat(pieces)).toHaveLength(sheet.size!);
  });

  test("have what their folders grant, and that of the site", async () => {
    const before = (await asItWas()).files;
    const folder = before.find((one) => before.some(({ parentId }) => parentId === one.externalId))!;
    await tenant.change("share-file", refOf(folder));
    const { files, peopleOf } = await listed(live);
    const shared = files.find(({ externalId }) => externalId === folder.externalId)!;
    expect(shared.link).toMatchObject({ audience: "PUBLIC" });
    const below = files.filter(({ parentId }) => parentId === shared.externalId);
    expect(below.length).toBeGreaterThan(0);
    for (const { externalId, sharing } of below) {
      expect(sharing).toBe("PUBLIC");
      expect(peopleOf(externalId)).toContainEqual(expect.objectContaining({ principal: "ANYONE", inherited: true }));
    }
    const ofTeam = files.find(({ owner }) => owner === null)!;
    expect(peopleOf(ofTeam.externalId).map(({ externalId }) => externalId)).toEqual(
      expect.arrayContaining(["Owners", "Members", "Visitors"]),
    );
    expect(files.find(({ owner, sharing }) => owner !== null && sharing === "PRIVATE")).toBeDefined();
  });

  test("take a call of permissions for what is shared and for roots, not for each file", async () => {
    const calls = async () => (await tenant.calls())["GET /v1.0/drives/:drive/items/:item/permissions"] ?? 0;
    const before = await calls();
    const { files } = await listed(live);
    expect((await calls()) - before).toBeLessThan(files.length / 2);
  });

  test("carry labels by name, or by id where the list of labels may not be read; none where they are left out", async () => {
    const labelsOf = async () => [...new Set((await listed(live)).files.flatMap(({ labels }) => labels))].toSorted();
    expect((await asItWas()).files.flatMap(({ labels }) => labels)).toContain("Confidential");
    await tenant.setFaults({ missingScopes: ["SensitivityLabels.Read.All"] });
    expect(await labelsOf()).toEqual([expect.stringMatching(/^5feba255-/), expect.stringMatching(/^5feba255-/)]);
    await tenant.setFaults({});
  });
});

describe("the feed of changes", () => {
  const changes = async (cursor: string | null) => {
    const { items, cursor: next } = await live.read("FILES", { part: "changes", cursor });
    const found = (items as FileItem[]).filter((item) => item.kind !== "collaborator");
    return {
      byId: new Map(
        found.map((item) => [item.kind === "file" || item.kind === "removed" ? item.externalId : "", item]),
      ),
      next,
    };
  };

  test("begins now, and brings what changed as the listing shows it", async () => {
    const start = await changes(null);
    expect(start.byId.size).toBe(0);
    const { files } = await asItWas();
    const [shared, edited, deleted] = files.filter((one) => !one.isFolder && one.sharing === "PRIVATE") as [
      File,
      File,
      File,
    ];
    await tenant.change("share-file", refOf(shared));
    await tenant.change("edit-file", refOf(edited));
    await tenant.change("delete-file", refOf(deleted));
    const { byId, next } = await changes(start.next);
    expect(byId.size).toBe(3);
    expect(byId.get(shared.externalId)).toMatchObject({ sharing: "PUBLIC", link: { audience: "PUBLIC" } });
    const found = byId.get(edited.externalId) as File;
    expect(found.version).not.toBe(edited.version);
    const again = (await listed(live)).files.find(({ externalId }) => externalId === edited.externalId)!;
    expect({ ...found, raw: null }).toEqual({ ...again, raw: null });
    expect(byId.get(deleted.externalId)).toEqual({ kind: "removed", externalId: deleted.externalId });
    expect((await changes(next)).byId.size).toBe(0);
  });

  test("brings what lies in a folder whose sharing changed", async () => {
    const { files } = await listed(live);
    const isParent = ({ externalId }: File) => files.some(({ parentId }) => parentId === externalId);
    const folder = files.find((one) => one.isFolder && one.sharing === "PRIVATE" && isParent(one))!;
    const { next } = await changes(null);
    await tenant.change("share-file", refOf(folder));
    const { byId } = await changes(next);
    const below = files.filter(({ parentId }) => parentId === folder.externalId);
    for (const { externalId } of below) expect(byId.get(externalId)).toMatchObject({ sharing: "PUBLIC" });
  });

  test("starts a drive over whose position Microsoft no longer knows", async () => {
    const { next } = await changes(null);
    const stored = JSON.parse(next!) as { drives: Record<string, { at: string }> };
    const [drive] = Object.keys(stored.drives) as [string];
    stored.drives[drive]!.at = stored.drives[drive]!.at.replace(/token=.*/, "token=forgotten");
    const { byId } = await changes(JSON.stringify(stored));
    const { files } = await listed(live);
    const inDrive = files.filter(({ container }) => container === drive);
    expect([...byId.keys()].toSorted()).toEqual(inDrive.map(({ externalId }) => externalId).toSorted());
  });
});

describe("actions", () => {
  test("the quarantine of a site is open to none of its groups", async () => {
    const target = await fileWhere(live, ({ owner, sharing }) => owner === null && sharing === "EXTERNAL");
    await act("QUARANTINE_FILE", target.file.externalId);
    const { files, peopleOf } = await listed(live);
    const file = files.find(({ externalId }) => externalId === target.file.externalId)!;
    expect(file).toMatchObject({ quarantined: true, sharing: "PRIVATE" });
    expect(peopleOf(file.externalId)).toEqual([]);
    expect((await act("RESTORE_FILE", file.externalId)).changed).toBe(true);
  });

  test("of a link for several people, the others keep theirs", async () => {
    const target = await fileWhere(live, ({ link }, people) => {
      const own = people.filter(({ inherited }) => !inherited);
      return link?.audience === "PRIVATE" && own.length === 2;
    });
    await act("REMOVE_EXTERNAL_USERS", target.file.externalId);
    const own = (await listed(live)).peopleOf(target.file.externalId).filter(({ inherited }) => !inherited);
    expect(own).toHaveLength(1);
    expect(own[0]!.email).toMatch(/@tern\.example$/);
  });

  test("access that comes from above is refused, with where to remove it", async () => {
    const target = await fileWhere(
      live,
      ({ link }, people) => link === null && people.some(({ principal }) => principal === "ANYONE"),
    );
    await expect(act("REMOVE_PUBLIC_SHARING", target.file.externalId)).rejects.toThrow(ConflictError);
  });

  test("a file that is deleted permanently is not found afterwards", async () => {
    const target = await fileWhere(live, ({ sharing }) => sharing === "PRIVATE");
    expect(await act("TRASH_FILE", target.file.externalId, { permanently: true })).toMatchObject({ changed: true });
    expect(await act("TRASH_FILE", target.file.externalId, { permanently: true })).toMatchObject({ changed: false });
    await expect(act("RESTORE_FILE", target.file.externalId)).rejects.toThrow(ProviderNotFoundError);
  });

  test("a label is waited for where Microsoft works on it", async () => {
    const target = await fileWhere(live, ({ name, labels }) => name.endsWith(".xlsx") && labels.length === 0);
    const { pending } = await act("APPLY_LABEL", target.file.externalId, { label: "confidential" });
    expect(pending?.reference).toMatch(/\.sharepoint\.com\//);
    const asked = { file: { ...target.file }, parameters: { label: "confidential" }, pending: pending!.reference };
    expect(await office365.actions.APPLY_LABEL!(live.context, asked)).toEqual({ changed: true });
    await expect(act("APPLY_LABEL", target.file.externalId, { label: "None such" })).rejects.toThrow(InvalidInputError);
  });
});

test("without a licence of Entra ID, what needs one is unknown and nothing of it passes", async () => {
  const evaluated = async () => {
    const { items } = await live.read("POSTURE");
    const read = new Map(
      items.map((item) => [(item as { key: string }).key, item as { value?: unknown; unreadable?: string }]),
    );
    const snapshot = {
      get: (key: string) => read.get(key)?.value,
      unreadable: (key: string) => read.get(key)?.unreadable ?? null,
    };
    return new Map(office365.checks.map((check) => [check.slug, runCheck(check, snapshot, (key) => read.has(key))]));
  };
  const before = await evaluated();
  expect(before.size).toBeGreaterThanOrEqual(60);
  expect(before.get("office365-mfa-everybody")).toMatchObject({ finding: "COMPLETED" });
  expect(before.get("office365-meeting-lobby")).toMatchObject({
    finding: "NOT_EVALUATED",
    because: expect.stringContaining("meeting_autoadmitusers_v1"),
  });
  await tenant.change("set-premium", { premium: false });
  const after = await evaluated();
  for (const slug of ["office365-mfa-everybody", "office365-permanent-administrators", "office365-users-at-risk"])
    expect(after.get(slug), slug).toMatchObject({
      finding: "NOT_EVALUATED",
      because: expect.stringMatching(/licence/),
    });
  expect(after.get("office365-guest-invitations")).toMatchObject({ finding: "TO_ADDRESS" });
});
