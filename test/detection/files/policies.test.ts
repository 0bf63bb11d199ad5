import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rawSql } from "#db/client.ts";
import type * as connectorList from "#src/connectors/index.ts";
import { applyDaily } from "#src/response/evaluation/files.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { MadeUpDrive } from "../../support/made-up-drive.ts";
import { seedInstance } from "../../support/seed.ts";
import { connectDrive, fileAlerts, makeFilePolicy, matchesOf, scan, settled, tryFilePolicy } from "./support.ts";

vi.mock("#src/connectors/index.ts", async (original) => {
  const { withConnector } = await import("../../support/made-up-connector.ts");
  const { driveConnector } = await import("../../support/made-up-drive.ts");
  return withConnector(await original<typeof connectorList>(), driveConnector());
});

const drive = new MadeUpDrive();
let app: TestApp;
let id: number;

beforeAll(async () => {
  await drive.start();
  app = await startApp({ workers: true });
  id = await connectDrive(app, drive);
});
afterAll(() => drive.stop());
beforeEach(async () => {
  const { policies } = await app.data("{ policies(first: 200, kind: [FILE]) { nodes { id } } }");
  for (const policy of policies.nodes)
    await app.data("mutation ($id: ID!) { deletePolicy(id: $id) { userErrors { message } } }", { id: policy.id });
  for (const file of drive.files.keys()) drive.put(file, { trashed: true, link: null, readers: [], parent: "root" });
  await scan(app, id);
});

const change = async (policyId: string, input: object) => {
  const { updatePolicy } = await app.data(
    "mutation ($id: ID!, $input: PolicyInput!) { updatePolicy(id: $id, input: $input) { userErrors { message field } } }",
    { id: policyId, input },
  );
  expect(updatePolicy.userErrors).toEqual([]);
  await settled(app);
};
const card = "Card 4539 1488 0343 6467";
const live = { trashed: false };

