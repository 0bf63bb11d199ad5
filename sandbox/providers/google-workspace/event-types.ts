import { EventMix } from "../../kit/event-mix.ts";

/** What parameters of an event are made of. */
export interface About {
  /** Address of who did it, and of another person. */
  actor: string;
  other: string;
  group: string;
  /** Title and id of a file. */
  title: string;
  fileId: string;
  domain: string;
}

export interface Parameter {
  name: string;
  value?: string;
  intValue?: string;
  boolValue?: boolean;
  multiValue?: string[];
}

export interface EventType {
  /** The log that it is in: the application of the Reports API, or `alerts`. */
  log: string;
  /** The kind of event, and its name; of an alert its source, and its type. */
  kind: string;
  name: string;
  /** How often it happens, relative to the others; 0: only when asked for. */
  weight: number;
  by: "person" | "admin" | "system";
  parameters: (about: About) => Parameter[];
}

const text = (name: string, value: string): Parameter => ({ name, value });
const flag = (name: string, boolValue: boolean): Parameter => ({ name, boolValue });
const several = (name: string, ...multiValue: string[]): Parameter => ({ name, multiValue });

const user = ({ other }: About) => [text("USER_EMAIL", other)];
const membership = ({ other, group }: About) => [text("USER_EMAIL", other), text("GROUP_EMAIL", group)];
const role = (name: string) => (about: About) => [text("ROLE_NAME", name), ...user(about)];
const signIn = (...more: Parameter[]) => [text("login_type", "google_password"), ...more];
const warning = ({ actor }: About) => [text("affected_email_address", actor)];
const file = ({ actor, title, fileId }: About, ...more: Parameter[]) => [
  flag("primary_event", true),
  flag("billable", true),
  flag("owner_is_shared_drive", false),
  text("owner", actor),
  text("doc_id", fileId),
  text("doc_type", "document"),
  text("doc_title", title),
  text("visibility", "private"),
  ...more,
];
const shared = (about: About) =>
  file(about, text("target_user", about.other), several("old_value", "none"), several("new_value", "can_edit"));
const app = [text("client_id", "512000000001.apps.googleusercontent.com"), text("app_name", "Planly")];
const setting = (name: string, application: string) => [
  text("SETTING_NAME", name),
  text("APPLICATION_NAME", application),
  text("OLD_VALUE", "true"),
  text("NEW_VALUE", "false"),
];

