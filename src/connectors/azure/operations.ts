import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { pastTense, withArticle } from "#src/connector-kit/sentence.ts";
import { defineVocabulary, type EventTable } from "#src/connector-kit/vocabulary.ts";
import { nounOf } from "./resource-id.ts";

/**
 * Operations of Azure Resource Manager that have a sentence of their own, in small letters: the log spells one operation in several ways.
 * Of the others, some twenty thousand, the sentence is made of the name, which is always `{provider}/{types}/{verb}`.
 * Source: https://learn.microsoft.com/en-us/azure/role-based-access-control/resource-provider-operations
 */
const special: EventTable = {
  "microsoft.authorization/roleassignments/write": "{actor} assigned [the role {role} ]on {scope}[ to {principal}]",
  "microsoft.authorization/roleassignments/delete":
    "{actor} removed the grant of [the role {role} on ]{scope}[ from {principal}]",
  "microsoft.authorization/roleassignmentschedulerequests/write": "{actor} requested a role on {scope}[: {role}]",
  "microsoft.authorization/roleeligibilityschedulerequests/write":
    "{actor} made someone eligible for a role on {scope}[: {role}]",
  "microsoft.authorization/elevateaccess/action":
    "{actor} gave themselves the role User Access Administrator over the whole tenant",
  "microsoft.authorization/policies/audit/action": "A policy found {resource} not compliant",
  "microsoft.authorization/policies/auditifnotexists/action": "A policy found {resource} not compliant",
  "microsoft.authorization/policies/deny/action": "A policy refused a change of {resource} by {actor}",
  "microsoft.authorization/policies/append/action": "A policy added fields to {resource}",
  "microsoft.authorization/policies/modify/action": "A policy changed {resource}",
  "microsoft.authorization/policies/deployifnotexists/action": "A policy deployed what was missing to {resource}",
  "microsoft.authorization/locks/delete": "{actor} removed the lock {name}[ from {locked}]",
  "microsoft.authorization/locks/write": "{actor} set the lock {name}[ on {locked}]",
  "microsoft.compute/virtualmachines/runcommand/action": "{actor} ran a command on {resource}",
  "microsoft.compute/virtualmachines/runcommands/write": "{actor} ran a command on {resource}",
  "microsoft.compute/virtualmachines/extensions/write": "{actor} installed the extension {name} on {parent}",
  "microsoft.compute/disks/begingetaccess/action": "{actor} got a link to download {resource}",
  "microsoft.compute/snapshots/begingetaccess/action": "{actor} got a link to download {resource}",
  "microsoft.containerservice/managedclusters/listclusteradmincredential/action":
    "{actor} got the administrator credential of {resource}",
  "microsoft.containerservice/managedclusters/listclusterusercredential/action":
    "{actor} got a user credential of {resource}",
  "microsoft.insights/diagnosticsettings/delete": "{actor} deleted {resource}[ of {locked}]",
  "microsoft.keyvault/vaults/accesspolicies/write": "{actor} changed who has access to the {parent}",
  "microsoft.resources/deployments/write": "{actor} deployed {name}[ to the resource group {group}]",
  "microsoft.resources/subscriptions/resourcegroups/moveresources/action": "{actor} moved resources out of {resource}",
  "microsoft.security/locations/alerts/activate/action": "Microsoft Defender for Cloud raised an alert[: {event}]",
  "microsoft.security/locations/alerts/dismiss/action": "{actor} dismissed an alert of Microsoft Defender for Cloud",
  "microsoft.security/locations/alerts/resolve/action": "{actor} resolved an alert of Microsoft Defender for Cloud",
  "microsoft.security/pricings/write": "{actor} changed the Defender plan {name}",
  "microsoft.security/pricings/delete": "{actor} switched off the Defender plan {name}",
  "microsoft.storage/storageaccounts/listkeys/action": "{actor} read the access keys of {resource}",
  "microsoft.storage/storageaccounts/regeneratekey/action": "{actor} regenerated an access key of {resource}",
  "microsoft.storage/storageaccounts/listaccountsas/action": "{actor} made an access signature for {resource}",
  "microsoft.storage/storageaccounts/listservicesas/action": "{actor} made an access signature for {resource}",
  "microsoft.subscription/cancel/action": "{actor} cancelled {resource}",
  "microsoft.subscription/enable/action": "{actor} enabled {resource} again",
  "microsoft.subscription/rename/action": "{actor} renamed {resource}",
  "microsoft.insights/alertrules/activated/action": "The alert {name} was raised",
  "microsoft.insights/alertrules/resolved/action": "The alert {name} was resolved",
  "microsoft.insights/autoscalesettings/scaleup/action": "Autoscale added instances to {resource}",
  "microsoft.insights/autoscalesettings/scaledown/action": "Autoscale removed instances from {resource}",
  "microsoft.advisor/generaterecommendations/action": "Azure Advisor made recommendations[ for {resource}]",
  "microsoft.advisor/recommendations/available/action": "Azure Advisor has a recommendation[ for {resource}]",
};

