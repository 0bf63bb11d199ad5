import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import type { SandboxTenant } from "../support/sandbox.ts";
import { api, sandbox, shareGateway } from "./shared.ts";
import { type InstanceAnswer, patience, scanCalls, sorted, until } from "./support.ts";

shareGateway();

/** What connectors throw is proved by their contract suite; here, what the product makes of it, with one of them. */
const slug = "github";
const stream = "ACTIVITIES";
const otherStream = "USERS";
/** The sandbox takes away a permission of the app; we name the scope that it stands for. */
const missing = { fault: "organization_administration", scope: "read:audit_log", capability: "USER_ACTIVITY" };
const unauthorized = /GitHub no longer accepts the credential/;

function settingsOf({ name, credentials }: SandboxTenant): Record<string, string | undefined> {
  const { org, enterprise, appId, installationId, privateKey, personalAccessToken } = credentials;
  return ["revoked", "scope", "partial"].includes(name)
    ? { mode: "app", org, appId, installationId, privateKey }
    : { mode: "pat", org, enterprise, token: personalAccessToken };
}

const tenantOf = (name: string): Promise<SandboxTenant> =>
  sandbox.createTenant({ provider: slug, name, users: 12, groups: 3, events: 60, historyDays: 5 });

const streamOf = ({ health }: InstanceAnswer, stream: string) => health.streams.find((one) => one.stream === stream)!;
const capabilityOf = ({ capabilities }: InstanceAnswer, kind: string) =>
  capabilities.find(({ capability }) => capability.kind === kind)!;

async function connected(name: string): Promise<{ tenant: SandboxTenant; id: string }> {
  const tenant = await tenantOf(name);
  const id = await api.connected(slug, name, settingsOf(tenant));
  await api.scanned(id);
  return { tenant, id };
}

const gone = async (id: string) =>
  sorted((await api.users(id)).flatMap((user) => (user.status === "DELETED" ? [user.externalId] : [])));

