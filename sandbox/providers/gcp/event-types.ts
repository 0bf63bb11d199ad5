import { EventMix } from "../../kit/event-mix.ts";

type LogName = "activity" | "data_access" | "system_event" | "policy";

export interface EventType {
  method: string;
  service: string;
  log: LogName;
  /** Where it is logged. */
  at: "organization" | "folder" | "project";
  by: "person" | "admin" | "account" | "google";
  /** `resourceName` and the type and labels of the monitored resource; `{p}` is the project, `{o}` the organization, `{n}` a number. */
  resource: string;
  type: string;
  permission?: string;
  /** Parameters of an event that Google Workspace shares. */
  shared?: { eventName: string; eventType: string; parameter: Record<string, unknown>[] };
  weight: number;
}

const text = (name: string, value: string) => ({ name, type: "TYPE_STRING", value, label: "LABEL_OPTIONAL" });
const login = (method: string, eventName: string, parameter: Record<string, unknown>[], weight: number): EventType => ({
  ...{ method: `google.login.LoginService.${method}`, service: "login.googleapis.com", log: "data_access" },
  ...{ at: "organization", by: "person", resource: "{o}", type: "audited_resource", weight },
  shared: { eventName, eventType: "login", parameter },
});
const iam = (method: string, weight: number): EventType => ({
  ...{
    method: `google.iam.admin.v1.${method}`,
    service: "iam.googleapis.com",
    log: "activity",
    at: "project",
    by: "admin",
  },
  ...{ resource: "projects/-/serviceAccounts/{sa}", type: "service_account", weight },
  permission: `iam.serviceAccounts.${method.charAt(0).toLowerCase()}${method.slice(1)}`,
});
const compute = (method: string, resource: string, weight: number, by: EventType["by"] = "person"): EventType => ({
  ...{ method, service: "compute.googleapis.com", log: "activity", at: "project", by, resource, weight },
  type: resource.includes("firewalls") ? "gce_firewall_rule" : "gce_instance",
  permission: method.replace(/^v1\./, ""),
});
const object = (method: string, weight: number, by: EventType["by"] = "account"): EventType => ({
  ...{ method: `storage.objects.${method}`, service: "storage.googleapis.com", log: "data_access", at: "project", by },
  ...{ resource: "projects/_/buckets/{p}-data/objects/reports/{n}.csv", type: "gcs_bucket", weight },
  permission: `storage.objects.${method}`,
});

/** https://cloud.google.com/logging/docs/audit/services */
export const types: readonly EventType[] = [
  login("loginSuccess", "login_success", [text("login_type", "google_password")], 14),
  login("loginFailure", "login_failure", [text("login_type", "google_password")], 3),
  login("logout", "logout", [], 2),
  login("2svDisable", "2sv_disable", [], 0),
  {
    ...{
      method: "GenerateAccessToken",
      service: "iamcredentials.googleapis.com",
      log: "data_access",
      at: "project",
      by: "account",
    },
    ...{ resource: "projects/-/serviceAccounts/{sa}", type: "service_account", weight: 6 },
    permission: "iam.serviceAccounts.getAccessToken",
  },
  {
    ...{
      method: "SetIamPolicy",
      service: "cloudresourcemanager.googleapis.com",
      log: "activity",
      at: "project",
      by: "admin",
    },
    ...{ resource: "projects/{p}", type: "project", weight: 4, permission: "resourcemanager.projects.setIamPolicy" },
  },
  ...["CreateServiceAccount", "CreateServiceAccountKey", "DeleteServiceAccountKey"].map((method) => iam(method, 2)),
  ...["DisableServiceAccount", "EnableServiceAccount", "DeleteServiceAccount"].map((method) => iam(method, 1)),
  compute("v1.compute.instances.insert", "projects/{p}/zones/us-central1-a/instances/web-{n}", 5),
  compute("v1.compute.instances.stop", "projects/{p}/zones/us-central1-a/instances/web-{n}", 4),
  compute("v1.compute.firewalls.insert", "projects/{p}/global/firewalls/rule-{n}", 2, "admin"),
  {
    ...{
      method: "compute.instances.migrateOnHostMaintenance",
      service: "compute.googleapis.com",
      log: "system_event",
      at: "project",
    },
    ...{
      by: "google",
      resource: "projects/{p}/zones/us-central1-a/instances/web-{n}",
      type: "gce_instance",
      weight: 2,
    },
  },
  ...[object("get", 14), object("list", 4), object("create", 6, "person")],
  { ...object("delete", 2, "person"), log: "policy" },
  {
    ...{
      method: "google.cloud.bigquery.v2.JobService.InsertJob",
      service: "bigquery.googleapis.com",
      log: "data_access",
      at: "project",
    },
    ...{
      by: "person",
      resource: "projects/{p}/jobs/job_{n}",
      type: "bigquery_project",
      weight: 6,
      permission: "bigquery.jobs.create",
    },
  },
  {
    ...{
      method: "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion",
      service: "secretmanager.googleapis.com",
    },
    ...{
      log: "data_access",
      at: "project",
      by: "account",
      resource: "projects/{p}/secrets/db/versions/1",
      type: "audited_resource",
    },
    ...{ weight: 4, permission: "secretmanager.versions.access" },
  },
  {
    ...{
      method: "google.logging.v2.ConfigServiceV2.UpdateSink",
      service: "logging.googleapis.com",
      log: "activity",
      at: "organization",
    },
    ...{
      by: "admin",
      resource: "{o}/sinks/everything",
      type: "logging_sink",
      weight: 1,
      permission: "logging.sinks.update",
    },
  },
  {
    ...{
      method: "google.cloud.orgpolicy.v2.OrgPolicy.UpdatePolicy",
      service: "orgpolicy.googleapis.com",
      log: "activity",
      at: "organization",
    },
    ...{
      by: "admin",
      resource: "{o}/policies/compute.requireOsLogin",
      type: "organization",
      weight: 1,
      permission: "orgpolicy.policy.set",
    },
  },
  {
    ...{
      method: "MoveFolder",
      service: "cloudresourcemanager.googleapis.com",
      log: "activity",
      at: "folder",
      by: "admin",
    },
    ...{ resource: "{f}", type: "folder", weight: 1, permission: "resourcemanager.folders.move" },
  },
];

export const generated = new EventMix(types, ({ weight }) => weight);

export function eventType(method: string): EventType {
  const found = types.find((one) => one.method === method);
  if (!found) throw new Error(`no such event: ${method}`);
  return found;
}
