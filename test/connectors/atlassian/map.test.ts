import { describe, expect, test } from "vitest";
import { mapEvent } from "#src/connectors/atlassian/map.ts";
import { isAdmin, statusOf } from "#src/connectors/atlassian/map-users.ts";
import { peopleFacts } from "#src/connectors/atlassian/posture.ts";
import { ProviderResponseError } from "#src/errors.ts";

const actor = {
  id: "712020:5b1f",
  name: "Mira Ops",
  email: "mira@acme.example",
  auth: { authType: "container-token" },
};
const tom = { id: "712020:77aa", type: "users", attributes: { name: "Tom Dev", email: "tom@acme.example" } };
const admins = { id: "g-1", type: "groups", attributes: { groupName: "org-admins" } };

function mapped(action: string, more: object = {}) {
  const attributes = {
    time: "2026-01-05T10:00:01.120Z",
    action,
    actor,
    context: [tom],
    location: { ip: "198.51.100.7", city: "Berlin" },
    ...more,
  };
  return mapEvent({ id: "2508d209", type: "events", attributes, message: { content: "what Atlassian says" } })[0]!;
}

describe("sentences", () => {
  test.each<[type: string, more: object, sentence: string, action: string, category: string]>([
    ["user_login", { context: [] }, "Mira Ops signed in to Atlassian", "SIGN_IN", "LOG_ON"],
    ["user_logged_in_as_user", {}, "Mira Ops signed in as Tom Dev", "SIGN_IN", "LOG_ON"],
    [
      "user_added_to_group",
      { context: [tom, admins] },
      "Mira Ops added Tom Dev to the group org-admins",
      "GRANT",
      "ADMIN",
    ],
    ["twosv_disabled_for_user", {}, "Mira Ops switched off two-step verification of Tom Dev", "DISABLE", "ADMIN"],
    ["user_granted_role", {}, "Mira Ops granted a role to Tom Dev: what Atlassian says", "GRANT", "ADMIN"],
    ["api_token_created", { context: [] }, "Mira Ops created an API token: what Atlassian says", "CREATE", "USER"],
  ])("of %s", (type, more, description, action, category) => {
    expect(mapped(type, more)).toMatchObject({ description, action, category, eventType: type, outcome: "SUCCESS" });
  });
});

test("a sign-in that failed, one in another's name, and a token's act are told apart", () => {
  expect(mapped("user_login_failed", { context: [] })).toMatchObject({ outcome: "FAILURE", action: "SIGN_IN" });
  expect(mapped("user_logged_in_as_user").impersonated).toBe(true);
  expect(mapped("jira_issue_created").interactive).toBe(true);
  expect(mapped("jira_issue_created", { actor: { ...actor, auth: { authType: "api-token" } } }).interactive).toBe(
    false,
  );
});

test("targets have the names of people and groups; Atlassian's own system has no account", () => {
  expect(mapped("user_added_to_group", { context: [tom, admins] }).targets).toEqual([
    { type: "user", id: "712020:77aa", name: "Tom Dev" },
    { type: "group", id: "g-1", name: "org-admins" },
  ]);
  expect(mapped("user_created", { actor: { name: "Atlassian Internal System" } }).actor).toEqual({
    ...{ name: "Atlassian Internal System", type: "SERVICE", isAccount: false },
  });
});

test("an action that nobody has described keeps what Atlassian says of it", () => {
  expect(mapped("rovo_agent_published")).toMatchObject({ unmapped: true, category: "ADMIN" });
  expect(mapped("rovo_agent_published").description).toContain("what Atlassian says");
});

test.each([{ id: null }, { attributes: { action: "user_login", actor } }])("an event with %j is none", (more) => {
  const attributes = { time: "2026-01-05T10:00:01Z", action: "user_login", actor };
  expect(() => mapEvent([{ id: "1", attributes, ...more }])).toThrow(ProviderResponseError);
});

test.each([
  [{ status: "active", accountStatus: "active" }, "ACTIVE"],
  [{ status: "suspended", accountStatus: "active" }, "SUSPENDED"],
  [{ status: "active", accountStatus: "inactive" }, "DISABLED"],
  [{ status: "active", accountStatus: "closed" }, "DELETED"],
  [{ status: "not_invited", accountStatus: "active" }, "DISABLED"],
  [{ status: "odd" }, "UNKNOWN"],
])("%j is %s", (raw, status) => {
  expect(statusOf(raw)).toBe(status);
});

test("apps are no people to be judged, and an admin of any kind is one", () => {
  expect([["atlassian/site-admin"], ["atlassian/user"]].map((platformRoles) => isAdmin({ platformRoles }))).toEqual([
    true,
    false,
  ]);
  const app = { accountId: "a", accountType: "app", status: "active", platformRoles: ["atlassian/org-admin"] };
  expect(peopleFacts([app], new Date()).admins).toBe(0);
});
