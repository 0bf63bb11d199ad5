import { describe, expect, test } from "vitest";
import { mapEvent, toActivity } from "#src/connectors/gcp/map.ts";
import { memberByEmail, memberOf } from "#src/connectors/gcp/members.ts";
import { resourceName } from "#src/connectors/gcp/resources.ts";
import { InvalidInputError, ProviderResponseError } from "#src/errors.ts";
import { type Differing, entry, shared } from "./entries.ts";

const map = (method: string, differing?: Differing) => toActivity(entry(method, differing), "entries[0]");
const said = (method: string, differing?: Differing) => {
  const { category, outcome, description } = map(method, differing);
  return [category, outcome, description];
};

const policyDelta = {
  bindingDeltas: [
    { action: "ADD", role: "roles/owner", member: "user:eve@other.test" },
    { action: "REMOVE", role: "roles/viewer", member: "allUsers" },
  ],
};

describe("sentences", () => {
  test.each<[string, Differing, string, string, string]>([
    [
      "SetIamPolicy",
      { payload: { serviceData: { policyDelta } } },
      "ADMIN",
      "SUCCESS",
      "mira.holt@acme.test changed who has access to the project acme-prod: gave roles/owner to eve@other.test; took roles/viewer from everybody on the internet",
    ],
    [
      "google.iam.admin.v1.CreateServiceAccountKey",
      {
        resource: {
          type: "service_account",
          labels: { project_id: "acme-prod", email_id: "ci@acme-prod.iam.gserviceaccount.com" },
        },
        payload: { resourceName: "projects/-/serviceAccounts/112233445566778899001" },
      },
      "ADMIN",
      "SUCCESS",
      "mira.holt@acme.test created a key of the service account ci@acme-prod.iam.gserviceaccount.com",
    ],
    [
      "v1.compute.firewalls.insert",
      { operation: { id: "op-1", first: true }, payload: { resourceName: "projects/acme-prod/global/firewalls/ssh" } },
      "ADMIN",
      "SUCCESS",
      "mira.holt@acme.test created the firewall ssh in acme-prod (started)",
    ],
    [
      "beta.compute.instances.setMetadata",
      {
        payload: {
          resourceName: "projects/acme-prod/zones/us-central1-a/instances/web-1",
          status: { code: 7, message: "Required permission is missing" },
        },
      },
      "USER",
      "FAILURE",
      "mira.holt@acme.test set metadata of the instance web-1 in acme-prod (failed: Required permission is missing)",
    ],
    [
      "storage.objects.get",
      {
        resource: { type: "gcs_bucket", labels: { project_id: "acme-prod", bucket_name: "acme-data" } },
        payload: { resourceName: "projects/_/buckets/acme-data/objects/a/b.csv", authenticationInfo: {} },
      },
      "USER",
      "SUCCESS",
      "An unknown caller read the object a/b.csv in the bucket acme-data",
    ],
    [
      "io.k8s.core.v1.pods.exec.create",
      { payload: { resourceName: "core/v1/namespaces/web/pods/shop-1/exec" } },
      "USER",
      "SUCCESS",
      "mira.holt@acme.test opened a shell in the pod shop-1",
    ],
    [
      "google.cloud.redis.v1.CloudRedis.ListInstances",
      { payload: { resourceName: "projects/acme-prod/locations/us-central1/instances" } },
      "USER",
      "SUCCESS",
      "mira.holt@acme.test listed instances in acme-prod",
    ],
    [
      "google.storage.objects.get",
      {
        payload: {
          status: { code: 7, message: "Request is prohibited by organization's policy." },
          metadata: {
            violationReason: "NO_MATCHING_ACCESS_LEVEL",
            resourceNames: ["projects/_/buckets/vault/objects/x.txt"],
          },
        },
      },
      "USER",
      "FAILURE",
      "mira.holt@acme.test read the object x.txt in the bucket vault (failed: NO_MATCHING_ACCESS_LEVEL)",
    ],
  ])("%s", (method, differing, category, outcome, sentence) => {
    expect(said(method, differing)).toEqual([category, outcome, sentence]);
  });

  test("a method without a verb is kept, and is not known", () => {
    expect(map("google.cloud.quantum.v1.Qubits.EntangleAll")).toMatchObject({ unmapped: true, category: "ADMIN" });
    expect(map("google.cloud.quantum.v1.Qubits.CreateQubit")).not.toHaveProperty("unmapped");
  });
});

describe("who did it", () => {
  const actorOf = (authenticationInfo: object) => map("SetIamPolicy", { payload: { authenticationInfo } });

  test("people, service accounts and identities of pools are known as IAM writes them", () => {
    expect(actorOf({ principalEmail: "Mira.Holt@acme.test" }).actor).toMatchObject({
      ...{ externalId: "user:mira.holt@acme.test", email: "mira.holt@acme.test", type: "HUMAN" },
    });
    const account = "ci@acme-prod.iam.gserviceaccount.com";
    expect(actorOf({ principalEmail: account })).toMatchObject({
      actor: { externalId: `serviceAccount:${account}`, type: "SERVICE" },
      interactive: false,
    });
    const principalSubject =
      "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/kim%40partner.test";
    expect(actorOf({ principalSubject }).actor).toMatchObject({
      externalId: principalSubject,
      name: "kim@partner.test",
    });
  });

  test("Google itself and Kubernetes are no accounts, and nobody is nobody", () => {
    for (const principalEmail of ["system@google.com", "system:serviceaccount:kube-system:default"])
      expect(actorOf({ principalEmail }).actor).toMatchObject({ name: principalEmail, isAccount: false });
    expect(actorOf({}).actor).toBeNull();
  });

  test("who acts through a service account stands beside it", () => {
    const activity = actorOf({
      principalEmail: "deploy@acme-prod.iam.gserviceaccount.com",
      serviceAccountDelegationInfo: [
        { firstPartyPrincipal: { principalEmail: "mira.holt@acme.test" } },
        { principalSubject: "serviceAccount:ci@acme-prod.iam.gserviceaccount.com" },
      ],
    });
    expect(activity.impersonated).toBe(true);
    expect(activity.description).toContain(
      ", impersonated by mira.holt@acme.test, ci@acme-prod.iam.gserviceaccount.com",
    );
    expect(activity.targets).toContainEqual({
      type: "impersonator",
      id: "user:mira.holt@acme.test",
      name: "mira.holt@acme.test",
    });
  });
});

