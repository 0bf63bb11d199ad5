import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Db, rawSql } from "#db/client.ts";
import { applyRetention } from "#jobs/retention.ts";
import { announceAlerts, raiseAlerts } from "#src/detection/alerts/raise.ts";
import type { DeliveryOptions } from "#src/response/destinations/deliver.ts";
import { runDestinations } from "#src/response/destinations/run.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { activityRecord, addActivities, ago, range, seedInstance } from "../../support/seed.ts";
import { startMailServer, type TestMailServer } from "../../support/smtp.ts";
import { certificate } from "./certificate.ts";
import { type Receiver, startReceiver, startSyslog, until } from "./receivers.ts";

const small = { users: 3, groups: 0, privileges: 0, activities: 0, apps: 0, scans: 0, gaps: 0 };
const quick: Partial<DeliveryOptions> = { firstPauseMs: 30, attempts: 4, attemptsWhenRefused: 2, timeoutMs: 2000 };
let app: TestApp;
let receiver: Receiver;
let mail: TestMailServer;
let github: number;
let okta: number;
let stops: (() => Promise<void>)[] = [];
let events = 0;

beforeAll(async () => {
  receiver = await startReceiver();
  mail = await startMailServer();
  app = await startApp({ sandboxUrl: receiver.url, env: { SMTP_URL: mail.url } });
  github = await seedInstance(app.core, "github", "code", small);
  okta = await seedInstance(app.core, "okta", "directory", small);
});
beforeEach(async () => {
  receiver.posts.length = 0;
  receiver.answer = () => ({ status: 204 });
  await rawSql(app.core.db)`delete from destinations`;
  return async () => {
    for (const stop of stops) await stop();
    stops = [];
  };
});
afterAll(() => app.stop());

function work(options: Partial<DeliveryOptions> = {}): void {
  const running = runDestinations(app.core, { ...quick, ...options });
  stops.push(running.stop);
}

const destinationFields = `id name kind format target enabled lastError lastErrorAt lastDeliveredAt pendingCount deadCount
  selection { alerts activities alertChanges minSeverity alertFilter activityFilter } instances { id }
  deliveries { nodes { id eventId events status attempts lastError nextAttemptAt deliveredAt } totalCount }`;

async function create(input: object, token?: string): Promise<Data> {
  const { createDestination } = await app.data(
    `mutation ($input: CreateDestinationInput!) { createDestination(input: $input) { destination { ${destinationFields} } secret userErrors { code message field } } }`,
    { input: { name: "siem", ...input } },
    token,
  );
  return createDestination;
}
const webhook = (input: object = {}) =>
  create({ kind: "WEBHOOK", target: "https://siem.example/hook", activities: true, alerts: false, ...input });

async function look(id: string): Promise<Data> {
  return (await app.data(`query ($id: ID!) { node(id: $id) { ... on Destination { ${destinationFields} } } }`, { id }))
    .node;
}

/** So many new activities, in one batch of the log; returns their ids as the API shows them. */
async function happen(count: number, instanceId = github, other: object = {}): Promise<string[]> {
  const records = range(count).map(() => activityRecord(events++, { occurredAt: ago(-events), ...other }));
  await addActivities(app.core, instanceId, records);
  return records.map(({ externalId, occurredAt }) => idOf("Activity", instanceId, occurredAt.getTime(), externalId));
}

async function raise(count: number, severity: "LOW" | "HIGH" = "HIGH", instanceId = github): Promise<number[]> {
  return app.core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const now = app.core.now();
    const raised = await raiseAlerts(
      tx,
      range(count).map(() => ({
        instanceId,
        kind: "SYSTEM" as const,
        policyId: null,
        userId: "u1",
        severity,
        title: `Alert ${events++}`,
        explanation: { count: 3, "odd=key": "a|b\\c" },
        evidence: [],
        dedupKey: `test/${events}`,
        occurredAt: now,
      })),
      now,
    );
    await announceAlerts(tx, raised);
    return raised.map(({ id }) => id);
  });
}

