import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { ProviderScopeError } from "#src/errors.ts";
import type { SandboxEvent } from "../../../sandbox/provider.ts";
import { subjectOf } from "../contract/facts.ts";
import { openStage } from "../contract/stage.ts";
import { resultsOf } from "../results.ts";

const stage = openStage();
const subject = subjectOf("docusign");

test("a person of two accounts is closed in both, and opened again only where the suspension closed", async () => {
  const tenant = await stage.tenant(subject);
  const live = await stage.connect(subject, tenant);
  // Every 23rd is a member of both.
  const externalId = (await tenant.userIds(23, 1)).ids[0]!;
  const target = { user: { externalId, login: null, email: null }, parameters: {} };
  const kept: unknown[] = [];
  const remember = async (before: unknown) => void kept.push(before);
  const { changed, before } = await live.connector.actions.SUSPEND_USER!(live.context, { ...target, remember });
  expect({ changed, kept }).toEqual({ changed: true, kept: [before] });
  expect(before).toMatchObject({ open: [{}, {}], closed: [] });
  expect(await live.statusOf(externalId)).toBe("SUSPENDED");

  const one = { open: (before as { open: unknown[] }).open.slice(1) };
  await live.connector.actions.UNSUSPEND_USER!(live.context, { ...target, parameters: { before: one } });
  // Still closed in the other account, and nowhere listed as suspended.
  expect((await live.read("USERS")).items.filter((user) => user.externalId === externalId)).toMatchObject([
    { status: "ACTIVE" },
  ]);
});

test("an event that is shown hours late is met by a sweep, and found once", async () => {
  const tenant = await stage.tenant(subject);
  const live = await stage.connect(subject, tenant);
  const from = new Date(Date.now() - 2 * 86_400_000);
  const { cursor } = await live.read("ACTIVITIES", { from });
  const { result: late } = (await tenant.change("late-event", { minutesAgo: 180 })) as { result: SandboxEvent };
  const idsIn = (items: readonly object[]) => (items as ActivityRecord[]).map(({ externalId }) => externalId);
  expect(idsIn((await live.read("ACTIVITIES", { cursor, from })).items)).not.toContain(late.id);
  const later = new Date(Date.now() + 7 * 3_600_000);
  live.now = () => later;
  const swept = idsIn((await live.read("ACTIVITIES", { cursor, from })).items);
  expect(swept.filter((id) => id === late.id)).toHaveLength(1);
});

test("without Monitor the activities are named as unavailable, and the rest is read", async () => {
  const tenant = await stage.tenant(subject);
  await tenant.change("set-monitor", { on: false });
  const live = await stage.connect(subject, tenant);
  const { unavailable, missingScopes, domains } = await live.connector.testConnection(live.context);
  expect(Object.keys(unavailable ?? {})).toEqual(["LOG_ON_ACTIVITY", "USER_ACTIVITY", "ADMIN_ACTIVITY"]);
  expect({ missingScopes, domains }).toEqual({ missingScopes: [], domains: [`${tenant.name}.example`] });
  await expect(live.read("ACTIVITIES", { from: new Date() })).rejects.toThrow(ProviderScopeError);
  expect((await live.read("GROUPS")).items.length).toBeGreaterThan(8);
  await tenant.change("set-monitor", { on: true });
});

test("checks judge each account, and name the one that fails", async () => {
  const tenant = await stage.tenant(subject);
  const live = await stage.connect(subject, tenant);
  const { results, unreadable, values } = await resultsOf(live);
  expect(unreadable).toEqual({});
  expect(Object.values(results).filter(({ result }) => result === "unknown")).toEqual([]);
  expect(results["docusign-session-timeout"]).toMatchObject({
    result: "fail",
    evidence: { failing: [{ account: expect.stringMatching(/ Europe$/), sessionTimeout: "120" }] },
  });
  expect(results["docusign-administrators-two-step"]).toMatchObject({ result: "fail", share: 0.75 });
  expect(results["docusign-single-sign-on"]?.result).toBe("pass");
  // The address of a Connect configuration may hold a secret.
  expect(JSON.stringify(values)).not.toContain("7f3a");
});
