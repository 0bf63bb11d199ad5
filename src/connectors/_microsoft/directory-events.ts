import { pastTense } from "#src/connector-kit/sentence.ts";
import { defineVocabulary, type EventTable } from "#src/connector-kit/vocabulary.ts";

/** What administrators, and apps with their rights, do in the directory, where words of its own read better than the activity's. */
const adminEvents: EventTable = {
  "Add user": "{actor} created the account of {user}",
  "Delete user": "{actor} deleted the account of {user}",
  "Hard Delete user": "{actor} permanently deleted the account of {user}",
  "Restore user": "{actor} restored the account of {user}",
  "Update user": "{actor} changed the account of {user}[: {properties}]",
  "Disable account": "{actor} disabled the account of {user}",
  "Enable account": "{actor} enabled the account of {user}",
  "Invite external user": "{actor} invited {user} as a guest",
  "Reset user password": "{actor} reset the password of {user}",
  "Reset password (by admin)": "{actor} reset the password of {user}",
  "Set force change user password": "{actor} reset the password of {user}, who has to choose a new one",
  "Update StsRefreshTokenValidFrom Timestamp": "{actor} ended all sessions of {user}",
  "Disable Strong Authentication": "{actor} switched off multifactor authentication for {user}",
  "Enable Strong Authentication": "{actor} switched on multifactor authentication for {user}",
  "Update Strong Authentication": "{actor} changed multifactor authentication for {user}",
  "Change user license": "{actor} changed the licences of {user}",
  "Admin (registered|updated|deleted) security info": "{actor} {did} security information of {user}",
  "Admin started password reset": "{actor} began to reset the password of {user}",
  "Add member to group": "{actor} added {user} to the group[ {group}]",
  "Remove member from group": "{actor} removed {user} from the group[ {group}]",
  "Add owner to group": "{actor} made {user} an owner of the group[ {group}]",
  "Remove owner from group": "{actor} took the ownership of the group[ {group}] from {user}",
  "Add group": "{actor} created the group[ {group}]",
  "Update group": "{actor} changed the group[ {group}][: {properties}]",
  "Delete group": "{actor} deleted the group[ {group}]",
  "(Add member to role|Add member to role outside of PIM (permanent)|Add eligible member to role)":
    "{actor} gave {user} the role[ {role}]",
  "Remove member from role": "{actor} took the role[ {role}] from {user}",
  "Remove eligible member from role": "{actor} took the eligibility for the role[ {role}] from {user}",
  "Add member to role completed (PIM activation)": "{actor} activated the role[ {role}]",
  "Add member to role requested (PIM activation)": "{actor} asked to activate the role[ {role}]",
  "Add application": "{actor} registered the app[ {app}]",
  "Update application": "{actor} changed the app[ {app}][: {properties}]",
  "Delete application": "{actor} deleted the app[ {app}]",
  "Update application – Certificates and secrets management":
    "{actor} changed certificates or secrets of the app[ {app}]",
  "Create application – Certificates and secrets management":
    "{actor} added certificates or secrets to the app[ {app}]",
  "Add owner to application": "{actor} made {user} an owner of the app[ {app}]",
  "Add service principal": "{actor} let the app[ {app}] into the tenant",
  "Update service principal": "{actor} changed the app[ {app}] in the tenant[: {properties}]",
  "Remove service principal": "{actor} removed the app[ {app}] from the tenant",
  "(Add|Remove) service principal credentials": "{actor} {did} credentials of the app[ {app}]",
  "Add owner to service principal": "{actor} made {user} an owner of the app[ {app}] in the tenant",
  "Consent to application": "{actor} consented to the app[ {app}][: {permissions}]",
  "(Add delegated permission grant|Add OAuth2PermissionGrant)":
    "{actor} granted delegated permissions to the app[ {app}][: {permissions}]",
  "(Remove delegated permission grant|Remove OAuth2PermissionGrant)":
    "{actor} withdrew delegated permissions from the app[ {app}][: {permissions}]",
  "Add app role assignment to service principal":
    "{actor} granted an application permission to the app[ {app}][: {permissions}]",
  "Remove app role assignment from service principal":
    "{actor} withdrew an application permission from the app[ {app}]",
  "Add app role assignment grant to user": "{actor} gave {user} access to the app[ {app}]",
  "Remove app role assignment from user": "{actor} took the assignment to the app[ {app}] from {user}",
  "Add (unverified|verified) domain": "{actor} added the domain {target}",
  "Verify domain": "{actor} verified the domain {target}",
  "Remove (unverified|verified) domain": "{actor} removed the domain {target}",
  "Set domain authentication": "{actor} changed the authentication of the domain {target}",
  "Set federation settings on domain": "{actor} changed the federation of the domain {target}",
  "(Add|Update|Delete) conditional access policy": "{actor} {did} the conditional access policy {target}",
  "(Add|Added|Update|Delete) policy": "{actor} {did} the policy {target}",
  "Authentication Methods Policy Update": "{actor} changed the policy of authentication methods",
  "Authentication Methods Policy Reset": "{actor} set the policy of authentication methods to its default",
  "User has elevated their access to User Access Administrator for their Azure Resources":
    "{actor} assigned the role User Access Administrator for all Azure resources to their own account",
  "Disable Desktop Sso": "{actor} switched off seamless SSO",
  "Enable Desktop Sso": "{actor} switched on seamless SSO",
  "Fraud reported - user is blocked for MFA": "{user} reported fraud and was blocked for multifactor authentication",
  "Fraud reported - no action taken": "{user} reported fraud",
  "Suspicious activity reported": "{actor} reported suspicious activity",
};