describe.concurrent("faults", patience, () => {
  test("a refused credential turns the instance ERROR; a good connection test ends that", async ({ expect }) => {
    const { tenant, id } = await connected("refused");
    await tenant.setFaults({ unauthorized: true });
    await api.startScan(id, [stream]);
    const failed = await api.status(id, "ERROR");
    expect(failed.statusReason).toMatch(unauthorized);
    expect(failed.health.state).toBe("FAILING");
    // Whichever stream meets the refusal first fails; it ends the scans of the others.
    expect((await api.scans(id, stream))[0]).toMatchObject({
      status: expect.stringMatching(/^(FAILED|CANCELLED)$/),
      error: failed.statusReason,
    });
    const calls = await scanCalls(tenant);
    await sleep(1200);
    expect(await scanCalls(tenant)).toBe(calls);
    expect(await api.testConnection(id)).toMatchObject({
      ok: false,
      userErrors: [{ code: "PROVIDER_AUTH", message: expect.stringMatching(unauthorized) }],
    });
    await tenant.setFaults({});
    expect(await api.testConnection(id)).toMatchObject({ ok: true, missingScopes: [], userErrors: [] });
    expect(await api.instance(id)).toMatchObject({ status: "CONNECTED", statusReason: null });
    await until(
      () => api.scans(id, stream),
      ([newest]) => newest?.status === "SUCCEEDED",
    );
    expect((await api.instance(id)).health.state).toBe("HEALTHY");
  });

  test("a revoked consent turns the instance ERROR until it is given again", async ({ expect }) => {
    const { tenant, id } = await connected("revoked");
    await tenant.setFaults({ revoked: true });
    await api.startScan(id, [stream]);
    const failed = await api.status(id, "ERROR");
    expect(failed.statusReason).toMatch(/GitHub/);
    expect(await api.enable(id)).toMatchObject({ instance: null, userErrors: [{ code: "PROVIDER_AUTH" }] });
    expect((await api.instance(id)).status).toBe("ERROR");
    await tenant.setFaults({});
    expect(await api.enable(id)).toMatchObject({ instance: { status: "CONNECTED" }, authorizationUrl: null });
    await until(
      () => api.scans(id, stream),
      ([newest]) => newest?.status === "SUCCEEDED",
    );
  });

  test("a scope taken away switches its stream off, and the rest goes on", async ({ expect }) => {
    const { fault, scope, capability } = missing;
    const { tenant, id } = await connected("scope");
    await tenant.setFaults({ missingScopes: [fault] });
    expect(await api.scan(id, stream)).toMatchObject({ status: "FAILED", error: expect.stringContaining(fault) });
    const without = await until(
      () => api.instance(id),
      (instance) => !capabilityOf(instance, capability).granted,
    );
    expect(without).toMatchObject({ status: "CONNECTED", statusReason: null, health: { state: "DEGRADED" } });
    expect(streamOf(without, stream).disabledReason).toContain(fault);
    expect(capabilityOf(without, capability).missingScopes).toEqual([scope]);
    expect(await api.scan(id, otherStream)).toMatchObject({ status: "SUCCEEDED", error: null });
    await tenant.setFaults({});
    expect(await api.testConnection(id)).toMatchObject({ ok: true, missingScopes: [] });
    await until(
      () => api.scans(id, stream),
      ([newest]) => newest?.status === "SUCCEEDED",
    );
    const again = await api.instance(id);
    expect(streamOf(again, stream).disabledReason).toBeNull();
    expect(capabilityOf(again, capability)).toMatchObject({ granted: true, reason: null, missingScopes: [] });
  });

  test("a scope missing from the start leaves one stream off", async ({ expect }) => {
    const { fault, scope, capability } = missing;
    const tenant = await tenantOf("partial");
    await tenant.setFaults({ missingScopes: [fault] });
    const id = await api.connected(slug, "partial", settingsOf(tenant));
    const instance = await api.scanned(id);
    expect(instance.status).toBe("CONNECTED");
    expect(streamOf(instance, stream)).toMatchObject({
      disabledReason: expect.stringContaining(scope),
      firstScanCompletedAt: null,
    });
    expect(capabilityOf(instance, capability)).toMatchObject({ granted: false, missingScopes: [scope] });
    expect(await api.scans(id, stream)).toEqual([]);
  });

  test("a limit holds back this tenant alone, until the provider's time", async ({ expect }) => {
    const [{ tenant, id }, other] = await Promise.all([connected("limited"), connected("unlimited")]);
    await tenant.setFaults({ rateLimited: { remaining: 1, retryAfterSeconds: 7 } });
    const asked = Date.now();
    const throttled = await api.scan(id, stream);
    expect(throttled.status).toBe("THROTTLED");
    const until_ = Date.parse(throttled.throttledUntil!);
    expect(until_).toBeGreaterThan(asked + 4_000);
    const instance = await api.instance(id);
    expect(instance).toMatchObject({ status: "CONNECTED", health: { state: "DEGRADED" } });
    expect(streamOf(instance, stream)).toMatchObject({
      throttledUntil: throttled.throttledUntil,
      consecutiveFailures: 0,
    });
    expect(await api.scan(other.id, stream)).toMatchObject({ status: "SUCCEEDED" });
    // Asking again does not break the provider's limit.
    await api.startScan(id, [stream]);
    const done = await until(
      async () => (await api.scans(id, stream)).find((one) => one.id === throttled.id)!,
      ({ status }) => status === "SUCCEEDED",
    );
    expect(Date.parse(done.finishedAt!)).toBeGreaterThanOrEqual(until_);
    expect(done).toMatchObject({ throttledUntil: null, error: null });
    expect(streamOf(await api.instance(id), stream).throttledUntil).toBeNull();
  });

  test("an outage passes: the same scan goes on", async ({ expect }) => {
    const { tenant, id } = await connected("outage");
    await tenant.setFaults({ serverErrors: { remaining: 4 } });
    const waiting = await api.scan(id, stream);
    expect(waiting).toMatchObject({ status: "QUEUED", error: expect.stringMatching(/50\d|not available/) });
    expect(await api.instance(id)).toMatchObject({ status: "CONNECTED", health: { state: "DEGRADED" } });
    const done = await until(
      async () => (await api.scans(id, stream)).find((one) => one.id === waiting.id)!,
      ({ status }) => status === "SUCCEEDED",
    );
    expect(done.error === null || /interrupted/.test(done.error)).toBe(true);
    expect(streamOf(await api.instance(id), stream).consecutiveFailures).toBe(0);
  });

  test("a changed shape fails its stream with the place; nothing is skipped", async ({ expect }) => {
    const { tenant, id } = await connected("shape");
    await tenant.setFaults({ changedShape: "activities" });
    await tenant.emit({ count: 3 });
    const failed = await api.scan(id, stream);
    expect(failed).toMatchObject({ status: "FAILED", error: expect.stringMatching(/\(at \[0\]\.action\)/) });
    const instance = await api.instance(id);
    expect(instance.status).toBe("CONNECTED");
    expect(streamOf(instance, stream).consecutiveFailures).toBe(1);
    expect(await api.scan(id, otherStream)).toMatchObject({ status: "SUCCEEDED" });
    await tenant.setFaults({});
    expect(await api.scan(id, stream)).toMatchObject({ status: "SUCCEEDED", error: null });
    expect(streamOf(await api.instance(id), stream).consecutiveFailures).toBe(0);
    const { events } = await tenant.events();
    expect((await api.activities(id)).length).toBeGreaterThanOrEqual(events.length);
  });

  test("disabling cancels the scan that runs, at once", async ({ expect }) => {
    const { tenant, id } = await connected("cancel");
    const before = await gone(id);
    await tenant.setFaults({ slowMs: 3000 });
    const [started] = await api.startScan(id, ["USERS"], { mode: "FULL" });
    const running = () => api.scans(id, "USERS").then((scans) => scans.find((one) => one.id === started!.id)!);
    await until(running, ({ status }) => status === "RUNNING");
    await sleep(300);
    expect((await api.disable(id)).instance!.status).toBe("DISABLED");
    expect(await running()).toMatchObject({ status: "CANCELLED", finishedAt: expect.any(String) });
    const calls = await scanCalls(tenant);
    await sleep(3500);
    expect(await scanCalls(tenant)).toBe(calls);
    await tenant.setFaults({});
    expect(await api.enable(id)).toMatchObject({ instance: { status: "CONNECTED" } });
    await until(
      () => api.scans(id, "USERS"),
      ([newest]) => newest?.status === "SUCCEEDED",
    );
    expect(await gone(id)).toEqual(before);
  });
});
