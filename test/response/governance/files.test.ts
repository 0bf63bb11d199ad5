import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rawSql } from "#db/client.ts";
import type * as connectorList from "#src/connectors/index.ts";
import { actionsOf, connectDrive, makeFilePolicy, scan, tryFilePolicy, until } from "../../detection/files/support.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { MadeUpDrive } from "../../support/made-up-drive.ts";
import { seedInstance } from "../../support/seed.ts";
import { startMailServer, type TestMailServer } from "../../support/smtp.ts";

vi.mock("#src/connectors/index.ts", async (original) => {
  const { withConnector } = await import("../../support/made-up-connector.ts");
  const { driveConnector } = await import("../../support/made-up-drive.ts");
  return withConnector(await original<typeof connectorList>(), driveConnector());
});

const drive = new MadeUpDrive();
let app: TestApp;
let mail: TestMailServer;
let id: number;

beforeAll(async () => {
  await drive.start();
  mail = await startMailServer();
  app = await startApp({ workers: true, env: { SMTP_URL: mail.url } });
  id = await connectDrive(app, drive);
});
afterAll(() => drive.stop());
beforeEach(async () => {
  const { policies } = await app.data("{ policies(first: 200, kind: [FILE]) { nodes { id } } }");
  for (const policy of policies.nodes)
    await app.data("mutation ($id: ID!) { deletePolicy(id: $id) { userErrors { message } } }", { id: policy.id });
  drive.locked.clear();
  drive.changes.length = 0;
  drive.folders.add("quarantine").add("root");
  mail.received.length = 0;
});

const fields = "id kind status error changed revertible attempts supersededBy { kind } file { externalId }";
const ask = async (input: object): Promise<Data> =>
  (
    await app.data(
      `mutation ($input: GovernanceActionInput!) { requestGovernanceAction(input: $input) {
        governanceAction { ${fields} } userErrors { code message field } } }`,
      { input: { instanceId: idOf("Instance", id), ...input } },
    )
  ).requestGovernanceAction;
const onFile = (file: string, kind: string, parameters: object = {}) =>
  ask({ kind, fileId: idOf("File", id, file), parameters });
const look = async (action: string): Promise<Data> =>
  (await app.data(`query ($id: ID!) { node(id: $id) { ... on GovernanceAction { ${fields} } } }`, { id: action })).node;
const done = (action: string) =>
  until(
    () => look(action),
    ({ status }) => ["SUCCEEDED", "FAILED", "CANCELLED", "REVERTED"].includes(status),
  );
const decide = async (name: string, action: string): Promise<Data> =>
  (
    await app.data(
      `mutation ($id: ID!) { ${name}(id: $id) { governanceAction { ${fields} } userErrors { code message } } }`,
      { id: action },
    )
  )[name];
const settledActions = (policy: string) =>
  until(
    () => actionsOf(app, policy),
    (all) => all.length > 0 && all.every(({ status }) => !["QUEUED", "RUNNING"].includes(status)),
  );
const live = { trashed: false, link: null, parent: "root", readers: [] as string[] };

