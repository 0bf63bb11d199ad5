import type { PermissionLevel } from "#src/connector-kit/contract/kinds.ts";

/** What every sign-in by an app asks for, and what only names the person. */
const harmless = /^(openid|profile|email|offline_access|User\.Read|User\.ReadBasic\.All)$/;
/** What changes data of others, or reads all content. */
const powerful =
  /ReadWrite|\.Write|Manage|FullControl|AccessAsUser|full_access|Send|Impersonation|RoleManagement|AppRoleAssignment|EWS\./i;

/** `Mail.Read (application)`: a permission of the app itself, for everybody's data, without a person. */
export const ofApplication = (permission: string): string => `${permission} (application)`;

/** Source: https://learn.microsoft.com/en-us/graph/permissions-reference */
export function levelOf(permissions: readonly string[]): PermissionLevel {
  if (
    permissions.some(
      (one) => powerful.test(one) || /\.All \(application\)$|^(Mail|Files|Sites|Chat)\..*\(application\)$/.test(one),
    )
  )
    return "HIGH";
  return permissions.every((one) => harmless.test(one)) ? "LOW" : "MEDIUM";
}
