import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import type { Gatehouse } from "../support/gatehouse.ts";
import type { SandboxTenant } from "../support/sandbox.ts";
import { type doors, type InstanceAnswer, patience, scanCalls, sorted, until } from "./support.ts";

/** What differs between connectors when something goes wrong. */
export interface FaultyConnector {
  slug: string;
  parts: () => { gatehouse: Gatehouse; api: ReturnType<typeof doors> };
  tenant: (name: string) => Promise<SandboxTenant>;
  /** Settings that need no consent. */
  settings: (tenant: SandboxTenant) => Record<string, string>;
  /** A stream that is pulled, for the faults of calls. */
  stream: string;
  /** One more pulled stream, which goes on. */
  otherStream: string;
  /** `fault` is what the sandbox calls the scope. */
  missing: { fault: string; scope: string; stream: string; capability: string };
  /** The sandbox's name for what comes back changed, and the place our error must name. */
  changed: { records: string; path: RegExp };
  /** False where the provider does not say when to come back. */
  tellsRetryAfter: boolean;
  revoked: RegExp;
  unauthorized: RegExp;
}

const streamOf = ({ health }: InstanceAnswer, stream: string) => health.streams.find((one) => one.stream === stream)!;
const capabilityOf = ({ capabilities }: InstanceAnswer, kind: string) =>
  capabilities.find(({ capability }) => capability.kind === kind)!;

/** Faults switched on at a connected tenant; each ends in the state that tells an admin what to do, and in nothing else. */
export function faultTests(connector: FaultyConnector): void {
  const { slug, stream, otherStream } = connector;

  async function connected(name: string): Promise<{ tenant: SandboxTenant; id: string }> {
    const { api } = connector.parts();
    const tenant = await connector.tenant(name);
    const id = await api.connected(slug, name, connector.settings(tenant));
    await api.scanned(id);
    return { tenant, id };
  }

  const gone = async (id: string) =>
    sorted(
      (await connector.parts().api.users(id)).flatMap((user) => (user.status === "DELETED" ? [user.externalId] : [])),
    );

  describe.concurrent("faults", patience, () => {
    test("a refused credential turns the instance ERROR; a good connection test ends that", async ({ expect }) => {
      const { api } = connector.parts();
      const { tenant, id } = await connected("refused");
      await tenant.setFaults({ unauthorized: true });
      await api.startScan(id, [stream]);
      const failed = await api.status(id, "ERROR");
      expect(failed.statusReason).toMatch(connector.unauthorized);
      expect(failed.health.state).toBe("FAILING");
      expect((await api.scans(id, stream))[0]).toMatchObject({ status: "FAILED", error: failed.statusReason });
      const calls = await scanCalls(tenant);
      await sleep(1200);
      expect(await scanCalls(tenant)).toBe(calls);
      expect(await api.testConnection(id)).toMatchObject({
        ok: false,
        userErrors: [{ code: "PROVIDER_AUTH", message: expect.stringMatching(connector.unauthorized) }],
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
      const { api } = connector.parts();
      const { tenant, id } = await connected("revoked");
      await tenant.setFaults({ revoked: true });
      await api.startScan(id, [stream]);
      const failed = await api.status(id, "ERROR");
      expect(failed.statusReason).toMatch(connector.revoked);
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
      const { api } = connector.parts();
      const { fault, scope, stream: lost, capability } = connector.missing;
      const { tenant, id } = await connected("scope");
      const kept = lost === otherStream ? stream : otherStream;
      await tenant.setFaults({ missingScopes: [fault] });
      expect(await api.scan(id, lost)).toMatchObject({ status: "FAILED", error: expect.stringContaining(fault) });
      const without = await until(
        () => api.instance(id),
        (instance) => !capabilityOf(instance, capability).granted,
      );
      expect(without).toMatchObject({ status: "CONNECTED", statusReason: null, health: { state: "DEGRADED" } });
      expect(streamOf(without, lost).disabledReason).toContain(fault);
      expect(capabilityOf(without, capability).missingScopes).toEqual([scope]);
      expect(await api.scan(id, kept)).toMatchObject({ status: "SUCCEEDED", error: null });
      await tenant.setFaults({});
      expect(await api.testConnection(id)).toMatchObject({ ok: true, missingScopes: [] });
      await until(
        () => api.scans(id, lost),
        ([newest]) => newest?.status === "SUCCEEDED",
      );
      const again = await api.instance(id);
      expect(streamOf(again, lost).disabledReason).toBeNull();
      expect(capabilityOf(again, capability)).toMatchObject({ granted: true, reason: null, missingScopes: [] });
    });

    test("a scope missing from the start leaves one stream off", async ({ expect }) => {
      const { api } = connector.parts();
      const { fault, scope, stream: lost, capability } = connector.missing;
      const tenant = await connector.tenant("partial");
      await tenant.setFaults({ missingScopes: [fault] });
      const id = await api.connected(slug, "partial", connector.settings(tenant));
      const instance = await api.scanned(id);
      expect(instance.status).toBe("CONNECTED");
      expect(streamOf(instance, lost)).toMatchObject({
        disabledReason: expect.stringContaining(scope),
        firstScanCompletedAt: null,
      });
      expect(capabilityOf(instance, capability)).toMatchObject({ granted: false, missingScopes: [scope] });
      expect(await api.scans(id, lost)).toEqual([]);
    });

    test("a limit holds back this tenant alone, until the provider's time", async ({ expect }) => {
      const { api } = connector.parts();
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
      if (!connector.tellsRetryAfter) return;
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
      const { api } = connector.parts();
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
      const { api } = connector.parts();
      const { records, path } = connector.changed;
      const { tenant, id } = await connected("shape");
      await tenant.setFaults({ changedShape: records });
      await tenant.emit({ count: 3 });
      const failed = await api.scan(id, stream);
      expect(failed).toMatchObject({ status: "FAILED", error: expect.stringMatching(path) });
      const instance = await api.instance(id);
      expect(instance.status).toBe("CONNECTED");
      expect(streamOf(instance, stream).consecutiveFailures).toBe(1);
      expect(await api.scan(id, otherStream)).toMatchObject({ status: "SUCCEEDED" });
      await tenant.setFaults({});
      expect(await api.scan(id, stream)).toMatchObject({ status: "SUCCEEDED", error: null });
      expect(streamOf(await api.instance(id), stream).consecutiveFailures).toBe(0);
      if (stream !== "ACTIVITIES") return;
      const { events } = await tenant.events();
      expect((await api.activities(id)).length).toBeGreaterThanOrEqual(events.length);
    });

    test("disabling cancels the scan that runs, at once", async ({ expect }) => {
      const { api } = connector.parts();
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
}