const idsOf = (path?: string) => receiver.taken(path).map(({ id }) => id);

describe("webhooks", () => {
  test("get what comes after they were made, in order, signed over time stamp and body, as the API answers it", async () => {
    await happen(3);
    const { destination, secret, userErrors } = await webhook();
    expect(userErrors).toEqual([]);
    expect(secret).toMatch(/^ghws_[\w-]{43}$/);
    work();
    const expected: string[] = [];
    for (const count of [1, 40, 250]) expected.push(...(await happen(count)));
    await until("all are there", () => idsOf().length === expected.length);
    expect(idsOf()).toEqual(expected);

    const { headers, body, path } = receiver.posts[0]!;
    expect(path).toBe("/siem.example/hook");
    const timestamp = headers["gatehouse-timestamp"] as string;
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(10);
    const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
    expect(headers["gatehouse-signature"]).toBe(`v1=${signature}`);
    expect(new Set(receiver.posts.map((post) => post.headers["gatehouse-event-id"])).size).toBe(receiver.posts.length);
    expect(receiver.posts.length).toBeLessThan(10);

    const [first] = receiver.taken();
    const { node } = await app.data(
      `query ($id: ID!) { node(id: $id) { ... on Activity { id instance { id name connector { slug name } } externalId category eventType description occurredAt
        ingestedAt user { id externalId login email displayName type isAdmin } actorName outcome impersonated interactive sessionId ipAddress ipCategory ipTags
        country city isp userAgent userAgentTags targets { type id name } unmapped } } }`,
      { id: first.id },
    );
    expect(first).toEqual({ id: first.id, type: "activity", activity: node });

    await until("the log says so", async () => (await look(destination.id)).pendingCount === 0);
    const after = await look(destination.id);
    expect(after).toMatchObject({ lastError: null, deadCount: 0, lastDeliveredAt: expect.any(String) });
    expect(after.deliveries.nodes.every((one: Data) => one.status === "DELIVERED" && one.attempts === 1)).toBe(true);
    // Shown once: no answer, and no row, holds the secret again.
    expect(
      JSON.stringify([await look(destination.id), await rawSql(app.core.db)`select * from destinations`]),
    ).not.toContain(secret);
  });

  test("a receiver that fails gets the same again later, in order, and delays no other", async () => {
    const bad = await webhook({ target: "https://bad.example/" });
    await webhook({ target: "https://good.example/" });
    let failures = 3;
    receiver.answer = ({ path }) => ({ status: path === "/bad.example/" && failures-- > 0 ? 500 : 200 });
    const expected = [...(await happen(2)), ...(await happen(2))];
    work();
    await until("the good one has all", () => idsOf("/good.example/").length === 4);
    await until("it failed", async () => (await look(bad.destination.id)).lastError !== null);
    expect((await look(bad.destination.id)).lastError).toBe("The receiver answered 500.");
    expected.push(...(await happen(3)));
    await until("the bad one has all", () => idsOf("/bad.example/").length === 7);
    expect(idsOf("/bad.example/")).toEqual(expected);
    expect(idsOf("/good.example/")).toEqual(expected);
    const tries = receiver.posts.filter(({ path }) => path === "/bad.example/").slice(0, 4);
    expect(new Set(tries.map(({ headers, body }) => headers["gatehouse-event-id"] + body)).size).toBe(1);
    // Each pause is longer than the one before.
    expect(tries[3]!.at - tries[2]!.at).toBeGreaterThan(250);
    await until("it is well again", async () => (await look(bad.destination.id)).lastError === null);
  });

  test("Retry-After is honoured, up to a day", async () => {
    const { destination } = await webhook();
    receiver.answer = () => ({ status: 429, headers: { "retry-after": "3600" } });
    await happen(1);
    work();
    await until("it failed", async () => (await look(destination.id)).lastError !== null);
    const [delivery] = (await look(destination.id)).deliveries.nodes;
    const waits = Date.parse(delivery.nextAttemptAt) - Date.now();
    expect(waits).toBeGreaterThan(3_500_000);
    expect(waits).toBeLessThan(3_601_000);
  });

  test("after the last try it is dead and the log goes on; redelivered by hand it has its old event id", async () => {
    const { destination } = await webhook();
    const [poison] = await happen(1);
    receiver.answer = ({ body }) => ({ status: body.includes(poison!) ? 503 : 200 });
    work();
    await until("it is dead", async () => (await look(destination.id)).deadCount === 1);
    const later = await happen(2);
    await until("the log went on", () => idsOf().length === 2);
    expect(idsOf()).toEqual(later);
    const [, dead] = (await look(destination.id)).deliveries.nodes;
    expect(dead).toMatchObject({
      status: "DEAD",
      attempts: 4,
      lastError: "The receiver answered 503.",
      nextAttemptAt: null,
    });

    receiver.answer = () => ({ status: 200 });
    const again = `mutation ($id: ID!, $ids: [ID!]) { redeliver(destinationId: $id, deliveryIds: $ids) { count userErrors { code field } } }`;
    expect((await app.data(again, { id: destination.id })).redeliver).toEqual({ count: 1, userErrors: [] });
    await until("it is there", () => idsOf().includes(poison!));
    expect(receiver.posts.at(-1)!.headers["gatehouse-event-id"]).toBe(dead.eventId);
    // One that was delivered can be had again too; one of another destination, or none, cannot.
    expect((await app.data(again, { id: destination.id, ids: [dead.id] })).redeliver.count).toBe(1);
    await until("twice", () => idsOf().filter((id) => id === poison).length === 2);
    const other = await webhook({ name: "other" });
    for (const id of [idOf("Delivery", 999_999), dead.id])
      expect((await app.data(again, { id: other.destination.id, ids: [id] })).redeliver).toEqual({
        count: 0,
        userErrors: [{ code: "NOT_FOUND", field: ["deliveryIds"] }],
      });
  });

  test("what a receiver refuses for its form is given up sooner, and a redirect is not followed", async () => {
    const refused = await webhook({ target: "https://refuses.example/" });
    const moved = await webhook({ target: "https://moved.example/" });
    receiver.answer = ({ path }) =>
      path === "/refuses.example/"
        ? { status: 422 }
        : { status: 302, headers: { location: `${receiver.url}/elsewhere` } };
    await happen(1);
    work();
    await until(
      "both are dead",
      async () => (await look(refused.destination.id)).deadCount + (await look(moved.destination.id)).deadCount === 2,
    );
    expect((await look(refused.destination.id)).deliveries.nodes[0].attempts).toBe(2);
    expect((await look(moved.destination.id)).lastError).toContain("302, a redirect");
    expect(receiver.posts.map(({ path }) => path)).not.toContain("/elsewhere");
  });

  test("what the log no longer has is said to be lost, and the rest is sent", async () => {
    const { destination } = await webhook({ enabled: false });
    await happen(2);
    const sql = rawSql(app.core.db);
    await sql`update activity_log set created_at = now() - interval '8 days'`;
    await applyRetention(app.core);
    const expected = await happen(1);
    await app.data(
      `mutation ($id: ID!) { updateDestination(input: { id: $id, enabled: true }) { userErrors { code } } }`,
      { id: destination.id },
    );
    work();
    await until("the rest is there", () => idsOf().length === 1);
    expect(idsOf()).toEqual(expected);
    await until("it says so", async () => (await look(destination.id)).deadCount === 1);
    const lost = (await look(destination.id)).deliveries.nodes.find((one: Data) => one.status === "DEAD");
    expect(lost).toMatchObject({ events: 0, lastError: expect.stringContaining("removed before it could be sent") });
    expect(app.logged.some(({ msg }) => String(msg).includes("lost events"))).toBe(true);
    const { redeliver } = await app.data(
      `mutation ($id: ID!, $ids: [ID!]) { redeliver(destinationId: $id, deliveryIds: $ids) { userErrors { code field } } }`,
      { id: destination.id, ids: [lost.id] },
    );
    expect(redeliver.userErrors).toEqual([{ code: "CONFLICT", field: ["deliveryIds"] }]);
  });

  test("the delivery log keeps the last 500 that were delivered, for a week, and what is dead for a month", async () => {
    const { destination } = await webhook();
    const sql = rawSql(app.core.db);
    const number = Number(Buffer.from(destination.id, "base64url").toString().split(":")[1]);
    await sql`
      insert into deliveries (destination_id, event_id, body, content_type, events, status, created_at, delivered_at)
      select ${number}, 'old-' || n, '[]', 'text/plain', 1, case when n <= 600 then 'DELIVERED' else 'DEAD' end, now() - interval '20 days' * (n % 2), now()
      from generate_series(1, 610) n`;
    await happen(1);
    work();
    await until("it is there", () => idsOf().length === 1);
    const count = async () => (await look(destination.id)).deliveries.totalCount;
    await until("it is trimmed", async () => (await count()) === 511);
    await applyRetention({ ...app.core, now: () => new Date(Date.now() + 15 * 24 * 60 * 60_000) });
    expect(await count()).toBe(5);
  });

  test("of two processes one works on a destination; each event comes once, and in order", async () => {
    await webhook();
    const second = await startApp({ sandboxUrl: receiver.url, sharedWith: app });
    work();
    const other = runDestinations(second.core, quick);
    stops.push(other.stop);
    const expected: string[] = [];
    for (const _ of range(15)) {
      expected.push(...(await happen(7)));
      other.wake();
    }
    await until("all are there", () => idsOf().length >= expected.length);
    expect(idsOf()).toEqual(expected);
    await other.stop();
    await second.stop();
  });

  test("a receiver that never answers holds no transaction open, and is cut after a while", async () => {
    const { destination } = await webhook();
    receiver.answer = () => null;
    await happen(1);
    work({ timeoutMs: 700 });
    await until("it was asked", () => receiver.posts.length > 0);
    const open = await rawSql(app.core.db)`
      select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%' and now() - xact_start > interval '200 ms'`;
    expect([...open]).toEqual([]);
    await until("it was cut", async () => (await look(destination.id)).lastError === "No response within 0.7 s.");
  });
});

