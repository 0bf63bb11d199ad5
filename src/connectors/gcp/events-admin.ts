import type { EventTable } from "#src/connector-kit/vocabulary.ts";

const iam = "iam.admin";

/** Where the words of a method's name would say too little. Everything else is worded by its name, see methods.ts. */
export const adminEvents: EventTable = {
  [`${iam}.CreateServiceAccountKey`]: "{actor} created a key of the service account {account}",
  [`${iam}.UploadServiceAccountKey`]: "{actor} uploaded a key of the service account {account}",
  [`${iam}.DeleteServiceAccountKey`]: "{actor} deleted a key of the service account {account}",
  [`${iam}.DisableServiceAccountKey`]: "{actor} disabled a key of the service account {account}",
  [`${iam}.EnableServiceAccountKey`]: "{actor} enabled a key of the service account {account}",
  [`${iam}.(CreateServiceAccount|DeleteServiceAccount|UndeleteServiceAccount)`]:
    "{actor} {did} the service account {account}[ in {project}]",
  [`${iam}.(DisableServiceAccount|EnableServiceAccount|UpdateServiceAccount|PatchServiceAccount)`]:
    "{actor} {did} the service account {account}[ in {project}]",
  "logging.ConfigServiceV2.DeleteSink": "{actor} deleted the log sink {target}[ in {project}]",
  "logging.ConfigServiceV2.CreateSink": "{actor} created the log sink {target}[ in {project}]",
  "logging.ConfigServiceV2.UpdateSink": "{actor} changed the log sink {target}[ in {project}]",
  "logging.ConfigServiceV2.DeleteBucket": "{actor} deleted the log bucket {target}[ in {project}]",
  "logging.LoggingServiceV2.DeleteLog": "{actor} deleted the log {target}[ in {project}]",
  "(kms.KeyManagementService.|)DestroyCryptoKeyVersion":
    "{actor} scheduled the destruction of the key version {target}",
  "compute.projects.setCommonInstanceMetadata": "{actor} changed the metadata of all instances[ in {project}]",
  "compute.projects.setUsageExportBucket": "{actor} changed where usage reports go[ in {project}]",
  "(api.serviceusage.ServiceUsage|api.servicemanagement.ServiceManager).(EnableService|ActivateServices|BatchEnableServices)":
    "{actor} enabled an API[: {target}][ in {project}]",
  "(api.serviceusage.ServiceUsage|api.servicemanagement.ServiceManager).(DisableService|DeactivateServices)":
    "{actor} disabled an API[: {target}][ in {project}]",
  InsertProjectOwnershipInvite: "{actor} sent an invitation to own the {resource}",
  "storage.hmacKeys.create": "{actor} created an HMAC key for Cloud Storage[ in {project}]",
  "admin.AdminService.(addGroupMember|removeGroupMember)": "{actor} {did} {user} as a member of the group {group}",
  "admin.AdminService.(createUser|deleteUser|undeleteUser)": "{actor} {did} the user {user}",
  "admin.AdminService.(suspendUser|unsuspendUser)": "{actor} {did} the user {user}",
  "admin.AdminService.changePassword": "{actor} changed the password of {user}",
  "admin.AdminService.(assignRole|unassignRole)": "{actor} {did} an administrator role[: {target}]",
  "admin.AdminService.(grantAdminPrivilege|revokeAdminPrivilege)": "{actor} {did} administrator privileges: {user}",
  "admin.AdminService.authorizeApiClientAccess": "{actor} let an app act for everybody in the domain[: {target}]",
  "admin.AdminService.(enforceStrongAuthentication|allowStrongAuthentication)":
    "{actor} changed who must use two-step verification",
  "container.ClusterManager.SetMasterAuth": "{actor} changed how to sign in to the cluster {target}",
};

/** Data, and machines at work. */
export const dataEvents: EventTable = {
  "storage.objects.get": "{actor} read the object {target}[ in the bucket {bucket}]",
  "storage.objects.list": "{actor} listed the objects of the bucket {bucket}",
  "storage.objects.create": "{actor} wrote the object {target}[ in the bucket {bucket}]",
  "storage.objects.(delete|update|patch)": "{actor} {did} the object {target}[ in the bucket {bucket}]",
  "storage.buckets.list": "{actor} listed buckets[ in {project}]",
  "(bigquery.JobService.InsertJob|jobservice.insert)": "{actor} started a BigQuery job[: {target}]",
  "(bigquery.JobService.Query|jobservice.query)": "{actor} ran a BigQuery query[ in {project}]",
  "(jobservice.jobcompleted|jobservice.getqueryresults)": "{actor} read the result of a BigQuery job[: {target}]",
  "tabledataservice.list": "{actor} read rows of the table {target}",
  "bigquery.TableDataService.List": "{actor} read rows of the table {target}",
  "(secretmanager.SecretManagerService.AccessSecretVersion|secretmanager.SecretManagerService.AccessSecret)":
    "{actor} read the secret {target}",
  Encrypt: "{actor} used the key {target} to encrypt data",
  Decrypt: "{actor} used the key {target} to decrypt data",
  "io.k8s.core.pods.exec.create": "{actor} opened a shell in the pod {target}",
  "io.k8s.core.pods.attach.create": "{actor} attached to the pod {target}",
  "io.k8s.core.pods.portforward.create": "{actor} forwarded a port of the pod {target}",
  "compute.instances.(getSerialPortOutput|getScreenshot)": "{actor} read the console of the instance {target}",
  "compute.instances.migrateOnHostMaintenance": "Google moved the instance {target} for maintenance",
  "compute.instances.preempted": "Google stopped the preemptible instance {target}",
  "compute.instances.hostError": "The host of the instance {target} failed",
  "compute.instances.automaticRestart": "Google restarted the instance {target}",
  "compute.instances.guestTerminate": "The instance {target} shut itself down",
};
