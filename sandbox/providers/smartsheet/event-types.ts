import { EventMix } from "../../kit/event-mix.ts";

export interface EventType {
  objectType: string;
  action: string;
  weight: number;
}

const of = (weight: number, objectType: string, actions: string): EventType[] =>
  actions.split(" ").map((action) => ({ objectType, action, weight }));

const sharing = "ADD_SHARE REMOVE_SHARE ADD_SHARE_MEMBER REMOVE_SHARE_MEMBER TRANSFER_OWNERSHIP";
const byWorkspace = "ADD_WORKSPACE_SHARE REMOVE_WORKSPACE_SHARE ADD_PUBLISH REMOVE_PUBLISH";
const life = "CREATE UPDATE DELETE PURGE RESTORE RENAME MOVE SAVE_AS_NEW";

/** https://developers.smartsheet.com/api/smartsheet/event-types; weights are made up, and so is the name of sign-ins, which is not known. */
const all: EventType[] = [
  ...of(120, "SHEET", "LOAD UPDATE"),
  ...of(20, "USER", "LOGIN"),
  ...of(10, "USER", "LOGOUT"),
  ...of(20, "DASHBOARD", "LOAD"),
  ...of(20, "REPORT", "LOAD"),
  ...of(20, "ATTACHMENT", "CREATE LOAD"),
  ...of(10, "ACCESS_TOKEN", "REFRESH"),
  ...of(2, "ACCESS_TOKEN", "AUTHORIZE REVOKE"),
  ...["SHEET", "REPORT", "DASHBOARD"].flatMap((type) => of(3, type, `${life} ${sharing} ${byWorkspace}`)),
  ...of(3, "WORKSPACE", `CREATE DELETE RENAME EXPORT SAVE_AS_NEW REQUEST_BACKUP ${sharing}`),
  ...of(1, "WORKSPACE", "CREATE_RECURRING_BACKUP UPDATE_RECURRING_BACKUP DELETE_RECURRING_BACKUP"),
  ...of(
    2,
    "SHEET",
    "EXPORT COPY_ROW MOVE_ROW SEND_ROW SEND_AS_ATTACHMENT REQUEST_BACKUP SAVE_AS_TEMPLATE CREATE_CELL_LINK",
  ),
  ...of(2, "REPORT", "EXPORT SEND_AS_ATTACHMENT"),
  ...of(2, "FOLDER", "CREATE DELETE RENAME EXPORT SAVE_AS_NEW REQUEST_BACKUP"),
  ...of(2, "ATTACHMENT", "UPDATE DELETE SEND"),
  ...of(2, "DISCUSSION", "CREATE UPDATE DELETE SEND SEND_COMMENT"),
  ...of(1, "FORM", "CREATE UPDATE DELETE ACTIVATE DEACTIVATE"),
  ...of(1, "UPDATE_REQUEST", "CREATE"),
  ...of(
    1,
    "GROUP",
    "CREATE UPDATE RENAME DELETE ADD_MEMBER REMOVE_MEMBER TRANSFER_OWNERSHIP DOWNLOAD_SHEET_ACCESS_REPORT",
  ),
  ...of(2, "USER", "ADD_TO_ACCOUNT UPDATE_USER SEND_INVITE"),
  ...of(
    1,
    "USER",
    "REMOVE_FROM_ACCOUNT ACCEPT_INVITE DECLINE_INVITE SEND_PASSWORD_RESET REMOVE_SHARES REMOVE_FROM_GROUPS",
  ),
  ...of(1, "USER", "TRANSFER_OWNED_ITEMS TRANSFER_OWNED_GROUPS"),
  ...of(
    1,
    "ACCOUNT",
    "BULK_UPDATE IMPORT_USERS RENAME LIST_SHEETS UPDATE_MAIN_CONTACT DOWNLOAD_USER_LIST DOWNLOAD_LOGIN_HISTORY",
  ),
  ...of(1, "ACCOUNT", "DOWNLOAD_SHEET_ACCESS_REPORT DOWNLOAD_PUBLISHED_ITEMS_REPORT"),
];

const byName = new Map(all.map((type) => [nameOf(type), type]));

export function nameOf({ objectType, action }: EventType): string {
  return `${objectType} - ${action}`;
}

/** One that is not in the table may still be asked for: Smartsheet's own list grows. */
export function eventType(name: string): EventType {
  const [objectType = "", action = ""] = name.split(" - ");
  return byName.get(name) ?? { objectType, action, weight: 0 };
}

export const generated = new EventMix(all, ({ weight }) => weight);