describe("what is sent", () => {
  test("new alerts, by severity and filter; repeats and changes only where they are asked for", async () => {
    const all = await webhook({ target: "https://all.example/", alerts: true, alertChanges: true, activities: true });
    await webhook({ target: "https://grave.example/", alerts: true, activities: false, minSeverity: "HIGH" });
    await webhook({
      target: "https://okta.example/",
      alerts: true,
      activities: true,
      alertFilter: { connectorSlugs: ["okta"] },
      activityFilter: { not: { connectorSlugs: ["github"] }, occurredFrom: ago(0).toISOString() },
    });
    const [low] = await raise(1, "LOW");
    const [high] = await raise(1, "HIGH");
    const [elsewhere] = await raise(1, "LOW", okta);
    const [there] = await happen(1, okta);
    const [here] = await happen(1);
    work();
    const alertId = (instance: number, id: number) => idOf("Alert", instance, id);
    const found = (path: string) =>
      receiver.taken(path).map((event) => (event.type === "alert" ? event.alert.id : event.id));
    await until("all", () => found("/all.example/").length === 5);
    expect(found("/all.example/")).toEqual([
      alertId(github, low!),
      alertId(github, high!),
      alertId(okta, elsewhere!),
      there,
      here,
    ]);
    await until("others", () => found("/okta.example/").length === 2 && found("/grave.example/").length === 1);
    expect(found("/grave.example/")).toEqual([alertId(github, high!)]);
    expect(found("/okta.example/")).toEqual([alertId(okta, elsewhere!), there]);

    await app.data(
      `mutation ($ids: [ID!]!) { updateAlerts(ids: $ids, status: TRUE_POSITIVE) { userErrors { code } } }`,
      {
        ids: [alertId(github, high!)],
      },
    );
    await until("the change", () => found("/all.example/").length === 6);
    const events = receiver.taken("/all.example/");
    expect(events[5]).toMatchObject({
      type: "alert",
      isNew: false,
      alert: { status: "TRUE_POSITIVE", user: { email: "user1@example.com" } },
    });
    expect(events[1]).toMatchObject({ type: "alert", isNew: true });
    expect(events[5].id).not.toBe(events[1].id);
    expect(found("/grave.example/")).toHaveLength(1);
    const { selection } = await look(all.destination.id);
    expect(selection).toMatchObject({ alerts: true, alertChanges: true, activityFilter: null });
  });

  test("a limited ADMIN's destination gets the events of these instances only, whatever its filter says", async () => {
    const { secret: token } = await app.newToken("ADMIN", [github]);
    const { destination } = await create(
      {
        kind: "WEBHOOK",
        target: "https://limited.example/",
        activities: true,
        activityFilter: { instanceIds: [idOf("Instance", okta), idOf("Instance", github)] },
      },
      token,
    );
    expect(destination.instances).toEqual([{ id: idOf("Instance", github) }]);
    await happen(1, okta);
    await raise(1, "HIGH", okta);
    const expected = await happen(1);
    work();
    await until("it is there", () => idsOf("/limited.example/").length === 1);
    expect(idsOf("/limited.example/")).toEqual(expected);
    // What an unlimited ADMIN made shows more than the limited one may see.
    const whole = await webhook();
    const seen = await app.data(
      "query ($ids: [ID!]!) { destinations { id } nodes(ids: $ids) { id } }",
      { ids: [whole.destination.id, destination.id] },
      token,
    );
    expect(seen).toEqual({ destinations: [{ id: destination.id }], nodes: [null, { id: destination.id }] });
  });

  test("OCSF: what the classes require", async () => {
    await webhook({ format: "OCSF", alerts: true });
    await happen(1, github, {
      category: "LOG_ON",
      eventType: "user.session.start",
      outcome: "FAILURE",
      actor: { externalId: "u1", name: "User 1" },
      ipAddress: "2001:db8::1",
    });
    const person = [{ type: "User", id: "u2", name: "User 2" }];
    await happen(1, okta, {
      category: "ADMIN",
      eventType: "user.lifecycle.suspend",
      actor: { externalId: "u1", name: "User 1" },
      targets: person,
    });
    await happen(1, github, {
      category: "ADMIN",
      eventType: "team.add_member",
      actor: null,
      ipAddress: null,
      targets: person,
    });
    const [alert] = await raise(1, "HIGH");
    work();
    await until("all", () => receiver.taken().length === 4);
    const [signIn, suspended, added, finding] = receiver.taken();
    for (const event of [signIn, suspended, added, finding]) {
      expect(event).toMatchObject({
        metadata: {
          version: "1.3.0",
          product: { name: "Gatehouse", vendor_name: "Gatehouse" },
          uid: expect.any(String),
        },
        time: expect.any(Number),
        message: expect.any(String),
      });
      expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
      expect(event.category_uid).toBe(Math.floor(event.class_uid / 1000));
      expect([event.severity_id, event.status_id].every(Number.isInteger)).toBe(true);
    }
    expect(signIn).toMatchObject({
      class_uid: 3002,
      activity_id: 1,
      status_id: 2,
      user: { uid: "u1", email_addr: "user1@example.com" },
      service: { name: "GitHub" },
      src_endpoint: { ip: "2001:db8::1" },
    });
    expect(suspended).toMatchObject({
      class_uid: 3001,
      activity_id: 5,
      user: { uid: "u2" },
      actor: { user: { uid: "u1" } },
    });
    expect(added).toMatchObject({
      class_uid: 6003,
      activity_id: 1,
      actor: { user: { name: "unknown" } },
      api: { operation: "team.add_member" },
      src_endpoint: { name: "unknown" },
      resources: [{ type: "User", uid: "u2" }],
    });
    expect(finding).toMatchObject({
      class_uid: 2004,
      activity_id: 1,
      severity_id: 4,
      status_id: 1,
      finding_info: { uid: idOf("Alert", github, alert!), title: expect.stringContaining("Alert") },
      resources: [{ type: "Instance" }, { type: "User" }],
    });
  });
});

