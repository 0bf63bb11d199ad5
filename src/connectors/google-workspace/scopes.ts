/** Scopes by what they are for. Source: https://developers.google.com/identity/protocols/oauth2/scopes */
const at = "https://www.googleapis.com/auth/";

export const scopes = {
  customer: `${at}admin.directory.customer.readonly`,
  domains: `${at}admin.directory.domain.readonly`,
  readUsers: `${at}admin.directory.user.readonly`,
  writeUsers: `${at}admin.directory.user`,
  userSecurity: `${at}admin.directory.user.security`,
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

/** Scopes that hold a smaller one: https://developers.google.com/workspace/admin/directory/v1/guides/authorizing */
export const larger: Readonly<Record<string, readonly string[]>> = {
  [scopes.readUsers]: [scopes.writeUsers],
  [scopes.readRoles]: [scopes.writeRoles],
  [scopes.readDrive]: [scopes.writeDrive],
};
