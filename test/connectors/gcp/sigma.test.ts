import { expect, test } from "vitest";
import { toActivity } from "#src/connectors/gcp/map.ts";
import { activity, ruleOf } from "../../detection/sigma/support.ts";
import { type Differing, entry, shared } from "./entries.ts";

// Rules of our own in the shape of https://github.com/SigmaHQ/sigma/tree/master/rules/cloud/gcp, whose field names they use.

const rule = (detection: string, service = "gcp.audit") =>
  ruleOf(`title: A rule\nlogsource:\n  product: gcp\n  service: ${service}\ndetection:\n${detection}`);

const methods = (...names: string[]) =>
  `  selection:\n    gcp.audit.method_name:\n${names.map((name) => `      - ${name}\n`).join("")}  condition: selection\n`;

function fires(found: ReturnType<typeof rule>, event: Record<string, unknown>): boolean {
  const { eventType, outcome } = toActivity(event, "entry");
  return found.matches(activity(event, { eventType, outcome }, "gcp"));
}

const other = entry("v1.compute.instances.list", { payload: { serviceName: "compute.googleapis.com" } });

test.each<[string, string, string, Differing]>([
  [
    "a firewall changed",
    methods("v*.Compute.Firewalls.Insert", "v*.Compute.Firewalls.Patch"),
    "v1.compute.firewalls.patch",
    {},
  ],
  [
    "a service account deleted",
    methods("'*.serviceAccounts.delete'", "google.iam.admin.v1.DeleteServiceAccount"),
    "google.iam.admin.v1.DeleteServiceAccount",
    {},
  ],
  [
    "secrets of a cluster",
    methods("io.k8s.core.v*.secrets.create", "io.k8s.core.v*.secrets.delete"),
    "io.k8s.core.v1.secrets.delete",
    {},
  ],
  ["a bucket changed", methods("storage.buckets.delete", "storage.buckets.update"), "storage.buckets.update", {}],
  ["a DNS zone deleted", methods("Dns.ManagedZones.Delete"), "dns.managedZones.delete", {}],
  [
    "a sink redirected",
    methods("google.logging.v2.ConfigServiceV2.UpdateSink"),
    "google.logging.v2.ConfigServiceV2.UpdateSink",
    {},
  ],
  [
    "tokens of service accounts",
    methods("google.iam.credentials.v1.IAMCredentials.GenerateAccessToken"),
    "google.iam.credentials.v1.IAMCredentials.GenerateAccessToken",
    {},
  ],
  [
    "a policy set anywhere",
    "  selection:\n    gcp.audit.method_name|endswith: SetIamPolicy\n  condition: selection\n",
    "google.cloud.run.v1.Services.SetIamPolicy",
    {},
  ],
  [
    "SSH opened to all",
    "  selection_method:\n    gcp.audit.method_name|endswith: .firewalls.insert\n  selection_config:\n    gcp.audit.request.source_ranges: 0.0.0.0/0\n    gcp.audit.request.alloweds.ports: 22\n    gcp.audit.request.direction: INGRESS\n  condition: all of selection_*\n",
    "v1.compute.firewalls.insert",
    {
      payload: {
        request: {
          direction: "INGRESS",
          sourceRanges: ["0.0.0.0/0"],
          alloweds: [{ IPProtocol: "tcp", ports: ["22"] }],
        },
      },
    },
  ],
  [
    "an access policy deleted",
    "  selection:\n    data.protoPayload.authorizationInfo.permission:\n      - accesscontextmanager.accessPolicies.delete\n    data.protoPayload.authorizationInfo.granted: 'true'\n    data.protoPayload.serviceName: accesscontextmanager.googleapis.com\n  condition: selection\n",
    "google.identity.accesscontextmanager.v1.AccessContextManager.DeleteAccessPolicy",
    {
      payload: {
        serviceName: "accesscontextmanager.googleapis.com",
        authorizationInfo: [{ permission: "accesscontextmanager.accessPolicies.delete", granted: true }],
      },
    },
  ],
  [
    "a pod that overrides its policy",
    "  selection:\n    data.protoPayload.resource.type: k8s_cluster\n    data.protoPayload.logName:\n      - cloudaudit.googleapis.com/activity\n      - cloudaudit.googleapis.com%2Factivity\n    data.protoPayload.methodName: io.k8s.core.v1.pods.create\n  keywords:\n    - image-policy.k8s.io/break-glass\n  condition: selection and keywords\n",
    "io.k8s.core.v1.pods.create",
    {
      resource: { type: "k8s_cluster", labels: { project_id: "acme-prod" } },
      payload: { request: { metadata: { annotations: { "image-policy.k8s.io/break-glass": "true" } } } },
    },
  ],
  [
    "by one service account",
    "  selection:\n    gcp.audit.authentication_info.principal_email|endswith: .gserviceaccount.com\n    gcp.audit.request_metadata.caller_ip|cidr: 198.51.100.0/24\n  condition: selection\n",
    "storage.objects.get",
    {
      payload: {
        authenticationInfo: { principalEmail: "ci@acme-prod.iam.gserviceaccount.com" },
        requestMetadata: { callerIp: "198.51.100.9" },
      },
    },
  ],
])("a rule for %s fires on the event and on no other", (_, detection, method, differing) => {
  const found = rule(detection);
  expect(fires(found, entry(method, differing))).toBe(true);
  expect(fires(found, other)).toBe(false);
});

test("rules for Google Workspace fire on what it shares", () => {
  const suspicious = rule(
    "  selection:\n    protoPayload.serviceName: login.googleapis.com\n    protoPayload.metadata.event.eventName: suspicious_login\n  condition: selection\n",
    "google_workspace.login",
  );
  const warning = shared(
    "google.login.LoginService.suspiciousLogin",
    {},
    {
      metadata: { event: [{ eventName: "suspicious_login", parameter: [] }] },
    },
  );
  expect(fires(suspicious, warning)).toBe(true);
  expect(fires(suspicious, shared("google.login.LoginService.loginSuccess", {}))).toBe(false);
});
