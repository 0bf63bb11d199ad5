/**
 * What CloudTrail's events mean. There are thousands, of hundreds of services, and they are named alike: a verb and a noun.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-aws-service-specific-topics.html
 */
import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { withArticle } from "#src/connector-kit/sentence.ts";
import { defineVocabulary } from "#src/connector-kit/vocabulary.ts";

/** By `service.EventName`. */
const signIns = {
  "signin.ConsoleLogin": "{actor} signed in to the console[ ({mfa})]",
  "signin.CheckMfa": "{actor} was asked for the second factor while signing in",
  "signin.SwitchRole": "{actor} began to act as the role {target}",
  "signin.AssumeRole": "{actor} began to act as the role[ {target}]",
  "signin.ExitRole": "{actor} stopped acting as the role {target}",
  "signin.RenewRole": "{actor} began a session of the role again",
  "signin.PasswordRecoveryRequested": "{actor} asked for a link to set a new password",
  "signin.PasswordRecoveryCompleted": "{actor} reset the password",
  "signin.PasswordUpdated": "{actor} changed the password",
  "signin.EmailUpdated": "{actor} changed the e-mail address of the root user",
  "signin.GetSigninToken": "{actor} signed in with a federated session",
  "signin.UserAuthentication": "{actor} was authenticated by Identity Center",
  "signin.CredentialChallenge": "{actor} was asked for credentials while signing in",
  "signin.CredentialVerification": "{actor} was authenticated by Identity Center[ ({mfa})]",
  "signin.Logout": "{actor} signed out",
  "sts.AssumeRole": "{actor} began to act as the role[ {target}]",
  "sts.AssumeRoleWithSAML": "{actor} signed in by SAML with the role[ {target}]",
  "sts.AssumeRoleWithWebIdentity": "{actor} signed in by web identity with the role[ {target}]",
  "sts.AssumeRoot": "{actor} began to act as the root user of[ {target}]",
  "sts.GetSessionToken": "{actor} began a session[ ({mfa})]",
  "sts.GetFederationToken": "{actor} began a session for a federated user",
  "sts.GetCallerIdentity": "{actor} looked up their own identity",
  "sso.Authenticate": "{actor} signed in to the access portal",
  "sso.Federate": "{actor} signed in to an account through the access portal",
  "sso.Logout": "{actor} signed out of the access portal",
  "sso.CreateToken": "{actor} began a session of Identity Center",
  "sso-oauth.CreateToken": "{actor} began a session of Identity Center",
} as const;

