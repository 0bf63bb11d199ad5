import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { azure } from "#src/connectors/azure/index.ts";
import { application, ended, person, subscription, vm } from "./events.ts";

const mapped = (event: Record<string, unknown>): ActivityRecord => {
  const [activity] = azure.mapEvent!(event);
  if (!activity) throw new Error("No activity came of the event.");
  return activity;
};
const scope = `/subscriptions/${subscription}`;
const at = (path: string) => ({ resourceId: `${scope}/${path}` });
const group = "resourceGroups/shop/providers";

test.each<[operation: string, more: Record<string, unknown>, category: string, sentence: string]>([
  ["Microsoft.Compute/virtualMachines/delete", {}, "USER", "Mira Holt deleted the virtual machine web-1"],
  [
    "MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION",
    {},
    "USER",
    "Mira Holt ran a command on the virtual machine web-1",
  ],
  ["Microsoft.Compute/virtualMachines/powerOff/action", {}, "USER", "Mira Holt stopped the virtual machine web-1"],
  [
    "Microsoft.Network/networkSecurityGroups/securityRules/write",
    at(`${group}/Microsoft.Network/networkSecurityGroups/edge/securityRules/allow-ssh`),
    "ADMIN",
    "Mira Holt created or changed the security rule allow-ssh of the network security group edge",
  ],
  [
    "Microsoft.Storage/storageAccounts/listKeys/action",
    at(`${group}/Microsoft.Storage/storageAccounts/shopdata`),
    "ADMIN",
    "Mira Holt read the access keys of the storage account shopdata",
  ],
  [
    "Microsoft.Authorization/locks/delete",
    at(`${group}/Microsoft.KeyVault/vaults/shop-keys/providers/Microsoft.Authorization/locks/keep`),
    "ADMIN",
    "Mira Holt removed the lock keep from the vault shop-keys",
  ],
  [
    "Microsoft.Authorization/elevateAccess/action",
    { resourceId: "/providers/Microsoft.Authorization" },
    "ADMIN",
    "Mira Holt gave themselves the role User Access Administrator over the whole tenant",
  ],
  [
    "Microsoft.Resources/subscriptions/resourceGroups/delete",
    at("resourceGroups/shop"),
    "USER",
    "Mira Holt deleted the resource group shop",
  ],
  [
    "Contoso.Gadgets/gadgetBoxes/polish/action",
    at(`${group}/Contoso.Gadgets/gadgetBoxes/one`),
    "USER",
    "Mira Holt did “polish” on the gadget box one",
  ],
])("%s reads as a sentence with actor and resource", (operation, more, category, sentence) => {
  expect(mapped(ended(operation, more))).toMatchObject({
    category,
    eventType: operation,
    description: sentence,
    outcome: "SUCCESS",
  });
});

test("a role that is assigned is named with whom it was given to, and where", () => {
  const body = {
    Properties: {
      PrincipalId: "11111111-2222-4333-8444-555555555555",
      PrincipalType: "Group",
      RoleDefinitionId: `${scope}/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635`,
    },
  };
  const activity = mapped(
    ended("Microsoft.Authorization/roleAssignments/write", {
      ...at("providers/Microsoft.Authorization/roleAssignments/1"),
      properties: { requestbody: JSON.stringify(body) },
    }),
  );
  expect(activity.description).toBe(
    `Mira Holt assigned the role Owner on the subscription ${subscription} to the group 11111111-2222-4333-8444-555555555555`,
  );
  expect(activity.targets).toEqual([
    expect.objectContaining({ type: "Microsoft.Authorization/roleAssignments", name: "1" }),
    { type: "principal", id: "11111111-2222-4333-8444-555555555555" },
    { type: "role", name: "Owner" },
    { type: "subscription", id: subscription },
  ]);
});

test("a refusal carries its code and words, and a call that is being worked on is neither done nor refused", () => {
  const statusMessage = JSON.stringify({ error: { code: "AuthorizationFailed", message: "The client has no right." } });
  const failed = ended("Microsoft.Compute/virtualMachines/delete", {
    status: { value: "Failed" },
    subStatus: { value: "Forbidden" },
    properties: { statusMessage },
  });
  expect(mapped(failed)).toMatchObject({
    outcome: "FAILURE",
    description: "Mira Holt deleted the virtual machine web-1 (failed: AuthorizationFailed, The client has no right.)",
  });
  expect(mapped(ended("Microsoft.Compute/virtualMachines/delete", { status: { value: "Accepted" } }))).toMatchObject({
    outcome: "UNKNOWN",
    description: "Mira Holt deleted the virtual machine web-1 (under way)",
  });
});

