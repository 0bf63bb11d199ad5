import { describe, expect, test } from "vitest";
import { toCef } from "#src/response/destinations/cef.ts";
import type { ActivityOut, AlertOut, OutboundEvent } from "#src/response/destinations/event.ts";
import { writtenWithin } from "#src/response/destinations/fit.ts";
import { toJson } from "#src/response/destinations/json.ts";
import { toOcsf } from "#src/response/destinations/ocsf.ts";
import { readSelection, type StoredSelection } from "#src/response/destinations/selection.ts";
import { blankActivity } from "../../support/activity-row.ts";
import type { Data } from "../../support/app.ts";

const at = "2026-11-18 07:42:19.118+00";
const instance = { id: 1, name: "Acme", connectorSlug: "okta", appName: "Okta", externalAccountId: "00o1" };

function activity(category: string, eventType: string, other: object = {}): ActivityOut {
  return {
    type: "activity",
    id: "QWN0aXZpdHk",
    instance,
    user: null,
    activity: {
      ...blankActivity,
      occurredAt: at,
      ingestedAt: at,
      externalId: "e1",
      category,
      eventType,
      description: "Somebody did a thing",
      targets: [{ type: "User", id: "u2", name: "Lin" }],
      ...other,
    } as ActivityOut["activity"],
  };
}

function alert(status: string, isNew: boolean): AlertOut {
  return {
    type: "alert",
    id: "QWxlcnQ.7",
    isNew,
    instance,
    user: null,
    policy: { id: 3, name: "Impossible travel", mitreTechniques: ["T1078"] },
    alert: {
      instanceId: 1,
      id: 9,
      kind: "POLICY",
      severity: "CRITICAL",
      status,
      title: "Two places at once",
      explanation: {},
      evidence: [],
      occurrences: 2,
      lastOccurredAt: at,
      createdAt: at,
      updatedAt: "2026-11-18 08:00:00+00",
    } as unknown as AlertOut["alert"],
  };
}

describe("OCSF", () => {
  test.each([
    ["LOG_ON", "user.session.start", 3002, 1],
    ["LOG_ON", "user.session.end", 3002, 2],
    ["LOG_ON", "Signon", 3002, 1],
    ["ADMIN", "user.lifecycle.create", 3001, 1],
    ["ADMIN", "user.lifecycle.activate", 3001, 2],
    ["USER", "user.account.update_password", 3001, 3],
    ["ADMIN", "user.account.reset_password", 3001, 4],
    ["ADMIN", "user.lifecycle.deactivate", 3001, 5],
    ["ADMIN", "user.lifecycle.delete.completed", 3001, 6],
    ["ADMIN", "Terminate Employee", 3001, 6],
    ["ADMIN", "org.remove_member", 3001, 6],
    ["USER", "user.account.lock", 3001, 9],
    ["USER", "user.mfa.factor.activate", 3001, 10],
    ["USER", "user.mfa.factor.deactivate", 3001, 11],
    ["ADMIN", "group.user_membership.add", 6003, 1],
    ["ADMIN", "application.user_membership.remove", 6003, 4],
    ["ADMIN", "user.account.privilege.grant", 6003, 3],
    ["USER", "repo.create", 6003, 1],
    ["USER", "git.clone", 6003, 99],
    ["USER", "file.download", 6003, 2],
    ["ADMIN", "PolicyRuleUpdated", 6003, 3],
  ])("%s %s is %d, activity %d", (category, eventType, classUid, activityId) => {
    const event = toOcsf(activity(category, eventType)) as Data;
    expect([event.class_uid, event.activity_id, event.type_uid]).toEqual([
      classUid,
      activityId,
      classUid * 100 + activityId,
    ]);
    if (activityId === 99) expect(event).toMatchObject({ activity_name: eventType, type_name: "API Activity: Other" });
    expect(event.time).toBe(Date.parse("2026-11-18T07:42:19.118Z"));
  });

  test("a change of an account nobody is named in is an API activity", () => {
    expect(toOcsf(activity("ADMIN", "user.lifecycle.create", { targets: [] }))).toMatchObject({ class_uid: 6003 });
  });

  test("an alert is created, updated and closed, with where it stands", () => {
    const shape = (event: AlertOut) => {
      const { activity_id, status_id, severity_id, time } = toOcsf(event) as Data;
      return [activity_id, status_id, severity_id, new Date(time).toISOString()];
    };
    expect(shape(alert("OPEN", true))).toEqual([1, 1, 5, "2026-11-18T07:42:19.118Z"]);
    expect(shape(alert("IN_PROGRESS", false))).toEqual([2, 2, 5, "2026-11-18T08:00:00.000Z"]);
    expect(shape(alert("TRUE_POSITIVE", false)).slice(0, 2)).toEqual([3, 4]);
    expect(shape(alert("FALSE_POSITIVE", false)).slice(0, 2)).toEqual([3, 3]);
    expect(toOcsf(alert("OPEN", true))).toMatchObject({
      finding_info: { analytic: { name: "Impossible travel" }, attacks: [{ technique: { uid: "T1078" } }] },
    });
  });
});

