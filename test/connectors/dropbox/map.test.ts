import { expect, test } from "vitest";
import { vocabulary } from "#src/connectors/dropbox/events.ts";
import { listedEvents } from "#src/connectors/dropbox/events-listed.ts";
import { mapEvent } from "#src/connectors/dropbox/map.ts";
import { toUser } from "#src/connectors/dropbox/map-people.ts";

const oskar = {
  ".tag": "team_member",
  account_id: "dbid:AAH0000000000000000000000000000000oskar",
  display_name: "Oskar Boe",
  email: "oskar@tern.example",
  team_member_id: "dbmid:oskar",
};
const mira = {
  ...oskar,
  account_id: "dbid:mira",
  display_name: "Mira Holt",
  email: "mira@tern.example",
  team_member_id: "dbmid:mira",
};
const file = {
  ".tag": "file",
  path: { contextual: "/Deals/plan.txt", namespace_relative: { ns_id: "1234", relative_path: "/Deals/plan.txt" } },
  display_name: "plan.txt",
  file_id: "id:plan",
};

function event(type: string, more: Record<string, unknown> = {}) {
  return {
    timestamp: "2026-11-20T09:15:02Z",
    event_category: { ".tag": "sharing" },
    event_type: { ".tag": type, description: "(sharing) …" },
    actor: { ".tag": "user", user: oskar },
    context: oskar,
    origin: {
      geo_location: { city: "Oslo", region: "Oslo", country: "NO", ip_address: "203.0.113.9" },
      access_method: { ".tag": "end_user", end_user: { ".tag": "web", session_id: "dbwsid:3215" } },
    },
    participants: [],
    assets: [],
    details: { ".tag": `${type}_details` },
    ...more,
  };
}

const mapped = (type: string, more: Record<string, unknown> = {}) => mapEvent(event(type, more))[0]!;

test("every type that Dropbox lists has a sentence and a category, and no table has another type", () => {
  const listed = new Set(Object.values(listedEvents).flatMap((types) => types.split(" ")));
  expect(listed.size).toBe(631);
  expect([...vocabulary.types].filter((type) => !listed.has(type))).toEqual([]);
  const odd = [...listed].filter((type) => {
    const { known, template } = vocabulary.phraseOf(type);
    return !known || /did “|\(\)| {2}/.test(template);
  });
  expect(odd).toEqual([]);
});

test.each<[string, Record<string, unknown>, string, string]>([
  [
    "login_success",
    { details: { login_method: { ".tag": "saml" } } },
    "LOG_ON",
    "Oskar Boe signed in with single sign-on",
  ],
  [
    "login_fail",
    { details: { error_details: { user_friendly_message: "Wrong password" } } },
    "LOG_ON",
    "Oskar Boe failed to sign in: Wrong password",
  ],
  ["file_download", { assets: [file] }, "USER", "Oskar Boe downloaded plan.txt"],
  ["file_delete", { assets: [file, file, file] }, "USER", "Oskar Boe deleted plan.txt and 2 more"],
  ["shared_link_create", { assets: [file] }, "USER", "Oskar Boe created a shared link to plan.txt"],
  [
    "shared_content_add_member",
    { assets: [file], participants: [{ ".tag": "user", user: mira }] },
    "USER",
    "Oskar Boe gave Mira Holt access to plan.txt",
  ],
  [
    "group_add_member",
    {
      participants: [
        { ".tag": "user", user: mira },
        { ".tag": "group", group_id: "g:1", display_name: "Sales" },
      ],
    },
    "ADMIN",
    "Oskar Boe added Mira Holt to a group: Sales",
  ],
  [
    "member_change_status",
    { actor: { ".tag": "admin", admin: oskar }, context: mira, details: { new_value: { ".tag": "suspended" } } },
    "ADMIN",
    "Oskar Boe changed the status of Mira Holt to suspended",
  ],
  [
    "app_link_user",
    { details: { app_info: { ".tag": "user_linked_app", app_id: "8044", display_name: "Whiteboard" } } },
    "USER",
    "Oskar Boe linked the app Whiteboard",
  ],
  [
    "tfa_change_policy",
    { details: { new_value: { ".tag": "require_tfa_enable" } } },
    "ADMIN",
    "Oskar Boe changed the two-factor policy to require tfa enable",
  ],
  ["team_activity_create_report_fail", {}, "ADMIN", "Oskar Boe failed to create a report (team activity)"],
])("%s reads as a sentence", (type, more, category, description) => {
  const outcome = /fail/.test(type) ? "FAILURE" : "SUCCESS";
  expect(mapped(type, more)).toMatchObject({ category, description, outcome, ipAddress: "203.0.113.9", country: "NO" });
});

test("a type that is added later is kept under the event's own category", () => {
  expect(mapped("vault_opened", { event_category: { ".tag": "team_policies" } })).toMatchObject({
    ...{ category: "ADMIN", eventType: "vault_opened", unmapped: true, description: "Oskar Boe opened vault" },
  });
});

test("apps, Dropbox itself and people outside are no members; who signs in as another impersonates", () => {
  const app = { ".tag": "app", app: { ".tag": "team_linked_app", app_id: "77", display_name: "Backup" } };
  expect(mapped("file_add", { actor: app }).actor).toMatchObject({ name: "Backup", type: "SERVICE", isAccount: false });
  expect(mapped("file_add", { actor: { ".tag": "dropbox" } }).actor).toMatchObject({
    name: "Dropbox",
    isAccount: false,
  });
  const visitor = { ".tag": "non_team_member", email: "eve@outside.example" };
  const byVisitor = mapped("shared_link_view", { actor: { ".tag": "user", user: visitor } });
  expect(byVisitor.actor).toMatchObject({ email: "eve@outside.example", isAccount: false });
  expect(mapped("shared_link_view", { actor: { ".tag": "anonymous" } }).actor).toBeNull();
  const access_method = { ".tag": "sign_in_as", session_id: "dbwsid:7" };
  expect(mapped("file_preview", { origin: { access_method } })).toMatchObject({
    impersonated: true,
    sessionId: "dbwsid:7",
  });
  expect(mapped("file_preview").sessionId).toBe("dbwsid:3215");
  expect(mapped("login_fail", { actor: { ".tag": "anonymous" } }).actor).toMatchObject({ externalId: "dbmid:oskar" });
});

test("the id stays when names and descriptions change, and differs with everything else", () => {
  const [first, renamed, other] = [
    mapped("file_add"),
    mapped("file_add", {
      actor: { ".tag": "user", user: { ...oskar, display_name: "O. Boe" } },
      event_type: { ".tag": "file_add", description: "new words" },
    }),
    mapped("file_add", { assets: [file] }),
  ];
  expect(renamed.externalId).toBe(first.externalId);
  expect(other.externalId).not.toBe(first.externalId);
});

test("removed, suspended and invited members are told apart, and an unverified address vouches for nobody", () => {
  const member = (status: unknown, more = {}) =>
    toUser(
      { profile: { team_member_id: "dbmid:1", email: "a@tern.example", status, name: { display_name: "A" }, ...more } },
      "members[0]",
    );
  expect(member({ ".tag": "removed", is_recoverable: true }).status).toBe("DELETED");
  expect(member({ ".tag": "suspended" })).toMatchObject({ status: "SUSPENDED", emailVerified: true, isAdmin: false });
  expect(member({ ".tag": "invited" }, { email_verified: false })).toMatchObject({
    status: "INVITED",
    emailVerified: false,
  });
});
