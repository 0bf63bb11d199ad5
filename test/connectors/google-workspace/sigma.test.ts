import { expect, test } from "vitest";
import { mapEvent } from "#src/connectors/google-workspace/map-activity.ts";
import { activity, ruleOf } from "../../detection/sigma/support.ts";
import { event, record } from "./records.ts";

type Events = [log: string, name: string, parameters?: Record<string, string | string[]>];

type Rule = readonly [service: string, selection: readonly string[]];

const admin = (...lines: string[]): Rule => [
  "google_workspace.admin",
  ["eventService: admin.googleapis.com", ...lines],
];
const login = (name: string): Rule => [
  "google_workspace.login",
  ["protoPayload.serviceName: login.googleapis.com", `protoPayload.metadata.event.eventName: ${name}`],
];

/** Rules as SigmaHQ writes them for Google Workspace, with an event that each finds and one that it does not. */
const rules: [string, Rule, Events, Events][] = [
  [
    "access levels of an application changed",
    admin("eventName: CHANGE_APPLICATION_SETTING", "setting_name|startswith: ContextAwareAccess"),
    ["admin", "CHANGE_APPLICATION_SETTING", { SETTING_NAME: "ContextAwareAccess - Gmail" }],
    ["admin", "CHANGE_APPLICATION_SETTING", { SETTING_NAME: "Sharing" }],
  ],
  [
    "an application removed",
    admin("eventName: [REMOVE_APPLICATION, REMOVE_APPLICATION_FROM_WHITELIST]"),
    ["admin", "REMOVE_APPLICATION_FROM_WHITELIST"],
    ["admin", "ADD_APPLICATION"],
  ],
  [
    "domain-wide access granted",
    admin("eventName: AUTHORIZE_API_CLIENT_ACCESS"),
    ["admin", "AUTHORIZE_API_CLIENT_ACCESS", { API_SCOPES: ["https://www.googleapis.com/auth/drive"] }],
    ["admin", "REMOVE_API_CLIENT_ACCESS"],
  ],
  [
    "two-step verification switched off",
    admin("eventName: [ENFORCE_STRONG_AUTHENTICATION, ALLOW_STRONG_AUTHENTICATION]", "new_value: 'false'"),
    ["admin", "ENFORCE_STRONG_AUTHENTICATION", { NEW_VALUE: "false" }],
    ["admin", "ENFORCE_STRONG_AUTHENTICATION", { NEW_VALUE: "true" }],
  ],
  [
    "a role changed",
    admin("eventName: [DELETE_ROLE, RENAME_ROLE, UPDATE_ROLE]"),
    ["admin", "RENAME_ROLE", { ROLE_NAME: "Auditors" }],
    ["admin", "CREATE_ROLE", { ROLE_NAME: "Auditors" }],
  ],
  [
    "a privilege taken from a role",
    admin("eventName: REMOVE_PRIVILEGE"),
    ["admin", "REMOVE_PRIVILEGE"],
    ["admin", "ADD_PRIVILEGE"],
  ],
  [
    "admin rights given",
    admin("eventName: [GRANT_DELEGATED_ADMIN_PRIVILEGES, GRANT_ADMIN_PRIVILEGE]"),
    ["admin", "GRANT_ADMIN_PRIVILEGE", { USER_EMAIL: "ana@tern.example" }],
    ["admin", "REVOKE_ADMIN_PRIVILEGE", { USER_EMAIL: "ana@tern.example" }],
  ],
  ["an attack by a government", login("gov_attack_warning"), ["login", "gov_attack_warning"], ["login", "logout"]],
  [
    "e-mail forwarded out",
    login("email_forwarding_out_of_domain"),
    ["login", "email_forwarding_out_of_domain"],
    ["login", "blocked_sender"],
  ],
  [
    "a suspicious sign-in",
    login("[suspicious_login_less_secure_app, suspicious_login, suspicious_programmatic_login]"),
    ["login", "suspicious_programmatic_login"],
    ["login", "login_success"],
  ],
  [
    "a file opened to everybody with the link",
    [
      "google_workspace.drive",
      [
        "eventService: drive.googleapis.com",
        "eventName: change_document_visibility",
        "new_value|contains: people_with_link",
      ],
    ],
    ["drive", "change_document_visibility", { new_value: ["people_with_link"] }],
    ["drive", "change_document_visibility", { new_value: ["private"] }],
  ],
  [
    "an app with access to all mail",
    [
      "google_workspace.token",
      ["eventService: token.googleapis.com", "eventName: authorize", "scope|contains: mail.google.com"],
    ],
    ["token", "authorize", { scope: ["openid", "https://mail.google.com/"] }],
    ["token", "authorize", { scope: ["openid"] }],
  ],
];

test.each(rules)("a Sigma rule finds %s in the record of the Reports API", (_, [service, lines], found, ignored) => {
  const detection = `detection:\n  selection:\n${lines.map((line) => `    ${line}\n`).join("")}  condition: selection\n`;
  const rule = ruleOf(`title: A rule\nlogsource:\n  product: gcp\n  service: ${service}\n${detection}`);
  const matches = ([log, name, parameters]: Events) =>
    mapEvent(record(log, [event(name, parameters)])).some(({ raw, eventType }) =>
      rule.matches(activity(raw, { eventType }, "google-workspace")),
    );
  expect(matches(found)).toBe(true);
  expect(matches(ignored)).toBe(false);
  // The same event of another log is another event.
  expect(matches(["calendar", found[1], found[2]])).toBe(false);
});
