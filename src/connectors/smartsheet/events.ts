import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { defineVocabulary, type EventTable, guessed } from "#src/connector-kit/vocabulary.ts";

/**
 * Object type and action of every event that Smartsheet documents, written as there. {thing} is the type of item.
 * Source: https://developers.smartsheet.com/api/smartsheet/event-types
 */
const administration: EventTable = {
  "ACCOUNT - BULK_UPDATE": "{actor} changed several accounts",
  "ACCOUNT - IMPORT_USERS": "{actor} imported accounts",
  "ACCOUNT - RENAME": "{actor} renamed the plan[ to {target}]",
  "ACCOUNT - LIST_SHEETS": "{actor} listed all sheets of the plan",
  "ACCOUNT - UPDATE_MAIN_CONTACT": "{actor} changed the main contact of the plan[ to {person}]",
  "ACCOUNT - DOWNLOAD_USER_LIST": "{actor} downloaded the list of accounts",
  "ACCOUNT - DOWNLOAD_LOGIN_HISTORY": "{actor} downloaded the history of sign-ins",
  "ACCOUNT - DOWNLOAD_SHEET_ACCESS_REPORT": "{actor} downloaded the report of who has access to sheets",
  "ACCOUNT - DOWNLOAD_PUBLISHED_ITEMS_REPORT": "{actor} downloaded the report of published items",
  "USER - ADD_TO_ACCOUNT": "{actor} added {user} to the plan",
  "USER - REMOVE_FROM_ACCOUNT": "{actor} removed {user} from the plan",
  "USER - UPDATE_USER": "{actor} changed {user}",
  "USER - SEND_INVITE": "{actor} invited {user} to the plan",
  "USER - ACCEPT_INVITE": "{actor} accepted the invitation to the plan",
  "USER - DECLINE_INVITE": "{actor} declined the invitation to the plan",
  "USER - SEND_PASSWORD_RESET": "{actor} had {user} reset the password",
  "USER - REMOVE_SHARES": "{actor} stopped sharing items with {user}",
  "USER - REMOVE_FROM_GROUPS": "{actor} took all groups from {user}",
  "USER - TRANSFER_OWNED_ITEMS": "{actor} transferred the items of {user}[ to {person}]",
  "USER - TRANSFER_OWNED_GROUPS": "{actor} transferred the groups of {user}[ to {person}]",
  "GROUP - CREATE": "{actor} created the group[ {target}]",
  "GROUP - UPDATE": "{actor} changed the group[ {target}]",
  "GROUP - RENAME": "{actor} renamed the group[ {old}][ to {target}]",
  "GROUP - DELETE": "{actor} deleted the group[ {target}]",
  "GROUP - ADD_MEMBER": "{actor} added {person} to the group[ {target}]",
  "GROUP - REMOVE_MEMBER": "{actor} removed {person} from the group[ {target}]",
  "GROUP - TRANSFER_OWNERSHIP": "{actor} transferred the group[ {target}] to {person}",
  "GROUP - DOWNLOAD_SHEET_ACCESS_REPORT":
    "{actor} downloaded the report of the sheets that the group[ {target}] can open",
};

const tokens: EventTable = {
  "ACCESS_TOKEN - AUTHORIZE": "{actor} authorised the access token[ {token}][ for the app {app}]",
  "ACCESS_TOKEN - REFRESH": "{actor} refreshed the access token[ {token}][ of the app {app}]",
  "ACCESS_TOKEN - REVOKE": "{actor} revoked the access token[ {token}][ of the app {app}]",
};

const item = "(SHEET|REPORT|DASHBOARD|FOLDER|WORKSPACE)";
const shared = "(SHEET|REPORT|DASHBOARD|WORKSPACE)";