test("a policy that gives a role is a grant, and one that only takes some is none", () => {
  const action = (deltas: object[]) =>
    map("SetIamPolicy", { payload: { serviceData: { policyDelta: { bindingDeltas: deltas } } } }).action;
  const [added, removed] = policyDelta.bindingDeltas;
  expect([action([removed!, added!]), action([removed!]), action([])]).toEqual(["GRANT", "REVOKE", "UPDATE"]);
});

test("outcome follows the status, and without one what was granted", () => {
  const outcome = (payload: object) => map("storage.objects.get", { payload: { ...payload } }).outcome;
  expect(outcome({ status: { code: 5 } })).toBe("FAILURE");
  expect(outcome({ status: {}, authorizationInfo: [{ granted: false }] })).toBe("FAILURE");
  expect(outcome({ status: {}, authorizationInfo: [{ granted: false }, { granted: true }] })).toBe("SUCCESS");
  const labels = { "authorization.k8s.io/decision": "forbid" };
  expect(map("io.k8s.core.v1.secrets.get", { labels }).outcome).toBe("FAILURE");
});

describe("what Google Workspace shares", () => {
  const prefix = "google.login.LoginService";

  test("sign-ins are sign-ins, whether they succeed or fail", () => {
    const [failed] = mapEvent(shared(`${prefix}.loginFailure`, { login_type: "google_password" }));
    expect(failed).toMatchObject({ category: "LOG_ON", outcome: "FAILURE", interactive: true, ipAddress: "192.0.2.7" });
    expect(failed?.description).toBe("mira.holt@acme.test failed to sign in with google password");
  });

  test("a warning is about the account that it names", () => {
    const warning = shared(
      `${prefix}.suspiciousLogin`,
      { affected_email_address: "mira.holt@acme.test" },
      { authenticationInfo: {} },
    );
    expect(mapEvent(warning)[0]).toMatchObject({
      actor: { externalId: "user:mira.holt@acme.test" },
      description: "Google found a suspicious sign-in to the account of mira.holt@acme.test",
    });
  });

  test("a change of a group names the member and the group", () => {
    const [added] = mapEvent(
      shared("google.admin.AdminService.addGroupMember", {
        USER_EMAIL: "kim@acme.test",
        GROUP_EMAIL: "admins@acme.test",
      }),
    );
    expect(added?.description).toBe(
      "mira.holt@acme.test added kim@acme.test as a member of the group admins@acme.test",
    );
    expect(added?.targets.map(({ id }) => id)).toEqual([
      "user:kim@acme.test",
      "group:admins@acme.test",
      "organizations/123456789012",
    ]);
  });
});

test("an entry is the same from its project and from a view, and another at another time", () => {
  const id = (differing?: Differing) => map("SetIamPolicy", differing).externalId;
  expect(id({ receiveTimestamp: "2026-11-18T09:00:00Z" })).toBe(id());
  expect(id({ timestamp: "2026-11-18T07:42:19.118274Z" })).not.toBe(id());
  expect(id({ logName: "projects/acme-dev/logs/cloudaudit.googleapis.com%2Factivity" })).not.toBe(id());
});

test("an entry without insertId cannot be read, and one of another log is none", () => {
  expect(() => map("SetIamPolicy", { insertId: undefined })).toThrow(ProviderResponseError);
  expect(() => mapEvent({ insertId: "1", timestamp: "2026-11-18T07:42:19Z", textPayload: "hello" })).toThrow(
    InvalidInputError,
  );
});

test.each([
  ["//cloudresourcemanager.googleapis.com/projects/acme-prod", "project", "acme-prod"],
  ["//storage.googleapis.com/acme-data", "bucket", "acme-data"],
  ["projects/_/buckets/acme-data/objects/a/b.csv", "object", "a/b.csv"],
  ["projects/acme-prod/builds", "project", "acme-prod"],
  ["core/v1/namespaces/web/pods", "namespace", "web"],
  ["accessPolicies/42", "access policy", "42"],
])("%s is the %s %s", (resource, kind, name) => {
  expect(resourceName(resource)).toMatchObject({ kind, name });
});

test.each([
  ["user:Mira@acme.test", "user", "user:mira@acme.test"],
  ["deleted:user:left@acme.test?uid=1", "deleted", "deleted:user:left@acme.test?uid=1"],
  ["allAuthenticatedUsers", "public", "allAuthenticatedUsers"],
  [
    "principalSet://iam.googleapis.com/locations/global/workforcePools/staff/*",
    "federated",
    "principalSet://iam.googleapis.com/locations/global/workforcePools/staff/*",
  ],
  ["projectOwner:acme-prod", "other", "projectOwner:acme-prod"],
])("the member %s is of kind %s", (text, kind, id) => {
  expect(memberOf(text)).toMatchObject({ kind, id });
  expect(memberByEmail("1-compute@developer.gserviceaccount.com").kind).toBe("serviceAccount");
});
