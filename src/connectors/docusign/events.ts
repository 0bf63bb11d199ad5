import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { withArticle } from "#src/connector-kit/sentence.ts";
import { defineVocabulary, type EventTable, type Wording } from "#src/connector-kit/vocabulary.ts";

/** A type is `object.action`, as in `Account.UserAdded`. Source: https://developers.docusign.com/docs/monitor-api/monitor101/events-alerts/ */
const logOns: EventTable = {
  "(Login|Session|User).(Login|LoggedIn|LoginSucceeded|LoginSuccess|SignedIn)": "{actor} signed in[ by {source}]",
  "(Login|Session|User).(LoginFailed|LoginFailure|FailedLogin|SignInFailed)": "{actor} failed to sign in[ by {source}]",
  "(Login|Session|User).(Logout|LoggedOut|SignedOut)": "{actor} signed out",
  "Session.(Created|Started)": "{actor} began a session",
  "Session.(Ended|Expired|Deleted)": "{actor} ended the session",
};

const administration: EventTable = {
  "Account.UserAdded": "{actor} added {user} to the account",
  "Account.(UserClosed|UserRemoved)": "{actor} closed the membership of {user}",
  "Account.UserActivated": "{actor} activated {user}",
  "Account.(UserUpdated|MembershipUpdated)": "{actor} changed the membership of {user}",
  "Account.(Updated|SettingsUpdated)": "{actor} changed settings of the account[: {setting}]",
  "Organization.(AdminAdded|AdministratorAdded)": "{actor} made {user} an organization administrator",
  "Organization.(AdminRemoved|AdministratorRemoved)":
    "{actor} took the rights of an organization administrator from {user}",
  "Organization.(AccountLinked|AccountAdded)": "{actor} linked an account to the organization",
  "Organization.(AccountUnlinked|AccountRemoved)": "{actor} unlinked an account from the organization",
  "(Group|SigningGroup).(UserAdded|UsersAdded|MemberAdded)": "{actor} added {user} to the group[ {target}]",
  "(Group|SigningGroup).(UserRemoved|UsersRemoved|MemberRemoved)": "{actor} removed {user} from the group[ {target}]",
  "PermissionProfile.(UserAdded|Assigned)": "{actor} gave {user} the permission profile[ {target}]",
  "(IntegrationKey|Integrator|Application).(ConsentGranted|Authorized)":
    "{actor} granted an application consent[: {target}]",
  "(IntegrationKey|Integrator|Application).(ConsentRevoked|Revoked)":
    "{actor} revoked the consent of an application[: {target}]",
};

const own: EventTable = {
  "User.(PasswordChanged|PasswordUpdated)": "{actor} changed the password[ of {other}]",
  "User.PasswordReset": "{actor} reset the password[ of {other}]",
  "User.(EmailChanged|EmailUpdated)": "{actor} changed the e-mail address[ of {other}]",
  "User.(TwoStepVerificationEnabled|MfaEnabled)": "{actor} switched on two-step verification[ for {other}]",
  "User.(TwoStepVerificationDisabled|MfaDisabled)": "{actor} switched off two-step verification[ for {other}]",
  "Envelope.(Transferred|OwnershipTransferred|CustodyTransferred)": "{actor} transferred an envelope[: {target}]",
  "Envelope.(AuthenticationFailed|RecipientAuthenticationFailed)":
    "A recipient failed to authenticate for an envelope[: {target}]",
};

/** What has actions in common: the noun, and whether it is run by administrators. */
const things: Readonly<Record<string, readonly [noun: string, category: ActivityCategory]>> = {
  Account: ["account", "ADMIN"],
  Organization: ["organization", "ADMIN"],
  OrganizationAdmin: ["organization administrator", "ADMIN"],
  IdentityProvider: ["identity provider", "ADMIN"],
  ReservedDomain: ["claimed domain", "ADMIN"],
  Domain: ["domain", "ADMIN"],
  User: ["user", "ADMIN"],
  Group: ["group", "ADMIN"],
  SigningGroup: ["signing group", "ADMIN"],
  PermissionProfile: ["permission profile", "ADMIN"],
  Connect: ["Connect configuration", "ADMIN"],
  ConnectConfiguration: ["Connect configuration", "ADMIN"],
  ConnectSecret: ["Connect secret", "ADMIN"],
  Integrator: ["integration key", "ADMIN"],
  IntegrationKey: ["integration key", "ADMIN"],
  ApiKey: ["API key", "ADMIN"],
  Brand: ["brand", "ADMIN"],
  Envelope: ["envelope", "USER"],
  Template: ["template", "USER"],
  Document: ["document", "USER"],
  PowerForm: ["PowerForm", "USER"],
  BulkSend: ["bulk send list", "USER"],
  Folder: ["folder", "USER"],
  ClmDocument: ["CLM document", "USER"],
  ClmFolder: ["CLM folder", "USER"],
  Workspace: ["workspace", "USER"],
};

const verbs =
  /^(Created|Updated|Deleted|Closed|Activated|Sent|Resent|Delivered|Signed|Completed|Declined|Voided|Purged|Downloaded|Exported|Viewed|Printed|Shared|Unshared|Corrected|Copied|Moved|Restored|Enabled|Disabled|Added|Removed|Verified|Uploaded|Published|Used|Rotated)$/;

const alert: Wording = (type) =>
  type.startsWith("Alert.") ? "DocuSign Monitor raised an alert[ about {other}]: {alert}" : null;

/** `Envelope.Voided`, `Template.Deleted`: a noun and a verb. */
const ofThing: Wording = (type) => {
  const [object = "", action = ""] = type.split(".");
  const noun = Object.hasOwn(things, object) ? things[object]?.[0] : undefined;
  return noun && verbs.test(action) ? `{actor} ${action.toLowerCase()} ${withArticle(noun)}[: {target}]` : null;
};

/** Names of sign-ins that are in no table. */
const ofSignIn: Wording = (type) => {
  if (!isSignIn(type)) return null;
  if (/log-?out|sign(ed)?-?out/i.test(type)) return "{actor} signed out";
  return /fail|denied|lock/i.test(type) ? "{actor} failed to sign in[ by {source}]" : "{actor} signed in[ by {source}]";
};

const isSignIn = (type: string): boolean =>
  /^(Login|Session)\.|log-?(in|out|on)|sign(ed)?-?(in|out)(?!g)|authenticat/i.test(type);

function categoryOf(type: string): ActivityCategory {
  const [object = ""] = type.split(".");
  if (object === "Alert") return "ADMIN";
  if (isSignIn(type)) return "LOG_ON";
  return Object.hasOwn(things, object) ? (things[object]?.[1] ?? "USER") : "USER";
}

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: logOns },
    { category: "ADMIN", events: administration },
    { category: "USER", events: own },
  ],
  rules: [alert, ofThing, ofSignIn],
  categoryOf,
});

/** `TooManyLoginFailures` → `too many login failures`. */
export const alertWords = (action: string): string =>
  inWords(action)
    .toLowerCase()
    .replace(/\bip\b/g, "IP");
