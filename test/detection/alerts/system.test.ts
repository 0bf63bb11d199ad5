import { beforeAll, describe, expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import { alertExpiringCredentials } from "#src/detection/alerts/system.ts";
import { failInstance } from "#src/instances/fail.ts";
import { consumeOnce, registerConsumer } from "#src/realtime/consumer.ts";
import { policyConsumer } from "#src/response/evaluation/consumer.ts";
import { idOf, startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";

const alertFields = "id kind title severity status occurrences explanation assignee changeCursor instance { id }";
const openAlerts = `{ alerts(filter: { kind: [SYSTEM] }) { totalCount nodes { ${alertFields} } } }`;
const update = `mutation ($ids: [ID!]!, $status: AlertStatus!) {
  updateAlerts(ids: $ids, status: $status, assignee: "mira") { alerts { ${alertFields} } userErrors { code message field } } }`;

describe("system alerts", () => {
  let app: TestApp;
  let instanceId: number;

  /** The alert is raised by the consumer of the log, as a process with workers runs it. */
  async function fail(reason: string): Promise<void> {
    await failInstance(app.core, instanceId, reason);
    while (await consumeOnce(app.core, policyConsumer(app.core)));
  }

  beforeAll(async () => {
    app = await startApp();
    instanceId = await seedInstance(app.core, "okta", "acme");
    await registerConsumer(app.core.db, "policies");
  });

  it("a broken connection is an alert, told to subscribers, and each repeat an occurrence of it", async () => {
    const { newest } = (await app.data("{ streamPosition { newest } }")).streamPosition;
    const reader = app.subscribe(`subscription ($after: String) { alertChanged(after: $after) { ${alertFields} } }`, {
      after: newest,
    });
    await fail("The token was withdrawn.");
    const [first] = await reader.until(1);
    expect(first).toMatchObject({
      kind: "SYSTEM",
      severity: "HIGH",
      status: "OPEN",
      occurrences: 1,
      explanation: { reason: "The token was withdrawn." },
    });
    expect(first.instance.id).toBe(idOf("Instance", instanceId));

    await rawSql(app.core.db)`update instances set status = 'CONNECTED' where id = ${instanceId}`;
    await fail("Again.");
    expect((await reader.until(2))[1]).toMatchObject({ id: first.id, occurrences: 2 });
    expect((await app.data(openAlerts)).alerts).toMatchObject({ totalCount: 1 });

    const missed = app.subscribe("subscription ($after: String) { alertChanged(after: $after) { occurrences } }", {
      after: first.changeCursor,
    });
    expect(await missed.until(1)).toEqual([{ occurrences: 2 }]);
  });

  it("is worked on by an analyst, once or again, and what comes after it is resolved is an alert of its own", async () => {
    const [alert] = (await app.data(openAlerts)).alerts.nodes;
    const change = { ids: [alert.id], status: "TRUE_POSITIVE" };
    for (const _ of [1, 2]) {
      const { updateAlerts } = await app.data(update, change, app.tokens.ANALYST);
      expect(updateAlerts).toMatchObject({ alerts: [{ status: "TRUE_POSITIVE", assignee: "mira" }], userErrors: [] });
    }
    expect((await app.ask(update, change, app.tokens.VIEWER)).errors[0]?.extensions.code).toBe("FORBIDDEN");

    await rawSql(app.core.db)`update instances set status = 'CONNECTED' where id = ${instanceId}`;
    await fail("A third time.");
    expect((await app.data(openAlerts)).alerts).toMatchObject({
      totalCount: 2,
      nodes: [{ status: "OPEN", occurrences: 1 }, { id: alert.id }],
    });
    const reopened = (await app.data(update, { ids: [alert.id], status: "OPEN" })).updateAlerts;
    expect(reopened).toMatchObject({ alerts: [], userErrors: [{ code: "CONFLICT", field: ["ids"] }] });
  });

  it("changes all alerts or none", async () => {
    const [alert] = (await app.data(openAlerts)).alerts.nodes;
    const { updateAlerts } = await app.data(update, {
      ids: [alert.id, idOf("Alert", instanceId, 99_999)],
      status: "BENIGN",
    });
    expect(updateAlerts).toMatchObject({ alerts: [], userErrors: [{ code: "NOT_FOUND", field: ["ids"] }] });
    expect((await app.data(openAlerts)).alerts.nodes[0].status).toBe("OPEN");
  });

  it("warns of a credential that ends 14, 7 and 1 days before, once each", async () => {
    const other = await seedInstance(app.core, "github", "acme");
    const ends = new Date("2027-02-01T00:00:00.000Z");
    const sql = rawSql(app.core.db);
    await sql`update instances set status = 'CONNECTED', credential_expires_at = ${ends.toISOString()}::timestamptz where id = ${other}`;
    const titles = async (daysBefore: number) => {
      const now = new Date(ends.getTime() - daysBefore * 86_400_000);
      await alertExpiringCredentials(app.core.db, now);
      await alertExpiringCredentials(app.core.db, now);
      const rows = await sql<
        { title: string; occurrences: number }[]
      >`select title, occurrences from alerts where instance_id = ${other} order by id`;
      expect(rows.every((row) => row.occurrences === 1)).toBe(true);
      return rows.map((row) => /expires? in .*/.exec(row.title)?.[0]);
    };
    expect(await titles(20)).toEqual([]);
    expect(await titles(14)).toEqual(["expires in 14 days"]);
    expect(await titles(10)).toEqual(["expires in 14 days"]);
    expect(await titles(6.5)).toEqual(["expires in 14 days", "expires in 7 days"]);
    expect(await titles(0.5)).toEqual(["expires in 14 days", "expires in 7 days", "expires in 1 day"]);
  });
});