test("the start of a call is left out, since its end is an event of its own", () => {
  const start = { eventName: { value: "BeginRequest" }, status: { value: "Started" } };
  expect(azure.mapEvent!(ended("Microsoft.Compute/virtualMachines/delete", start))).toEqual([]);
});

test("a person, an application and a part of Azure are told apart", () => {
  const operation = "Microsoft.Compute/virtualMachines/start/action";
  expect(mapped(ended(operation))).toMatchObject({
    actor: {
      externalId: "7c1f7a5e-0d4c-4f7d-9d1a-2b9d8c1e0f11",
      login: "mira.holt@acme.example",
      name: "Mira Holt",
      type: "HUMAN",
    },
    ipAddress: "203.0.113.7",
    occurredAt: new Date("2026-11-18T07:42:19.118Z"),
  });
  const service = mapped(ended(operation, { caller: "9d1a7a5e-0d4c-4f7d-8c1e-0f11d94c2b9d", claims: application }));
  expect(service).toMatchObject({
    actor: {
      externalId: "9d1a7a5e-0d4c-4f7d-8c1e-0f11d94c2b9d",
      name: `application ${application.appid}`,
      type: "SERVICE",
    },
    interactive: false,
  });
  const part = mapped(
    ended("Microsoft.Insights/AlertRules/Resolved/Action", { caller: "Microsoft.Insights/alertRules", claims: {} }),
  );
  expect(part.actor).toMatchObject({ name: "Microsoft.Insights/alertRules", isAccount: false });
  expect(mapped(ended(operation, { caller: undefined, claims: {} }))).toMatchObject({
    actor: null,
    description: "Someone started the virtual machine web-1",
  });
});

test("an exported event is the same activity, and has one id whenever it is read", () => {
  const exported = {
    time: "2026-11-18T07:42:19.1184512Z",
    resourceId: vm.toUpperCase(),
    operationName: "MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE",
    category: "Administrative",
    resultType: "Success",
    callerIpAddress: "203.0.113.7",
    correlationId: "5d2b7c1a-53a4-4b8e-9c8a-0a6a0c2d1e10",
    identity: { claims: person },
  };
  const activity = mapped(exported);
  expect(activity).toMatchObject({ outcome: "SUCCESS", ipAddress: "203.0.113.7", actor: { name: "Mira Holt" } });
  expect(activity.description).toBe("Mira Holt deleted the virtual machine WEB-1");
  expect(mapped({ ...exported }).externalId).toBe(activity.externalId);
  expect(mapped({ ...exported, correlationId: "another" }).externalId).not.toBe(activity.externalId);
});

test("exported logs of storage and Kubernetes state who did what to which object", () => {
  const blob = {
    time: "2026-11-18T07:42:19Z",
    category: "StorageRead",
    operationName: "GetBlob",
    statusCode: 200,
    callerIpAddress: "203.0.113.7:50124",
    identity: { type: "OAuth", requester: { objectId: "1", upn: "mira.holt@acme.example" } },
    properties: { accountName: "shopdata", objectKey: "/shopdata/backups/all.zip", userAgentHeader: "curl/8" },
  };
  expect(mapped(blob)).toMatchObject({
    description: "mira.holt@acme.example read blob backups/all.zip in the storage account shopdata",
    ...{ outcome: "SUCCESS", ipAddress: "203.0.113.7", userAgent: "curl/8" },
  });
  const log = {
    verb: "create",
    user: { username: "mira.holt@acme.example" },
    sourceIPs: ["203.0.113.7"],
    objectRef: { resource: "clusterrolebindings", name: "everything" },
    responseStatus: { code: 403, message: "no right" },
  };
  const cluster = {
    time: "2026-11-18T07:42:19Z",
    category: "kube-audit",
    operationName: "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
  };
  expect(mapped({ ...cluster, properties: { log: JSON.stringify(log) } })).toMatchObject({
    category: "ADMIN",
    outcome: "FAILURE",
    description: "mira.holt@acme.example created clusterrolebindings everything (failed: no right)",
  });
});
