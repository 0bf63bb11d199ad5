const at = "https://www.googleapis.com/auth/";

/** Scopes by what they let in, each with those that do as well. https://developers.google.com/workspace/admin/directory/v1/guides/authorizing */
export const scopes = {
  customer: `${at}admin.directory.customer.readonly`,
  domains: `${at}admin.directory.domain.readonly`,
  readUsers: `${at}admin.directory.user.readonly`,
  writeUsers: `${at}admin.directory.user`,
  readDrive: `${at}drive.readonly`,
  writeDrive: `${at}drive`,
  labels: `${at}drive.labels.readonly`,
  orgUnits: `${at}admin.directory.orgunit.readonly`,
  policies: `${at}cloud-identity.policies.readonly`,
} as const;

export const sufficient: Readonly<Record<string, readonly string[]>> = {
  [scopes.readUsers]: [scopes.readUsers, scopes.writeUsers],
  [scopes.readDrive]: [scopes.readDrive, scopes.writeDrive],
};

/** Everything the admin granted to the service account by domain-wide delegation. */
export const granted: string[] = Object.values(scopes);
