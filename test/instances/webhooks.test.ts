import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rawSql } from "#db/client.ts";
import type * as connectorList from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { ProviderUnavailableError } from "#src/errors.ts";
import { openRegistration } from "#src/instances/secrets.ts";
import { queueRenewals, renewalAt, settleWebhook } from "#src/instances/webhook-registration.ts";
import { hmacSha256 } from "#src/platform/http/signature.ts";
import { idOf, startApp, type TestApp } from "../support/app.ts";
import { seedInstance } from "../support/seed.ts";

const provider = vi.hoisted(() => ({
  hooks: [] as { url: string; secret: string }[],
  answers: [] as (string | Error)[],
}));

vi.mock("#src/connectors/index.ts", async (original) => {
  const { madeUp, withConnector } = await import("../support/made-up-connector.ts");
  const { WebhookRejectedError } = await import("#src/errors.ts");
  const receive = (request: { body: Buffer; headers: Record<string, string> }, hook: { secret: string }) => {
    if (request.headers["x-signature"] !== hmacSha256(hook.secret, request.body))
      throw new WebhookRejectedError("The signature is wrong.");
    return {};
  };
  const registers = madeUp({
    manifest: { webhooks: "registered" },
    webhooks: {
      register: async (_, hook) => {
        provider.hooks.push(hook);
        const answer = provider.answers.shift() ?? "";
        if (answer instanceof Error) throw answer;
        return { id: "hook-1", ...(answer ? { renewBy: answer } : {}) };
      },
      receive,
    },
  });
  const byHand = madeUp({
    manifest: { slug: "by-hand", name: "App by Hand", webhooks: "manual" },
    webhooks: { receive },
  });
  return withConnector(withConnector(await original<typeof connectorList>(), registers), byHand);
});

const create = `mutation ($id: ID!) { createWebhookSecret(instanceId: $id) { url secret userErrors { code message } } }`;
const look = `query ($id: ID!) { instance(id: $id) { webhook { state url renewBy problem } health { state } } }`;
const start = new Date();
const hour = 3_600_000;

let app: TestApp;
let now = start;
let core: Core;
let instance: number;
let named = 0;

beforeAll(async () => {
  app = await startApp({ env: { PUBLIC_URL: "https://gatehouse.acme.example" } });
  core = { ...app.core, now: () => now };
});

const seen = async () => (await app.data(look, { id: idOf("Instance", instance) })).instance;
const jobs = async () =>
  (
    await rawSql(
      core.db,
    )`select data from pgboss.job where name = 'webhook.register' and data ->> 'instanceId' = ${instance}`
  ).length;
const inHours = (hours: number) => new Date(start.getTime() + hours * hour).toISOString();