describe("syslog", () => {
  for (const transport of ["tcp", "tls", "udp"] as const)
    test(`${transport}: a framed message of RFC 5424 for each event, in CEF with everything escaped`, async () => {
      const collector = await startSyslog(transport);
      const { destination, userErrors } = await create({ kind: "SYSLOG", target: collector.target, activities: true });
      expect(userErrors).toEqual([]);
      const description = "Ünï | pipe = equals \\ back\r\nline\u2028end";
      await happen(3, github, {
        description,
        outcome: "SUCCESS",
        actor: { externalId: "u1", name: "a=b|c\nd" },
        category: "ADMIN",
        eventType: "odd|type\\x",
      });
      await raise(1);
      work({ ca: certificate });
      await until("all", () => collector.messages.length >= 4);
      expect(collector.messages).toHaveLength(4);
      const [first, , , alert] = collector.messages as [string, string, string, string];
      const header = /^<(\d+)>1 (\S+) 127\.0\.0\.1 gatehouse - activity - CEF:0\|/.exec(first);
      expect(header?.[1]).toBe("110");
      expect(new Date(header![2]!).toISOString()).toBe(header![2]);
      expect(first).not.toMatch(/[\r\n\u2028]/);
      const [, vendor, product, version, type, name, severity, ...rest] = first.split(/(?<!\\)(?:\\\\)*\|/);
      expect([vendor, product, type, name, severity]).toEqual([
        "Gatehouse",
        "Gatehouse",
        "odd\\|type\\\\x",
        "Ünï \\| pipe = equals \\\\ back line end",
        "1",
      ]);
      expect(version).toMatch(/^\d/);
      expect(rest.join("|")).toContain("suser=user1@example.com");
      expect(rest.join("|")).toContain("src=192.0.2.");
      expect(alert).toMatch(
        /^<107>1 .* gatehouse - alert - CEF:0\|Gatehouse\|Gatehouse\|[^|]+\|system\|Alert \d+\|8\|/,
      );
      expect(alert).toContain('msg={"count":3,"odd\\=key":"a|b\\\\\\\\c"}');
      await until("delivered", async () => (await look(destination.id)).pendingCount === 0);
    });

  test("an event that is larger than a datagram comes whole in its format, with fewer targets and how many are missing", async () => {
    const targets = Array.from({ length: 400 }, (_, n) => ({
      type: "User",
      id: `t${n}@example.com`,
      name: `Zoë \u6d4b ${n} ${"x".repeat(100)}`,
    }));
    for (const format of ["JSON", "OCSF", "CEF"]) {
      const collector = await startSyslog("udp");
      await create({ kind: "SYSLOG", target: collector.target, format, activities: true });
      await happen(1, github, { targets, description: `wide ${format}` });
      work();
      await until("it came", () => collector.messages.length > 0);
      const [message] = collector.messages as [string];
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(60_000);
      if (format === "CEF") continue;
      const content = JSON.parse(message.slice(message.indexOf("{")));
      const kept = format === "JSON" ? content.activity.targets : content.unmapped.targets;
      const { targets: missing } = format === "JSON" ? content.leftOut : content.unmapped.left_out;
      expect(kept.length).toBeGreaterThan(20);
      expect(kept).toEqual(targets.slice(0, kept.length));
      expect(kept.length + missing).toBe(400);
    }
  });

  test("a collector that is away is tried again, and gets everything once it is back", async () => {
    const probe = await startSyslog("tcp");
    const { destination } = await create({
      kind: "SYSLOG",
      target: "tcp://127.0.0.1:1",
      format: "JSON",
      activities: true,
    });
    const expected = await happen(2);
    work();
    await until("refused", async () => (await look(destination.id)).lastError?.includes("ECONNREFUSED"));
    await app.data(
      `mutation ($id: ID!, $target: String) { updateDestination(input: { id: $id, target: $target }) { userErrors { code } } }`,
      {
        id: destination.id,
        target: probe.target,
      },
    );
    await until("all", () => probe.messages.length === 2);
    expect(probe.messages.map((message) => JSON.parse(message.slice(message.indexOf("{"))).id)).toEqual(expected);
  });

  test("TLS to somebody whose certificate nobody vouches for is refused", async () => {
    const collector = await startSyslog("tls");
    const { destination } = await create({ kind: "SYSLOG", target: collector.target });
    await raise(1);
    work();
    await until("refused", async () => (await look(destination.id)).lastError?.includes("SELF_SIGNED"));
    expect(collector.messages).toEqual([]);
  });
});