/** https://developers.google.com/workspace/admin/reports/v1/appendix/activity */
const table: readonly EventType[] = [
  ...of("login", "person", [
    ["login", "login_success", 22, () => signIn(flag("is_suspicious", false))],
    ["login", "login_failure", 3, () => signIn(text("login_failure_type", "login_failure_invalid_password"))],
    ["login", "logout", 6, () => signIn()],
    ["login", "login_verification", 3, () => signIn(text("login_challenge_status", "Challenge Passed."))],
    ["account_warning", "suspicious_login", 0, warning],
    ["account_warning", "suspicious_programmatic_login", 0, warning],
    ["account_warning", "account_disabled_password_leak", 0, warning],
    ["attack_warning", "gov_attack_warning", 0, () => []],
    [
      "email_forwarding_change",
      "email_forwarding_out_of_domain",
      0,
      () => [text("email_forwarding_destination_address", "copy@elsewhere.example")],
    ],
  ]),
  ...of("user_accounts", "person", [
    ["2sv_change", "2sv_enroll", 1, () => []],
    ["2sv_change", "2sv_disable", 0, () => []],
    ["password_change", "password_edit", 1, () => []],
  ]),
  ...of("saml", "person", [["login", "login_success", 4, () => [text("application_name", "Payroll")]]]),
  ...of("token", "person", [
    ["auth", "authorize", 2, () => [...app, several("scope", "openid", "https://www.googleapis.com/auth/calendar")]],
    ["auth", "activity", 3, () => [...app, text("method_name", "calendar.events.list")]],
    ["auth", "revoke", 1, () => app],
  ]),
  ...of("drive", "person", [
    ["access", "view", 12, file],
    ["access", "edit", 10, file],
    ["access", "create", 6, file],
    ["access", "download", 5, file],
    ["access", "trash", 1, file],
    ["acl_change", "change_user_access", 4, shared],
    ["acl_change", "change_document_visibility", 2, (about) => file(about, several("new_value", "people_with_link"))],
  ]),
  ...of("calendar", "person", [["event_change", "create_event", 3, () => [text("event_title", "Weekly planning")]]]),
  ...of("chat", "person", [
    ["user_action", "message_posted", 4, () => [text("room_name", "Field"), text("room_id", "r1")]],
  ]),
  ...of("meet", "person", [["call", "call_ended", 2, () => [text("meeting_code", "ABCDEFGHIJ")]]]),
  ...of("groups_enterprise", "system", [
    ["moderator_action", "add_member", 1, ({ other, group }) => [text("member_id", other), text("group_id", group)]],
  ]),
  ...of("admin", "admin", [
    ["USER_SETTINGS", "CREATE_USER", 0, user],
    ["USER_SETTINGS", "DELETE_USER", 0, user],
    ["USER_SETTINGS", "SUSPEND_USER", 0, user],
    ["USER_SETTINGS", "UNSUSPEND_USER", 0, user],
    ["USER_SETTINGS", "CHANGE_PASSWORD", 1, user],
    ["USER_SETTINGS", "RESET_SIGNIN_COOKIES", 0, user],
    ["USER_SETTINGS", "GRANT_ADMIN_PRIVILEGE", 0, user],
    ["USER_SETTINGS", "REVOKE_ADMIN_PRIVILEGE", 0, user],
    ["USER_SETTINGS", "TURN_OFF_2_STEP_VERIFICATION", 0, user],
    ["GROUP_SETTINGS", "ADD_GROUP_MEMBER", 2, membership],
    ["GROUP_SETTINGS", "REMOVE_GROUP_MEMBER", 1, membership],
    ["DELEGATED_ADMIN_SETTINGS", "ASSIGN_ROLE", 1, role("_HELP_DESK_ADMIN_ROLE")],
    ["DELEGATED_ADMIN_SETTINGS", "UNASSIGN_ROLE", 0, role("_HELP_DESK_ADMIN_ROLE")],
    ["DELEGATED_ADMIN_SETTINGS", "REMOVE_PRIVILEGE", 0, role("Auditors")],
    ["DELEGATED_ADMIN_SETTINGS", "DELETE_ROLE", 0, role("Auditors")],
    ["APPLICATION_SETTINGS", "CHANGE_APPLICATION_SETTING", 2, () => setting("ContextAwareAccess - Gmail", "Gmail")],
    ["SECURITY_SETTINGS", "ENFORCE_STRONG_AUTHENTICATION", 0, () => setting("2sv", "Security")],
    ["DOMAIN_SETTINGS", "REMOVE_APPLICATION", 0, () => [text("APPLICATION_NAME", "Planly"), text("APP_ID", "512")]],
    [
      "DOMAIN_SETTINGS",
      "AUTHORIZE_API_CLIENT_ACCESS",
      0,
      () => [text("API_CLIENT_NAME", "1067"), several("API_SCOPES", "https://www.googleapis.com/auth/drive")],
    ],
  ]),
  ...of("alerts", "person", [
    ["Google identity", "Suspicious login", 0, () => []],
    ["Google identity", "Leaked password", 0, () => []],
  ]),
];

type Row = [kind: string, name: string, weight: number, parameters: EventType["parameters"]];

function of(log: string, by: EventType["by"], rows: readonly Row[]): EventType[] {
  return rows.map(([kind, name, weight, parameters]) => ({ log, by, kind, name, weight, parameters }));
}

export const generated = new EventMix(table, ({ weight }) => weight);

/** By name, where several logs have it the first one's; or by log and name: `saml/login_success`. Throws when there is none. */
export function eventType(asked: string): EventType {
  const [name = "", log] = asked.split("/").reverse();
  const found = table.find((one) => one.name === name && (log === undefined || one.log === log));
  if (!found) throw new Error(`Google Workspace has no event ${asked}`);
  return found;
}

/** Every application of the Reports API: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list#ApplicationName */
export const applications: ReadonlySet<string> = new Set([
  ...["access_transparency", "admin", "calendar", "chat", "drive", "gcp", "gmail", "gplus", "groups"],
  ...["groups_enterprise", "jamboard", "login", "meet", "mobile", "rules", "saml", "token", "user_accounts"],
  ...["context_aware_access", "chrome", "data_studio", "keep", "vault", "gemini_in_workspace_apps", "classroom"],
  ...["assignments", "cloud_search", "tasks", "data_migration", "meet_hardware", "directory_sync", "ldap", "profile"],
  ...["access_evaluation", "admin_data_action", "contacts", "takeout", "graduation", "voice", "chrome_sync"],
  ...["workspace_studio"],
]);