describe("an action on a file", () => {
  test("shows first what it would change, changes it, and restores sharing and place exactly", async () => {
    drive.put("report", { ...live, link: "PUBLIC", readers: ["ann@example.com", "eve@mail.example"] });
    await scan(app, id);
    const { requestGovernanceActions: dry } = await app.data(
      `mutation ($inputs: [GovernanceActionInput!]!) { requestGovernanceActions(inputs: $inputs, dryRun: true) {
        planned { kind revertible note effects } userErrors { message } } }`,
      {
        inputs: ["REMOVE_PUBLIC_SHARING", "REMOVE_EXTERNAL_USERS", "QUARANTINE_FILE", "REDUCE_PUBLIC_ACCESS"].map(
          (kind) => ({ kind, instanceId: idOf("Instance", id), fileId: idOf("File", id, "report") }),
        ),
      },
    );
    expect(dry.planned.map(({ effects }: Data) => effects)).toEqual([
      ["The link for anyone is removed."],
      ["1 collaborator loses access: eve@mail.example."],
      [
        "The file moves to the quarantine.",
        "The link for anyone is removed.",
        "2 collaborators lose access: ann@example.com, eve@mail.example.",
      ],
      ["The link opens the file for members of the organisation only."],
    ]);
    expect(drive.changes).toEqual([]);

    const { governanceAction } = await onFile("report", "QUARANTINE_FILE");
    expect(await done(governanceAction.id)).toMatchObject({ status: "SUCCEEDED", changed: true, revertible: true });
    expect(drive.files.get("report")).toMatchObject({ parent: "quarantine", link: null, readers: [] });
    const { governanceAction: restoring } = await decide("revertGovernanceAction", governanceAction.id);
    expect(await done(restoring.id)).toMatchObject({ kind: "RESTORE_FILE", status: "SUCCEEDED" });
    expect(drive.files.get("report")).toMatchObject({
      parent: "root",
      link: "PUBLIC",
      readers: ["ann@example.com", "eve@mail.example"],
    });
    expect(await look(governanceAction.id)).toMatchObject({ status: "REVERTED" });
  });

  test("reports what cannot be restored, and what changes nothing", async () => {
    drive.put("lost", { ...live, parent: "folder" });
    drive.folders.add("folder");
    await scan(app, id);
    const { governanceAction } = await onFile("lost", "QUARANTINE_FILE");
    await done(governanceAction.id);
    drive.folders.delete("folder");
    const { governanceAction: restoring } = await decide("revertGovernanceAction", governanceAction.id);
    expect(await done(restoring.id)).toMatchObject({ status: "FAILED", error: 'There is no folder "folder".' });
    expect(await look(governanceAction.id)).toMatchObject({ status: "SUCCEEDED" });
    expect(drive.files.get("lost")).toMatchObject({ parent: "quarantine" });

    const { governanceAction: label } = await onFile("lost", "APPLY_LABEL", { label: "Secret" });
    await done(label.id);
    expect((await decide("revertGovernanceAction", label.id)).userErrors).toMatchObject([{ code: "NOT_REVERTIBLE" }]);
    const { governanceAction: again } = await onFile("lost", "MAKE_PRIVATE");
    expect(await done(again.id)).toMatchObject({ status: "SUCCEEDED", changed: false, revertible: false });
  });

  test("waits for a file that is checked out", async () => {
    drive.put("open", { ...live, link: "PUBLIC" });
    await scan(app, id);
    drive.locked.add("open");
    const { governanceAction } = await onFile("open", "REMOVE_PUBLIC_SHARING");
    expect(
      await until(
        () => look(governanceAction.id),
        ({ error }) => error !== null,
      ),
    ).toMatchObject({ status: "QUEUED", attempts: 1, error: "The drive answered 423." });
    drive.locked.clear();
    await rawSql(
      app.core.db,
    )`update pgboss.job set start_after = now() where name = 'governance.run' and state < 'active'`;
    expect(await done(governanceAction.id)).toMatchObject({ status: "SUCCEEDED", attempts: 2 });
    expect(drive.changes).toEqual(["link null of open"]);
  });

  test("fails with its reason when the quarantine folder has vanished, and changes nothing", async () => {
    drive.put("stuck", { ...live, link: "PUBLIC" });
    await scan(app, id);
    drive.folders.delete("quarantine");
    const { governanceAction } = await onFile("stuck", "QUARANTINE_FILE");
    expect(await done(governanceAction.id)).toMatchObject({
      status: "FAILED",
      error: 'There is no folder "quarantine".',
    });
    expect(drive.files.get("stuck")).toMatchObject({ parent: "root", link: "PUBLIC" });
  });

  test("is refused with what is wrong about it", async () => {
    const other = await seedInstance(app.core, "okta", "other", { activities: 0 });
    const problems = async (input: object) =>
      (await ask(input)).userErrors.map(({ code, message }: Data) => `${code}: ${message}`);
    const fileId = idOf("File", id, "report");
    expect(await problems({ kind: "TRASH_FILE", fileId: idOf("File", other, "x") })).toEqual([
      "NOT_FOUND: The File in this instance was not found.",
    ]);
    expect(await problems({ kind: "OVERWRITE_FILE", fileId })).toMatchObject([
      expect.stringMatching(/^ACTION_NOT_SUPPORTED: Made-up Drive does not support OVERWRITE_FILE\. It supports: /),
    ]);
    expect(await problems({ kind: "APPLY_LABEL", fileId })).toEqual([
      'BAD_USER_INPUT: Name the label: {"label": "…"}.',
    ]);
    expect(await problems({ kind: "NOTIFY_FILE_OWNER" })).toEqual([
      "BAD_USER_INPUT: NOTIFY_FILE_OWNER requires a file: set fileId.",
    ]);
    const sql = rawSql(app.core.db);
    await sql`update instances set missing_scopes = '{files}' where id = ${id}`;
    expect(await problems({ kind: "TRASH_FILE", fileId })).toEqual([
      "SCOPE_MISSING: Made-up Drive did not grant what TRASH_FILE needs: files. Grant it and test the connection.",
    ]);
    await sql`update instances set missing_scopes = '{}' where id = ${id}`;
  });
});

