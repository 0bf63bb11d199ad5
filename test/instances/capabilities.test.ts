import { expect, test } from "vitest";
import { evidence } from "#src/connector-kit/capability.ts";
import { type CapabilityKind, capabilityKinds } from "#src/connector-kit/contract/kinds.ts";
import { grantedCapabilities } from "#src/instances/capabilities.ts";
import type { InstanceRow, StreamState } from "#src/instances/row.ts";
import { MadeUpApp, type MadeUpFacts, madeUpConnector } from "../support/made-up-app.ts";
import { appOf } from "../support/made-up-connector.ts";

const facts: MadeUpFacts = {
  streams: {
    USERS: { everySeconds: 3600, scopes: ["users.read"] },
    GROUPS: { everySeconds: 3600, scopes: [], when: (_, components) => components.includes("groups") },
    ACTIVITIES: { everySeconds: 60, scopes: ["log.read"], categories: ["LOG_ON", "USER", "ADMIN"] },
    FILES: { everySeconds: 60, scopes: ["files.read"], backlog: false, realTime: true },
  },
  inParts: ["ACTIVITIES"],
  actions: {
    SUSPEND_USER: { scopes: ["users.write"] },
    RESET_PASSWORD: { scopes: ["passwords.write"], when: ({ mode }) => mode === "oauth" },
    TRASH_FILE: { scopes: ["files.write"] },
  },
};
const code = madeUpConnector(() => new MadeUpApp(), facts);

const part = (name: string, ...categories: StreamState["categories"] & object): StreamState => ({
  stream: "ACTIVITIES",
  part: name,
  off: null,
  scopes: [],
  categories,
});
const signIns = part("SignIns", "LOG_ON");
const directory = part("Directory", "ADMIN");
const exchange = part("Exchange", "USER", "ADMIN");

function granted(kind: CapabilityKind, instance: Partial<InstanceRow>) {
  const row = {
    connectorSlug: "fake",
    settings: { mode: "oauth" },
    components: [],
    missingScopes: [],
    unavailable: {},
    streams: [],
    ...instance,
  } as unknown as InstanceRow;
  const found = grantedCapabilities(row, appOf(code));
  expect([...found.keys()]).toEqual(capabilityKinds);
  return found.get(kind);
}

const yes = { granted: true, reason: null, missingScopes: [] };

test("a component that is not read takes away exactly what it alone has", () => {
  expect(granted("LOG_ON_ACTIVITY", { streams: [signIns, directory, exchange] })).toEqual(yes);
  expect(granted("LOG_ON_ACTIVITY", { streams: [directory, exchange] })).toEqual({
    granted: false,
    reason: "No part of the app that is read here has it.",
    missingScopes: [],
  });
  expect(granted("ADMIN_ACTIVITY", { streams: [signIns, exchange] })).toEqual(yes);
  expect(granted("USER_ACTIVITY", { streams: [signIns, directory] })?.granted).toBe(false);
  expect(granted("USER_ACTIVITY", { streams: [] })?.granted).toBe(false);
});

test("a scope that one part lacks takes away what no other part has", () => {
  const streams = [{ ...directory, scopes: ["directory.read"] }, exchange, { ...signIns, scopes: ["signins.read"] }];
  const missingScopes = ["directory.read", "signins.read"];
  expect(granted("ADMIN_ACTIVITY", { streams, missingScopes })).toEqual(yes);
  expect(granted("LOG_ON_ACTIVITY", { streams, missingScopes })).toEqual({
    granted: false,
    reason: "Missing: signins.read.",
    missingScopes: ["signins.read"],
  });
});

test("a part that is off says why, unless another one yields the same", () => {
  const off = { ...exchange, off: "Auditing is switched off." };
  expect(granted("USER_ACTIVITY", { streams: [off] })).toMatchObject({
    granted: false,
    reason: "Auditing is switched off.",
  });
  expect(granted("ADMIN_ACTIVITY", { streams: [off, directory] })).toEqual(yes);
});

test("a stream without parts is judged before it has a row, by its scopes and by whether the settings want it", () => {
  expect(granted("LIST_ACCOUNTS", {})).toEqual(yes);
  expect(granted("LIST_ACCOUNTS", { missingScopes: ["users.read"] })).toMatchObject({ missingScopes: ["users.read"] });
  expect(granted("LIST_GROUPS", {})).toMatchObject({ granted: false, reason: "Not available with these settings." });
  expect(granted("LIST_GROUPS", { components: ["groups"] })).toEqual(yes);
});

test("actions need the scopes of those that the settings allow, of their own capability and no other", () => {
  expect(granted("USER_GOVERNANCE", {})).toEqual(yes);
  expect(granted("USER_GOVERNANCE", { missingScopes: ["files.write"] })).toEqual(yes);
  expect(granted("FILE_GOVERNANCE", { missingScopes: ["files.write"] })).toEqual({
    granted: false,
    reason: "Missing: files.write.",
    missingScopes: ["files.write"],
  });
  expect(granted("USER_GOVERNANCE", { missingScopes: ["passwords.write"] })?.granted).toBe(false);
  expect(granted("USER_GOVERNANCE", { missingScopes: ["passwords.write"], settings: { mode: "token" } })).toEqual(yes);
});

test("without a backlog there is no backlog scan, and what happens from now on is seen all the same", () => {
  expect(granted("DLP_BACKLOG_SCAN", {})?.granted).toBe(false);
  expect(granted("DLP_NEAR_REAL_TIME_SCAN", {})).toEqual(yes);
  expect(
    granted("DLP_NEAR_REAL_TIME_SCAN", { unavailable: { DLP_NEAR_REAL_TIME_SCAN: "Not in this licence." } }),
  ).toEqual({
    ...yes,
    granted: false,
    reason: "Not in this licence.",
  });
});

test("each kind of capability has its evidence in the table", () => {
  expect(Object.keys(evidence)).toEqual(capabilityKinds);
});