/** What people do with their own account. */
const ownEvents: EventTable = {
  "User (registered|updated|deleted|reviewed) security info": "{actor} {did} their security information[: {reason}]",
  "User registered all required security info": "{actor} registered all security information that is required",
  "User started security info registration": "{actor} began to register security information",
  "User (canceled|cancelled) security info registration": "{actor} broke off registering security information",
  "User changed default security info": "{actor} changed their usual second factor",
  "User started password change": "{actor} began to change their password",
  "(User|user) started password reset": "{actor} began to reset their password",
  "Change user password": "{actor} changed their password",
  "Change password (self-service)": "{actor} changed their password",
  "Reset password (self-service)": "{actor} reset their password",
  "Unlock user account (self-service)": "{actor} unlocked their account",
  "Blocked from self-service password reset": "{actor} was blocked from resetting their password",
  "Self-service password reset flow activity progress": "{actor} went on resetting their password",
  "Security info saved for self-service password reset":
    "{actor} saved security information for resetting the password",
  "Redeem external user invite": "{actor} accepted the invitation",
  "Email subscribed": "{actor} subscribed to e-mails",
  "Request approved": "A request of {actor} was approved",
  "Request denied": "A request of {actor} was refused",
};

/** What an activity that neither table has is called: an order. Microsoft lists some 900 of them. */
function imperative(activity: string): string | null {
  const [verb = "", ...rest] = activity.split(" ");
  const past = pastTense(verb.toLowerCase());
  if (past === null || rest.length === 0 || !/^[A-Z]/.test(verb)) return null;
  const [object = "", ...more] = rest;
  const lower = /^[A-Z][a-z]+$/.test(object) ? object.toLowerCase() : object;
  return `{actor} ${past} ${inText([lower, ...more].join(" "))}[: {target}]`;
}

/** An activity that is named by what happened, or by a phrase: it is quoted. */
function quoted(activity: string): string | null {
  return /^[A-Z][\w-]*( [\w[\]–&/,.'-]+)+$/.test(activity) ? `{actor} did “${inText(activity)}”[: {target}]` : null;
}

/** Square brackets mean something else in a sentence. */
function inText(words: string): string {
  return words.replace("[", "(").replace("]", ")");
}

/**
 * The activities of the directory's audits; the unified audit log writes the same with a full stop.
 * Source: https://learn.microsoft.com/en-us/entra/identity/monitoring-health/reference-audit-activities
 */
export const directoryEvents = defineVocabulary({
  tables: [
    { category: "ADMIN", events: bracketed(adminEvents) },
    { category: "USER", events: bracketed(ownEvents) },
  ],
  rules: [imperative, quoted],
  categoryOf: () => "ADMIN",
  spell: plainActivity,
  lexicon: {
    pasts: { Add: "added", Added: "added", Delete: "deleted", Remove: "removed", Reset: "reset", Update: "changed" },
  },
});

/** `Update application – Certificates and secrets management ` and `Add user.` as they are listed; round brackets stand for themselves. */
function plainActivity(activity: string): string {
  return activity.trim().replace(/\.$/, "").replace("(", "[").replace(")", "]");
}

/** In a table, round brackets offer alternatives; those of an activity's name are written as square ones. */
function bracketed(events: EventTable): EventTable {
  return Object.fromEntries(
    Object.entries(events).map(([key, template]) => [
      key.replace(/\(((?:permanent|PIM activation|self-service|by admin))\)/g, "[$1]"),
      template,
    ]),
  );
}