/** Actions whose verb has a word of its own, by their name in small letters. */
const actions: Readonly<Record<string, string>> = {
  ...{
    deallocate: "stopped and deallocated",
    poweroff: "stopped",
    redeploy: "moved to another host",
    start: "started",
  },
  ...{ restart: "restarted", reimage: "reimaged", capture: "captured", generalize: "generalised", stop: "stopped" },
  ...{ join: "connected something to", listkeys: "read the access keys of", regeneratekeys: "regenerated keys of" },
  ...{ listkey: "read an access key of", regeneratekey: "regenerated a key of", list: "read the secrets of" },
  ...{ listsecrets: "read the secrets of", listcredentials: "read the credentials of", failover: "failed over" },
  ...{ listconnectionstrings: "read the connection strings of", backup: "backed up", restore: "restored" },
  ...{ register: "registered", unregister: "unregistered", validate: "validated", purge: "purged", move: "moved" },
  ...{
    deploy: "deployed",
    swap: "swapped",
    slotsswap: "swapped the slots of",
    sync: "synchronised",
    publish: "published",
  },
  ...{
    newpassword: "set a new password of",
    startpacketcapture: "started a packet capture on",
    resetpassword: "reset the password of",
    cancel: "cancelled",
  },
  ...{ publishxml: "read the publishing profile of", endgetaccess: "ended the download link of", delete: "deleted" },
  ...{
    activate: "activated",
    extend: "extended",
    getsecret: "read",
    host: "called the host of",
    upgrade: "upgraded",
    pause: "paused",
    resume: "resumed",
    export: "exported",
  },
};

/** The parts of an operation: `Microsoft.Compute/virtualMachines/start/action`. */
function partsOf(operation: string): { types: string[]; verb: string } {
  const segments = operation.split("/");
  const last = segments.pop() ?? "";
  const verb = last.toLowerCase() === "action" && segments.length > 1 ? (segments.pop() ?? "") : last;
  return { types: segments.slice(1), verb };
}

/** Made of the operation's name. Null for what has none of its form. */
function worded(type: string, _detail: string, written: string): string | null {
  if (!/^[\w.]+\/.+\/\w+$/.test(type)) return null;
  const { verb } = partsOf(written);
  const lower = verb.toLowerCase();
  if (type.endsWith("/write")) return "{actor} created or changed {resource}";
  if (type.endsWith("/delete")) return "{actor} deleted {resource}";
  if (type.endsWith("/read")) return "{actor} read {resource}";
  const known = Object.hasOwn(actions, lower) ? actions[lower] : undefined;
  if (known !== undefined) return `{actor} ${known} {resource}`;
  const [first = "", ...rest] = inWords(/[a-z]/.test(verb) ? verb : lower).split(" ");
  const past = pastTense(first.toLowerCase());
  if (past === null) return `{actor} did “${[first, ...rest].join(" ").toLowerCase()}” on {resource}`;
  return `{actor} ${[past, ...rest].join(" ").toLowerCase()}${rest.length > 0 ? " of" : ""} {resource}`;
}

/** What decides on rights, protection, logs and networks; the rest is the use of what runs there. */
const administration = new RegExp(
  `^microsoft\\.(${[
    "authorization/(?!policies/)",
    "(keyvault|network|security|securityinsights|subscription|management|managedidentity|managedservices|policyinsights)/",
    "(billing|operationalinsights|recoveryservices|aad|aadiam|azureactivedirectory|attestation)/",
    "insights/(diagnosticsettings|activitylogalerts|actiongroups|logprofiles|metricalerts|scheduledqueryrules|alertrules/(write|delete))",
    "storage/storageaccounts/(write|delete|listkeys|regeneratekey|list\\w+sas|managementpolicies|privateendpointconnections)",
    "sql/(servers|managedinstances)/(write|delete|firewallrules|auditing|extendedauditing|administrators|securityalert|virtualnetworkrules|azureadonly)",
    "containerservice/managedclusters/(listcluster|accessprofiles|write|delete)",
    "resources/subscriptions/(write|delete)|resources/tags/",
    "(documentdb|eventhub|servicebus|relay)/\\w+/(listkeys|regeneratekey|authorizationrules|\\w*roleassignments)",
    "(containerservice/managedclusters|kubernetes/connectedclusters)/rbac\\.authorization",
    "cognitiveservices/accounts/(listkeys|regeneratekey)|automation/automationaccounts/(agentregistration|credentials)",
  ].join("|")})`,
);

export const vocabulary = defineVocabulary({
  tables: [{ events: special }],
  rules: [worded],
  spell: (operation) => operation.toLowerCase(),
  categoryOf: (operation): ActivityCategory => (administration.test(operation.toLowerCase()) ? "ADMIN" : "USER"),
  guess: () => "{actor} did “{operation}”[ on {resource}]",
});

/** What an operation is done to, where the event names no resource: `a virtual machine`. */
export function objectOfOperation(operation: string): string {
  const type = partsOf(operation).types.at(-1);
  return type ? withArticle(nounOf(type)) : "something";
}