describe("a policy over files", () => {
  test("matches what is stored already, what changes, and no longer what has changed back", async () => {
    drive.put("a", { link: "PUBLIC", ...live });
    drive.put("b", { ...live });
    await scan(app, id);
    const policy = await makeFilePolicy(app, { name: "Public", fileFilter: { sharing: ["PUBLIC"] }, severity: "HIGH" });
    expect(await matchesOf(app, policy)).toEqual({ now: ["a"], past: [] });
    const [first, ...others] = await fileAlerts(app, policy);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      title: "Public: a.txt",
      severity: "HIGH",
      occurrences: 1,
      file: { externalId: "a" },
      explanation: { rule: "file", sharing: "PUBLIC", link: "PUBLIC" },
    });
    drive.put("b", { link: "PUBLIC" });
    drive.put("a", { name: "renamed.txt" });
    await scan(app, id);
    expect(await matchesOf(app, policy)).toEqual({ now: ["b", "a"], past: [] });
    drive.put("a", { link: null });
    await scan(app, id);
    expect(await matchesOf(app, policy)).toEqual({ now: ["b"], past: ["a FILE_CHANGED"] });
    drive.put("a", { link: "PUBLIC" });
    await scan(app, id);
    expect(await matchesOf(app, policy)).toEqual({ now: ["a", "b"], past: ["a FILE_CHANGED"] });
    expect((await fileAlerts(app, policy)).map(({ file, occurrences }) => [file.externalId, occurrences])).toEqual([
      ["b", 1],
      ["a", 2],
    ]);
    const { node } = await app.data("query ($id: ID!) { node(id: $id) { ... on File { policies { name } } } }", {
      id: idOf("File", id, "a"),
    });
    expect(node.policies).toEqual([{ name: "Public" }]);
  });

  test("is applied again when its filter changes, and matches nothing while it is disabled", async () => {
    drive.put("a", { link: "PUBLIC", ...live });
    drive.put("b", { link: "INTERNAL", ...live });
    await scan(app, id);
    const policy = await makeFilePolicy(app, { fileFilter: { sharing: ["PUBLIC"] } });
    await change(policy, { fileFilter: { sharing: ["INTERNAL"], trashed: false } });
    expect(await matchesOf(app, policy)).toEqual({ now: ["b"], past: ["a POLICY_CHANGED"] });
    await change(policy, { enabled: false });
    expect(await matchesOf(app, policy)).toEqual({ now: [], past: ["b POLICY_DISABLED", "a POLICY_CHANGED"] });
    drive.put("c", { link: "INTERNAL", ...live });
    await scan(app, id);
    expect((await matchesOf(app, policy)).now).toEqual([]);
    await change(policy, { enabled: true });
    expect((await matchesOf(app, policy)).now.sort()).toEqual(["b", "c"]);
    await change(policy, { name: "Another name" });
    expect((await matchesOf(app, policy)).now).toHaveLength(2);
  });

  test("takes the whole filter, domains and negations included, and scopes of folders and owners' groups", async () => {
    drive.put("top", { ...live });
    drive.put("p1", { readers: ["eve@mail.example"], parent: "top", ...live });
    drive.put("p2", { readers: ["eve@mail.example"], owner: "u2", ...live });
    drive.put("p3", { readers: ["eve@mail.example"], labels: ["Approved"], parent: "top", ...live });
    drive.put("p4", { readers: ["ann@example.com"], parent: "top", ...live });
    await scan(app, id);
    const fileFilter = {
      collaboratorDomains: ["MAIL.example"],
      trashed: false,
      not: { labels: ["Approved"], extensions: [".TXT"] },
    };
    const everywhere = await makeFilePolicy(app, { fileFilter });
    const inFolder = await makeFilePolicy(app, { fileFilter, include: { folderIds: [idOf("File", id, "top")] } });
    const outside = await makeFilePolicy(app, { fileFilter, exclude: { folderIds: [idOf("File", id, "top")] } });
    // Of u0 to u4 those with even numbers are in g0.
    const ofGroup = await makeFilePolicy(app, { fileFilter, include: { groupIds: [idOf("Group", id, "g0")] } });
    const now = async (policy: string) => (await matchesOf(app, policy)).now.sort();
    expect(await now(everywhere)).toEqual(["p1", "p2"]);
    expect(await now(inFolder)).toEqual(["p1"]);
    expect(await now(outside)).toEqual(["p2"]);
    expect(await now(ofGroup)).toEqual(["p2"]);
    // Changes go the same way as what was stored.
    drive.put("p1", { owner: "u2", parent: "root" });
    await scan(app, id);
    expect(await now(inFolder)).toEqual([]);
    expect(await now(outside)).toEqual(["p1", "p2"]);
    expect(await now(ofGroup)).toEqual(["p1", "p2"]);
  });

  test("finds what nobody has changed for days, also when it comes of age", async () => {
    drive.put("old", { link: "PUBLIC", ...live });
    await scan(app, id);
    const [file] = await rawSql(app.core.db)<{ days: number }[]>`
      select floor(extract(epoch from now() - modified_at) / 86400)::int as days from files where external_id = 'old'`;
    const policy = await makeFilePolicy(app, {
      fileFilter: { sharing: ["PUBLIC"], unmodifiedForDays: file!.days + 1 },
    });
    expect((await matchesOf(app, policy)).now).toEqual([]);
    const later = new Date(Date.now() + 2 * 24 * 60 * 60_000);
    await applyDaily({ ...app.core, now: () => later });
    const [run] = await rawSql(app.core.db)`select 1 from file_policy_runs where finished_at is null`;
    expect(run).toBeDefined();
    await settled(app);
    const { files } = await app.data(
      `{ files(filter: { sharing: [PUBLIC], unmodifiedForDays: ${file!.days} }) { nodes { externalId } } }`,
    );
    expect(files.nodes).toContainEqual({ externalId: "old" });
  });

  test("with a condition on content has the files inspected, and decides when the result is there", async () => {
    drive.put("cards", { link: "PUBLIC", content: card, ...live });
    drive.put("plain", { link: "PUBLIC", ...live });
    drive.put("private", { content: card, ...live });
    await scan(app, id);
    const input = {
      fileFilter: { sharing: ["PUBLIC"], trashed: false },
      contentCondition: { categories: ["FINANCIAL"], minConfidence: "HIGH" },
    };
    const { previewPolicy: before } = await preview(input);
    expect(before).toMatchObject({ matches: 0, filesToInspect: 2 });
    const policy = await makeFilePolicy(app, input);
    expect((await matchesOf(app, policy)).now).toEqual(["cards"]);
    expect(drive.downloads.toSorted()).toEqual(["cards", "plain"]);
    const [alert] = await fileAlerts(app, policy);
    expect(alert.explanation.content).toEqual([
      { detector: "card-visa", category: "FINANCIAL", count: 1, confidence: "HIGH" },
    ]);
    const { previewPolicy: after } = await preview(input);
    expect(after).toMatchObject({ matches: 1, filesToInspect: 0, files: [{ externalId: "cards" }] });
    // A new content is looked into again, and only that.
    drive.put("plain", { content: `Now with a card. ${card}` });
    drive.put("cards", { content: "Taken out." });
    await scan(app, id);
    expect(await matchesOf(app, policy)).toEqual({ now: ["plain"], past: ["cards FILE_CHANGED"] });
    // Another sharing needs no other look.
    const count = drive.downloads.length;
    drive.put("private", { link: "PUBLIC" });
    drive.put("plain", { name: "other.txt" });
    await scan(app, id);
    expect((await matchesOf(app, policy)).now.sort()).toEqual(["plain", "private"]);
    expect(drive.downloads.slice(count)).toEqual(["private"]);
  });

  test("adds the matches of its detectors up, and asks for a minimum", async () => {
    drive.put("two", { content: `${card} and 5500 0055 5555 5559`, ...live });
    await scan(app, id);
    const of = (minCount: number) =>
      makeFilePolicy(app, {
        fileFilter: { trashed: false },
        contentCondition: { detectors: ["card-visa", "card-mastercard"], minCount },
      });
    expect((await matchesOf(app, await of(2))).now).toEqual(["two"]);
    expect((await matchesOf(app, await of(3))).now).toEqual([]);
  });

  test("a file that changes while it is inspected is judged by its new content", async () => {
    drive.put("moving", { link: "PUBLIC", content: card, ...live });
    await scan(app, id);
    drive.beforeDownload = async (file) => {
      drive.beforeDownload = () => {};
      drive.put(file, { content: "Clean." });
      await scanOnly();
    };
    const policy = await makeFilePolicy(app, {
      fileFilter: { sharing: ["PUBLIC"] },
      contentCondition: { categories: ["FINANCIAL"] },
    });
    expect(await matchesOf(app, policy)).toEqual({ now: [], past: [] });
    expect(await fileAlerts(app, policy)).toEqual([]);
  });

  test("tells people of some instances only of files they may see", async () => {
    drive.put("a", { link: "PUBLIC", ...live });
    await scan(app, id);
    const policy = await makeFilePolicy(app, { fileFilter: { sharing: ["PUBLIC"] } });
    const other = await seedInstance(app.core, "okta", "other", { activities: 0 });
    const { secret } = await app.newToken("VIEWER", [other]);
    expect((await matchesOf(app, policy, secret)).now).toEqual([]);
  });

  /** Without waiting for what follows. */
  async function scanOnly(): Promise<void> {
    await app.data("mutation ($id: ID!) { startScan(instanceId: $id, streams: [FILES]) { userErrors { message } } }", {
      id: idOf("Instance", id),
    });
    const sql = rawSql(app.core.db);
    for (;;) {
      const [row] = await sql`select 1 from files where external_id = 'moving' and version = '2'`;
      if (row) return;
    }
  }

  const preview = (input: object) =>
    app.data(
      `query ($input: PolicyInput!) { previewPolicy(input: $input, from: "2026-11-01T00:00:00Z", to: "2026-11-30T00:00:00Z") {
        matches alertsPerDay filesToInspect files { externalId } samples { id } } }`,
      { input: { kind: "FILE", ...input } },
    );
});

