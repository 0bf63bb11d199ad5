const at = "https://www.googleapis.com/auth/";

/** Scopes by what they let in. https://developers.google.com/workspace/admin/directory/v1/guides/authorizing */
export const scopes = {
  customer: `${at}admin.directory.customer.readonly`,
  domains: `${at}admin.directory.domain.readonly`,
  readUsers: `${at}admin.directory.user.readonly`,
  writeUsers: `${at}admin.directory.user`,
  security: `${at}admin.directory.user.security`,
  readGroups: `${at}admin.directory.group.readonly`,
  readRoles: `${at}admin.directory.rolemanagement.readonly`,
  writeRoles: `${at}admin.directory.rolemanagement`,
  audit: `${at}admin.reports.audit.readonly`,
  alerts: `${at}apps.alerts`,
  readDrive: `${at}drive.readonly`,
  writeDrive: `${at}drive`,
  labels: `${at}drive.labels.readonly`,
  orgUnits: `${at}admin.directory.orgunit.readonly`,
  policies: `${at}cloud-identity.policies.readonly`,
} as const;

/** Where a larger scope does as well. */
export const sufficient: Readonly<Record<string, readonly string[]>> = {
  [scopes.readUsers]: [scopes.readUsers, scopes.writeUsers],
  [scopes.readRoles]: [scopes.readRoles, scopes.writeRoles],
  [scopes.readDrive]: [scopes.readDrive, scopes.writeDrive],
};

/** Everything the admin granted to the service account by domain-wide delegation. */
export const granted: string[] = Object.values(scopes);