describe("mail", () => {
  test("a storm of alerts is one mail, and another after the pause; activities and repeats are none", async () => {
    mail.received.length = 0;
    const { destination, userErrors } = await create({
      kind: "EMAIL",
      target: "soc@acme.example, lead@acme.example",
      minSeverity: "HIGH",
    });
    expect(userErrors).toEqual([]);
    await happen(5);
    await raise(3, "LOW");
    await raise(120);
    await raise(180);
    work({ digestMs: 1500 });
    await until("two mails, one for each", () => mail.received.length >= 2);
    await raise(2);
    const early = await raise(1);
    expect(mail.received.map(({ to }) => to[0])).toEqual(["soc@acme.example", "lead@acme.example"]);
    expect(mail.received[0]!.headers.subject).toContain("300 alerts");
    expect(mail.received[0]!.source).toContain("and 250 more");
    await until("the second", () => mail.received.length === 4);
    expect(mail.received[2]!.headers.subject).toContain("3 alerts");
    await app.data(`mutation ($ids: [ID!]!) { updateAlerts(ids: $ids, status: BENIGN) { userErrors { code } } }`, {
      ids: [idOf("Alert", github, early[0]!)],
    });
    const { deliveries } = await look(destination.id);
    expect(deliveries.nodes.map((one: Data) => [one.status, one.events])).toEqual([
      ["DELIVERED", 3],
      ["DELIVERED", 300],
    ]);
  });

  test("an address that is refused is in the delivery log", async () => {
    mail.refuse = () => ({ code: 550, message: "no such user" });
    const { destination } = await create({ kind: "EMAIL", target: "nobody@acme.example" });
    await raise(1);
    work();
    await until("dead", async () => (await look(destination.id)).deadCount === 1);
    expect((await look(destination.id)).lastError).toMatch(/^nobody@acme\.example: .*no such user/);
    mail.refuse = () => null;
  });
});

