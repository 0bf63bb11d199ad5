import type { Resources } from "../_microsoft/entra.ts";

/** What the application may be granted, by API. https://learn.microsoft.com/en-us/graph/permissions-reference */
export const resources: Resources = {
  "https://graph.microsoft.com": [
    ...["Organization.Read.All", "User.Read.All", "GroupMember.Read.All", "RoleManagement.Read.Directory"],
    ...["AuditLog.Read.All", "Directory.Read.All", "Application.Read.All", "DelegatedPermissionGrant.Read.All"],
    ...["User.EnableDisableAccount.All", "User.RevokeSessions.All", "User-PasswordProfile.ReadWrite.All"],
    ...["IdentityRiskyUser.ReadWrite.All", "RoleManagement.ReadWrite.Directory", "Application.ReadWrite.All"],
    ...["DelegatedPermissionGrant.ReadWrite.All", "AppRoleAssignment.ReadWrite.All"],
    ...["Sites.Read.All", "Sites.FullControl.All", "Files.ReadWrite.All", "SensitivityLabels.Read.All"],
    ...["Policy.Read.All", "SharePointTenantSettings.Read.All", "SecurityEvents.Read.All"],
    ...["GroupSettings.Read.All", "Domain.Read.All", "OnPremDirectorySynchronization.Read.All"],
    "IdentityRiskyUser.Read.All",
  ],
  "https://manage.office.com": ["ActivityFeed.Read", "ActivityFeed.ReadDlp"],
};