describe("registrations that a provider lets expire", () => {
  beforeEach(async () => {
    now = start;
    provider.hooks.length = 0;
    provider.answers.length = 0;
    instance = await seedInstance(core, "made-up", `acme ${++named}`);
    await rawSql(core.db)`update instances set webhook_secret = null where id = ${instance}`;
    await rawSql(core.db)`update streams set last_success_at = now() where instance_id = ${instance}`;
  });

  test("are renewed when half of the time is over, an hour before the end at the latest", () => {
    const renewal = (hours: number) => (renewalAt(new Date(inHours(hours)), start).getTime() - start.getTime()) / hour;
    expect([48, 1.5, 1, 0.5].map(renewal)).toEqual([24, 0.5, 0.5, 0.25]);
  });

  test("are renewed by a job with the same secret, once for each renewal, and an admin sees until when", async () => {
    provider.answers.push(inHours(48), inHours(120));
    await settleWebhook(core, instance);
    expect(await seen()).toMatchObject({
      webhook: {
        state: "REGISTERED",
        url: `https://gatehouse.acme.example/webhooks/made-up/${instance}`,
        renewBy: inHours(48),
        problem: null,
      },
    });
    now = new Date(inHours(23));
    await queueRenewals(core);
    expect(await jobs()).toBe(0);
    now = new Date(inHours(24));
    await Promise.all([queueRenewals(core), queueRenewals(core)]);
    expect(await jobs()).toBe(1);
    await settleWebhook(core, instance);
    expect((await seen()).webhook.renewBy).toBe(inHours(120));
    expect(new Set(provider.hooks.map(({ secret }) => secret)).size).toBe(1);
    await queueRenewals(core);
    expect(await jobs()).toBe(1);
  });

  test("that cannot be renewed are tried again, and an admin sees why until it works", async () => {
    provider.answers.push(inHours(48), new ProviderUnavailableError("Made-up App did not answer in time."));
    await settleWebhook(core, instance);
    now = new Date(inHours(24));
    await queueRenewals(core);
    await expect(settleWebhook(core, instance)).rejects.toThrow(ProviderUnavailableError);
    expect(await seen()).toMatchObject({
      webhook: { state: "REGISTERED", renewBy: inHours(48), problem: "Made-up App did not answer in time." },
      health: { state: "DEGRADED" },
    });
    // The job has used up its own retries: it is queued again.
    now = new Date(inHours(24.5));
    await queueRenewals(core);
    expect(await jobs()).toBe(2);
    await settleWebhook(core, instance);
    expect((await seen()).webhook).toMatchObject({ renewBy: null, problem: null });
  });

  test("without an end are not renewed, and nothing is renewed of an instance that is disabled", async () => {
    await settleWebhook(core, instance);
    const [row] = await rawSql(core.db)`
      select webhook_registration as sealed, webhook_renew_at as at from instances where id = ${instance}`;
    expect(openRegistration(core.secrets, instance, row!.sealed)).toEqual({ id: "hook-1" });
    expect(row!.at).toBeNull();
    await rawSql(
      core.db,
    )`update instances set status = 'DISABLED', webhook_renew_at = ${start.toISOString()} where id = ${instance}`;
    await queueRenewals(core);
    expect(await jobs()).toBe(0);
  });

  test("the app registers itself, so no secret is created for an admin", async () => {
    const { createWebhookSecret } = await app.data(create, { id: idOf("Instance", instance) });
    expect(createWebhookSecret).toMatchObject({
      url: null,
      secret: null,
      userErrors: [{ code: "CONFLICT", message: expect.stringContaining("registers the webhook") }],
    });
  });
});

describe("webhooks that an admin enters by hand", () => {
  beforeEach(async () => {
    instance = await seedInstance(core, "by-hand", `acme ${++named}`);
    await rawSql(core.db)`update instances set webhook_secret = null where id = ${instance}`;
  });

  const deliver = async (secret: string, body: string) => {
    const response = await fetch(`${app.url}/webhooks/by-hand/${instance}`, {
      method: "POST",
      headers: { "x-signature": hmacSha256(secret, body) },
      body,
    });
    return response.status;
  };

  test("the secret is returned once, proves deliveries, and a new one ends it", async () => {
    const id = idOf("Instance", instance);
    expect((await seen()).webhook).toMatchObject({
      state: "MANUAL",
      problem: expect.stringContaining("no secret yet"),
    });
    expect(await deliver("guess", "{}")).toBe(404);
    const first = (await app.data(create, { id })).createWebhookSecret;
    expect(first.url).toBe(`https://gatehouse.acme.example/webhooks/by-hand/${instance}`);
    expect([await deliver(first.secret, "{}"), await deliver("guess", "{}")]).toEqual([200, 401]);
    expect((await seen()).webhook).toEqual({ state: "MANUAL", url: first.url, renewBy: null, problem: null });

    const second = (await app.data(create, { id })).createWebhookSecret;
    expect(second.secret).not.toBe(first.secret);
    expect([await deliver(first.secret, "{}"), await deliver(second.secret, "{}")]).toEqual([401, 200]);
    const audit = JSON.stringify(
      await rawSql(core.db)`select * from audit_log where action = 'webhook.createSecret' order by id`,
    );
    expect(audit).toContain('"rotated":true');
    expect(audit).not.toContain(second.secret);
    const [row] = await rawSql(core.db)`select webhook_secret as sealed from instances where id = ${instance}`;
    expect(row!.sealed).not.toContain(second.secret);
  });

  test("without PUBLIC_URL there is no address to enter, and no secret is made", async () => {
    const local = await startApp({ sharedWith: app });
    const id = idOf("Instance", instance);
    const { createWebhookSecret } = await local.data(create, { id });
    expect(createWebhookSecret).toMatchObject({ secret: null, userErrors: [{ code: "PUBLIC_URL_NOT_SET" }] });
    const { webhook } = (await local.data(look, { id })).instance;
    expect(webhook).toMatchObject({ state: "MANUAL", url: null, problem: expect.stringContaining("PUBLIC_URL") });
    await local.stop();
  });
});