const changes = {
  "iam.AddUserToGroup": "{actor} added the user[ {user}] to the group[ {group}]",
  "iam.RemoveUserFromGroup": "{actor} removed the user[ {user}] from the group[ {group}]",
  "iam.(AttachUserPolicy|PutUserPolicy)": "{actor} gave the user[ {user}] the permissions of a policy[ ({policy})]",
  "iam.(AttachGroupPolicy|PutGroupPolicy)": "{actor} gave the group[ {group}] the permissions of a policy[ ({policy})]",
  "iam.(AttachRolePolicy|PutRolePolicy)": "{actor} gave the role[ {role}] the permissions of a policy[ ({policy})]",
  "iam.(DetachUserPolicy|DeleteUserPolicy)":
    "{actor} took the permissions of a policy[ ({policy})] from the user[ {user}]",
  "iam.(DetachGroupPolicy|DeleteGroupPolicy)":
    "{actor} took the permissions of a policy[ ({policy})] from the group[ {group}]",
  "iam.(DetachRolePolicy|DeleteRolePolicy)":
    "{actor} took the permissions of a policy[ ({policy})] from the role[ {role}]",
  "iam.UpdateAssumeRolePolicy": "{actor} changed who may assume the role[ {role}]",
  "iam.CreateAccessKey": "{actor} created an access key[ of {user}]",
  "iam.DeleteAccessKey": "{actor} deleted an access key[ of {user}]",
  "iam.UpdateAccessKey": "{actor} set an access key[ of {user}] to {status}",
  "iam.CreateLoginProfile": "{actor} created a console password for[ {user}]",
  "iam.UpdateLoginProfile": "{actor} reset the password[ of {user}]",
  "iam.DeleteLoginProfile": "{actor} deleted the console password of[ {user}]",
  "iam.ChangePassword": "{actor} changed their own password",
  "iam.EnableMFADevice": "{actor} enabled a second factor[ of {user}]",
  "iam.DeactivateMFADevice": "{actor} disabled a second factor[ of {user}]",
  "cloudtrail.StopLogging": "{actor} stopped logging to the trail[ {target}]",
  "cloudtrail.StartLogging": "{actor} started logging to the trail[ {target}]",
  "cloudtrail.PutEventSelectors": "{actor} changed what the trail[ {target}] logs",
  "s3.PutBucketAcl": "{actor} changed the access control list of the bucket[ {target}]",
  "s3.PutBucketPolicy": "{actor} set the policy of the bucket[ {target}]",
  "s3.DeleteBucketPolicy": "{actor} deleted the policy of the bucket[ {target}]",
  "s3.PutBucketPublicAccessBlock": "{actor} changed the public access settings of the bucket[ {target}]",
  "s3.DeleteBucketPublicAccessBlock": "{actor} deleted the public access settings of the bucket[ {target}]",
  "s3.PutAccountPublicAccessBlock": "{actor} changed the public access settings of the account",
  "s3.DeleteAccountPublicAccessBlock": "{actor} deleted the public access settings of the account",
  "organizations.LeaveOrganization": "{actor} removed the account from its organization",
  "kms.ScheduleKeyDeletion": "{actor} deleted the key[ {target}] after a waiting period",
  "ec2.AuthorizeSecurityGroupIngress": "{actor} allowed incoming traffic in the security group[ {target}]",
  "ec2.AuthorizeSecurityGroupEgress": "{actor} allowed outgoing traffic in the security group[ {target}]",
  "ec2.RevokeSecurityGroupIngress": "{actor} withdrew incoming traffic from the security group[ {target}]",
  "ec2.RevokeSecurityGroupEgress": "{actor} withdrew outgoing traffic from the security group[ {target}]",
} as const;

const dataEvents = {
  "s3.GetObject": "{actor} downloaded the object[ {target}]",
  "s3.PutObject": "{actor} uploaded the object[ {target}]",
  "s3.HeadObject": "{actor} looked at the object[ {target}]",
  "ec2.StartInstances": "{actor} turned on the instance[ {target}]",
  "ec2.StopInstances": "{actor} turned off the instance[ {target}]",
  "secretsmanager.GetSecretValue": "{actor} read the secret[ {target}]",
  "ssm.StartSession": "{actor} opened a shell on[ {target}]",
  "kms.Decrypt": "{actor} used a key to decrypt[: {target}]",
  "kms.Encrypt": "{actor} used a key to encrypt[: {target}]",
} as const;

/** The past of the verbs that event names begin with. */
const pasts: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    looked: "describe",
    listed: "list",
    read: "get read lookup batchget head preview filter view",
    searched: "search query select scan",
    created: "create allocate provision generate initiate make",
    deleted: "delete purge cancel terminate dispose deprovision",
    updated: "update modify change edit rotate refresh promote upgrade",
    set: "put set configure define apply assign batchput reset",
    added: "add register enroll publish subscribe tag import upload record",
    removed: "remove deregister unregister untag unsubscribe unassign release",
    connected: "attach associate link join connect mount",
    disconnected: "detach disassociate unlink disconnect unmount leave",
    enabled: "enable activate resume",
    disabled: "disable deactivate suspend pause",
    started: "start begin",
    "turned off": "stop",
    ran: "run execute invoke test evaluate",
    sent: "send notify",
    granted: "grant authorize approve accept allow enroll",
    revoked: "revoke",
    denied: "deny reject",
    shared: "share",
    copied: "copy clone",
    moved: "move transfer replicate migrate",
    restored: "restore recover",
    exported: "export download",
    replaced: "replace",
    scheduled: "schedule",
    used: "decrypt encrypt sign verify reencrypt validate simulate check assume",
    completed: "complete finish confirm close end acknowledge",
    locked: "lock",
    unlocked: "unlock",
    archived: "archive",
    restricted: "quarantine",
    merged: "merge",
    resolved: "resolve",
  }).flatMap(([past, verbs]) => verbs.split(" ").map((verb) => [verb, past])),
);

