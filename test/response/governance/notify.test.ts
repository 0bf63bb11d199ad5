import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Db, rawSql, tables } from "#db/client.ts";
import { requestPolicyActions } from "#src/response/governance/by-policy.ts";
import { announceActionKeys } from "#src/response/governance/record.ts";
import { runAction } from "#src/response/governance/run.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";
import { startMailServer, type TestMailServer } from "../../support/smtp.ts";

const fields = "id kind status error attempts changed revertible";
const request = `mutation ($input: GovernanceActionInput!) {
  requestGovernanceAction(input: $input) { governanceAction { ${fields} } userErrors { code message field } } }`;

describe("notifications", () => {
  let mail: TestMailServer;
  let app: TestApp;
  /** Of a connector that offers no actions. */
  let instance: number;

  beforeAll(async () => {
    mail = await startMailServer();
    app = await startApp({ env: { SMTP_URL: mail.url, MAIL_FROM: "Gatehouse <gatehouse@acme.example>" } });
    instance = await seedInstance(app.core, "slack", "Acme <Slack>", { users: 0, activities: 0, apps: 0 });
    await rawSql(app.core.db)`
      insert into users (instance_id, external_id, login, email, display_name, status) values
      (${instance}, 'ada', 'ada', 'ada@acme.example', 'Ada <b>Lovelace</b>', 'ACTIVE'), (${instance}, 'robot', 'robot', null, null, 'ACTIVE')`;
  });
  beforeEach(() => {
    mail.received.length = 0;
    mail.refuse = () => null;
  });

  const ask = async (input: object, of = app): Promise<Data> =>
    (await of.data(request, { input: { instanceId: idOf("Instance", instance), ...input } })).requestGovernanceAction;
  const keyOf = (id: string) => ({
    instanceId: instance,
    id: Number(Buffer.from(id, "base64url").toString().split("/")[1]),
  });
  /** As the worker does it. */
  const run = (id: string) => runAction(app.core, keyOf(id), new AbortController().signal);
  const look = async (id: string): Promise<Data> =>
    (await app.data(`query ($id: ID!) { node(id: $id) { ... on GovernanceAction { ${fields} } } }`, { id })).node;
  const ada = () => idOf("User", instance, "ada");

  it("reach the account's own address, with the words of whoever asked, at any instance", async () => {
    const message = "Please call us.\n\n<img src=x> & thanks";
    const asked = await ask({
      kind: "NOTIFY_USER",
      userId: ada(),
      parameters: { subject: "Call us\r\nBcc: eve@evil.example", message },
    });
    expect(asked.userErrors).toEqual([]);
    await run(asked.governanceAction.id);
    expect(await look(asked.governanceAction.id)).toMatchObject({
      status: "SUCCEEDED",
      changed: true,
      attempts: 1,
      revertible: false,
    });
    expect(mail.received).toHaveLength(1);
    const [{ to, headers, source }] = mail.received as [(typeof mail.received)[0]];
    expect(to).toEqual(["ada@acme.example"]);
    expect(headers).toMatchObject({
      from: "Gatehouse <gatehouse@acme.example>",
      subject: "Call us Bcc: eve@evil.example",
    });
    expect(headers.bcc).toBeUndefined();
    const text = source.replaceAll("=\r\n", "");
    expect(text).toContain("Please call us.\r\n\r\n<img src=x> & thanks");
    expect(text).toContain("Account: Ada <b>Lovelace</b>, ada, ada@acme.example");
    expect(text).toContain("&#60;img src=3Dx&#62; &#38; thanks");
    expect(text.slice(text.indexOf("text/html"))).not.toMatch(/<img|<b>/);
    expect(text).toContain("asked for by test ADMIN");
    // A second run of a job that was delivered twice writes nothing.
    await run(asked.governanceAction.id);
    expect(mail.received).toHaveLength(1);
  });

  it("asked for by a policy carry its facts, and go to the addresses it names", async () => {
    const [policy] = await app.core.db
      .insert(tables.policies)
      .values({
        name: "Many failures",
        description: "More than ten in five minutes.",
        kind: "ACTIVITY",
        severity: "HIGH",
        createdBy: "test",
        mitreTechniques: ["T1110"],
        actions: [
          { kind: "NOTIFY_USER", parameters: null },
          { kind: "NOTIFY_ADDRESSES", parameters: { addresses: ["soc@acme.example", "boss@acme.example"] } },
        ],
      })
      .returning();
    const sql = rawSql(app.core.db);
    const [alert] = await sql<{ id: string }[]>`
      insert into alerts (instance_id, kind, policy_id, user_id, severity, title, explanation, dedup_key, last_occurred_at, occurrences)
      values (${instance}, 'POLICY', ${policy!.id}, 'ada', 'HIGH', 'Ada failed to sign in 12 times', '{}', 'x', '2026-11-20T10:00:00Z', 3) returning id`;
    const changed = await app.core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const { actions } = await requestPolicyActions(tx, app.core, [
        {
          policy: policy!,
          alert: { instanceId: instance, id: Number(alert!.id) },
          userId: "ada",
          oauthAppId: null,
          fileId: null,
          occurredAt: null,
        },
      ]);
      await announceActionKeys(tx, actions);
      return actions;
    });
    for (const key of changed) await runAction(app.core, key, new AbortController().signal);
    expect(mail.received.map(({ to }) => to[0])).toEqual(["ada@acme.example", "soc@acme.example", "boss@acme.example"]);
    expect(new Set(mail.received.map(({ headers }) => headers["message-id"])).size).toBe(3);
    const [own, soc] = mail.received.map(({ source }) => source.replaceAll("=\r\n", ""));
    expect(mail.received[1]?.headers.subject).toBe("Acme <Slack>: Ada failed to sign in 12 times");
    for (const fact of [
      "What: Ada failed to sign in 12 times",
      "When: 2026-11-20 10:00:00 UTC",
      "Times: 3",
      "Policy: Many failures",
      "asked for by policy: Many failures",
    ]) {
      expect(own).toContain(fact);
      expect(soc).toContain(fact);
    }
    for (const fact of ["Severity: high", "About the policy: More than ten in five minutes.", "MITRE ATT&CK: T1110"]) {
      expect(soc).toContain(fact);
      expect(own).not.toContain(fact);
    }
  });

  it("are tried again later while the server says later or does not answer, and arrive once", async () => {
    const { governanceAction } = await ask({
      kind: "NOTIFY_ADDRESSES",
      parameters: { addresses: ["one@acme.example", "two@acme.example"] },
    });
    mail.refuse = (address) => (address === "two@acme.example" ? { code: 451, message: "greylisted" } : null);
    const began = Date.now();
    await run(governanceAction.id);
    expect(await look(governanceAction.id)).toMatchObject({
      status: "QUEUED",
      attempts: 1,
      error: expect.stringContaining("greylisted"),
    });
    const { instanceId, id } = keyOf(governanceAction.id);
    const [job] = await rawSql(app.core.db)<{ start_after: string }[]>`
      select start_after from pgboss.job where singleton_key = ${`${instanceId}/${id}/1`}`;
    expect(Date.parse(job!.start_after)).toBeGreaterThanOrEqual(began + 10_000);
    const { port } = new URL(mail.url);
    await mail.stop();
    await run(governanceAction.id);
    expect(await look(governanceAction.id)).toMatchObject({
      status: "QUEUED",
      attempts: 2,
      error: expect.stringContaining("does not answer"),
    });
    const before = mail.received.map(({ to }) => to[0]);
    mail = await startMailServer({}, { port: Number(port) });
    await run(governanceAction.id);
    expect(await look(governanceAction.id)).toMatchObject({ status: "SUCCEEDED", attempts: 3, error: null });
    expect([...before, ...mail.received.map(({ to }) => to[0])]).toEqual(["one@acme.example", "two@acme.example"]);
  });

  it("that are refused fail with the server's words; trying again writes to the others only", async () => {
    const addresses = ["one@acme.example", "gone@acme.example", "three@acme.example"];
    const { governanceAction } = await ask({ kind: "NOTIFY_ADDRESSES", parameters: { addresses } });
    mail.refuse = (address) => (address === "gone@acme.example" ? { code: 550, message: "no such mailbox" } : null);
    await run(governanceAction.id);
    expect(await look(governanceAction.id)).toMatchObject({
      status: "FAILED",
      error: expect.stringMatching(/gone@acme\.example.*no such mailbox/),
    });
    expect(mail.received.map(({ to }) => to[0])).toEqual(["one@acme.example", "three@acme.example"]);
    mail.refuse = () => null;
    const again = await app.data(
      `mutation ($id: ID!) { retryGovernanceAction(id: $id) { governanceAction { status } userErrors { message } } }`,
      { id: governanceAction.id },
    );
    expect(again.retryGovernanceAction).toEqual({ governanceAction: { status: "QUEUED" }, userErrors: [] });
    await run(governanceAction.id);
    expect(await look(governanceAction.id)).toMatchObject({ status: "SUCCEEDED" });
    expect(mail.received.map(({ to }) => to[0])).toEqual([
      "one@acme.example",
      "three@acme.example",
      "gone@acme.example",
    ]);
  });

  it("that cannot be sent are refused when asked for, and nothing is kept of them", async () => {
    const count = async () => (await app.data("{ governanceActions { totalCount } }")).governanceActions.totalCount;
    const before = await count();
    const refusals: [object, object][] = [
      [{ kind: "NOTIFY_USER" }, { code: "BAD_USER_INPUT", field: ["input", "userId"] }],
      [{ kind: "NOTIFY_USER", userId: idOf("User", instance, "nobody") }, { code: "NOT_FOUND" }],
      [
        { kind: "NOTIFY_USER", userId: idOf("User", instance, "robot") },
        { code: "CONFLICT", message: expect.stringContaining("no e-mail address") },
      ],
      [{ kind: "NOTIFY_USER", userId: ada(), parameters: { adresses: [] } }, { code: "BAD_USER_INPUT" }],
      [
        { kind: "NOTIFY_USER", userId: ada(), parameters: { addresses: ["a@b.example"] } },
        { code: "BAD_USER_INPUT", message: expect.stringContaining("own address") },
      ],
      [{ kind: "NOTIFY_ADDRESSES" }, { code: "BAD_USER_INPUT", field: ["input", "parameters"] }],
      [
        { kind: "NOTIFY_ADDRESSES", parameters: { addresses: ["a@b.example, c@d.example"] } },
        { code: "BAD_USER_INPUT", message: expect.stringContaining("addresses.0") },
      ],
      [
        { kind: "NOTIFY_ADDRESSES", parameters: { addresses: ["a@b.example"], subject: "x".repeat(201) } },
        { code: "BAD_USER_INPUT" },
      ],
      [
        {
          kind: "NOTIFY_ADDRESSES",
          parameters: { addresses: ["a@b.example"] },
          alertId: idOf("Alert", instance, 9999),
        },
        { code: "NOT_FOUND", field: ["input", "alertId"] },
      ],
    ];
    for (const [input, error] of refusals) {
      const answer = await ask(input);
      expect(answer.userErrors, JSON.stringify(input)).toEqual([expect.objectContaining(error)]);
      expect(answer.governanceAction).toBeNull();
    }
    const { createPolicy } = await app.data(
      "mutation ($input: PolicyInput!) { createPolicy(input: $input) { policy { id } userErrors { field message } } }",
      {
        input: {
          name: "Bad mail",
          kind: "ACTIVITY",
          severity: "LOW",
          activityFilter: {},
          actions: [
            { kind: "NOTIFY_USER", parameters: { message: "" } },
            { kind: "NOTIFY_ADDRESSES", parameters: { addresses: ["nobody"] } },
          ],
        },
      },
    );
    expect(createPolicy).toEqual({
      policy: null,
      userErrors: [
        { field: ["input", "actions", "0", "parameters"], message: expect.stringContaining("message") },
        {
          field: ["input", "actions", "1", "parameters"],
          message: expect.stringContaining("is not an e-mail address"),
        },
      ],
    });
    const mute = await startApp({ sharedWith: app });
    expect((await ask({ kind: "NOTIFY_USER", userId: ada() }, mute)).userErrors).toEqual([
      expect.objectContaining({ code: "MAIL_NOT_CONFIGURED", message: expect.stringContaining("SMTP_URL") }),
    ]);
    expect(await count()).toBe(before);
    expect(mail.received).toEqual([]);
  });
});
