import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { instantOf, needId, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";

export const userFields = [
  ...["Id", "Username", "Email", "Name", "FederationIdentifier", "UserType", "IsActive", "LastLoginDate"],
  ...["LastPasswordChangeDate", "ProfileId", "Profile.Name", "Profile.UserLicense.Name", "UserRoleId", "CreatedDate"],
  ...["Profile.PermissionsModifyAllData", "Profile.PermissionsManageUsers"],
];

/** People of portals and communities, and visitors. */
export const externalTypes: ReadonlySet<string> = new Set([
  "PowerPartner",
  "PowerCustomerSuccess",
  "CspLitePortal",
  "CustomerSuccess",
  "Guest",
]);

const technical = /^(AutomatedProcess|CloudIntegrationUser)$/;

/** Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm */
export function toUser(value: unknown, path: string, frozen: ReadonlySet<string>): UserRecord {
  const raw = needObject(value, path);
  const externalId = needId(raw.Id, `${path}.Id`);
  const userType = textOf(raw.UserType) ?? "";
  const profile = objectOf(raw.Profile);
  const isService = technical.test(userType) || /integration/i.test(String(valueAt(profile, "UserLicense.Name") ?? ""));
  return {
    externalId,
    login: textOf(raw.Username),
    email: textOf(raw.Email),
    displayName: textOf(raw.Name) ?? textOf(raw.Username),
    // Users are never deleted.
    status: raw.IsActive === false ? "DISABLED" : frozen.has(externalId) ? "SUSPENDED" : "ACTIVE",
    isAdmin: profile.PermissionsModifyAllData === true || profile.PermissionsManageUsers === true,
    isExternal: externalTypes.has(userType),
    type: isService ? "SERVICE" : "HUMAN",
    lastSignInAt: instantOf(raw.LastLoginDate),
    raw,
  };
}
