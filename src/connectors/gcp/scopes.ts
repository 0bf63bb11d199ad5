/** IAM permissions by what they are for. They are asked of the organization, whose grants all folders and projects below it inherit. */
export const permissions = {
  resources: "cloudasset.assets.searchAllResources",
  assets: "cloudasset.assets.listResource",
  policies: "cloudasset.assets.searchAllIamPolicies",
  logs: "logging.logEntries.list",
  privateLogs: "logging.privateLogEntries.list",
  organizationPolicy: "resourcemanager.organizations.getIamPolicy",
  orgPolicies: "orgpolicy.policy.get",
  sinks: "logging.sinks.list",
  findings: "securitycenter.findings.list",
  readAccount: "iam.serviceAccounts.get",
  disableAccount: "iam.serviceAccounts.disable",
  enableAccount: "iam.serviceAccounts.enable",
  readKey: "iam.serviceAccountKeys.get",
  disableKey: "iam.serviceAccountKeys.disable",
  enableKey: "iam.serviceAccountKeys.enable",
  deleteKey: "iam.serviceAccountKeys.delete",
} as const;

/** A role in the Google Admin console, for groups belong to Cloud Identity and not to Google Cloud. */
export const groupsReader = "Groups Reader";

/** Reading and writing the policies of the organization, its folders and projects. */
export const policyWriting = (["organizations", "folders", "projects"] as const).flatMap((kind) => [
  `resourcemanager.${kind}.getIamPolicy`,
  `resourcemanager.${kind}.setIamPolicy`,
]);
