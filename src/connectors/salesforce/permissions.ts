import type { Context } from "#src/connector-kit/contract/context.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { ProviderResponseError, ProviderScopeError } from "#src/errors.ts";
import { readAll } from "./api.ts";
import { realTimePermission } from "./permission-names.ts";
import { soql } from "./soql.ts";

/** User permissions, as Setup calls them, and the fields that state them. */
const fieldOf = {
  "View Setup and Configuration": "PermissionsViewSetup",
  "Manage Users": "PermissionsManageUsers",
  "Customize Application": "PermissionsCustomizeApplication",
  "View Event Log Files": "PermissionsViewEventLogFiles",
  "View All Data": "PermissionsViewAllData",
  "Query All Files": "PermissionsQueryAllFiles",
  "Modify All Data": "PermissionsModifyAllData",
  "Reset User Passwords and Unlock Users": "PermissionsResetPasswords",
  "Assign Permission Sets": "PermissionsAssignPermissionSets",
} as const;

export type Permission = keyof typeof fieldOf;

/** What each object asks for: Salesforce answers as if an object that a user may not see did not exist. */
const needed: Readonly<Record<string, string>> = {
  LoginHistory: "Manage Users",
  UserLogin: "Manage Users",
  AuthSession: "Manage Users",
  OauthToken: "Customize Application",
  ConnectedApplication: "Customize Application",
  EventLogFile: "View Event Log Files",
  ContentDocument: "Query All Files",
  ContentDocumentLink: "Query All Files",
  ContentDistribution: "View All Data",
};

export function permissionFor(object: string): string {
  return needed[object] ?? (/Event(Store)?$/.test(object) ? realTimePermission : "View Setup and Configuration");
}

/**
 * Which of these the user that Gatehouse acts as lacks. Several objects answer a user without the permission with that user's own records only,
 * which would look like everybody else's having been deleted.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userpermissionaccess.htm
 */
export async function lacking(context: Context, permissions: readonly string[]): Promise<string[]> {
  const query = soql`SELECT FIELDS(ALL) FROM UserPermissionAccess LIMIT 1`;
  const [held] = await readAll(context, "the user's permissions", query);
  if (!held) throw new ProviderResponseError("Salesforce states no permissions of the user.", "records");
  return permissions.filter((one) => one in fieldOf && held[fieldOf[one as Permission]] !== true);
}

/** Throws ProviderScopeError naming those that are missing. */
export async function needPermissions(context: Context, permissions: readonly string[]): Promise<void> {
  const missing = await lacking(context, permissions);
  if (missing.length > 0)
    throw new ProviderScopeError("The user that Gatehouse acts as in Salesforce lacks permissions.", missing);
}

/** A stream that reads nothing before the permissions are there. */
export function permitted<S extends ScanStream>(
  permissions: readonly string[],
  stream: StreamFunction<S>,
): StreamFunction<S> {
  return async function* (context, cursor) {
    await needPermissions(context, permissions);
    yield* stream(context, cursor);
  };
}