describe("what is refused", () => {
  test("deleting a detector that a policy names, and a suppression of activities for it", async () => {
    const { createDetector } = await app.data(
      `mutation { createDetector(input: { name: "Heron", kind: KEYWORDS, keywords: ["heron"], matchExamples: ["a heron"] }) { detector { slug } } }`,
    );
    const { slug } = createDetector.detector;
    const policy = await makeFilePolicy(app, {
      name: "Birds",
      fileFilter: {},
      contentCondition: { detectors: [slug] },
    });
    const { deleteDetector } = await app.data(
      "mutation ($slug: String!) { deleteDetector(slug: $slug) { userErrors { code message } } }",
      { slug },
    );
    expect(deleteDetector.userErrors).toEqual([
      { code: "CONFLICT", message: 'The policy "Birds" names this detector. Change the policy first.' },
    ]);
    const { createSuppression } = await app.data(
      `mutation ($id: ID!) { createSuppression(policyId: $id, match: { countries: ["FR"] }, reason: "Expected") { userErrors { message } } }`,
      { id: policy },
    );
    expect(createSuppression.userErrors).toEqual([
      { message: "Suppressions are about activities. Exclude files by the filter or the scope of the policy." },
    ]);
  });

  const problems = async (input: object): Promise<[string, string][]> =>
    (await tryFilePolicy(app, input)).userErrors.map(({ field, message }: Data) => [field.slice(1).join("."), message]);

  test.each([
    [{}, [["fileFilter", "Say which; `{}` means all."]]],
    [{ fileFilter: { sharing: [] } }, [["fileFilter.sharing", "An empty list matches nothing; leave it out instead."]]],
    [
      { fileFilter: { sharing: ["PUBLIC"], not: { sharing: ["PUBLIC", "EXTERNAL"] } } },
      [["fileFilter.not", "`not` excludes everything that the other conditions let through."]],
    ],
    [
      { fileFilter: { isFolder: true, extensions: ["pdf"] } },
      [["fileFilter.extensions", "Folders have no extension and no MIME type."]],
    ],
    [
      { fileFilter: { isFolder: true }, contentCondition: { categories: ["CREDENTIALS"] } },
      [["fileFilter.isFolder", "Folders have no content that could be inspected."]],
    ],
    [
      { fileFilter: {}, contentCondition: { detectors: ["iban", "made-up"] } },
      [["contentCondition.detectors.1", 'There is no detector "made-up".']],
    ],
    [
      { fileFilter: {}, contentCondition: {} },
      [["contentCondition", "Name detectors or categories of detectors; otherwise nothing can be found."]],
    ],
    [{ fileFilter: { labels: ["No such"] } }, [["fileFilter.labels.0", 'No file has the label "No such".']]],
    [
      { fileFilter: { removed: true } },
      [["fileFilter.removed", "A policy is about files that exist; leave `removed` out."]],
    ],
    [
      { fileFilter: {}, include: { folderIds: [idOf("File", 1, "nowhere")] } },
      [["include.folderIds", "A folder was not found."]],
    ],
    [
      { fileFilter: {}, actions: [{ kind: "SUSPEND_USER" }] },
      [["actions.0.kind", "SUSPEND_USER needs an account; a policy of the kind FILE finds files."]],
    ],
    [
      { fileFilter: {}, actions: [{ kind: "TRASH_FILE" }, { kind: "MAKE_PRIVATE" }] },
      [["actions.0.kind", "TRASH_FILE includes MAKE_PRIVATE: name one of them."]],
    ],
  ])("%j", async (input, expected) => {
    expect(await problems(input)).toEqual(expected);
  });
});
