/** Rules of constraints in force on the organization; those that are not here are not enforced. */
export const defaultConstraints = (customerId: string): Record<string, unknown[]> => ({
  "iam.disableServiceAccountKeyCreation": [{ enforce: false }],
  "iam.automaticIamGrantsForDefaultServiceAccounts": [{ enforce: true }],
  "iam.allowedPolicyMemberDomains": [{ values: { allowedValues: [customerId] } }],
  "compute.skipDefaultNetworkCreation": [{ enforce: true }],
});

export const defaultSinks = [
  {
    name: "_Required",
    destination: "logging.googleapis.com/organizations/0/locations/global/buckets/_Required",
    filter: 'LOG_ID("cloudaudit.googleapis.com/activity") OR LOG_ID("cloudaudit.googleapis.com/system_event")',
  },
  {
    name: "everything",
    destination: "storage.googleapis.com/acme-logs",
    includeChildren: true,
    writerIdentity: "serviceAccount:o1-1@gcp-sa-logging.iam.gserviceaccount.com",
  },
];

/** https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.findings */
export function findingsOf(organization: string, resource: string, createdAt: number): Record<string, unknown>[] {
  const category = (name: string, severity: string, number: number) => ({
    finding: {
      name: `${organization}/sources/1/locations/global/findings/${String(number).padStart(32, "0")}`,
      parent: `${organization}/sources/1/locations/global`,
      resourceName: `//cloudresourcemanager.googleapis.com/${resource}`,
      state: "ACTIVE",
      category: name,
      severity,
      mute: "UNDEFINED",
      findingClass: "MISCONFIGURATION",
      eventTime: new Date(createdAt).toISOString(),
      createTime: new Date(createdAt).toISOString(),
    },
    resource: { name: `//cloudresourcemanager.googleapis.com/${resource}` },
  });
  return [category("PUBLIC_BUCKET_ACL", "HIGH", 1), category("DEFAULT_NETWORK", "LOW", 2)];
}