/** `CreateFunction20150331v2` → `["create", "function"]`. */
function partsOf(eventType: string): [service: string, verb: string, noun: string] {
  const [service = "", ...rest] = eventType.split(".");
  const name = rest.join(".").replace(/(_?20\d{2}_?\d{2}_?\d{2})?(v\d+)?$/, "");
  const words = inWords(name.replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2").replace(/([a-z\d])([A-Z])/g, "$1 $2"), {
    names,
  }).split(" ");
  const isBatch = words[0]?.toLowerCase() === "batch" && words.length > 1;
  const [verb = "", ...noun] = isBatch ? words.slice(1) : words;
  return [service, verb.toLowerCase(), noun.map(lowered).join(" ")];
}

/** Abbreviations stay in capitals. */
const lowered = (word: string) => (/^[A-Z\d]{2,}$/.test(word) ? word : word.toLowerCase());

const names: Readonly<Record<string, string>> = {
  Db: "DB",
  Vpc: "VPC",
  Acl: "ACL",
  Iam: "IAM",
  Ssh: "SSH",
  Saml: "SAML",
};

/** `{actor} created the function[ {target}] (lambda)`. */
function wordOf(eventType: string): string | null {
  const [service, verb, noun] = partsOf(eventType);
  const past = Object.hasOwn(pasts, verb) ? pasts[verb] : null;
  const triggered = { reboot: "a restart", failover: "a failover" }[verb];
  if (!past && !triggered) return null;
  const what = noun === "" ? "something" : noun.endsWith("s") ? noun : withArticle(noun);
  const of = service === "" ? "" : ` (${service})`;
  const did = triggered ? `triggered ${triggered} of` : past === "looked" ? "looked at" : past;
  return `{actor} ${did} ${what}${of}[: {target}]`;
}

const reads =
  /^(describe|list|get|lookup|head|search|query|select|scan|preview|filter|view|read|check|simulate|test|decrypt|encrypt|verify|validate)$/;

/** Services of which every change is administration. */
const administration = new Set(
  (
    "iam sts signin sso sso-directory identitystore organizations account cloudtrail config guardduty securityhub access-analyzer kms " +
    "controltower ram inspector2 macie2 detective wafv2 waf waf-regional shield network-firewall acm acm-pca rolesanywhere billing " +
    "billingconsole support directoryservice ds cognito-idp servicecatalog backup"
  ).split(" "),
);

/** What decides who may do what, and what is seen of it, in any service. */
const protection =
  /polic|acl|access|permission|security|firewall|encryption|logging|log (group|stream)|flow log|versioning|replication|lifecycle|role|user|group|password|key|secret|credential|certificate|trail|network|route|gateway|vpn|vpc|subnet|peering|attribute|sharing|guardrail|protection|domain|hosted zone/;

function categoryOf(eventType: string): ActivityCategory {
  const [service, verb, noun] = partsOf(eventType);
  if (service === "signin") return "LOG_ON";
  if (reads.test(verb)) return "USER";
  return administration.has(service) || protection.test(noun.toLowerCase()) ? "ADMIN" : "USER";
}

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signIns },
    { category: "ADMIN", events: changes },
    { category: "USER", events: dataEvents },
  ],
  rules: [wordOf],
  categoryOf,
});