describe("CEF", () => {
  test("IPv4 stands in src, IPv6 in a field of its own, and long values are cut", () => {
    expect(toCef(activity("USER", "x", { ipAddress: "192.0.2.7" }))).toContain(" src=192.0.2.7");
    const six = toCef(activity("USER", "x", { ipAddress: "2001:db8::7", userAgent: "a".repeat(5000) }));
    expect(six).toContain("c6a2Label=Source IPv6 Address c6a2=2001:db8::7");
    expect(six).not.toContain(" src=");
    expect(six.length).toBeLessThan(3000);
  });

  test("a half of a surrogate pair and control characters do not break the line", () => {
    const line = toCef(activity("USER", "x\u0000\u001b[31m", { description: "\ud800 broken\u0085" }));
    expect(line.isWellFormed()).toBe(true);
    expect(line).not.toMatch(/\p{Cc}/u);
  });
});

describe("what does not fit", () => {
  const alertWith = (explanation: object, evidence: unknown[] = []) => {
    const event = alert("OPEN", true);
    return { ...event, alert: { ...event.alert, explanation, evidence } as AlertOut["alert"] };
  };
  const explanation = { first: "a", long: "ü".repeat(2_000), last: [1, 2] };

  test("CEF names the properties of an explanation that had no room, and its JSON stays JSON", () => {
    const message = toCef(alertWith(explanation));
    const json = / msg=(.*) deviceExternalId=/.exec(message)![1]!;
    expect(JSON.parse(json)).toEqual({ first: "a", last: [1, 2], leftOut: ["long"] });
  });

  test("an alert comes with less evidence, at last without any and without its explanation", () => {
    const write = (event: OutboundEvent) => JSON.stringify(toJson(event));
    const evidence = Array.from({ length: 100 }, (_, n) => [1_763_451_739_118, `event-${n}`]);
    const whole = alertWith(explanation, evidence);
    const sizes = [20_000, 9_000, 5_000, 1_000];
    const results = sizes.map((size) => JSON.parse(writtenWithin(whole, size, write)));
    expect(results.map(({ alert: { evidence: kept }, leftOut }) => [kept.length, leftOut])).toEqual([
      [100, undefined],
      [50, { evidence: 50 }],
      [6, { evidence: 94 }],
      [0, { evidence: 100, explanation: true }],
    ]);
    for (const [index, size] of sizes.entries())
      expect(Buffer.byteLength(JSON.stringify(results[index]))).toBeLessThanOrEqual(size);
  });
});

test("a selection that was stored with addresses in other spellings means the same addresses", () => {
  const filter = { ipAddresses: ["2001:DB8::7", "::ffff:192.0.2.1"], not: { ipAddresses: ["2001:DB8:0::9"] } };
  const stored = { activityFilter: filter, alertFilter: null, shown: { activityFilter: filter, alertFilter: null } };
  expect(readSelection(stored as unknown as StoredSelection).activityFilter).toEqual({
    ipAddresses: ["2001:db8::7", "192.0.2.1"],
    not: { ipAddresses: ["2001:db8::9"] },
  });
});
