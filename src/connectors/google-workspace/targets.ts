import type { ActivityTargetRecord } from "#src/connector-kit/contract/records.ts";
import type { Parameters } from "./parameters.ts";

/** What an event is about, by the parameters that name it: id, then name. A type in braces is that of a parameter. */
const named: readonly [type: string, ids: readonly string[], names: readonly string[]][] = [
  ["{doc_type}", ["doc_id", "resource_id", "document_id"], ["doc_title", "resource_title", "resource_name"]],
  ["user", [], ["user_email", "target_user", "target", "grantee_email", "event_guest", "target_user_email"]],
  ["user", [], ["affected_email_address"]],
  ["user", ["member_id"], []],
  ["users", ["target_users"], []],
  ["user", [], ["destination_user_email"]],
  ["address", [], ["email_forwarding_destination_address", "email_monitor_dest_email"]],
  ["group", ["group_id"], ["group_email"]],
  ["role", ["role_id"], ["role_name"]],
  ["privilege", [], ["privilege_name"]],
  [
    "app",
    ["client_id", "app_id", "oauth2_app_id", "application_id", "mobile_app_package_id"],
    ["app_name", "api_client_name", "oauth2_app_name"],
  ],
  ["application", [], ["application_name", "service_name", "caa_application", "gsuite_product_name"]],
  ["setting", [], ["setting_name", "user_defined_setting_name"]],
  ["domain", [], ["domain_name", "target_domain", "secondary_domain_name", "domain_alias"]],
  ["org unit", [], ["org_unit_name"]],
  ["event", ["event_id"], ["event_title"]],
  ["calendar", ["calendar_id"], ["calendar_title"]],
  ["space", ["room_id"], ["room_name"]],
  ["meeting", ["conference_id", "meeting_code"], []],
  ["asset", ["asset_id"], ["asset_name"]],
  ["note", [], ["note_name"]],
  ["device", ["device_id", "directory_device_id"], ["device_name", "device_model"]],
  ["rule", ["rule_resource_name"], ["rule_name"]],
  ["alert", ["alert_id"], ["alert_name"]],
  ["matter", ["matter_id"], ["matter_name"]],
  ["course", ["course_id"], ["course_title"]],
  ["product", [], ["product_name"]],
];

export function targetsOf(parameters: Parameters): ActivityTargetRecord[] {
  const targets = named.flatMap(([type, ids, names]): ActivityTargetRecord[] => {
    const [id, name] = [parameters.first(...ids), parameters.first(...names)];
    return id === null && name === null ? [] : [{ type: typeOf(type, parameters), id, name }];
  });
  return targets;
}

function typeOf(type: string, parameters: Parameters): string {
  const [, parameter] = /^\{(\w+)\}$/.exec(type) ?? [];
  return parameter === undefined ? type : (parameters.text(parameter) ?? "file");
}
