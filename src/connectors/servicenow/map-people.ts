import type { GroupItem, PrivilegeItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { instantAt, isTrue } from "./values.ts";

export const userFields = [
  ...["sys_id", "user_name", "email", "name", "active", "locked_out", "last_login_time", "last_login_device"],
  ...["failed_attempts", "password_needs_reset", "web_service_access_only", "internal_integration_user", "source"],
  ...["sys_class_name", "company", "department", "title", "vip", "sys_created_on", "sys_updated_on"],
];

/** Roles that make an administrator, by themselves or by giving themselves the others. */
export const adminRoles = ["admin", "security_admin", "user_admin", "impersonator", "oauth_admin"];

/** Customers and consumers of Customer Service Management. */
const externalClasses = new Set(["csm_consumer_user", "customer_contact"]);

/** Source: https://www.servicenow.com/docs/r/platform-administration/user-administration/c_UserAdministration.html */
export function toUser(value: unknown, path: string): UserRecord {
  const raw = needObject(value, path);
  const externalId = needText(raw.sys_id, `${path}.sys_id`);
  const login = textOf(raw.user_name);
  const isService = isTrue(raw.web_service_access_only) || isTrue(raw.internal_integration_user);
  return {
    externalId,
    login,
    email: textOf(raw.email),
    displayName: textOf(raw.name) ?? login ?? externalId,
    status: raw.active === "false" ? "DISABLED" : isTrue(raw.locked_out) ? "SUSPENDED" : "ACTIVE",
    isExternal: externalClasses.has(textOf(raw.sys_class_name) ?? ""),
    type: isService ? "SERVICE" : "HUMAN",
    lastSignInAt: instantAt(raw.last_login_time),
    raw,
  };
}

export function toGroup(value: unknown, path: string): GroupItem {
  const raw = needObject(value, path);
  const externalId = needText(raw.sys_id, `${path}.sys_id`);
  return { kind: "group", externalId, name: textOf(raw.name) ?? externalId, raw };
}

/** None for a row whose group or user was deleted. */
export function toMember(value: unknown, path: string): GroupItem[] {
  const raw = needObject(value, path);
  needText(raw.sys_id, `${path}.sys_id`);
  const [groupId, userId] = [textOf(raw.group), textOf(raw.user)];
  return groupId !== null && userId !== null ? [{ kind: "member", groupId, userId }] : [];
}

export function toRole(value: unknown, path: string): PrivilegeItem {
  const raw = needObject(value, path);
  const externalId = needText(raw.sys_id, `${path}.sys_id`);
  const name = textOf(raw.name) ?? externalId;
  return { kind: "privilege", externalId, name, isAdmin: adminRoles.includes(name) };
}

export function toHolder(value: unknown, path: string): PrivilegeItem[] {
  const raw = needObject(value, path);
  needText(raw.sys_id, `${path}.sys_id`);
  const [privilegeId, userId] = [textOf(raw.role), textOf(raw.user)];
  return privilegeId !== null && userId !== null ? [{ kind: "holder", privilegeId, userId }] : [];
}
