import { expect, test } from "vitest";
import { settingCheck, toggle } from "#src/connectors/google-workspace/checks/setting.ts";
import { effective, type Policies, reduce } from "#src/connectors/google-workspace/policies.ts";

const paths = new Map([
  ["root", "/"],
  ["sales", "/Sales"],
  ["west", "/Sales/West"],
]);
const policy = (type: string, where: Record<string, unknown>, sortOrder: number, value: Record<string, unknown>) => ({
  setting: { type: `settings/${type}`, value },
  policyQuery: { ...where, sortOrder },
});
const unit = (id: string) => ({ orgUnit: `orgUnits/${id}` });

test("the highest order decides field by field, units inherit from above, groups from the root, the root from Google's defaults", () => {
  const type = "drive_and_docs.external_sharing";
  const found = reduce(
    [
      policy(type, unit("west"), 1, { warnForExternalSharing: false }),
      policy(type, unit("root"), 2, { externalSharingMode: "ALLOWLISTED_DOMAINS" }),
      policy(type, unit("root"), 1, { externalSharingMode: "ALLOWED", allowPublishingFiles: false }),
      policy(type, { ...unit("root"), group: "groups/g1" }, 3, { externalSharingMode: "DISALLOWED" }),
      policy(type, unit("sales"), 1, { externalSharingMode: "ALLOWED" }),
    ],
    paths,
  );
  const at = (target: string) => effective(found, type, target);
  expect(at("/")).toMatchObject({ externalSharingMode: "ALLOWLISTED_DOMAINS", allowPublishingFiles: false });
  expect(at("/")).toMatchObject({ warnForExternalSharing: true });
  expect(at("/Sales/West")).toMatchObject({ externalSharingMode: "ALLOWED", warnForExternalSharing: false });
  expect(at("groups/g1")).toMatchObject({ externalSharingMode: "DISALLOWED", allowPublishingFiles: false });
  expect(at("/Sales/East")).toMatchObject({ externalSharingMode: "ALLOWED", warnForExternalSharing: true });
});

const check = settingCheck(
  toggle("on", true, {
    slug: "x",
    title: "X",
    description: "X",
    remediation: "X",
    severity: "LOW",
    maxPoints: 1,
    setting: "app.x",
    app: "app",
  }),
);
const judge = (policies: Policies) => check.evaluate({ get: () => policies, unreadable: () => null });
const state = (...off: string[]) => off.map((target) => ({ target, value: { serviceState: "DISABLED" } }));

test("one unit fails a check, where the app is off it does not matter, and an unknown root is no pass", () => {
  const root = { target: "/", value: { on: true } };
  const sales = { target: "/Sales", value: { on: false } };
  expect(judge({ "app.x": [root] })).toMatchObject({ result: "pass" });
  expect(judge({ "app.x": [root, sales] })).toMatchObject({
    result: "fail",
    evidence: { failing: [{ target: "/Sales" }] },
  });
  expect(judge({ "app.x": [root, sales], "app.service_status": state("/Sales") })).toMatchObject({ result: "pass" });
  expect(judge({ "app.service_status": state("/") })).toMatchObject({ result: "pass" });
  expect(judge({})).toMatchObject({ result: "unknown" });
  expect(judge({ "app.x": [{ target: "/Sales", value: { on: true } }] })).toMatchObject({ result: "unknown" });
  expect(judge({ "app.x": [{ target: "/", value: {} }] })).toMatchObject({ result: "unknown" });
});
