import { archived } from "#src/connector-kit/archived.ts";
import { isObject, type Json, textOf } from "#src/connector-kit/record.ts";
import { isDirectoryAudit, toDirectoryAudit } from "../_microsoft/directory-audits.ts";
import { isSignIn, toSignIn } from "../_microsoft/sign-ins.ts";
import { toActivity } from "./map-log.ts";
import { toResourceActivity } from "./map-resource-log.ts";

/** An event of the activity log, a sign-in or audit of the directory, a list of them, a page of either API, or what diagnostic settings export. */
export const mapEvent = archived({
  event: "an event of Azure",
  hint: "events of the activity log have an operationName, sign-ins have a createdDateTime, audits of the directory an activityDisplayName",
  lists: ["value", "records"],
  map: (event, path) => {
    if (isSignIn(event)) return toSignIn(event, path);
    if (isDirectoryAudit(event)) return toDirectoryAudit(event, path);
    return isOperation(event) ? (toResourceActivity(event, path) ?? toActivity(event, path)) : null;
  },
});

function isOperation(event: Json): boolean {
  return isObject(event.operationName) || (textOf(event.operationName) !== null && "time" in event);
}