const items: EventTable = {
  [`${item} - CREATE`]: "{actor} created the {thing}[ {target}]",
  [`${item} - LOAD`]: "{actor} viewed the {thing}[ {target}]",
  [`${item} - UPDATE`]: "{actor} changed the {thing}[ {target}]",
  [`${item} - RENAME`]: "{actor} renamed the {thing}[ {old}][ to {target}]",
  [`${item} - MOVE`]: "{actor} moved the {thing}[ {target}]",
  [`${item} - DELETE`]: "{actor} deleted the {thing}[ {target}]",
  [`${item} - PURGE`]: "{actor} deleted the {thing}[ {target}] for ever",
  [`${item} - RESTORE`]: "{actor} restored the {thing}[ {target}]",
  [`${item} - SAVE_AS_NEW`]: "{actor} copied the {thing}[ {target}]",
  [`${item} - EXPORT`]: "{actor} exported the {thing}[ {target}]",
  [`${item} - REQUEST_BACKUP`]: "{actor} requested a backup of the {thing}[ {target}]",
  "SHEET - IMPORT": "{actor} imported the sheet[ {target}]",
  "SHEET - SAVE_AS_TEMPLATE": "{actor} saved the sheet[ {target}] as a template",
  "SHEET - COPY_ROW": "{actor} copied rows of the sheet[ {target}]",
  "SHEET - MOVE_ROW": "{actor} moved rows of the sheet[ {target}]",
  "SHEET - SEND_ROW": "{actor} sent rows of the sheet[ {target}][ to {person}]",
  "SHEET - CREATE_CELL_LINK": "{actor} linked cells to the sheet[ {target}]",
  "(SHEET|REPORT|DASHBOARD) - SEND_AS_ATTACHMENT": "{actor} sent the {thing}[ {target}] by e-mail[ to {person}]",
  "WORKSPACE - CREATE_RECURRING_BACKUP": "{actor} scheduled backups of the workspace[ {target}]",
  "WORKSPACE - UPDATE_RECURRING_BACKUP": "{actor} changed the backups of the workspace[ {target}]",
  "WORKSPACE - DELETE_RECURRING_BACKUP": "{actor} cancelled the backups of the workspace[ {target}]",
  "(ATTACHMENT|DISCUSSION|FORM) - CREATE": "{actor} added the {thing}[ {target}]",
  "(ATTACHMENT|DISCUSSION|FORM) - UPDATE": "{actor} changed the {thing}[ {target}]",
  "(ATTACHMENT|DISCUSSION|FORM) - DELETE": "{actor} deleted the {thing}[ {target}]",
  "ATTACHMENT - LOAD": "{actor} downloaded the attachment[ {target}]",
  "(ATTACHMENT|DISCUSSION) - SEND": "{actor} sent the {thing}[ {target}][ to {person}]",
  "DISCUSSION - SEND_COMMENT": "{actor} sent a comment[ of {target}][ to {person}]",
  "FORM - ACTIVATE": "{actor} activated the form[ {target}]",
  "FORM - DEACTIVATE": "{actor} deactivated the form[ {target}]",
  "UPDATE_REQUEST - CREATE": "{actor} asked for an update of rows[ of {target}][ from {person}]",
};

const sharing: EventTable = {
  [`${shared} - ADD_SHARE`]: "{actor} shared the {thing}[ {target}] with {whom}[ as {access}]",
  [`${shared} - REMOVE_SHARE`]: "{actor} stopped sharing the {thing}[ {target}] with {whom}",
  [`${shared} - ADD_SHARE_MEMBER`]: "{actor} shared the {thing}[ {target}] with {whom}[ as {access}] by a group",
  [`${shared} - REMOVE_SHARE_MEMBER`]: "{actor} stopped sharing the {thing}[ {target}] with {whom} by a group",
  [`${shared} - ADD_WORKSPACE_SHARE`]: "{actor} shared the {thing}[ {target}] with {whom} by its workspace",
  [`${shared} - REMOVE_WORKSPACE_SHARE`]: "{actor} stopped sharing the {thing}[ {target}] with {whom} by its workspace",
  [`${shared} - TRANSFER_OWNERSHIP`]: "{actor} transferred the {thing}[ {target}] to {person}",
  "(SHEET|REPORT|DASHBOARD) - ADD_PUBLISH": "{actor} shared the {thing}[ {target}] by publishing it",
  "(SHEET|REPORT|DASHBOARD) - REMOVE_PUBLISH": "{actor} stopped sharing the published {thing}[ {target}]",
};

/**
 * Sign-ins, sign-outs and changes in the Admin Center are reported since June 2026. Their types are recognised by their words, since
 * the announcement does not list them.
 */
const signOut = /(?<![A-Z])(LOG|SIGN)(GED|ED)?_?(OUT|OFF)(?![A-Z])/;
const signIn = /(?<![A-Z])((LOG|SIGN)(GED|ED)?_?(IN|ON)|AUTHENTICATED?)(?![A-Z])/;
/** How people sign in is set by administrators. */
const ofSettings = /HISTORY|OPTION|SETTING|POLICY|CONFIG|METHOD|UPDATE|ENABLE|DISABLE|CHANGE|DOWNLOAD|ADD|REMOVE/;
const ofItems =
  /^(SHEET|REPORT|DASHBOARD|FOLDER|WORKSPACE|FORM|ATTACHMENT|DISCUSSION|UPDATE_REQUEST|ACCESS_TOKEN|ROW|COLUMN|CELL|COMMENT|TEMPLATE|COLLECTION|FILE) /;

export const vocabulary = defineVocabulary({
  tables: [
    { category: "ADMIN", events: administration },
    { category: "USER", events: tokens },
    { category: "USER", events: items },
    { category: "USER", events: sharing },
  ],
  rules: [
    (type) => {
      const way = wayOf(type);
      return way === null ? null : `{actor} signed ${way === "in" ? "in to" : "out of"} Smartsheet`;
    },
  ],
  categoryOf,
  guess: (type) => guessed(type.toLowerCase().replace(" - ", ".")),
  lexicon: {
    names: {
      ...{ SHEET: "sheet", REPORT: "report", DASHBOARD: "dashboard", FOLDER: "folder", WORKSPACE: "workspace" },
      ...{ ATTACHMENT: "attachment", DISCUSSION: "discussion", FORM: "form" },
    },
  },
});

/** What is done to items is everybody's work; the rest concerns the plan. */
function categoryOf(type: string): ActivityCategory {
  if (ofItems.test(type)) return "USER";
  return wayOf(type) === null ? "ADMIN" : "LOG_ON";
}

function wayOf(type: string): "in" | "out" | null {
  const action = type.slice(type.indexOf(" - ") + 3);
  if (ofItems.test(type) || ofSettings.test(action)) return null;
  return signOut.test(action) ? "out" : signIn.test(action) ? "in" : null;
}
