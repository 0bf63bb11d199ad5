import { describe, expect, test } from "vitest";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { PostureItem, StreamItem } from "#src/connector-kit/contract/records.ts";
import {
  ProviderAuthError,
  ProviderRateLimitError,
  ProviderResponseError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import type { Faults } from "../../../sandbox/provider.ts";
import type { SandboxTenant } from "../../support/sandbox.ts";
import type { Live } from "../live.ts";
import { modesOf, type Subject, scopesOf, streamsOf, subjects, usesKit, without } from "./facts.ts";
import { openStage, startOf } from "./stage.ts";

const stage = openStage();
const longerThanAnyRetry = 1000;

/** Streams that ask the provider for something. */
const asking = (subject: Subject) =>
  streamsOf(subject).filter((stream) => stream !== "ACTIVITIES" || subject.facts.log.pulled);

async function connected(subject: Subject, mode?: string): Promise<{ tenant: SandboxTenant; live: Live }> {
  const tenant = await stage.tenant(subject);
  return { tenant, live: await stage.connect(subject, tenant, mode === undefined ? {} : { mode }) };
}

/** The error a stream ends with; null when it ends well. */
async function errorIn(live: Live, stream: ScanStream, from: Date): Promise<unknown> {
  return live.read(stream, { from }).then(
    () => null,
    (error: unknown) => error,
  );
}

const isUnreadable = (item: StreamItem): boolean => "unreadable" in item;

describe.each(subjects)("$slug", (subject) => {
  const { connector, facts } = subject;
  const from = startOf(subject, "small");
  const errorOf = (live: Live, stream: ScanStream) => errorIn(live, stream, from);
  const outageFailsPosture = usesKit(subject, "settings");

  test.each(modesOf(subject))(
    "a refused access token of mode %s is renewed once, or ends the connection",
    async (mode) => {
      const { live } = await connected(subject, mode);
      live.credential = { ...live.credential!, accessToken: "no-longer-valid" };
      if (!facts.modes[mode]!.renews) return expect(await errorOf(live, "USERS")).toBeInstanceOf(ProviderAuthError);
      expect(await errorOf(live, "USERS")).toBeNull();
      expect(live.refreshes).toBe(1);
    },
  );

  test.each(["unauthorized", "revoked"] as const)(
    "a credential that stays refused (%s) asks for an admin",
    async (fault) => {
      const { tenant, live } = await connected(subject);
      await tenant.setFaults({ [fault]: true });
      for (const stream of asking(subject)) {
        live.refreshes = 0;
        expect(await errorOf(live, stream), stream).toBeInstanceOf(ProviderAuthError);
        expect(live.refreshes, stream).toBeLessThanOrEqual(1);
      }
      await expect(connector.testConnection(live.context)).rejects.toThrow(ProviderAuthError);
      await tenant.setFaults({});
      const again = await stage.connect(subject, tenant);
      expect(await errorOf(again, "USERS")).toBeNull();
    },
  );

  const scopes = [...new Set(Object.values(connector.manifest.streams).flatMap((fact) => fact.scopes))];

  test.each(scopes)("without the scope %s its streams stop by name, and the others run", async (scope) => {
    const { tenant, live } = await connected(subject);
    const missingScopes = without(subject, [scope]);
    await tenant.setFaults({ missingScopes });
    for (const stream of asking(subject)) {
      const needed = connector.manifest.streams[stream]!.scopes.some(
        (one) => one === scope || missingScopes.includes(one),
      );
      const error = await errorOf(live, stream);
      // Posture goes on, see below.
      if (!needed || stream === "POSTURE") {
        expect(error, stream).toBeNull();
        continue;
      }
      expect(error, stream).toBeInstanceOf(ProviderScopeError);
      expect((error as ProviderScopeError).scopes, stream).not.toEqual([]);
    }
    if (facts.unprovedScopes?.[scope]) return;
    const fresh = await stage.connect(subject, tenant);
    expect((await connector.testConnection(fresh.context)).missingScopes).toContain(scope);
  });

  test("settings that a refusal hides are unknown, and the others are read", async () => {
    if (!connector.streams.POSTURE) return;
    const { tenant, live } = await connected(subject);
    const whole = (await live.read("POSTURE")).items;
    expect(whole.filter(isUnreadable)).toEqual([]);
    await tenant.setFaults({ missingScopes: scopesOf(subject) });
    const { items } = await live.read("POSTURE");
    expect(items.filter(isUnreadable).length).toBeGreaterThan(0);
    const keys = (list: StreamItem[]) => list.map((item) => (item as PostureItem).key).sort();
    expect(keys(items)).toEqual(keys(whole));
  });

  test("a limit is passed on with its time, on every stream", async () => {
    const { tenant, live } = await connected(subject);
    await tenant.setFaults({ rateLimited: { remaining: longerThanAnyRetry, retryAfterSeconds: 90 } });
    for (const stream of asking(subject)) {
      const asked = Date.now();
      const error = await errorOf(live, stream);
      expect(error, stream).toBeInstanceOf(ProviderRateLimitError);
      const seconds = ((error as ProviderRateLimitError).retryAt.getTime() - asked) / 1000;
      const expected = facts.namesRetryTime ? 90 : (connector.manifest.rateLimit?.defaultWaitSeconds ?? 0);
      expect(Math.abs(seconds - expected), stream).toBeLessThan(10);
    }
  });

  test.each<[string, Faults, Faults]>([
    ["an outage", { serverErrors: { remaining: 2 } }, { serverErrors: { remaining: longerThanAnyRetry } }],
    [
      "a connection that is cut",
      { cutConnections: { remaining: 2 } },
      { cutConnections: { remaining: longerThanAnyRetry } },
    ],
  ])("%s passes when it is short, and fails every stream when it is not", async (_, short, long) => {
    const { tenant, live } = await connected(subject);
    for (const stream of asking(subject)) {
      await tenant.setFaults(short);
      expect(await errorOf(live, stream), `short: ${stream}`).toBeNull();
      if (stream === "POSTURE" && !outageFailsPosture) continue;
      await tenant.setFaults(long);
      expect(await errorOf(live, stream), `long: ${stream}`).toBeInstanceOf(ProviderUnavailableError);
    }
  });

  test("a changed shape names its place, on every stream", async () => {
    const { tenant, live } = await connected(subject);
    await tenant.setFaults({ changedShape: "all" });
    for (const stream of asking(subject).filter((one) => one !== "POSTURE")) {
      const error = await errorOf(live, stream);
      expect(error, stream).toBeInstanceOf(ProviderResponseError);
      expect((error as ProviderResponseError).path, stream).toMatch(/\w/);
    }
  });
});
