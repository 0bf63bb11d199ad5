import { EventMix } from "../../kit/event-mix.ts";
import { tag } from "./answers.ts";

/** What an event is about, besides who did it. */
export type About = "session" | "file" | "link" | "sharing" | "member" | "group" | "app" | "policy" | "nothing";

export interface EventType {
  type: string;
  category: string;
  /** As Dropbox describes the type. */
  description: string;
  about: About;
  /** How often it happens, relative to the others; 0: only when asked for. */
  weight: number;
  byAdmin?: boolean;
  details?: Record<string, unknown>;
}

/** https://github.com/dropbox/dropbox-api-spec/blob/main/team_log.stone */
const table: readonly EventType[] = [
  ...of("logins", [
    ["login_success", "Signed in", "session", 20, { login_method: tag("saml") }],
    [
      "login_fail",
      "Failed to sign in",
      "session",
      3,
      { login_method: tag("password"), error_details: { user_friendly_message: "Incorrect password" } },
    ],
    ["logout", "Signed out", "session", 6, {}],
  ]),
  ...of("file_operations", [
    ["file_add", "Added files and/or folders", "file", 12, {}],
    ["file_download", "Downloaded files and/or folders", "file", 14, {}],
    ["file_edit", "Edited files", "file", 12, {}],
    ["file_preview", "Previewed files and/or folders", "file", 10, {}],
    ["file_delete", "Deleted files and/or folders", "file", 3, {}],
    ["file_permanently_delete", "Permanently deleted files and/or folders", "file", 0, {}],
  ]),
  ...of("sharing", [
    ["shared_link_create", "Created shared link", "link", 5, { shared_link_access_level: tag("viewer") }],
    ["shared_link_disable", "Removed shared link", "link", 1, {}],
    ["shared_link_view", "Opened shared link", "link", 4, {}],
    [
      "shared_content_add_member",
      "Added users and/or groups to shared file/folder",
      "sharing",
      3,
      { shared_content_access_level: tag("viewer") },
    ],
    [
      "shared_content_remove_member",
      "Removed user/group from shared file/folder",
      "sharing",
      1,
      { shared_content_access_level: tag("viewer") },
    ],
  ]),
  ...of("apps", [
    ["app_link_user", "Linked app for member", "app", 2, {}],
    ["app_unlink_user", "Unlinked app for member", "app", 1, {}],
  ]),
  ...of("devices", [["device_link_success", "Linked device", "session", 2, {}]]),
  ...of(
    "members",
    [
      ["member_change_status", "Changed member status (invited, joined, suspended, etc.)", "member", 2, {}],
      [
        "member_change_admin_role",
        "Changed team member admin role",
        "member",
        1,
        { new_value: tag("support_admin"), previous_value: tag("member_only") },
      ],
    ],
    true,
  ),
  ...of(
    "groups",
    [
      ["group_add_member", "Added team members to group", "group", 2, { is_group_owner: false }],
      ["group_remove_member", "Removed team members from group", "group", 1, {}],
    ],
    true,
  ),
  ...of("passwords", [["password_change", "Changed password", "nothing", 1, {}]]),
  ...of(
    "team_policies",
    [
      [
        "tfa_change_policy",
        "Changed two-factor authentication setting for team",
        "policy",
        0,
        { new_value: tag("require_tfa_enable") },
      ],
      ["sso_change_policy", "Changed single sign-on setting for team", "policy", 0, { new_value: tag("required") }],
      [
        "sharing_change_link_policy",
        "Changed whether members can share links outside team, and if links are accessible only by team members or anyone by default",
        "policy",
        1,
        { new_value: tag("default_team_only") },
      ],
    ],
    true,
  ),
];

type Row = readonly [type: string, description: string, about: About, weight: number, details: Record<string, unknown>];

function of(category: string, rows: readonly Row[], byAdmin = false): EventType[] {
  return rows.map(([type, description, about, weight, details]) => ({
    ...{ type, category, about, weight, details, byAdmin },
    description: `(${category}) ${description}`,
  }));
}

export const generated = new EventMix(table, ({ weight }) => weight);

/** Throws for a type that the sandbox does not know. */
export function eventType(name: string): EventType {
  const found = table.find(({ type }) => type === name);
  if (!found) throw new Error(`no such event type: ${name}`);
  return found;
}