describe("policies over files", () => {
  test("act on every match, up to their cap, and again when a file is shared again", async () => {
    for (const name of ["cap-1", "cap-2", "cap-3"]) drive.put(name, { ...live, link: "PUBLIC" });
    await scan(app, id);
    const policy = await makeFilePolicy(app, {
      name: "No links",
      fileFilter: { sharing: ["PUBLIC"], search: "cap-", trashed: false },
      actions: [{ kind: "REMOVE_PUBLIC_SHARING" }],
      maxTargetsPerDay: 2,
    });
    const actions = await settledActions(policy);
    expect(actions.map(({ status }) => status).sort()).toEqual(["AWAITING_APPROVAL", "SUCCEEDED", "SUCCEEDED"]);
    const waiting = actions.find(({ status }) => status === "AWAITING_APPROVAL");
    await decide("approveGovernanceAction", waiting.id);
    await done(waiting.id);
    expect(drive.changes.toSorted()).toEqual(["link null of cap-1", "link null of cap-2", "link null of cap-3"]);
    await scan(app, id);
    const acted = actions.find(({ status }) => status === "SUCCEEDED").file.externalId;
    drive.put(acted, { link: "PUBLIC" });
    await scan(app, id);
    await settledActions(policy);
    expect(drive.files.get(acted)).toMatchObject({ link: null });
    expect(drive.changes).toHaveLength(4);
  });

  test("that want different things of one file: the stronger is done, the weaker is kept with the reason", async () => {
    const policies: string[] = [];
    const fileFilter = { search: "both", trashed: false, quarantined: false };
    for (const kind of ["REDUCE_PUBLIC_ACCESS", "MAKE_PRIVATE", "QUARANTINE_FILE", "APPLY_LABEL"])
      policies.push(
        await makeFilePolicy(app, {
          name: kind,
          fileFilter,
          actions: [{ kind, parameters: kind === "APPLY_LABEL" ? { label: "Secret" } : null }],
        }),
      );
    drive.put("both", { ...live, link: "PUBLIC", readers: ["eve@mail.example"] });
    await scan(app, id);
    const [reduce, own, quarantine, label] = await Promise.all(policies.map(settledActions));
    expect(reduce).toMatchObject([{ status: "CANCELLED" }]);
    expect(own).toMatchObject([
      { status: "CANCELLED", error: "QUARANTINE_FILE was requested and includes this action." },
    ]);
    expect(await look(own![0].id)).toMatchObject({ supersededBy: { kind: "QUARANTINE_FILE" } });
    expect(quarantine).toMatchObject([{ status: "SUCCEEDED" }]);
    expect(label).toMatchObject([{ status: "SUCCEEDED" }]);
    expect(drive.files.get("both")).toMatchObject({ parent: "quarantine", link: null, labels: ["Secret"] });
  });

  test("the weaker is done after all when the stronger fails, and at once while the stronger waits for approval", async () => {
    drive.folders.delete("quarantine");
    const fileFilter = { search: "fallback", trashed: false };
    const weak = await makeFilePolicy(app, {
      fileFilter: { ...fileFilter, sharing: ["PUBLIC"] },
      actions: [{ kind: "REMOVE_PUBLIC_SHARING" }],
    });
    const strong = await makeFilePolicy(app, { fileFilter, actions: [{ kind: "QUARANTINE_FILE" }] });
    const held = await makeFilePolicy(app, { fileFilter, actions: [{ kind: "TRASH_FILE" }], maxTargetsPerDay: 0 });
    drive.put("fallback", { ...live, link: "PUBLIC" });
    await scan(app, id);
    expect(await settledActions(strong)).toMatchObject([{ status: "FAILED" }]);
    expect(await settledActions(weak)).toMatchObject([{ status: "SUCCEEDED", error: null }]);
    expect(await settledActions(held)).toMatchObject([{ status: "AWAITING_APPROVAL" }]);
    expect(drive.changes).toEqual(["link null of fallback"]);
  });

  test("one mail goes to a person about all files of the period", async () => {
    for (const name of ["mail-1", "mail-2", "mail-3"])
      drive.put(name, { ...live, owner: "u1", editor: "u2", link: "PUBLIC" });
    drive.put("mail-4", { ...live, owner: "u3", editor: "u2", link: "PUBLIC" });
    drive.put("mail-5", { ...live, owner: "nobody", link: "PUBLIC" });
    await scan(app, id);
    const policy = await makeFilePolicy(app, {
      name: "Public files",
      fileFilter: { search: "mail-", sharing: ["PUBLIC"], trashed: false },
      actions: [{ kind: "NOTIFY_FILE_OWNER" }, { kind: "NOTIFY_LAST_EDITOR", parameters: { subject: "Please check" } }],
      maxTargetsPerDay: 100,
    });
    expect((await actionsOf(app, policy)).filter(({ status }) => status === "QUEUED")).toHaveLength(9);
    expect(mail.received).toEqual([]);
    await rawSql(
      app.core.db,
    )`update pgboss.job set start_after = now() where name = 'governance.run' and state < 'active'`;
    const actions = await settledActions(policy);
    expect(actions.filter(({ status }) => status === "SUCCEEDED")).toHaveLength(9);
    expect(actions.find(({ status }) => status === "FAILED")).toMatchObject({
      file: { externalId: "mail-5" },
      error: "The owner of the file has no known e-mail address.",
    });
    const sent = mail.received.map(({ to, headers, source }) => [
      to[0],
      headers.subject,
      new Set(source.match(/mail-\d\.txt/g)).size,
    ]);
    expect(sent.sort()).toEqual([
      ["user1@example.com", "About 3 of your files in Made-up Drive", 3],
      ["user2@example.com", "Please check", 5],
      ["user3@example.com", "About your file mail-4.txt in Made-up Drive", 1],
    ]);
  });

  test("may not ask for what takes part of one another", async () => {
    const { userErrors } = await tryFilePolicy(app, {
      fileFilter: {},
      actions: [{ kind: "REMOVE_PUBLIC_SHARING" }, { kind: "EXPIRE_SHARED_LINK" }],
    });
    expect(userErrors).toMatchObject([
      { message: "REMOVE_PUBLIC_SHARING includes EXPIRE_SHARED_LINK: name one of them." },
    ]);
  });
});