describe("managing", () => {
  test("bad targets and selections are told one by one, and nothing is made", async () => {
    const wrong: [object, string, string][] = [
      [{ kind: "WEBHOOK", target: "nonsense" }, "BAD_USER_INPUT", "target"],
      [{ kind: "WEBHOOK", target: "http://siem.example/" }, "TARGET_REFUSED", "target"],
      [{ kind: "WEBHOOK", target: "https://user:pass@siem.example/" }, "TARGET_REFUSED", "target"],
      [{ kind: "WEBHOOK", target: "https://169.254.169.254/latest" }, "TARGET_REFUSED", "target"],
      [{ kind: "WEBHOOK", target: "https://[fd00::1]/" }, "TARGET_REFUSED", "target"],
      [{ kind: "SYSLOG", target: "tcp://10.0.0.1:514" }, "TARGET_REFUSED", "target"],
      [{ kind: "SYSLOG", target: "https://siem.example" }, "BAD_USER_INPUT", "target"],
      [{ kind: "SYSLOG", target: "tls://siem.example:6514/path" }, "BAD_USER_INPUT", "target"],
      [{ kind: "EMAIL", target: "not an address" }, "BAD_USER_INPUT", "target"],
      [{ kind: "EMAIL", target: "a@b.example\r\nBcc: c@d.example" }, "BAD_USER_INPUT", "target"],
      [{ kind: "EMAIL", target: "a@b.example", activities: true }, "BAD_USER_INPUT", "activities"],
      [{ kind: "EMAIL", target: "a@b.example", format: "JSON" }, "BAD_USER_INPUT", "format"],
      [{ kind: "WEBHOOK", target: "https://siem.example/", alerts: false }, "BAD_USER_INPUT", "alerts"],
      [{ kind: "WEBHOOK", target: "https://siem.example/", name: " " }, "BAD_USER_INPUT", "name"],
      [
        { kind: "WEBHOOK", target: "https://siem.example/", activityFilter: { search: "x" } },
        "BAD_USER_INPUT",
        "activityFilter",
      ],
      [
        { kind: "WEBHOOK", target: "https://siem.example/", alertFilter: { instanceIds: ["x"] } },
        "BAD_USER_INPUT",
        "alertFilter",
      ],
    ];
    for (const [input, code, field] of wrong) {
      const { destination, secret, userErrors } = await create(input);
      expect([input, destination, secret]).toEqual([input, null, null]);
      expect(userErrors).toMatchObject([{ code, field: expect.arrayContaining(["input", field]) }]);
    }
    expect((await app.data("{ destinations { id } }")).destinations).toEqual([]);
  });

  test("without a mail server there is no mail destination", async () => {
    const without = await startApp({ sharedWith: app });
    const { data } = await without.ask(
      'mutation { createDestination(input: { kind: EMAIL, name: "mail", target: "soc@acme.example" }) { userErrors { code } } }',
    );
    await without.stop();
    const { userErrors } = data.createDestination;
    expect(userErrors).toMatchObject([{ code: "MAIL_NOT_CONFIGURED" }]);
  });

  test("is for an ADMIN; changed, tested, given a new secret and deleted, with its log and its position", async () => {
    const { destination, secret } = await webhook();
    const { id } = destination;
    for (const token of [app.tokens.ANALYST, app.tokens.VIEWER]) {
      expect((await app.ask("{ destinations { id } }", {}, token)).errors[0]?.extensions.code).toBe("FORBIDDEN");
      expect((await app.data("query ($id: ID!) { node(id: $id) { id } }", { id }, token)).node).toBeNull();
    }
    const attempt = () =>
      app.data("mutation ($id: ID!) { testDestination(id: $id) { ok latencyMs userErrors { code message } } }", { id });
    expect((await attempt()).testDestination).toEqual({ ok: true, latencyMs: expect.any(Number), userErrors: [] });
    expect(receiver.taken()).toMatchObject([{ type: "alert", alert: { title: "Test of this destination" } }]);
    receiver.answer = () => ({ status: 401 });
    expect((await attempt()).testDestination).toEqual({
      ok: false,
      latencyMs: null,
      userErrors: [{ code: "DELIVERY_FAILED", message: "The receiver answered 401." }],
    });

    const { updateDestination } = await app.data(
      `mutation ($input: UpdateDestinationInput!) { updateDestination(input: $input) { secret destination { name enabled selection { alerts activities } } userErrors { code } } }`,
      { input: { id, name: "renamed", enabled: false, alerts: true, rotateSecret: true } },
    );
    expect(updateDestination).toMatchObject({
      destination: { name: "renamed", enabled: false, selection: { alerts: true, activities: true } },
      userErrors: [],
    });
    expect(updateDestination.secret).toMatch(/^ghws_/);
    expect(updateDestination.secret).not.toBe(secret);
    await happen(1);
    work();
    const remove = () =>
      app.data("mutation ($id: ID!) { deleteDestination(id: $id) { deletedId userErrors { code } } }", { id });
    expect((await remove()).deleteDestination).toEqual({ deletedId: id, userErrors: [] });
    expect((await remove()).deleteDestination).toEqual({ deletedId: null, userErrors: [{ code: "NOT_FOUND" }] });
    const { auditLog } = await app.data("{ auditLog(first: 10) { nodes { action result before after } } }");
    expect(auditLog.nodes.slice(0, 3).map((one: Data) => [one.action, one.result])).toEqual([
      ["destination.delete", "NOT_FOUND"],
      ["destination.delete", "ok"],
      ["destination.update", "ok"],
    ]);
    expect(JSON.stringify(auditLog)).not.toContain("/hook");
  });
});
