/**
 * Permissions that hold others.
 * Source: https://learn.microsoft.com/en-us/graph/permissions-reference
 */
export const larger: Readonly<Record<string, readonly string[]>> = {
  "Directory.Read.All": [
    ...["User.Read.All", "GroupMember.Read.All", "Organization.Read.All", "Application.Read.All"],
    ...["DelegatedPermissionGrant.Read.All", "RoleManagement.Read.Directory"],
  ],
  "Directory.ReadWrite.All": ["Directory.Read.All"],
  "User.Read.All": ["Organization.Read.All"],
  "User.ReadWrite.All": ["User.Read.All", "User.EnableDisableAccount.All", "User.RevokeSessions.All"],
  "Group.Read.All": ["GroupMember.Read.All"],
  "Application.ReadWrite.All": ["Application.Read.All"],
  "DelegatedPermissionGrant.ReadWrite.All": ["DelegatedPermissionGrant.Read.All"],
  "RoleManagement.ReadWrite.Directory": ["RoleManagement.Read.Directory"],
  "IdentityRiskyUser.ReadWrite.All": ["IdentityRiskyUser.Read.All"],
  "Sites.ReadWrite.All": ["Sites.Read.All", "Files.ReadWrite.All"],
  "Sites.FullControl.All": ["Sites.Read.All", "Sites.ReadWrite.All", "Files.ReadWrite.All"],
};
